import { onAbort } from '../toolkit/on-abort.js'

/**
 * Settles as the promise does, or rejects with the signal's reason if that is aborted first: calls in flight when a container
 * is torn down never settle.
 */
export function untilAborted<Value>(signal: AbortSignal | undefined, promise: Promise<Value>): Promise<Value> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const release = onAbort(signal, () => reject(signal.reason))
    // attached in any case, so that a late rejection is never an unhandled one
    promise.then(resolve, reject).finally(release)
  })
}
