import type { ErrorInfo } from '../spec/error.js'
import type { Plan, PlanStep } from '../spec/plan.js'

/** One step of a deployment as a page shows it. */
export interface StepState extends PlanStep {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'canceled'
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly progress: {
    readonly done: number
    readonly total: number
    readonly unit: 'files' | 'bytes' | 'requests' | 'steps'
  } | null
  /** The largest share that its progress has ever shown, from 0 to 1: a step may count twice, first files and then bytes. */
  readonly furthest: number
  /** What it came to, in one line. */
  readonly summary: string | null
  readonly error: ErrorInfo | null
}

/** What was under way when the tab was lost, or had failed, is to be done again. */
export function interrupted(step: StepState): StepState {
  return step.status === 'done' ? step : waiting(step)
}

/** A plan may be made again: steps that are known already keep their state, and those that only the last plan had go. */
export function planned(
  known: readonly StepState[],
  last: Plan | null,
  steps: readonly PlanStep[],
): readonly StepState[] {
  const now = new Set(steps.map(({ id }) => id))
  const gone = new Set((last?.steps ?? []).map(({ id }) => id).filter((id) => !now.has(id)))
  const kept = known.filter(({ id }) => !gone.has(id))
  const ids = new Set(kept.map(({ id }) => id))
  return [
    ...kept.map((step) => ({ ...step, ...steps.find(({ id }) => id === step.id) })),
    ...steps.filter(({ id }) => !ids.has(id)).map(waiting),
  ]
}

/** A step that runs before there is a plan to hold a line for it. */
export function unplanned(id: string): StepState {
  return waiting({ id, title: id, needs: [], description: '', files: 0, bytes: 0, requests: null, duration: 0 })
}

function waiting(step: PlanStep): StepState {
  const { id, title, needs, description, files, bytes, requests, duration } = step
  return {
    id,
    title,
    needs,
    description,
    files,
    bytes,
    requests,
    duration,
    status: 'waiting',
    startedAt: null,
    endedAt: null,
    progress: null,
    furthest: 0,
    summary: null,
    error: null,
  }
}
