import * as z from 'zod/mini'
import { createOrAdopt } from '../../../toolkit/create-or-adopt.js'
import type { Right } from '../rights/right.js'
import { readAll } from './read-all.js'
import { type Reviewer, resolveReviewer } from './reviewers.js'
import { changeOf, type Place, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'
import { secrets, type VaultPlace, variables } from './vault.js'

type Wanted = NonNullable<ParsedSetup['environments']>[string]

const environmentSchema = z.object({
  protection_rules: z.optional(
    z.array(
      z.object({
        type: z.string(),
        wait_timer: z.optional(z.number()),
        prevent_self_review: z.optional(z.boolean()),
        reviewers: z.optional(
          z.array(z.object({ type: z.enum(['User', 'Team']), reviewer: z.object({ id: z.number() }) })),
        ),
      }),
    ),
  ),
  deployment_branch_policy: z.optional(
    z.nullable(z.object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })),
  ),
})
const policySchema = z.object({ name: z.optional(z.string()), type: z.optional(z.string()) })
const policiesSchema = z.object({ total_count: z.number(), branch_policies: z.array(policySchema) })

/** What the request that makes or changes an environment takes: all of it, since what is missing goes back to its default. */
interface State {
  readonly wait_timer: number
  readonly prevent_self_review: boolean
  readonly reviewers: readonly Reviewer[]
  readonly deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null
}

/** Environments with those who approve, and with their secrets and variables. */
export function environments({ environments: wanted = {} }: ParsedSetup): Setting[] {
  return Object.entries(wanted).flatMap(([name, options]) => {
    const place: VaultPlace = {
      path: `/environments/${encodeURIComponent(name)}`,
      kind: 'environment-',
      prefix: `${name}/`,
      option: `github.setup.environments.${name}`,
      whose: name,
    }
    const all = [environment(name, options), secrets(place, options.secrets), variables(place, options.variables)]
    return all.flatMap((one) => one ?? [])
  })
}

function environment(name: string, wanted: Wanted): Setting {
  const { reviewers = [], branches = [] } = wanted
  const patterns = branches === 'protected' ? [] : branches
  return {
    phase: 'before-commit',
    line: lineOf(name, wanted),
    option: `github.setup.environments.${name}`,
    requests: { least: 1, most: 3 + reviewers.length + 2 * patterns.length },
    permission: 'Administration',
    also: reviewers.some((one) => one.includes('/')) ? [teamsRight] : [],
    async *apply(place) {
      const { api, context, fullName } = place
      const path = `/repos/${fullName}/environments/${encodeURIComponent(name)}`
      const known = await readState(place, path, name)
      const state = await wantedState(place, wanted, known ?? initial)
      const isSame = known !== undefined && canonical(known) === canonical(state)
      if (!isSame) {
        const purpose = known ? `change the environment ${name}` : `create the environment ${name}`
        await api.send(context, { purpose, method: 'PUT', path, json: state })
      }
      const added = patterns.length > 0 && (await addPatterns(place, `${path}/deployment-branch-policies`, patterns))
      yield changeOf('environment', name, known === undefined ? 'created' : isSame && !added ? 'unchanged' : 'changed')
    },
  }
}

const teamsRight: Right = {
  scopes: ['read:org', 'write:org', 'admin:org'],
  permission: 'Members',
  access: 'read',
  purpose: 'find the teams that approve deployments',
}

const initial: State = { wait_timer: 0, prevent_self_review: false, reviewers: [], deployment_branch_policy: null }

function lineOf(name: string, { reviewers = [], waitTimer = 0, branches }: Wanted): string {
  const rules = [
    ...(reviewers.length > 0 ? [`approved by ${reviewers.join(' or ')}`] : []),
    ...(waitTimer > 0 ? [`after ${waitTimer} minutes`] : []),
    ...(branches === undefined
      ? []
      : [`from ${branches === 'protected' ? 'protected branches' : branches.join(', ')}`]),
  ]
  return [`makes the environment ${name}`, ...rules].join(', ')
}

async function readState({ api, context }: Place, path: string, name: string): Promise<State | undefined> {
  const purpose = `read the environment ${name}`
  const answer = await api.ask(context, environmentSchema, { purpose, path, accept: [404] })
  if ('other' in answer) return undefined
  const { protection_rules: rules = [], deployment_branch_policy: policy = null } = answer.value
  const review = rules.find(({ type }) => type === 'required_reviewers')
  return {
    wait_timer: rules.find(({ type }) => type === 'wait_timer')?.wait_timer ?? 0,
    prevent_self_review: review?.prevent_self_review ?? false,
    reviewers: (review?.reviewers ?? []).map(({ type, reviewer }) => ({ type, id: reviewer.id })),
    deployment_branch_policy: policy,
  }
}

async function wantedState(place: Place, wanted: Wanted, known: State): Promise<State> {
  const { waitTimer, preventSelfReview, reviewers, branches } = wanted
  const isProtected = branches === 'protected'
  return {
    wait_timer: waitTimer ?? known.wait_timer,
    prevent_self_review: preventSelfReview ?? known.prevent_self_review,
    reviewers: reviewers ? await Promise.all(reviewers.map((name) => resolveReviewer(place, name))) : known.reviewers,
    deployment_branch_policy:
      branches === undefined
        ? known.deployment_branch_policy
        : { protected_branches: isProtected, custom_branch_policies: !isProtected },
  }
}

/** One text for states that are the same. Without reviewers, GitHub does not keep whether they may approve their own. */
function canonical({ wait_timer, prevent_self_review, reviewers, deployment_branch_policy: policy }: State): string {
  const ids = reviewers.map(({ type, id }) => `${type} ${id}`).sort()
  const branches = policy && [policy.protected_branches, policy.custom_branch_policies]
  return JSON.stringify([wait_timer, ids.length > 0 && prevent_self_review, ids, branches])
}

/** Adds the patterns that are not there; the others stay. @returns whether there was one to add. */
async function addPatterns(place: Place, path: string, patterns: readonly string[]): Promise<boolean> {
  const { api, context } = place
  const purpose = 'read the branches of the environment'
  const read = () =>
    readAll(place, { purpose, path }, policiesSchema, ({ branch_policies: items, total_count: total }) => {
      return { items, total }
    })
  const known = await read()
  const has = (policies: Awaited<ReturnType<typeof read>>, pattern: string) =>
    policies.some(({ name, type = 'branch' }) => name === pattern && type === 'branch')
  const lacking = patterns.filter((pattern) => !has(known, pattern))
  for (const name of lacking) {
    const purpose = `let ${name} deploy to the environment`
    await createOrAdopt<true>({
      context,
      provider: 'github',
      purpose,
      again: false,
      async create() {
        // 303 is GitHub's word for one that is there.
        await api.send(context, { purpose, method: 'POST', path, json: { name, type: 'branch' }, accept: [303] })
        return true
      },
      find: async () => has(await read(), name) || undefined,
    })
  }
  return lacking.length > 0
}
