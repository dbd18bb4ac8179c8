import type { EventBody } from '../spec/event.js'
import type { HostApproval, HostJob, HostJobStep, HostRun } from '../spec/host-build.js'

/** A build on the git host's own machines, as a page shows it. */
export interface RunState extends HostRun {
  /** As people know what runs it: `GitHub Actions`. */
  readonly host: string
  readonly jobs: readonly (HostJob & { readonly steps: readonly HostJobStep[] })[]
  /** What it waits for; `null` where it does not wait. */
  readonly approval: HostApproval | null
}

type RunEvent = Extract<EventBody, { type: 'run-start' | 'run-job' | 'run-step' | 'approval-wait' | 'approval-end' }>

/** The build after one more of its events. One that is started anew begins without jobs. */
export function reduceRun(run: RunState | null, event: RunEvent): RunState | null {
  if (event.type === 'run-start') {
    const isSame = run?.id === event.run.id && run.attempt === event.run.attempt
    return { ...event.run, host: event.host, jobs: isSame ? run.jobs : [], approval: null }
  }
  if (!run) return run
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
