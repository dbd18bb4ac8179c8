import { toHex } from '../../toolkit/to-hex.js'
import { checkContent } from './check-content.js'
import type { Exclusive } from './exclusive.js'
import { isQuotaExceeded } from './is-quota-exceeded.js'
import { joinContents } from './join-contents.js'
import type { Entry, PackIndex, Place } from './pack-index.js'
import { createPackReader } from './pack-reader.js'
import { inUse, type PackRoom } from './pack-room.js'
import type { PackStore } from './pack-store.js'

/** Bytes of a pack, more or less; what is larger has a pack of its own. */
export const packSize: number = 4 * 1024 * 1024

/** Milliseconds after which the use of a pack is noted again. */
const noteEvery = inUse / 4

/** How often a full disk is met by removing packs. */
const mostTries = 3

/** Contents in packs, kept for good. Its calls reject where the storage fails. */
export interface PackArchive {
  /** Learns what there is, and clears away what a tab that died has left. */
  open(): Promise<void>
  /** Which of the contents there are, all tabs' included. They are then in use. */
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
  readonly room: PackRoom
  readonly exclusive: Exclusive
  readonly now: () => number
}

/** Puts packs, their index and their limit together. */
export function createPackArchive({ index, packs, room, exclusive, now }: ArchiveParts): PackArchive {
  const reader = createPackReader(packs)
  const noted = new Map<string, number>()

  /** Notes the use of packs of which it was not noted of late, so that no tab removes them. */
  async function use(sha1s: readonly string[]): Promise<void> {
    const unnoted = () => {
      const found = new Set(sha1s.map((sha1) => index.find(sha1)?.pack))
      return [...found].filter((pack) => pack !== undefined && now() - (noted.get(pack) ?? 0) > noteEvery) as string[]
    }
    if (unnoted().length === 0) return
    await exclusive(async () => {
      await index.refresh() // what was removed until now is not there; what is, stays
      const found = unnoted()
      if (found.length === 0) return
      for (const pack of found) noted.set(pack, now())
      await index.touch(found, now())
    }).catch(() => undefined) // on a full disk too it can be read, and at worst it goes earlier
  }

  async function removePacks(names: readonly string[]): Promise<void> {
    await index.remove(names)
    for (const name of names) {
      reader.forget(name)
      await packs.remove(name).catch(() => undefined) // it is an orphan now, for the next who opens the store
    }
  }

  async function writePack(contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, used: number): Promise<void> {
    const pack = newName(now())
    const { bytes, entries } = joinContents(contents)
    await packs.write(pack, bytes)
    try {
      await index.add(pack, bytes.length, entries, used)
    } catch (error) {
      await packs.remove(pack).catch(() => undefined) // as above
      throw error
    }
    noted.set(pack, used)
    reader.remember(pack, bytes)
  }

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
    await writePack(contents, await index.lastUsed(pack))
    await removePacks([pack])
    return true
  }

  /** Looks through a pack in which something is damaged, and keeps what is sound. */
  async function inspect(sha1: string, place: Place): Promise<void> {
    await index.refresh()
    if (!isSame(index.find(sha1), place)) return // somebody did already
    const { pack, packSize: length } = place
    reader.forget(pack)
    const bytes = await packs.read(pack, 0, length)
    const sound: Entry[] = []
    for (const entry of bytes ? index.entries(pack) : []) {
      const [digest, offset, size] = entry
      if (bytes && (await checkContent(digest, bytes.slice(offset, offset + size)))) sound.push(entry)
    }
    if (sound.length === 0) await removePacks([pack])
    else await index.replace(pack, sound)
  }

  return {
    open: () =>
      exclusive(async () => {
        await index.refresh()
        const known = new Set(index.packs().map(({ pack }) => pack))
        // Listed after the index was read, so that each pack of which it knows was there; a list that fails says nothing.
        const found = await packs.list().catch(() => undefined)
        if (!found) return
        const lost = [...known].filter((pack) => !found.includes(pack))
        if (lost.length > 0) await index.remove(lost)
        const orphans = found.filter((pack) => !known.has(pack) && createdAt(pack) < now() - inUse)
        for (const pack of orphans) await packs.remove(pack).catch(() => undefined) // the next who opens it tries again
      }),
    async holding(sha1s) {
      await index.refresh()
      await use(sha1s)
      return new Set(sha1s.filter((sha1) => index.find(sha1)))
    },
    async holds(sha1) {
      await use([sha1])
      return index.find(sha1) !== undefined
    },
    async write(contents) {
      await index.refresh()
      await use([...contents.keys()])
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
        await use([sha1])
        const place = index.find(sha1)
        if (!place) return undefined
        const bytes = await reader.read(place).catch((error: unknown) => {
          index.shun(place.pack) // what is put again is written again
          throw error
        })
        if (bytes && (await checkContent(sha1, bytes))) return bytes
        // Once looked through, the pack no longer holds it; it may stand elsewhere, where another tab has moved it.
        await exclusive(() => inspect(sha1, place))
        if (isSame(index.find(sha1), place)) return undefined
      }
    },
    delete: (sha1s) =>
      exclusive(async () => {
        await index.refresh()
        const left = await index.without(sha1s)
        const empty = [...left].filter(([, entries]) => entries.length === 0).map(([pack]) => pack)
        if (empty.length > 0) await removePacks(empty)
        for (const [pack, entries] of left) if (entries.length > 0) await shrink(pack, entries)
      }),
  }
}

function isSame(one: Place | undefined, other: Place): boolean {
  return one?.pack === other.pack && one.offset === other.offset
}

/** Begins with the time, so that an orphan's age is known. */
function newName(now: number): string {
  return `${now.toString(36)}-${toHex(crypto.getRandomValues(new Uint8Array(8)).buffer)}`
}

/** Milliseconds since the epoch; not a number for what is no pack of ours. */
function createdAt(pack: string): number {
  return Number.parseInt(pack, 36)
}
