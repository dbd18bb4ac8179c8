import type { DeploymentEvent } from 'tabship'

/** When a job or a step of a run was seen to begin and to end: milliseconds since the epoch. */
export interface RunTime {
  /** `null`: it had ended before anybody looked. */
  readonly startedAt: number | null
  readonly endedAt: number | null
}

/** By {@link timeKey}. */
export type RunTimes = ReadonlyMap<string, RunTime>

/** What the times of a job are found by or, with a number, those of one of its steps. */
export function timeKey(job: string, step?: number): string {
  return step === undefined ? job : `${job} ${step}`
}

/** The times after one more event. */
export function runTimesAfter(times: RunTimes, event: DeploymentEvent): RunTimes {
  if (event.type === 'run-job') return noted(times, timeKey(event.job.id), event.job.state, event.time)
  if (event.type !== 'run-step') return times
  const { job, number, state } = event.jobStep
  return noted(times, timeKey(job, number), state, event.time)
}

function noted(times: RunTimes, key: string, state: string, now: number): RunTimes {
  const { startedAt = null, endedAt = null } = times.get(key) ?? {}
  if (state === 'in_progress') return new Map([...times, [key, { startedAt: startedAt ?? now, endedAt: null }]])
  if (state === 'completed') return new Map([...times, [key, { startedAt, endedAt: endedAt ?? now }]])
  return times
}
