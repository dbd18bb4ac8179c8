import type { Clock } from '../spec/context.js'
import type { Network } from '../spec/network.js'
import { onAbort } from './on-abort.js'

/** The device's network, as the requests of one deployment see it. */
export interface Connection {
  readonly online: boolean
  /** Resolves while there is a network: at once, or when it is back. Rejects with the signal's reason. */
  ready(signal: AbortSignal): Promise<void>
  /** Looks out for the network being gone, from now until `end()`. */
  observe(): Observation
}

/** What was seen of the network while something was under way. */
export interface Observation {
  /** Whether it was gone at any time. */
  readonly broken: boolean
  end(): void
}

/** What a connection is made with. */
export interface ConnectionOptions {
  readonly clock: Clock
  /** From 0 to less than 1. */
  readonly random: () => number
  readonly network: Network
}

/** Milliseconds within which those who waited for the network leave. */
const spread = 500

/** Watches the network only while a request is under way or waits for it, so that nothing is left to close. */
export function createConnection({ clock, random, network }: ConnectionOptions): Connection {
  const callbacks = new Set<() => void>()
  let stop: (() => void) | undefined

  function watch(callback: () => void): () => void {
    callbacks.add(callback)
    stop ??= network.watch(() => {
      for (const call of [...callbacks]) call()
    })
    return () => {
      callbacks.delete(callback)
      if (callbacks.size > 0) return
      stop?.()
      stop = undefined
    }
  }

  function back(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        unwatch()
        release()
        how()
      }
      const unwatch = watch(() => {
        if (network.online) settle(resolve)
      })
      const release = onAbort(signal, () => settle(() => reject(signal.reason)))
    })
  }

  return {
    get online() {
      return network.online
    },
    async ready(signal) {
      while (!network.online) {
        signal.throwIfAborted()
        await back(signal)
        await clock.sleep(Math.round(random() * spread), signal)
      }
    },
    observe() {
      let broken = !network.online
      const end = watch(() => {
        broken ||= !network.online
      })
      return {
        get broken() {
          return broken || !network.online
        },
        end,
      }
    },
  }
}

/** For where nothing is known of the network. */
export const alwaysOnline: Connection = {
  online: true,
  ready: () => Promise.resolve(),
  observe: () => ({ broken: false, end: () => undefined }),
}
