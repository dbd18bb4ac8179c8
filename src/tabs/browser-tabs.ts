import type { Channel, Lock, Tabs } from '../spec/tabs.js'
import { memoryTabs } from './memory-tabs.js'

/** Stands in where the browser lacks something: this page is then alone, but still in order with itself. */
const withinPage = memoryTabs()

/**
 * The tabs of one origin, by Web Locks and BroadcastChannel. Where there are none (pages without https, sandboxed frames), each
 * page is alone.
 * @param prefix keeps the names of locks and channels apart from those of the page that uses Tabship.
 */
export function browserTabs(prefix: string): Tabs {
  let found: Promise<LockManager | undefined> | undefined
  const findLocks = () => {
    found ??= findUsableLocks()
    return found
  }
  /** Locks that were released but may not be free yet, since the browser hears of it later. */
  const releasing = new Set<Promise<unknown>>()

  const request = async (locks: LockManager, name: string, options: LockOptions): Promise<Lock | undefined> => {
    await Promise.all(releasing)
    return new Promise((resolve, reject) => {
      const held = locks.request(name, options, (granted) => {
        if (granted === null) return resolve(undefined)
        return new Promise<void>((free) => {
          let released = false
          resolve({
            release() {
              if (released) return
              released = true
              releasing.add(settled)
              free()
            },
          })
        })
      })
      const settled: Promise<unknown> = held.catch(reject).finally(() => releasing.delete(settled))
    })
  }

  return {
    async tryLock(name) {
      const locks = await findLocks()
      return locks ? request(locks, prefix + name, { ifAvailable: true }) : withinPage.tryLock(prefix + name)
    },
    async lock(name, signal) {
      const locks = await findLocks()
      signal.throwIfAborted()
      const lock = locks && (await request(locks, prefix + name, { signal }))
      return lock ?? withinPage.lock(prefix + name, signal)
    },
    async isLocked(name) {
      const locks = await findLocks()
      if (!locks) return withinPage.isLocked(prefix + name)
      await Promise.all(releasing)
      const { held = [] } = await locks.query()
      return held.some((lock) => lock.name === prefix + name)
    },
    open(name, listen) {
      return typeof BroadcastChannel === 'undefined'
        ? withinPage.open(prefix + name, listen)
        : openBroadcast(prefix + name, listen)
    },
  }
}

async function findUsableLocks(): Promise<LockManager | undefined> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  // A sandboxed frame has them and may not use them.
  return locks?.query().then(
    () => locks,
    () => undefined,
  )
}

function openBroadcast(name: string, listen: (message: unknown) => void): Channel {
  const channel = new BroadcastChannel(name)
  let open = true
  channel.onmessage = ({ data }) => {
    if (open) listen(data)
  }
  return {
    post(message) {
      if (open) channel.postMessage(message)
    },
    close() {
      open = false
      channel.close()
    },
  }
}
