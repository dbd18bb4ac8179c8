import * as z from 'zod/mini'
import { createOrAdopt } from '../../../toolkit/create-or-adopt.js'
import { readAll } from './read-all.js'
import { changeOf, type Place, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'

type Wanted = NonNullable<ParsedSetup['protection']>

const briefSchema = z.object({ id: z.number(), name: z.string(), source_type: z.optional(z.string()) })
const ruleSchema = z.object({ type: z.string(), parameters: z.optional(z.record(z.string(), z.unknown())) })
const rulesetSchema = z.object({
  id: z.number(),
  enforcement: z.string(),
  conditions: z.optional(z.nullable(z.object({ ref_name: z.optional(z.object({ include: z.array(z.string()) })) }))),
  rules: z.optional(z.array(ruleSchema)),
  bypass_actors: z.optional(z.array(z.object({ actor_id: z.nullish(z.number()), actor_type: z.string() }))),
})
type Ruleset = z.infer<typeof rulesetSchema>
type Rule = z.infer<typeof ruleSchema>

/**
 * Protects a branch by a ruleset of its own, `Tabship: <branch>`. Not by the classic protection, of which a branch has one, that a
 * request replaces as a whole: a ruleset stands beside whatever others have set, says whether administrators may bypass it, and
 * is found again by its name.
 */
export function protection({ protection: wanted }: ParsedSetup): Setting | undefined {
  if (wanted === undefined) return undefined
  const branch = wanted.branch ?? 'the default branch'
  const name = `Tabship: ${branch}`
  return {
    phase: 'after-commit',
    line: `protects ${branch}${wanted.reviews === undefined ? '' : `: ${reviewsOf(wanted.reviews)}`}`,
    option: 'github.setup.protection',
    requests: { least: 1, most: 4 },
    permission: 'Administration',
    async *apply(place) {
      const ruleset = rulesetOf(name, wanted)
      const known = await readRuleset(place, name)
      if (known) {
        const isSame = holds(known, ruleset)
        if (!isSame) await change(place, known.id, ruleset)
        yield changeOf('protection', branch, isSame ? 'unchanged' : 'changed')
        return
      }
      const purpose = `protect ${branch} of ${place.fullName}`
      const { api, context, fullName } = place
      const request = { purpose, method: 'POST', path: `/repos/${fullName}/rulesets`, json: ruleset } as const
      const { made } = await createOrAdopt({
        context,
        provider: 'github',
        purpose,
        again: false,
        create: () => api.json(context, rulesetSchema, request),
        find: () => readRuleset(place, name),
      })
      if (!holds(made, ruleset)) await change(place, made.id, ruleset)
      yield changeOf('protection', branch, 'created')
    },
  }
}

function reviewsOf(reviews: number): string {
  return reviews === 0
    ? 'by pull requests only'
    : `by pull requests with ${reviews} ${reviews === 1 ? 'review' : 'reviews'}`
}

async function readRuleset(place: Place, name: string): Promise<Ruleset | undefined> {
  const { api, context, fullName } = place
  const path = `/repos/${fullName}/rulesets`
  const request = { purpose: `list the rulesets of ${fullName}`, path: `${path}?includes_parents=false` }
  const all = await readAll(place, request, z.array(briefSchema), (items) => ({ items }))
  const found = all.find((one) => one.name === name && (one.source_type ?? 'Repository') === 'Repository')
  if (!found) return undefined
  const purpose = `read the ruleset of ${fullName}`
  return api.json(context, rulesetSchema, { purpose, path: `${path}/${found.id}` })
}

function change({ api, context, fullName }: Place, id: number, json: object): Promise<unknown> {
  const path = `/repos/${fullName}/rulesets/${id}`
  return api.send(context, { purpose: `change the ruleset of ${fullName}`, method: 'PUT', path, json })
}

function rulesetOf(name: string, wanted: Wanted) {
  const { branch, bypass } = wanted
  // Role 5 is the one of administrators (GitHub's REST contract, `actor_id`).
  const administrators = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }
  return {
    name,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: bypass === 'administrators' ? [administrators] : [],
    conditions: {
      ref_name: { include: [branch === undefined ? '~DEFAULT_BRANCH' : `refs/heads/${branch}`], exclude: [] },
    },
    rules: rulesOf(wanted),
  }
}

function rulesOf({ reviews, checks, allowForcePushes, allowDeletion }: Wanted): Rule[] {
  const review = {
    required_approving_review_count: reviews,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  }
  const status = {
    strict_required_status_checks_policy: false,
    required_status_checks: checks.map((context) => ({ context })),
  }
  return [
    ...(allowDeletion ? [] : [{ type: 'deletion' }]),
    ...(allowForcePushes ? [] : [{ type: 'non_fast_forward' }]),
    ...(reviews === undefined ? [] : [{ type: 'pull_request', parameters: review }]),
    ...(checks.length === 0 ? [] : [{ type: 'required_status_checks', parameters: status }]),
  ]
}

/** Whether the ruleset that is there says all that is wanted. Parameters that GitHub fills in, or that others added, don't count. */
function holds(known: Ruleset, wanted: ReturnType<typeof rulesetOf>): boolean {
  const { enforcement, conditions, rules = [], bypass_actors: actors = [] } = known
  const roles = (list: readonly { actor_type: string; actor_id?: number | null | undefined }[]) =>
    list
      .map((one) => `${one.actor_type} ${one.actor_id}`)
      .sort()
      .join()
  return (
    enforcement === 'active' &&
    contains(conditions?.ref_name?.include ?? [], wanted.conditions.ref_name.include) &&
    roles(actors) === roles(wanted.bypass_actors) &&
    rules.length === wanted.rules.length &&
    wanted.rules.every((rule) => rules.some((one) => contains(one, rule)))
  )
}

function contains(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(value) && value.length === wanted.length && wanted.every((one, at) => contains(value[at], one))
  }
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  const members = (value ?? {}) as Record<string, unknown>
  return Object.entries(wanted).every(([name, member]) => contains(members[name], member))
}
