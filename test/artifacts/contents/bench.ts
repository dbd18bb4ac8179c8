import type { ContentStoreOptions } from '../../../src/artifacts/contents/open-content-store.js'
import { openContentStore } from '../../../src/artifacts/contents/open-content-store.js'
import type { PackStore } from '../../../src/artifacts/contents/pack-store.js'
import { memoryJournal } from '../../../src/journal/memory.js'
import type { ContentStore } from '../../../src/spec/artifact.js'
import type { Journal } from '../../../src/spec/journal.js'
import type { Warning } from '../../../src/spec/plan.js'
import { memoryTabs } from '../../../src/tabs/memory-tabs.js'
import { sha1 } from '../../../src/toolkit/sha1.js'
import { type SimulatedClock, simulatedClock } from '../../support/simulated-clock.js'

/** A content with its digest. */
export interface Content {
  readonly sha1: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Makes a content of that many bytes, another one for each seed. */
export async function makeContent(size: number, seed: number): Promise<Content> {
  const bytes = new Uint8Array(size)
  let state = (seed + 1) * 2_654_435_761
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return { sha1: await sha1(bytes), bytes }
}

/** Makes several contents. */
export function makeContents(count: number, size: number, seed = 0): Promise<Content[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => makeContent(size, seed + index)))
}

/** What fails from now on: return an error to let a call fail. */
export interface Faults {
  writePack?: (name: string, bytes: Uint8Array) => unknown
  readPack?: (name: string) => unknown
  listPacks?: () => unknown
  removePack?: (name: string) => unknown
  writeIndex?: (changes: ReadonlyMap<string, unknown>) => unknown
  /** Told the key, or the beginning of those that are listed. */
  readIndex?: (key: string) => unknown
}

/** Stores over one storage in memory that can fail. */
export interface Bench {
  readonly clock: SimulatedClock
  readonly faults: Faults
  /** The packs by name. */
  readonly packs: Map<string, Uint8Array<ArrayBuffer>>
  /** The keys of the index, those of all packs. */
  records(): Promise<readonly string[]>
  /** Names of the packs that were written, of those that were read, and how often the index was written. */
  readonly done: { written: string[]; read: string[]; indexed: number; asked: number }
  readonly warnings: Warning[]
  /** Opens the store as another deployment or another tab does. */
  open(options?: Partial<ContentStoreOptions>): ContentStore
}

function check(fault: unknown): void {
  if (fault !== undefined) throw fault
}

/** Sets up an empty storage. */
export function setUp(options: Partial<ContentStoreOptions> = {}): Bench {
  const clock = simulatedClock()
  const faults: Faults = {}
  const done: Bench['done'] = { written: [], read: [], indexed: 0, asked: 0 }
  const packs: Bench['packs'] = new Map()
  const warnings: Warning[] = []
  const journal = memoryJournal()
  const tabs = memoryTabs()
  const store: PackStore = {
    async write(name, bytes) {
      check(faults.writePack?.(name, bytes))
      packs.set(name, bytes.slice())
      done.written.push(name)
    },
    async read(name, start, end) {
      check(faults.readPack?.(name))
      done.read.push(name)
      return packs.get(name)?.slice(start, end)
    },
    async remove(name) {
      check(faults.removePack?.(name))
      packs.delete(name)
    },
    async list() {
      check(faults.listPacks?.())
      return { names: [...packs.keys()], whole: true }
    },
  }
  const index: Journal = {
    async read(key) {
      check(faults.readIndex?.(key))
      return journal.read(key)
    },
    async write(changes) {
      check(faults.writeIndex?.(changes))
      done.indexed += 1
      await journal.write(changes)
    },
    async keys(prefix) {
      check(faults.readIndex?.(prefix))
      return journal.keys(prefix)
    },
  }
  const manager: ContentStoreOptions['manager'] = {
    async persist() {
      done.asked += 1
      return false
    },
  }
  const report = (warning: Warning) => warnings.push(warning)
  return {
    clock,
    faults,
    packs,
    done,
    warnings,
    records: () => journal.keys('packs/'),
    open: (own) => openContentStore({ index, packs: store, tabs, clock, manager, report, ...options, ...own }),
  }
}

/** Puts contents one after the other, and flushes. */
export async function keep(store: ContentStore, contents: readonly Content[]): Promise<void> {
  for (const { sha1: digest, bytes } of contents) await store.put(digest, bytes)
  await store.flush()
}

/** The digests of contents. */
export function digests(contents: readonly Content[]): string[] {
  return contents.map((content) => content.sha1)
}

/** What a full disk fails with. */
export function diskFull(): DOMException {
  return new DOMException('The disk is full.', 'QuotaExceededError')
}
