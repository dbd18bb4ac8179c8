import * as z from 'zod/mini'
import { createPacer } from '../../toolkit/yield-to-page.js'

const natural = z.int().check(z.nonnegative())

/** Digest, offset and size of one content in a pack. */
export type Entry = [string, number, number]

const entry: z.ZodMiniType<Entry> = z.tuple([z.string(), natural, natural])

/** What is in a pack: its bytes, and digest, offset and size of each content. */
export interface PackRecord {
  readonly size: number
  readonly entries: Entry[]
}

/** Reads a record that may be anything. */
export const packRecord: z.ZodMiniType<PackRecord> = z.object({ size: natural, entries: z.array(entry) })

/** Where a content is. */
export interface Place {
  readonly pack: string
  readonly packSize: number
  readonly offset: number
  readonly size: number
}

/** Whether a content is where it was. */
export function isSamePlace(one: Place | undefined, other: Place): boolean {
  return one?.pack === other.pack && one.offset === other.offset
}

/** A pack with its size in bytes. */
export interface PackInfo {
  readonly pack: string
  readonly size: number
}

/** What can be asked about the packs that this tab knows. */
export interface KnownPacks {
  /** Where a content is, as far as known. */
  find(sha1: string): Place | undefined
  /** The packs as far as known. */
  packs(): PackInfo[]
  /** What is in a pack, as far as known. */
  entries(pack: string): Entry[]
  /** Which packs hold some of the contents, each with what it holds besides. */
  without(sha1s: ReadonlySet<string>): Promise<ReadonlyMap<string, Entry[]>>
  /** Passes a pack over until it is written anew, because it can't be read here now. */
  shun(pack: string): void
}

/** Records by their keys, and where each content is by them. */
export interface PackRecords extends KnownPacks {
  has(key: string): boolean
  /** The keys of all records, or of those of some packs. */
  keys(packs?: ReadonlySet<string>): string[]
  learn(key: string, record: PackRecord): void
  unlearn(key: string): void
}

/** The name of the pack that a record of the key `packs/<pack>/<revision>` tells of. */
const packOf = (key: string): string => key.split('/')[1] ?? ''

/** Remembers records, at first none. */
export function createPackRecords(): PackRecords {
  const records = new Map<string, PackRecord>()
  const places = new Map<string, Place>()
  const shunned = new Set<string>()

  /** Notes where contents are: all of the record, or those that are asked for. */
  function locate(key: string, { size: packSize, entries }: PackRecord, wanted?: ReadonlySet<string>): void {
    const pack = packOf(key)
    for (const [sha1, offset, size] of entries) {
      if (!wanted || wanted.has(sha1)) places.set(sha1, { pack, packSize, offset, size })
    }
  }

  /** Notes that contents are no longer in a pack; tabs that write at the same time may have put them into another one as well. */
  function dislocate(sha1s: Iterable<string>, pack: string): void {
    const gone = new Set<string>()
    for (const sha1 of sha1s) if (places.get(sha1)?.pack === pack && places.delete(sha1)) gone.add(sha1)
    if (gone.size === 0) return
    for (const [key, record] of records) if (!shunned.has(packOf(key))) locate(key, record, gone)
  }

  function keys(packs?: ReadonlySet<string>): string[] {
    const all = [...records.keys()]
    return packs ? all.filter((key) => packs.has(packOf(key))) : all
  }

  const entries = (pack: string): Entry[] => keys(new Set([pack])).flatMap((key) => records.get(key)?.entries ?? [])

  return {
    has: (key) => records.has(key),
    keys,
    learn(key, record) {
      records.set(key, record)
      shunned.delete(packOf(key))
      locate(key, record)
    },
    unlearn(key) {
      const sha1s = records.get(key)?.entries.map(([sha1]) => sha1) ?? []
      records.delete(key)
      dislocate(sha1s, packOf(key))
    },
    find: (sha1) => places.get(sha1),
    packs() {
      const sizes = new Map<string, number>()
      for (const [key, { size }] of records) sizes.set(packOf(key), Math.max(size, sizes.get(packOf(key)) ?? 0))
      return [...sizes].map(([pack, size]) => ({ pack, size }))
    },
    entries,
    async without(sha1s) {
      const left = new Map<string, Entry[]>()
      const pause = createPacer()
      for (const [key, { entries: all }] of records) {
        const rest = all.filter(([sha1]) => !sha1s.has(sha1))
        if (rest.length < all.length) left.set(packOf(key), rest)
        await pause()
      }
      return left
    },
    shun(pack) {
      shunned.add(pack)
      const sha1s = entries(pack).map(([sha1]) => sha1)
      dislocate(sha1s, pack)
    },
  }
}
