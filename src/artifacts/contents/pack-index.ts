import type { Journal } from '../../spec/journal.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { createPackRecords, type Entry, type KnownPacks, type PackRecord, packRecord } from './known-packs.js'

/** What is where in all packs, as this tab knows it, and kept for all tabs. */
export interface PackIndex extends KnownPacks {
  /** Learns what all tabs have written and removed until now. */
  refresh(): Promise<void>
  /** Makes a pack that has been written known. */
  add(pack: string, size: number, entries: readonly Entry[], used: number): Promise<void>
  /** Forgets packs, and returns once no tab finds them any more. */
  remove(packs: readonly string[]): Promise<void>
  /** Puts other entries in place of all that are known of a pack. */
  replace(pack: string, entries: readonly Entry[]): Promise<void>
  /** Notes when packs were used last, in milliseconds since the epoch. */
  touch(packs: Iterable<string>, used: number): Promise<void>
  /** When a pack was used last; 0 where that is not known. */
  lastUsed(pack: string): Promise<number>
}

const prefix = 'packs/'
const usedKey = (pack: string): string => `used/${pack}`
const newKey = (pack: string): string => `${prefix}${pack}/${crypto.randomUUID()}`

/**
 * A record never changes under its key, `packs/<pack>/<revision>`: so the list of keys alone tells what is new and what is gone,
 * and tabs that write at the same time never write the same key. An unreadable record counts as an empty one.
 */
export function openPackIndex(journal: Journal): PackIndex {
  const { has, keys: keysOf, learn, unlearn, ...known } = createPackRecords()

  async function load(): Promise<void> {
    const before = keysOf() // what is written while the keys are read may not be among them
    const keys = new Set(await journal.keys(prefix))
    for (const key of before) if (!keys.has(key)) unlearn(key)
    const pause = createPacer()
    for (const key of keys) {
      if (has(key)) continue
      const value = await journal.read(key)
      const parsed = packRecord.safeParse(value)
      if (value !== undefined) learn(key, parsed.success ? parsed.data : { size: 0, entries: [] })
      await pause()
    }
  }

  return {
    ...known,
    refresh: shareNext(load),
    async add(pack, size, entries, used) {
      const key = newKey(pack)
      const record: PackRecord = { size, entries: [...entries] }
      await journal.write(
        new Map<string, unknown>([
          [key, record],
          [usedKey(pack), used],
        ]),
      )
      learn(key, record)
    },
    async remove(packs) {
      const keys = keysOf(new Set(packs))
      await journal.write(new Map([...keys, ...packs.map(usedKey)].map((key) => [key, undefined])))
      for (const key of keys) unlearn(key)
    },
    async replace(pack, entries) {
      const keys = keysOf(new Set([pack]))
      const size = known.packs().find((info) => info.pack === pack)?.size ?? 0
      const key = newKey(pack)
      const record: PackRecord = { size, entries: [...entries] }
      await journal.write(new Map<string, unknown>([...keys.map((old) => [old, undefined] as const), [key, record]]))
      for (const old of keys) unlearn(old)
      learn(key, record)
    },
    async touch(packs, used) {
      await journal.write(new Map([...packs].map((pack) => [usedKey(pack), used])))
    },
    async lastUsed(pack) {
      const used = await journal.read(usedKey(pack))
      return typeof used === 'number' ? used : 0
    },
  }
}

/** One run at a time; who comes while one is under way shares the next, which sees all that was written until now. */
function shareNext(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let waiting: Promise<void> | undefined

  function run(): Promise<void> {
    if (!running) {
      running = work().finally(() => {
        running = undefined
      })
      return running
    }
    waiting ??= running.then(again, again)
    return waiting
  }

  function again(): Promise<void> {
    waiting = undefined
    return run()
  }

  return run
}
