interface Listening {
  readonly callbacks: Set<() => void>
  listener(): void
}

const listening = new WeakMap<AbortSignal, Listening>()

/**
 * Calls back when the signal is aborted, at once where it is already. One listener serves all callbacks of a signal: a
 * deployment has many waits under one signal, and Node takes more than ten listeners for a leak.
 * @returns takes the callback back; the last one takes the listener along.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback()
    return () => undefined
  }
  const { callbacks, listener } = listening.get(signal) ?? listen(signal)
  // A function of its own for each call, so that the same callback may be given twice.
  const call = () => callback()
  callbacks.add(call)
  return () => {
    callbacks.delete(call)
    if (callbacks.size > 0) return
    signal.removeEventListener('abort', listener)
    listening.delete(signal)
  }
}

function listen(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>()
  const listener = () => {
    for (const call of [...callbacks]) call()
  }
  const made = { callbacks, listener }
  listening.set(signal, made)
  signal.addEventListener('abort', listener, { once: true })
  return made
}
