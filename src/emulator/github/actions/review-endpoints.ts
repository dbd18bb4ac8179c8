import { accountReply } from '../account-replies.js'
import { type Call, callerOf, type Endpoints, repositoryOf } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { GithubProblem } from '../problem.js'
import { githubTime } from '../read-git.js'
import { deploymentReply } from '../settings/deployment-endpoints.js'
import { nodeId } from '../settings/settings-call.js'
import { endpoint, operatedRepositoryOf, runOf } from './actions-call.js'
import type { ProtectedEnvironment } from './job-world.js'
import type { RunRecord, Waiting } from './state.js'

/** Jobs that wait until someone lets them deploy. */
export const reviewEndpoints: Endpoints = {
  'actions/get-pending-deployments-for-run': endpoint(
    'workflow-runs#get-pending-deployments-for-a-workflow-run',
    async (call) => {
      const run = runOf(call, repositoryOf(call))
      return { status: 200, body: pendingOf(call, run).map((one) => pendingReply(call, run, one)) }
    },
  ),
  'actions/review-pending-deployments-for-run': endpoint(
    'workflow-runs#review-pending-deployments-for-a-workflow-run',
    review,
    true,
  ),
}

interface Pending {
  readonly environment: ProtectedEnvironment
  readonly waiting: Waiting
}

function pendingOf({ actions }: Call, run: RunRecord): Pending[] {
  const found = new Map<string, Pending>()
  for (const { waiting } of actions.waiting(run)) {
    if (!waiting) continue
    const environment = actions.settings.environment(run.repository, waiting.environment)
    found.set(environment.name, { environment, waiting })
  }
  return [...found.values()]
}

function pendingReply(call: Call, run: RunRecord, { environment, waiting }: Pending): Record<string, unknown> {
  const urls = call.urls()
  const path = `${run.repository.owner.login}/${run.repository.name}`
  const { id, name, waitTimer, reviewers } = environment
  return {
    environment: {
      id,
      node_id: nodeId('EN', id),
      name,
      url: `${urls.api}/repos/${path}/environments/${encodeURIComponent(name)}`,
      html_url: `${urls.web}/${path}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    },
    wait_timer: waitTimer,
    wait_timer_started_at: waitTimer > 0 ? githubTime(waiting.since) : null,
    current_user_can_approve: mayReview(call, run, environment),
    reviewers: reviewers.map((reviewer) => ({ type: 'User', reviewer: accountReply(reviewer, urls) })),
  }
}

function mayReview(
  { credential }: Call,
  run: RunRecord,
  { reviewers, preventSelfReview }: ProtectedEnvironment,
): boolean {
  const user = credential?.user
  return user !== undefined && reviewers.includes(user) && !(preventSelfReview && run.actor === user)
}

async function review(call: Call): Promise<Answer> {
  const repository = operatedRepositoryOf(call)
  const run = runOf(call, repository)
  const { user } = callerOf(call)
  const { environment_ids, state, comment } = call.body
  const ids = environment_ids as number[]
  const open = pendingOf(call, run).filter(({ waiting }) => !waiting.approved)
  const chosen = open.filter(({ environment }) => ids.includes(environment.id))
  if (chosen.length === 0 || chosen.length < new Set(ids).size) {
    throw new GithubProblem(422, 'No pending deployment requests to approve or reject')
  }
  if (chosen.some(({ environment }) => !mayReview(call, run, environment))) {
    throw new GithubProblem(422, 'User is not a required reviewer of the environment')
  }
  const deployments = chosen.flatMap(({ environment }) =>
    repository.setup.deployments.filter((one) => one.environment === environment.name && one.sha === run.sha).slice(-1),
  )
  for (const { environment } of chosen) {
    const said = { state: state as 'approved' | 'rejected', comment: String(comment), user }
    call.actions.state.reviews.push({ run, environment: environment.name, ...said })
    call.actions.review(run, environment.name, state === 'approved')
  }
  return { status: 200, body: deployments.map((one) => deploymentReply(call, repository, one)) }
}
