import { isQuotaExceeded } from './is-quota-exceeded.js'
import { opfsPacks } from './opfs-packs.js'
import type { PackStore } from './pack-store.js'

/**
 * The packs of the origin private file system; from the first write on that fails there for another reason than a full disk, new
 * packs go to the second store. Packs are found in both, so that nothing is lost when a browser learns or forgets to write files.
 *
 * @param folder below the root of the file system
 * @param second where packs go otherwise
 */
export function choosePacks(folder: string, second: PackStore): PackStore {
  if (typeof globalThis.navigator?.storage?.getDirectory !== 'function') return second
  return firstThatWrites(opfsPacks(folder), second)
}

/**
 * Writes to the first store until that fails for another reason than a full disk; finds and removes in both, or in the one that
 * works: private windows have a file system that refuses every call.
 */
export function firstThatWrites(first: PackStore, second: PackStore): PackStore {
  let writes = true
  return {
    async write(name, bytes) {
      if (writes) {
        try {
          return await first.write(name, bytes)
        } catch (error) {
          if (isQuotaExceeded(error)) throw error
          writes = false
        }
      }
      await second.write(name, bytes)
    },
    async read(name, start, end) {
      const reading = first.read(name, start, end)
      const found = await reading.catch(() => undefined)
      return found ?? (await second.read(name, start, end)) ?? reading // its failure, if there was one
    },
    async remove(name) {
      await whatWorks([first.remove(name), second.remove(name)])
    },
    async list() {
      const lists = await whatWorks([first.list(), second.list()])
      return {
        names: lists.flatMap(({ names }) => names),
        whole: lists.length === 2 && lists.every(({ whole }) => whole),
      }
    },
  }
}

/** The results of what succeeds; rejects where nothing does. */
async function whatWorks<T>(calls: ReadonlyArray<Promise<T>>): Promise<T[]> {
  const settled = await Promise.allSettled(calls)
  const results = settled.flatMap((call) => (call.status === 'fulfilled' ? [call.value] : []))
  return results.length > 0 ? results : Promise.all(calls)
}
