import type { PackIndex } from './pack-index.js'
import type { RemovePacks } from './remove-packs.js'

/** Milliseconds since its last use in which a pack is not removed: another tab may count on it. */
export const inUse: number = 60 * 60_000

const gibibyte = 1024 ** 3

/** Share of what the browser grants the origin that contents may take. */
const share = 0.2

/** Bytes from which on the browser is asked not to clear what is stored when the disk runs low. */
const worthKeeping = 50_000_000

/** What the room for packs depends on. */
export interface RoomOptions {
  readonly index: PackIndex
  readonly remove: RemovePacks
  readonly limit: number | undefined
  readonly now: () => number
  readonly manager: Partial<Pick<StorageManager, 'estimate' | 'persist'>>
}

/** Keeps packs within their limit. */
export interface PackRoom {
  /** Removes packs until there is room below the limit. Resolves with `false`, and removes none, where there can't be. */
  reserve(size: number): Promise<boolean>
  /** Removes packs of that many bytes, or as many as may go. Resolves with the bytes that were freed. */
  free(size: number): Promise<number>
  /** To be called when packs have been added: asks for persistent storage, once, when there is much to keep. */
  grown(): void
}

/** Both that remove packs are to be called while no other tab removes any. Those that were used least recently go first. */
export function createPackRoom({ index, remove, limit, now, manager }: RoomOptions): PackRoom {
  let most: Promise<number> | undefined
  let asked = false

  const total = () => index.packs().reduce((sum, { size }) => sum + size, 0)

  /** The packs to remove for so many bytes, or all that may go. */
  async function choose(size: number): Promise<{ names: string[]; freed: number }> {
    const known = index.packs()
    const dated = await Promise.all(known.map(async (info) => ({ ...info, used: await index.lastUsed(info.pack) })))
    const names: string[] = []
    let freed = 0
    for (const info of dated.sort((one, other) => one.used - other.used)) {
      if (freed >= size || info.used > now() - inUse) break
      names.push(info.pack)
      freed += info.size
    }
    return { names, freed }
  }

  return {
    async reserve(size) {
      most ??= limit === undefined ? defaultLimit(manager) : Promise.resolve(limit)
      const excess = total() + size - (await most)
      if (excess <= 0) return true
      await index.refresh()
      const { names, freed } = await choose(total() + size - (await most))
      const enough = freed >= total() + size - (await most)
      if (enough) await remove(names)
      return enough
    },
    async free(size) {
      await index.refresh()
      const { names, freed } = await choose(size)
      await remove(names)
      return freed
    },
    grown() {
      if (asked || total() < worthKeeping) return
      asked = true
      // Some browsers ask the user, which takes as long as it takes. A refusal changes nothing: contents may be cleared.
      manager.persist?.().catch(() => false)
    },
  }
}

async function defaultLimit(manager: RoomOptions['manager']): Promise<number> {
  const { quota = Number.POSITIVE_INFINITY } = (await manager.estimate?.().catch(() => undefined)) ?? {}
  return Math.min(gibibyte, quota * share)
}
