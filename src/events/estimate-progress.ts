import type { DeploymentState } from './reduce.js'
import type { RunState } from './reduce-run.js'
import type { StepState } from './step-state.js'

/** How far a deployment is as a whole. */
export interface Progress {
  /** From 0 to 1; never falls while the deployment runs. */
  readonly fraction: number
  /** Milliseconds that are probably left; `null` before there is a plan, and while somebody has to let a run go on. */
  readonly remaining: number | null
}

/**
 * Estimates the overall progress. Each step weighs what the plan expects it to take; a running step counts by its own
 * progress or, where it has none, by its time; what is left is the longest chain of steps, at the pace seen so far.
 * @param now Milliseconds since the epoch; pages call it on a timer, so that the bar moves between events.
 */
export function estimateProgress(state: DeploymentState, now: number): Progress {
  if (state.status === 'success') return { fraction: 1, remaining: 0 }
  if (state.plan === null) return { fraction: 0, remaining: null }
  const total = state.steps.reduce((sum, step) => sum + step.duration, 0)
  const done = state.steps.reduce((sum, step) => sum + step.duration * share(step, now), 0)
  const fraction = total === 0 ? 0 : done / total
  if (state.status !== 'running') return { fraction, remaining: null }
  const waits = knownWaits(state.runs, now)
  if (waits === null) return { fraction, remaining: null }
  return { fraction, remaining: Math.round(longestChain(state.steps, waits, now)) }
}

/** Milliseconds for which runs wait, by their steps; `null` where one waits for somebody, who may be long in coming. */
function knownWaits(runs: readonly RunState[], now: number): ReadonlyMap<string, number> | null {
  const waits = new Map<string, number>()
  for (const { step, approval } of runs) {
    if (approval === null) continue
    if (approval.until === null || approval.reviewers.length > 0) return null
    waits.set(step, Math.max(0, approval.until - now))
  }
  return waits
}

function share(step: StepState, now: number): number {
  if (step.status === 'done') return 1
  if (step.startedAt === null || step.duration === 0) return 0
  const elapsed = Math.max(0, (step.endedAt ?? now) - step.startedAt)
  const byTime = 1 - Math.exp(-elapsed / step.duration)
  return Math.min(0.99, Math.max(byTime, step.furthest))
}

/** How much slower than planned the finished steps were; bounded, because one odd step must not rule the rest. */
function pace(steps: readonly StepState[]): number {
  let planned = 0
  let taken = 0
  for (const step of steps) {
    // What ran before there was a plan has no duration to be measured by.
    if (step.status !== 'done' || step.duration === 0 || step.startedAt === null || step.endedAt === null) continue
    planned += step.duration
    taken += step.endedAt - step.startedAt
  }
  return planned === 0 ? 1 : Math.min(5, Math.max(0.2, taken / planned))
}

function longestChain(steps: readonly StepState[], waits: ReadonlyMap<string, number>, now: number): number {
  const slowness = pace(steps)
  const ends = new Map<string, number>()
  for (const step of steps) {
    const start = Math.max(0, ...step.needs.map((id) => ends.get(id) ?? 0))
    const rest = step.duration * slowness * (1 - share(step, now))
    ends.set(step.id, start + (waits.get(step.id) ?? 0) + rest)
  }
  return Math.max(0, ...ends.values())
}
