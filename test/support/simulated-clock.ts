import type { Clock } from '../../src/spec/context.js'
import { onAbort } from '../../src/toolkit/on-abort.js'

/** A clock that stands still until the test moves it. */
export interface SimulatedClock extends Clock {
  /** Moves the time on; what sleeps until then wakes in order, and what it starts gets its turn before the next wakes. */
  advance(milliseconds: number): Promise<void>
  /** How many sleeps are under way. */
  readonly sleeping: number
}

interface Sleeper {
  readonly at: number
  wake(): void
}

/** Starts a clock at the given time, in milliseconds since the epoch. */
export function simulatedClock(start: number = Date.UTC(2024, 0, 1)): SimulatedClock {
  let now = start
  const sleepers = new Set<Sleeper>()
  return {
    now: () => now,
    get sleeping() {
      return sleepers.size
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const settle = (how: () => void) => {
          sleepers.delete(sleeper)
          release?.()
          how()
        }
        const sleeper = { at: now + milliseconds, wake: () => settle(resolve) }
        sleepers.add(sleeper)
        const release = signal && onAbort(signal, () => settle(() => reject(signal.reason)))
      }),
    async advance(milliseconds) {
      const until = now + milliseconds
      await settled()
      for (;;) {
        const next = [...sleepers].sort((one, other) => one.at - other.at)[0]
        if (!next || next.at > until) break
        now = Math.max(now, next.at)
        next.wake()
        await settled()
      }
      now = until
      await settled()
    },
  }
}

/** Lets everything that is ready to run do so: promises, streams and messages. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
