import type { EventBody, EventStamp } from '../spec/event.js'
import type { HostApproval, HostJob, HostJobStep, HostRun } from '../spec/host-build.js'

/** A run on the git host's own machines, as a page shows it: it builds, or it publishes. */
export interface RunState extends HostRun {
  /** Id of the step that it belongs to. */
  readonly step: string
  /** As people know what runs it: `GitHub Actions`. */
  readonly host: string
  /** As they were told last; where nobody follows the run any more, that need not be their end. */
  readonly jobs: readonly (HostJob & { readonly steps: readonly HostJobStep[] })[]
  /** What it waits for; `null` where it does not wait, or nobody follows it any more. */
  readonly approval: HostApproval | null
  /** Whether its step follows it; `false` from the end of the step on. */
  readonly followed: boolean
}

/** What is told of a run, with the step that tells it. */
export type RunEvent = Pick<EventStamp, 'step'> &
  Extract<EventBody, { type: 'run-start' | 'run-job' | 'run-step' | 'approval-wait' | 'approval-end' }>

/** The runs after one more of their events: the last one of each step, in the order in which the steps began theirs. */
export function reduceRuns(runs: readonly RunState[], event: RunEvent): readonly RunState[] {
  const { step } = event
  const known = runs.find((run) => run.step === step)
  if (event.type !== 'run-start') {
    const id = event.type === 'approval-wait' ? event.approval.run : event.run
    return runs.map((run) => (run === known && run.id === id ? changed(run, event) : run))
  }
  if (step === null) return runs
  // One that is begun anew has no jobs yet.
  const isSame = known?.id === event.run.id && known.attempt === event.run.attempt
  const { host } = event
  const begun = { ...event.run, step, host, jobs: isSame ? known.jobs : [], approval: null, followed: true }
  return known ? runs.map((run) => (run === known ? begun : run)) : [...runs, begun]
}

/**
 * The runs when nobody follows them any more: what one of them waits for is not known from then on.
 * @param step The step that has ended; all of them where there is none.
 */
export function leaveRuns(runs: readonly RunState[], step?: string | null): readonly RunState[] {
  const isLeft = (run: RunState) => run.followed && (step === undefined || run.step === step)
  return runs.some(isLeft) ? runs.map((run) => (isLeft(run) ? { ...run, approval: null, followed: false } : run)) : runs
}

/** Whether a run has ended, as far as was told. */
export function isOver({ jobs }: RunState): boolean {
  return jobs.length > 0 && jobs.every(({ conclusion }) => conclusion !== null)
}

function changed(run: RunState, event: Exclude<RunEvent, { type: 'run-start' }>): RunState {
  switch (event.type) {
    case 'run-job': {
      const known = run.jobs.find(({ id }) => id === event.job.id)
      const job = { steps: known?.steps ?? [], ...event.job }
      return { ...run, jobs: known ? run.jobs.map((one) => (one === known ? job : one)) : [...run.jobs, job] }
    }
    case 'run-step': {
      const { jobStep: step } = event
      const withStep = (steps: readonly HostJobStep[]) =>
        [...steps.filter(({ number }) => number !== step.number), step].sort((one, other) => one.number - other.number)
      return {
        ...run,
        jobs: run.jobs.map((job) => (job.id === step.job ? { ...job, steps: withStep(job.steps) } : job)),
      }
    }
    case 'approval-wait':
      return { ...run, approval: event.approval }
    case 'approval-end':
      return { ...run, approval: null }
  }
}
