import type { Clock } from '../spec/context.js'
import { onAbort } from './on-abort.js'

/** Milliseconds: timers hold 31 bits, and one that is set for longer goes off at once. */
const longest = 2 ** 31 - 1

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(
        () => {
          release?.()
          resolve()
        },
        Math.min(milliseconds, longest),
      )
      const release =
        signal &&
        onAbort(signal, () => {
          clearTimeout(timer)
          reject(signal.reason)
        })
    }),
}
