import { accountReply } from '../account-replies.js'
import type { Call, Endpoint, Endpoints } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { roleOf } from '../permissions.js'
import { GithubProblem, notFound } from '../problem.js'
import { githubTime } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import { createVault, type EmulatedEnvironment, type EnvironmentReviewer } from './repository-setup.js'
import { administered, apiOf, invalid, nodeId, paged } from './settings-call.js'
import { teamReply } from './team-endpoints.js'

/** Environments: who has to approve what is deployed to them, when, and from which branches. */
export const environmentEndpoints: Endpoints = {
  'repos/get-all-environments': endpoint('list-environments', async (call) => {
    const repository = administered(call, 'push')
    const all = [...repository.setup.environments.values()]
    const body = (page: EmulatedEnvironment[]) => ({
      total_count: all.length,
      environments: page.map((one) => reply(call, repository, one)),
    })
    return paged(call, all, body)
  }),
  'repos/get-environment': endpoint('get-an-environment', async (call) => {
    const repository = administered(call, 'push')
    return { status: 200, body: reply(call, repository, environmentOf(call, repository)) }
  }),
  'repos/create-or-update-environment': endpoint('create-or-update-an-environment', putEnvironment),
  'repos/delete-an-environment': endpoint('delete-an-environment', async (call) => {
    const repository = administered(call)
    repository.setup.environments.delete(environmentOf(call, repository).name.toLowerCase())
    return { status: 204, body: undefined }
  }),
  'repos/list-deployment-branch-policies': endpoint('list-deployment-branch-policies', async (call) => {
    const { branchPolicies } = environmentOf(call, administered(call, 'push'))
    const body = (page: EmulatedEnvironment['branchPolicies']) => ({
      total_count: branchPolicies.length,
      branch_policies: page.map((one) => ({ ...one, node_id: nodeId('GBP', one.id) })),
    })
    return paged(call, branchPolicies, body)
  }),
  'repos/create-deployment-branch-policy': endpoint('create-a-deployment-branch-policy', async (call) => {
    const environment = environmentOf(call, administered(call))
    // Without custom policies there is no list to add to.
    if (environment.branches !== 'custom') throw notFound()
    const name = String(call.body.name)
    const type = call.body.type === 'tag' ? 'tag' : 'branch'
    const known = environment.branchPolicies.some((one) => one.name === name && one.type === type)
    if (known) return { status: 303, body: undefined }
    const made = { id: call.nextId(), name, type } as const
    environment.branchPolicies.push(made)
    return { status: 200, body: { ...made, node_id: nodeId('GBP', made.id) } }
  }),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `deployments/environments#${page}`, accepts: 'repo', signedIn: true, answer }
}

function environmentOf({ parameters }: Call, { setup }: EmulatedRepository): EmulatedEnvironment {
  const found = setup.environments.get((parameters.environment_name ?? '').toLowerCase())
  if (!found) throw notFound()
  return found
}

async function putEnvironment(call: Call): Promise<Answer> {
  const repository = administered(call)
  const { wait_timer: waitTimer = 0, prevent_self_review: preventSelfReview = false } = call.body
  const name = call.parameters.environment_name ?? ''
  // GitHub Docs, "Managing environments for deployment": 255 characters at most.
  if (name.length > 255) throw invalid('Environment', 'name', 'is too long (maximum is 255 characters)', 'invalid')
  if (Number(waitTimer) < 0 || Number(waitTimer) > 43_200) {
    throw invalid('Environment', 'wait_timer', 'must be between 0 and 43200', 'invalid')
  }
  const reviewers = reviewersOf(call, repository)
  if ((reviewers.length > 0 || Number(waitTimer) > 0) && repository.private && !repository.setup.paid) {
    const which = reviewers.length > 0 ? 'required reviewers' : 'wait timer'
    const message = `Failed to create the environment protection rule. Please ensure the billing plan supports the ${which} protection rule.`
    throw new GithubProblem(422, message)
  }
  const branches = branchesOf(call)
  const time = call.now()
  const { environments } = repository.setup
  const environment: EmulatedEnvironment = environments.get(name.toLowerCase()) ?? {
    ...createVault(),
    id: call.nextId(),
    name,
    createdAt: time,
    updatedAt: time,
    waitTimer: 0,
    preventSelfReview: false,
    reviewers: [],
    branches: null,
    branchPolicies: [],
  }
  // What is not said again goes back to its default: the request replaces the whole.
  const settings = { waitTimer: Number(waitTimer), preventSelfReview: preventSelfReview === true, reviewers, branches }
  Object.assign(environment, { ...settings, updatedAt: time })
  if (branches !== 'custom') environment.branchPolicies.length = 0
  environments.set(name.toLowerCase(), environment)
  return { status: 200, body: reply(call, repository, environment) }
}

function reviewersOf(call: Call, repository: EmulatedRepository): EnvironmentReviewer[] {
  const asked = (call.body.reviewers ?? []) as { type?: string; id?: number }[]
  if (asked.length > 6) throw invalid('Environment', 'reviewers', 'You can only add up to 6 reviewers', 'invalid')
  return asked.map(({ type, id }): EnvironmentReviewer => {
    if (type === 'Team') {
      const team = call.accounts.teams.find((one) => one.id === id && one.organization === repository.owner)
      if (team) return { type, reviewer: team }
    } else {
      const user = call.accounts.all.find((one) => one.id === id && one.kind === 'user')
      // A reviewer must be able to read the repository.
      if (user && roleOf(repository, user) !== 'none') return { type: 'User', reviewer: user }
    }
    throw invalid('Environment', 'reviewers', `Could not resolve to a reviewer with the id of ${id}`, 'invalid')
  })
}

function branchesOf({ body }: Call): EmulatedEnvironment['branches'] {
  const policy = (body.deployment_branch_policy ?? null) as Record<string, boolean> | null
  if (policy === null) return null
  if (policy.protected_branches === policy.custom_branch_policies) {
    const message = 'protected_branches and custom_branch_policies cannot have the same value'
    throw invalid('Environment', 'deployment_branch_policy', message, 'invalid')
  }
  return policy.protected_branches ? 'protected' : 'custom'
}

function reply(call: Call, repository: EmulatedRepository, one: EmulatedEnvironment): Record<string, unknown> {
  const urls = call.urls()
  const web = `${urls.web}/${repository.owner.login}/${repository.name}`
  const rule = (type: string, more: object) => ({ id: one.id, node_id: nodeId('GA', one.id), type, ...more })
  const reviewers = one.reviewers.map(({ type, reviewer }) => ({
    type,
    reviewer: 'slug' in reviewer ? teamReply(reviewer, urls) : accountReply(reviewer, urls),
  }))
  const policy = { protected_branches: one.branches === 'protected', custom_branch_policies: one.branches === 'custom' }
  return {
    id: one.id,
    node_id: nodeId('EN', one.id),
    name: one.name,
    url: `${apiOf(call, repository)}/environments/${encodeURIComponent(one.name)}`,
    html_url: `${web}/deployments/activity_log?environments_filter=${encodeURIComponent(one.name)}`,
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.updatedAt),
    protection_rules: [
      ...(one.waitTimer > 0 ? [rule('wait_timer', { wait_timer: one.waitTimer })] : []),
      ...(reviewers.length > 0
        ? [rule('required_reviewers', { prevent_self_review: one.preventSelfReview, reviewers })]
        : []),
      ...(one.branches ? [rule('branch_policy', {})] : []),
    ],
    deployment_branch_policy: one.branches ? policy : null,
  }
}
