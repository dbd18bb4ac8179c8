import type { Clock } from '../spec/context.js'
import { onAbort } from './on-abort.js'

/**
 * Runs work under a signal that is aborted with `expired()` after `milliseconds`, or with the outer signal's own reason. The
 * result settles even when the work ignores its signal.
 */
export async function withTimeLimit<Result>(
  limit: { clock: Clock; milliseconds: number; signal: AbortSignal; expired: () => unknown },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  limit.signal.throwIfAborted()
  const controller = new AbortController()
  const done = new AbortController()
  const release = onAbort(limit.signal, () => controller.abort(limit.signal.reason))
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  limit.clock.sleep(limit.milliseconds, done.signal).then(
    () => controller.abort(limit.expired()),
    () => undefined, // the work was quicker
  )
  try {
    return await Promise.race([work(controller.signal), aborted])
  } finally {
    done.abort()
    release()
  }
}
