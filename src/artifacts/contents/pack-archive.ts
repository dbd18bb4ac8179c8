import { toHex } from '../../toolkit/to-hex.js'
import { checkContent } from './check-content.js'
import type { Exclusive } from './exclusive.js'
import { isQuotaExceeded } from './is-quota-exceeded.js'
import { joinContents } from './join-contents.js'
import { isSamePlace } from './known-packs.js'
import type { PackIndex } from './pack-index.js'
import type { PackReader } from './pack-reader.js'
import type { PackRoom } from './pack-room.js'
import type { PackStore } from './pack-store.js'
import { createPackUpkeep } from './pack-upkeep.js'
import { createPackUses } from './pack-uses.js'
import type { RemovePacks } from './remove-packs.js'

/** Bytes of a pack, more or less; what is larger has a pack of its own. */
export const packSize: number = 4 * 1024 * 1024

/** How often a full disk is met by removing packs. */
const mostTries = 3

/** Contents in packs, kept for good. Its calls reject where the storage fails. */
export interface PackArchive {
  /** Learns what there is, and clears away what a tab that died has left. */
  open(): Promise<void>
  /** Which of the contents there are, all tabs' included as far as that can be told. They are then in use. */
  holding(sha1s: readonly string[]): Promise<ReadonlySet<string>>
  /** Whether a content is there, as far as this tab knows. It is then in use. */
  holds(sha1: string): Promise<boolean>
  /** Writes what is not there yet as one pack. Resolves with `false` where there is no room for it. */
  write(contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<boolean>
  /** The bytes of a content, checked. What turns out to be damaged or gone is no longer held. */
  read(sha1: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  delete(sha1s: ReadonlySet<string>): Promise<void>
}

/** What an archive is made of. */
export interface ArchiveParts {
  readonly index: PackIndex
  readonly packs: PackStore
  readonly reader: PackReader
  readonly room: PackRoom
  readonly remove: RemovePacks
  readonly exclusive: Exclusive
  readonly now: () => number
}

/** Puts packs, their index and their limit together. */
export function createPackArchive({ index, packs, reader, room, remove, exclusive, now }: ArchiveParts): PackArchive {
  const uses = createPackUses(index, exclusive, now)
  const upkeep = createPackUpkeep({ index, packs, reader, remove, write: writePack, now })

  async function writePack(contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, used: number): Promise<void> {
    const pack = newName(now())
    const { bytes, entries } = joinContents(contents)
    await packs.write(pack, bytes)
    try {
      await index.add(pack, bytes.length, entries, used)
    } catch (error) {
      await packs.remove(pack).catch(() => undefined) // it is an orphan then, for the next who opens the store
      throw error
    }
    uses.noted(pack, used)
    reader.remember(pack, bytes)
  }

  return {
    open: () => exclusive(() => upkeep.clear()),
    async holding(sha1s) {
      await index.refresh().catch(() => undefined) // what this tab knows is there still, for all it knows
      await uses.note(sha1s)
      return new Set(sha1s.filter((sha1) => index.find(sha1)))
    },
    async holds(sha1) {
      await uses.note([sha1])
      return index.find(sha1) !== undefined
    },
    async write(contents) {
      await index.refresh()
      await uses.note([...contents.keys()])
      const fresh = new Map([...contents].filter(([sha1]) => !index.find(sha1)))
      if (fresh.size === 0) return true
      const size = [...fresh.values()].reduce((sum, { length }) => sum + length, 0)
      if (!(await exclusive(() => room.reserve(size)))) return false
      for (let tries = 1; ; tries += 1) {
        try {
          await writePack(fresh, now())
          room.grown()
          return true
        } catch (error) {
          const full = isQuotaExceeded(error) && tries < mostTries
          if (!full || (await exclusive(() => room.free(size))) === 0) throw error
        }
      }
    },
    async read(sha1) {
      if (!index.find(sha1)) await index.refresh()
      for (;;) {
        await uses.note([sha1])
        const place = index.find(sha1)
        if (!place) return undefined
        const bytes = await reader.read(place).catch((error: unknown) => {
          index.shun(place.pack) // what is put again is written again
          throw error
        })
        if (bytes && (await checkContent(sha1, bytes))) return bytes
        // Once looked through, the pack no longer holds it; it may stand elsewhere, where another tab has moved it.
        await exclusive(() => upkeep.inspect(sha1, place))
        if (isSamePlace(index.find(sha1), place)) return undefined
      }
    },
    delete: (sha1s) => exclusive(() => upkeep.trim(sha1s)),
  }
}

/** Begins with the time, so that an orphan's age is known. */
function newName(now: number): string {
  return `${now.toString(36)}-${toHex(crypto.getRandomValues(new Uint8Array(8)).buffer)}`
}
