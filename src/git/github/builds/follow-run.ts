import { RequestError } from '../../../errors/request-error.js'
import type { Context } from '../../../spec/context.js'
import type { HostBuildInput, HostBuildOutcome, HostJob, HostRun, HostTimes } from '../../../spec/host-build.js'
import { poll } from '../../../toolkit/poll.js'
import { type Approvals, createApprovals } from './approvals.js'
import { readRun } from './begin-run.js'
import { createJobLogs } from './job-log.js'
import { type BuildTools, type Job, jobsSchema, type Run, type Times } from './replies.js'
import { keepStep } from './workflow-file.js'

/** Milliseconds that a run is followed: a machine may be long in coming, and a reviewer longer. */
export const followLimit: number = 24 * 60 * 60_000
const ended = 'completed'
const notBegun: readonly string[] = ['queued', 'pending', 'waiting', 'requested']

/** Follows a run to its end: its jobs and steps are told as they change, and what it waits for. */
export async function followRun(
  tools: BuildTools,
  begun: { readonly fullName: string; readonly run: Run },
  { onApproval }: Pick<HostBuildInput, 'onApproval'>,
  context: Context,
): Promise<HostBuildOutcome> {
  const { fullName, run } = begun
  const { clock, signal } = context
  const approvals = createApprovals(tools, begun, onApproval, context)
  const teller = createTeller(context)
  const logs = createJobLogs(tools, fullName, context)
  const lines = new Map<number, readonly string[]>()
  let jobs: readonly Job[] = []
  const last = await poll<Run>({
    ...{ clock, signal, timeLimit: followLimit, first: 500, most: 8000 },
    async ask() {
      const now = (await readRun(tools, fullName, run.id, context)) ?? gone(run)
      await approvals.look(now.status === 'waiting')
      if (now.status === 'queued') return now
      jobs = await readJobs(tools, fullName, run.id, context)
      teller.tell(String(run.id), jobs)
      for (const job of jobs) {
        if (job.status !== ended || job.conclusion === 'skipped' || lines.has(job.id) || job.steps.length === 0)
          continue
        lines.set(job.id, await logs.tell(job))
      }
      return now
    },
    done: ({ status }) => status === ended,
    key: () => teller.key,
    expired: () => stillWaiting(run),
  })
  return outcomeOf(fullName, last, { jobs, lines, approvals })
}

/** A run as it is told and kept. */
export function hostRunOf(repository: string, { id, run_attempt: attempt, html_url: url }: Run): HostRun {
  return { id: String(id), repository, attempt, url }
}

async function readJobs({ api }: BuildTools, fullName: string, run: number, context: Context): Promise<readonly Job[]> {
  const path = `/repos/${fullName}/actions/runs/${run}/jobs?per_page=100`
  return (await api.json(context, jobsSchema, { purpose: 'tell how far the build is', path })).jobs
}

/** Tells what has changed since it told last. */
function createTeller(context: Context) {
  const known = new Map<string, string>()
  const isNew = (key: string, value: string): boolean => {
    const changed = known.get(key) !== value
    known.set(key, value)
    return changed
  }
  return {
    /** Another one whenever something has changed. */
    get key() {
      return JSON.stringify([...known])
    },
    tell(run: string, jobs: readonly Job[]): void {
      for (const job of jobs) {
        const { name, status: state, conclusion, html_url: url } = job
        const told: HostJob = { id: String(job.id), name, state, conclusion, url, ...timesOf(job) }
        if (isNew(told.id, `${state} ${conclusion}`)) context.report({ type: 'run-job', run, job: told })
        for (const step of job.steps) {
          const { number, name, status, conclusion } = step
          if (notBegun.includes(status) || !isNew(`${told.id} ${number}`, `${status} ${conclusion}`)) continue
          const jobStep = { job: told.id, number, name, state: status, conclusion, ...timesOf(step) }
          context.report({ type: 'run-step', run, jobStep })
        }
      }
      const steps = jobs.flatMap((job) => job.steps)
      const done = steps.filter(({ status }) => status === ended).length
      if (steps.length > 0 && isNew('progress', `${done} ${steps.length}`))
        context.progress(done, steps.length, 'steps')
    },
  }
}

/** GitHub says of a job that waits for a machine when it was made. */
function timesOf(part: Times & { readonly status: string }): HostTimes {
  const isBegun = !notBegun.includes(part.status)
  const timeOf = (text: string | null | undefined) => (text == null ? null : Date.parse(text))
  return { startedAt: isBegun ? timeOf(part.started_at) : null, endedAt: timeOf(part.completed_at) }
}

function outcomeOf(
  fullName: string,
  run: Run,
  {
    jobs,
    lines,
    approvals,
  }: {
    readonly jobs: readonly Job[]
    readonly lines: ReadonlyMap<number, readonly string[]>
    readonly approvals: Approvals
  },
): HostBuildOutcome {
  const job = jobs.find(({ conclusion }) => conclusion !== 'success' && conclusion !== 'skipped')
  const step = job?.steps.find(({ conclusion }) => conclusion === 'failure' || conclusion === 'timed_out')
  const log = (job && lines.get(job.id)) ?? []
  // A job that nobody lets go on ends without a step.
  const isRejected = approvals.rejected || (approvals.waited && job?.steps.length === 0)
  const place = { job: job?.name ?? null, step: step?.name ?? null, log }
  return { run: hostRunOf(fullName, run), result: resultOf(run, isRejected, step), ...place }
}

function resultOf(
  { conclusion }: Run,
  isRejected: boolean,
  step: Job['steps'][number] | undefined,
): HostBuildOutcome['result'] {
  if (conclusion === 'success') return 'success'
  if (conclusion === 'cancelled') return 'canceled'
  if (conclusion === 'timed_out' || step?.conclusion === 'timed_out') return 'timeout'
  if (conclusion === 'action_required') return 'blocked'
  if (isRejected) return 'rejected'
  return step?.name === keepStep ? 'empty' : 'failure'
}

function gone({ html_url: url }: Run): never {
  throw new RequestError({
    code: 'run-gone',
    message: `The run ${url} is no longer there: somebody has deleted it.`,
    hint: 'Resume the deployment: the build is started anew.',
    details: { url },
  })
}

function stillWaiting({ html_url: url }: Run): RequestError {
  return new RequestError({
    code: 'run-timeout',
    message: `The run ${url} has not ended within ${followLimit / 3_600_000} hours.`,
    hint: 'Look at its page. Resume the deployment to go on following it.',
    retryable: true,
    details: { url },
  })
}
