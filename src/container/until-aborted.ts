interface Waiting {
  readonly rejects: Set<(reason: unknown) => void>
  onAbort(): void
}

/** One listener serves all calls under a signal: one for each would cost more with each, and warn in Node. */
const waitingFor = new WeakMap<AbortSignal, Waiting>()

/**
 * Settles as the promise does, or rejects with the signal's reason if that is aborted first: calls in flight when a container
 * is torn down never settle.
 */
export function untilAborted<Value>(signal: AbortSignal | undefined, promise: Promise<Value>): Promise<Value> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    // attached in any case, so that a late rejection is never an unhandled one
    promise.then(resolve, reject).finally(() => remove(signal, reject))
    if (signal.aborted) reject(signal.reason)
    else add(signal, reject)
  })
}

function add(signal: AbortSignal, reject: (reason: unknown) => void): void {
  let waiting = waitingFor.get(signal)
  if (!waiting) {
    const rejects = new Set<(reason: unknown) => void>()
    waiting = {
      rejects,
      onAbort: () => {
        for (const rejectOne of rejects) rejectOne(signal.reason)
      },
    }
    waitingFor.set(signal, waiting)
    signal.addEventListener('abort', waiting.onAbort, { once: true })
  }
  waiting.rejects.add(reject)
}

function remove(signal: AbortSignal, reject: (reason: unknown) => void): void {
  const waiting = waitingFor.get(signal)
  waiting?.rejects.delete(reject)
  if (waiting?.rejects.size !== 0) return
  signal.removeEventListener('abort', waiting.onAbort)
  waitingFor.delete(signal)
}
