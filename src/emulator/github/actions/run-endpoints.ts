import { zip } from '../../runtime/zip.js'
import { type Call, callerOf, type Endpoints, repositoryOf } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { pageOf } from '../paging.js'
import { GithubProblem, notFound } from '../problem.js'
import { defaultBranch } from '../repositories.js'
import { endpoint, operatedRepositoryOf, runOf } from './actions-call.js'
import { jobReply, runReply } from './replies.js'
import type { JobRecord } from './state.js'

/** Runs and their jobs: read, stopped and started again. */
export const runEndpoints: Endpoints = {
  'actions/get-workflow-run': endpoint('workflow-runs#get-a-workflow-run', async (call) => {
    const repository = repositoryOf(call)
    return { status: 200, body: runReply(runOf(call, repository), call.urls(), await defaultBranch(repository)) }
  }),
  'actions/list-jobs-for-workflow-run': endpoint('workflow-jobs#list-jobs-for-a-workflow-run', async (call) => {
    const run = runOf(call, repositoryOf(call))
    const all = call.query.get('filter') === 'all'
    const jobs = run.jobs.filter((job) => all || job.attempt === run.attempt)
    const { items, headers } = pageOf(call, jobs)
    const body = { total_count: jobs.length, jobs: items.map((job) => jobReply(job, call.urls())) }
    return { status: 200, body, headers }
  }),
  'actions/get-job-for-workflow-run': endpoint('workflow-jobs#get-a-job-for-a-workflow-run', async (call) => {
    return { status: 200, body: jobReply(jobOf(call), call.urls()) }
  }),
  'actions/download-job-logs-for-workflow-run': endpoint(
    'workflow-jobs#download-job-logs-for-a-workflow-run',
    async (call) => {
      const job = jobOf(call)
      // There is nothing to read before the job has ended, which GitHub calls not found.
      if (job.status !== 'completed') throw notFound()
      const bytes = new TextEncoder().encode(job.log.text)
      return redirect(call, { bytes, type: 'text/plain; charset=utf-8', name: `job-logs.txt` })
    },
  ),
  'actions/download-workflow-run-logs': endpoint('workflow-runs#download-workflow-run-logs', async (call) => {
    const run = runOf(call, repositoryOf(call))
    if (run.status !== 'completed') throw notFound()
    const jobs = run.jobs.filter((job) => job.attempt === run.attempt)
    const entries = jobs.map((job, index) => {
      const name = `${index}_${job.name.replace(/[/\\:*?"<>|]/g, '')}.txt`
      return { name, content: Buffer.from(job.log.text), mode: 0o100644 }
    })
    return redirect(call, { bytes: new Uint8Array(zip(entries)), type: 'application/zip', name: `logs_${run.id}.zip` })
  }),
  'actions/cancel-workflow-run': endpoint(
    'workflow-runs#cancel-a-workflow-run',
    async (call) => cancel(call, false),
    true,
  ),
  'actions/force-cancel-workflow-run': endpoint(
    'workflow-runs#force-cancel-a-workflow-run',
    async (call) => cancel(call, true),
    true,
  ),
  'actions/re-run-workflow': endpoint('workflow-runs#re-run-a-workflow', async (call) => rerun(call, false), true),
  'actions/re-run-workflow-failed-jobs': endpoint(
    'workflow-runs#re-run-failed-jobs-from-a-workflow-run',
    async (call) => rerun(call, true),
    true,
  ),
  'actions/get-github-actions-permissions-repository': endpoint(
    'permissions#get-github-actions-permissions-for-a-repository',
    async (call) => {
      operatedRepositoryOf(call)
      return { status: 200, body: { enabled: true, allowed_actions: 'all', sha_pinning_required: false } }
    },
  ),
}

/** Sends the caller to where something can be fetched for a minute. */
export function redirect(call: Call, download: Parameters<Call['downloads']['offer']>[0]): Answer {
  return { status: 302, body: undefined, headers: { Location: call.downloads.offer(download) } }
}

function jobOf(call: Call): JobRecord {
  const repository = repositoryOf(call)
  const jobs = call.actions.state.runs.filter((run) => run.repository === repository).flatMap((run) => run.jobs)
  const found = jobs.find((job) => String(job.id) === call.parameters.job_id)
  if (!found) throw notFound()
  return found
}

function cancel(call: Call, forced: boolean): Answer {
  const run = runOf(call, operatedRepositoryOf(call))
  if (run.status === 'completed') {
    throw new GithubProblem(409, 'Cannot cancel a workflow run that is completed.')
  }
  call.actions.cancel(run, forced)
  return { status: 202, body: {} }
}

function rerun(call: Call, failedOnly: boolean): Answer {
  const run = runOf(call, operatedRepositoryOf(call))
  if (run.status !== 'completed') throw new GithubProblem(403, 'This workflow is already running')
  if (!run.definition)
    throw new GithubProblem(403, 'Unable to retry this workflow run because it was created by an invalid file')
  if (failedOnly && run.conclusion === 'success') {
    throw new GithubProblem(403, 'This workflow run has no failed jobs to re-run')
  }
  call.actions.rerun(run, callerOf(call).user, failedOnly)
  return { status: 201, body: {} }
}
