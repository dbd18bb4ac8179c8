import type { Status } from './expressions/evaluate.js'
import type { Value } from './expressions/values.js'
import type { Conclusion, JobRecord, RunRecord } from './state.js'
import type { Workflow } from './workflow.js'

/** All jobs that come of one job of the file: several where it has a matrix. */
export interface JobGroup {
  /** `null` until all of them have ended. */
  result: Conclusion | null
  /** Those of the job; of a matrix, whichever was last to set one. */
  outputs: Readonly<Record<string, string>>
  jobs: JobRecord[]
}

/** How a job that has not ended is stopped. */
export interface JobControl {
  readonly cancelled: AbortController
  readonly forced: AbortController
}

/** An attempt to carry out a run. */
export interface Attempt {
  readonly run: RunRecord
  readonly workflow: Workflow
  readonly groups: Map<string, JobGroup>
  readonly controls: Map<JobRecord, JobControl>
  /** What goes on when a job that waits for its environment may begin, or must not. */
  readonly gates: Map<JobRecord, (approved: boolean) => void>
  /** Aborted when it is cancelled. */
  readonly stop: AbortController
  cancelled: boolean
  forced: boolean
}

/** An attempt that has not begun. */
export function createAttempt(run: RunRecord, workflow: Workflow): Attempt {
  const maps = { groups: new Map(), controls: new Map(), gates: new Map() }
  return { run, workflow, ...maps, stop: new AbortController(), cancelled: false, forced: false }
}

/** All that a job needs, and all that those need. */
export function ancestorsOf({ jobs }: Workflow, key: string): Set<string> {
  const found = new Set<string>()
  const visit = (one: string): void => {
    for (const needed of jobs[one]?.needs ?? []) {
      if (!found.has(needed)) visit(needed)
      found.add(needed)
    }
  }
  visit(key)
  return found
}

/** `success()` and its kin for a job: every ancestor counts, not only what it names itself. */
export function statusFor({ workflow, groups, cancelled }: Attempt, key: string): Status {
  const results = [...ancestorsOf(workflow, key)].map((one) => groups.get(one)?.result)
  return {
    success: !cancelled && results.every((result) => result === 'success'),
    failure: !cancelled && results.includes('failure'),
    cancelled,
  }
}

/** The context `needs` of a job. */
export function needsOf({ workflow, groups }: Attempt, key: string): Value {
  const entries = (workflow.jobs[key]?.needs ?? []).map((needed): [string, Value] => {
    const { result = null, outputs = {} } = groups.get(needed) ?? {}
    return [needed, { result, outputs }]
  })
  return Object.fromEntries(entries)
}

/** What comes of several jobs together. */
export function combineResults(results: readonly Conclusion[]): Conclusion {
  if (results.includes('failure')) return 'failure'
  if (results.includes('cancelled')) return 'cancelled'
  return results.length > 0 && results.every((one) => one === 'skipped') ? 'skipped' : 'success'
}

/** How far the run is, by its jobs. */
export function statusOf({ run, groups }: Attempt): RunRecord['status'] {
  const open = run.jobs.filter((job) => job.attempt === run.attempt && job.status !== 'completed')
  const has = (status: RunRecord['status']): boolean => open.some((job) => job.status === status)
  if (has('in_progress')) return 'in_progress'
  if (has('queued')) return [...groups.values()].some((group) => group.result !== null) ? 'in_progress' : 'queued'
  if (has('waiting')) return 'waiting'
  return has('pending') ? 'pending' : 'in_progress'
}
