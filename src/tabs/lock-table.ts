import type { Lock, Tabs } from '../spec/tabs.js'
import { onAbort } from '../toolkit/on-abort.js'

/** Locks within one page or process. Who waits gets the lock in the order of asking. */
export function lockTable(): Pick<Tabs, 'tryLock' | 'lock' | 'isLocked'> {
  /** Those who wait, by the name of each lock that is held. */
  const waiting = new Map<string, Set<() => void>>()

  const take = (name: string): Lock => {
    if (!waiting.has(name)) waiting.set(name, new Set())
    let held = true
    return {
      release() {
        if (!held) return
        held = false
        const [next] = waiting.get(name) ?? []
        if (next) next()
        else waiting.delete(name)
      },
    }
  }

  return {
    async tryLock(name) {
      return waiting.has(name) ? undefined : take(name)
    },
    async lock(name, signal) {
      signal.throwIfAborted()
      const queue = waiting.get(name)
      if (queue === undefined) return take(name)
      return new Promise((resolve, reject) => {
        const grant = () => {
          leave()
          resolve(take(name))
        }
        const stop = onAbort(signal, () => {
          leave()
          reject(signal.reason)
        })
        const leave = () => {
          stop()
          queue.delete(grant)
        }
        queue.add(grant)
      })
    },
    async isLocked(name) {
      return waiting.has(name)
    },
  }
}
