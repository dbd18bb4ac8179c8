import type { Call, Endpoint, Endpoints } from '../endpoint.js'
import { GithubProblem } from '../problem.js'
import { readRef } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import type { BranchProtection } from './repository-setup.js'
import { administered, apiOf, invalid, requirePlan } from './settings-call.js'

/** The classic protection of branches, one branch at a time. */
export const protectionEndpoints: Endpoints = {
  'repos/get-branch-protection': endpoint('get-branch-protection', async (call) => {
    const repository = governed(call)
    const branch = await branchOf(call, repository)
    const protection = repository.setup.protections.get(branch)
    if (!protection) throw new GithubProblem(404, 'Branch not protected')
    return { status: 200, body: reply(call, repository, branch, protection) }
  }),
  'repos/update-branch-protection': endpoint('update-branch-protection', async (call) => {
    const repository = governed(call)
    const branch = await branchOf(call, repository)
    const { body } = call
    if (body.restrictions !== null && repository.owner.kind === 'user') {
      const message = 'Only organization repositories can have users and team restrictions'
      throw invalid('Protected Branch', 'restrictions', message)
    }
    const reviews = body.required_pull_request_reviews as Record<string, unknown> | null
    const count = Number(reviews?.required_approving_review_count ?? 1)
    if (count < 0 || count > 6)
      throw invalid('Protected Branch', 'required_approving_review_count', 'must be from 0 to 6', 'invalid')
    const protection: BranchProtection = {
      reviews: reviews && { ...reviews, required_approving_review_count: count },
      checks: body.required_status_checks as BranchProtection['checks'],
      enforceAdmins: body.enforce_admins === true,
      allowForcePushes: body.allow_force_pushes === true,
      allowDeletions: body.allow_deletions === true,
      linearHistory: body.required_linear_history === true,
      lockBranch: body.lock_branch === true,
    }
    repository.setup.protections.set(branch, protection)
    return { status: 200, body: reply(call, repository, branch, protection) }
  }),
  'repos/delete-branch-protection': endpoint('delete-branch-protection', async (call) => {
    const repository = governed(call)
    const branch = await branchOf(call, repository)
    if (!repository.setup.protections.delete(branch)) throw new GithubProblem(404, 'Branch not protected')
    return { status: 204, body: undefined }
  }),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `branches/branch-protection#${page}`, accepts: 'repo', signedIn: true, answer }
}

function governed(call: Call): EmulatedRepository {
  const repository = administered(call)
  requirePlan(repository)
  return repository
}

async function branchOf(call: Call, repository: EmulatedRepository): Promise<string> {
  const branch = call.parameters.branch ?? ''
  if (await readRef(call.git, repository, `refs/heads/${branch}`)) return branch
  throw new GithubProblem(404, 'Branch not found')
}

function reply(
  call: Call,
  repository: EmulatedRepository,
  branch: string,
  protection: BranchProtection,
): Record<string, unknown> {
  const url = `${apiOf(call, repository)}/branches/${encodeURIComponent(branch)}/protection`
  const { reviews, checks } = protection
  return {
    url,
    ...(checks && {
      required_status_checks: {
        url: `${url}/required_status_checks`,
        strict: checks.strict,
        contexts: checks.contexts,
        contexts_url: `${url}/required_status_checks/contexts`,
        checks: checks.contexts.map((context) => ({ context, app_id: null })),
      },
    }),
    ...(reviews && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: reviews.dismiss_stale_reviews === true,
        require_code_owner_reviews: reviews.require_code_owner_reviews === true,
        require_last_push_approval: reviews.require_last_push_approval === true,
        required_approving_review_count: reviews.required_approving_review_count,
      },
    }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.linearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: protection.lockBranch },
    allow_fork_syncing: { enabled: false },
  }
}
