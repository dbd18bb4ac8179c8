import * as z from 'zod/mini'
import type { Journal } from '../../spec/journal.js'
import { createPacer } from '../../toolkit/yield-to-page.js'

const natural = z.int().check(z.nonnegative())

/** Digest, offset and size of one content in a pack. */
export type Entry = [string, number, number]

const entry: z.ZodMiniType<Entry> = z.tuple([z.string(), natural, natural])

/** What is in a pack: its bytes, and digest, offset and size of each content. */
const record = z.object({ size: natural, entries: z.array(entry) })

type PackRecord = z.output<typeof record>

/** Where a content is. */
export interface Place {
  readonly pack: string
  readonly packSize: number
  readonly offset: number
  readonly size: number
}

/** A pack with its size in bytes. */
export interface PackInfo {
  readonly pack: string
  readonly size: number
}

/** What is where in all packs, as this tab knows it, and kept for all tabs. */
export interface PackIndex {
  /** Learns what all tabs have written and removed until now. */
  refresh(): Promise<void>
  /** Where a content is, as far as known. */
  find(sha1: string): Place | undefined
  /** The packs as far as known. */
  packs(): PackInfo[]
  /** What is in a pack, as far as known. */
  entries(pack: string): Entry[]
  /** Makes a pack that has been written known. */
  add(pack: string, size: number, entries: readonly Entry[], used: number): Promise<void>
  /** Forgets packs, and returns once no tab finds them any more. */
  remove(packs: readonly string[]): Promise<void>
  /** Which packs hold some of the contents, each with what it holds besides. */
  without(sha1s: ReadonlySet<string>): Promise<ReadonlyMap<string, Entry[]>>
  /** Puts other entries in place of all that are known of a pack. */
  replace(pack: string, entries: readonly Entry[]): Promise<void>
  /** Notes when packs were used last, in milliseconds since the epoch. */
  touch(packs: Iterable<string>, used: number): Promise<void>
  /** When a pack was used last; 0 where that is not known. */
  lastUsed(pack: string): Promise<number>
  /** Passes a pack over until it is written anew, because it can't be read here now. */
  shun(pack: string): void
}

const prefix = 'packs/'
const packOf = (key: string): string => key.split('/')[1] ?? ''
const usedKey = (pack: string): string => `used/${pack}`

/**
 * A record never changes under its key, `packs/<pack>/<revision>`: so the list of keys alone tells what is new and what is gone,
 * and tabs that write at the same time never write the same key. An unreadable record counts as an empty one.
 */
export function openPackIndex(journal: Journal): PackIndex {
  const records = new Map<string, PackRecord>()
  const places = new Map<string, Place>()
  let running: Promise<void> | undefined
  let waiting: Promise<void> | undefined

  function learn(key: string, known: PackRecord): void {
    records.set(key, known)
    const pack = packOf(key)
    for (const [sha1, offset, size] of known.entries) places.set(sha1, { pack, packSize: known.size, offset, size })
  }

  function unlearn(key: string): void {
    for (const [sha1] of records.get(key)?.entries ?? []) {
      if (places.get(sha1)?.pack === packOf(key)) places.delete(sha1)
    }
    records.delete(key)
  }

  async function load(): Promise<void> {
    const before = [...records.keys()] // what is written while the keys are read may not be among them
    const keys = new Set(await journal.keys(prefix))
    for (const key of before) if (!keys.has(key)) unlearn(key)
    const pause = createPacer()
    for (const key of keys) {
      if (records.has(key)) continue
      const value = await journal.read(key)
      const parsed = record.safeParse(value)
      if (value !== undefined) learn(key, parsed.success ? parsed.data : { size: 0, entries: [] })
      await pause()
    }
  }

  /** One at a time; who comes while one is under way shares the next, which sees all that was written until now. */
  function refresh(): Promise<void> {
    if (!running) {
      running = load().finally(() => {
        running = undefined
      })
      return running
    }
    waiting ??= running.then(again, again)
    return waiting
  }

  function again(): Promise<void> {
    waiting = undefined
    return refresh()
  }

  const keysOf = (packs: ReadonlySet<string>): string[] => [...records.keys()].filter((key) => packs.has(packOf(key)))

  return {
    refresh,
    find: (sha1) => places.get(sha1),
    packs: () => {
      const sizes = new Map<string, number>()
      for (const [key, { size }] of records) sizes.set(packOf(key), Math.max(size, sizes.get(packOf(key)) ?? 0))
      return [...sizes].map(([pack, size]) => ({ pack, size }))
    },
    entries: (pack) => keysOf(new Set([pack])).flatMap((key) => records.get(key)?.entries ?? []),
    async add(pack, size, entries, used) {
      const key = newKey(pack)
      const known: PackRecord = { size, entries: [...entries] }
      await journal.write(
        new Map<string, unknown>([
          [key, known],
          [usedKey(pack), used],
        ]),
      )
      learn(key, known)
    },
    async remove(packs) {
      const keys = keysOf(new Set(packs))
      await journal.write(new Map([...keys, ...packs.map(usedKey)].map((key) => [key, undefined])))
      for (const key of keys) unlearn(key)
    },
    async without(sha1s) {
      const left = new Map<string, Entry[]>()
      const pause = createPacer()
      for (const [key, { entries }] of records) {
        if (entries.some(([sha1]) => sha1s.has(sha1)))
          left.set(
            packOf(key),
            entries.filter(([sha1]) => !sha1s.has(sha1)),
          )
        await pause()
      }
      return left
    },
    async replace(pack, entries) {
      const keys = keysOf(new Set([pack]))
      const size = Math.max(0, ...keys.map((key) => records.get(key)?.size ?? 0))
      const key = newKey(pack)
      const known: PackRecord = { size, entries: [...entries] }
      await journal.write(new Map<string, unknown>([...keys.map((old) => [old, undefined] as const), [key, known]]))
      for (const old of keys) unlearn(old)
      learn(key, known)
    },
    async touch(packs, used) {
      await journal.write(new Map([...packs].map((pack) => [usedKey(pack), used])))
    },
    async lastUsed(pack) {
      const used = await journal.read(usedKey(pack))
      return typeof used === 'number' ? used : 0
    },
    shun(pack) {
      for (const [sha1, place] of places) if (place.pack === pack) places.delete(sha1)
    },
  }
}

function newKey(pack: string): string {
  return `${prefix}${pack}/${crypto.randomUUID()}`
}
