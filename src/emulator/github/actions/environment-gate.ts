import type { Attempt } from './attempt.js'
import type { JobWorld, ProtectedEnvironment } from './job-world.js'
import type { JobRecord } from './state.js'

/** A job that deploys to an environment. */
export interface GatedJob {
  readonly world: JobWorld
  readonly attempt: Attempt
  readonly job: JobRecord
  readonly environment: ProtectedEnvironment
  readonly signal: AbortSignal
}

/**
 * Holds a job up until its environment lets it go on: until reviewers have approved it and its wait timer has run out.
 *
 * @returns whether it may begin; `false` also where it is cancelled.
 */
export async function passGate(gated: GatedJob): Promise<boolean> {
  const { world, attempt, job, environment, signal } = gated
  const { reviewers, waitTimer } = environment
  if (reviewers.length === 0 && waitTimer === 0) return true
  job.status = 'waiting'
  job.waiting = { environment: environment.name, since: world.now(), approved: reviewers.length === 0 }
  const timer = setTimeout(() => openGate(attempt, job, world), Math.min(waitTimer * 60_000, 2 ** 31 - 1)).unref()
  try {
    return await new Promise<boolean>((resolve) => {
      attempt.gates.set(job, resolve)
      signal.addEventListener('abort', () => resolve(false), { once: true })
    })
  } finally {
    clearTimeout(timer)
    attempt.gates.delete(job)
    job.waiting = undefined
  }
}

/** Lets a job go on whose environment no longer holds it up. It is asked for whenever someone looks: the clock may be simulated. */
export function openGate(attempt: Attempt, job: JobRecord, world: JobWorld): void {
  const { waiting } = job
  const environment = waiting && world.settings.environment(job.run.repository, waiting.environment)
  if (!waiting?.approved || !environment) return
  if (world.now() >= waiting.since + environment.waitTimer * 60_000) attempt.gates.get(job)?.(true)
}
