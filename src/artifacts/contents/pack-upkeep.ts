import { checkContent } from './check-content.js'
import { type Entry, isSamePlace, type Place } from './known-packs.js'
import type { PackIndex } from './pack-index.js'
import type { PackReader } from './pack-reader.js'
import { inUse } from './pack-room.js'
import type { PackStore } from './pack-store.js'
import type { RemovePacks } from './remove-packs.js'

/** Keeps packs and index in step. All of it is to be called while no other tab removes anything; all rejects where the index fails. */
export interface PackUpkeep {
  /** Learns which packs there are, and clears away what a tab that died has left. */
  clear(): Promise<void>
  /** Looks through a pack in which a content is damaged or gone, and keeps what is sound. */
  inspect(sha1: string, place: Place): Promise<void>
  /** Removes contents, and frees the room that they took where they were the greater part of a pack. */
  trim(sha1s: ReadonlySet<string>): Promise<void>
}

/** What the upkeep works on. */
export interface UpkeepParts {
  readonly index: PackIndex
  readonly packs: PackStore
  readonly reader: PackReader
  readonly remove: RemovePacks
  /** Writes contents as a new pack that was used then, in milliseconds since the epoch. */
  readonly write: (contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, used: number) => Promise<void>
  readonly now: () => number
}

/** Clears, mends and trims packs. */
export function createPackUpkeep({ index, packs, reader, remove, write, now }: UpkeepParts): PackUpkeep {
  /** Keeps only the given contents of a pack; where they are the lesser part, in a new pack. */
  async function shrink(pack: string, entries: readonly Entry[]): Promise<void> {
    const live = entries.reduce((sum, [, , size]) => sum + size, 0)
    const size = index.packs().find((info) => info.pack === pack)?.size ?? 0
    if (live < size / 2 && (await move(pack, size, entries).catch(() => false))) return
    await index.replace(pack, entries)
  }

  async function move(pack: string, size: number, entries: readonly Entry[]): Promise<boolean> {
    const bytes = await packs.read(pack, 0, size)
    if (!bytes) return false
    const contents = new Map(entries.map(([sha1, offset, length]) => [sha1, bytes.slice(offset, offset + length)]))
    await write(contents, await index.lastUsed(pack))
    await remove([pack])
    return true
  }

  /** Forgets packs that are gone. Where that can't be written, as on a full disk, the others are no worse for it. */
  async function forget(lost: readonly string[]): Promise<void> {
    if (lost.length === 0) return
    await index.remove(lost).catch(() => {
      for (const pack of lost) index.shun(pack)
    })
  }

  return {
    async clear() {
      await index.refresh()
      const known = new Set(index.packs().map(({ pack }) => pack))
      // Listed after the index was read, so that each pack of which it knows was there; a list that fails says nothing.
      const found = await packs.list().catch(() => undefined)
      if (!found) return
      if (found.whole) await forget([...known].filter((pack) => !found.names.includes(pack)))
      const orphans = found.names.filter((pack) => !known.has(pack) && createdAt(pack) < now() - inUse)
      for (const pack of orphans) await packs.remove(pack).catch(() => undefined) // the next who opens it tries again
    },
    async inspect(sha1, place) {
      await index.refresh()
      if (!isSamePlace(index.find(sha1), place)) return // somebody did already
      const { pack, packSize: length } = place
      reader.forget(pack)
      const bytes = await packs.read(pack, 0, length)
      const sound: Entry[] = []
      for (const entry of bytes ? index.entries(pack) : []) {
        const [digest, offset, size] = entry
        if (bytes && (await checkContent(digest, bytes.slice(offset, offset + size)))) sound.push(entry)
      }
      if (sound.length === 0) await remove([pack])
      else await index.replace(pack, sound)
    },
    async trim(sha1s) {
      await index.refresh()
      const left = await index.without(sha1s)
      await remove([...left].filter(([, entries]) => entries.length === 0).map(([pack]) => pack))
      for (const [pack, entries] of left) if (entries.length > 0) await shrink(pack, entries)
    },
  }
}

/** Milliseconds since the epoch, with which the name of a pack begins; not a number for what is no pack of ours. */
function createdAt(pack: string): number {
  return Number.parseInt(pack, 36)
}
