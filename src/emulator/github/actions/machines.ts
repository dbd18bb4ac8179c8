import type { Slots } from './queues.js'

/** The machines of GitHub: each job finds one, though not at once. */
export interface Machines extends Slots {
  /** Gives machines to those who have waited for long enough. It is asked for whenever someone looks: the clock may be simulated. */
  settle(): void
}

/**
 * Makes them.
 *
 * @param delay milliseconds that a job waits
 * @param now milliseconds since the epoch
 */
export function createMachines(delay: number, now: () => number): Machines {
  const waiting = new Set<{ readonly until: number; readonly take: () => void }>()
  const settle = (): void => {
    for (const one of waiting) if (now() >= one.until) one.take()
  }
  return {
    settle,
    take: async (signal) => {
      signal.throwIfAborted()
      if (delay === 0) return () => undefined
      const timer = setTimeout(settle, delay).unref()
      try {
        await new Promise<void>((resolve, reject) => {
          const entry = { until: now() + delay, take: () => leave(resolve) }
          const leave = (how: () => void): void => {
            waiting.delete(entry)
            signal.removeEventListener('abort', abort)
            how()
          }
          const abort = (): void => leave(() => reject(signal.reason))
          waiting.add(entry)
          signal.addEventListener('abort', abort, { once: true })
        })
      } finally {
        clearTimeout(timer)
      }
      return () => undefined
    },
  }
}
