import type { Clock } from '../../src/spec/context.js'

/** Sleeps from this length on, in milliseconds, are the limits of requests and steps. */
const limitsFrom = 30_000

/**
 * A clock for tests that wait for real servers: every sleep ends at once and moves the time on by its length. Time limits,
 * which are longer, never end, so that a slow machine changes nothing; they leave with their signal.
 *
 * @param start in milliseconds since the epoch
 */
export function hurriedClock(start: number = Date.UTC(2024, 0, 1)): Clock {
  let now = start
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = () => reject(signal?.reason)
        signal?.addEventListener('abort', onAbort, { once: true })
        if (milliseconds >= limitsFrom) return
        now += milliseconds
        setImmediate(() => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        })
      }),
  }
}
