import type { Clock } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import type { Network } from '../spec/network.js'
import { onAbort } from './on-abort.js'

/**
 * A clock that stands still while the device has no network, so that no time limit runs out meanwhile: `now()` does not move,
 * and a sleep lasts that much longer. After a pause it is behind the clock that it is made of, by the length of the pause.
 *
 * `close()` ends its watch of the network; it stands still no more.
 */
export function pausingClock(
  clock: Clock,
  network: Network,
  report: (event: EventBody) => void = () => undefined,
): Clock & { close(): void } {
  const waiting = new Set<() => void>()
  let closed = false
  /** Milliseconds of all pauses that are over. */
  let paused = 0
  /** When the pause began that is not over. */
  let since: number | undefined

  function look(): void {
    if (!network.online && !closed) {
      if (since !== undefined) return
      since = clock.now()
      report({ type: 'network-offline' })
      return
    }
    if (since === undefined) return
    const duration = clock.now() - since
    paused += duration
    since = undefined
    report({ type: 'network-online', duration })
    for (const wake of [...waiting]) wake()
  }

  const now = () => (since ?? clock.now()) - paused

  function resumed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        waiting.delete(wake)
        release?.()
        how()
      }
      const wake = () => settle(resolve)
      waiting.add(wake)
      const release = signal && onAbort(signal, () => settle(() => reject(signal.reason)))
    })
  }

  look()
  const stop = network.watch(look)
  return {
    now,
    time: () => clock.now(),
    async sleep(milliseconds, signal) {
      const end = now() + milliseconds
      let left = milliseconds
      do {
        signal?.throwIfAborted()
        if (since === undefined) await clock.sleep(left, signal)
        else await resumed(signal)
        left = end - now()
      } while (left > 0)
    },
    close() {
      closed = true
      stop()
      look()
    },
  }
}
