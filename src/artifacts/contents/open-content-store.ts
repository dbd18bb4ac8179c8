import type { ContentStore } from '../../spec/artifact.js'
import type { Clock } from '../../spec/context.js'
import type { Journal } from '../../spec/journal.js'
import type { Warning } from '../../spec/plan.js'
import type { Tabs } from '../../spec/tabs.js'
import { systemClock } from '../../toolkit/system-clock.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { checkContent } from './check-content.js'
import { createExclusive } from './exclusive.js'
import { isQuotaExceeded } from './is-quota-exceeded.js'
import { noRoom, notKept } from './not-kept.js'
import { createPackArchive, type PackArchive, packSize } from './pack-archive.js'
import { openPackIndex } from './pack-index.js'
import { createPackRoom } from './pack-room.js'
import type { PackStore } from './pack-store.js'

/** Contents in a pack at most: each costs a line in the index. */
const mostContents = 4096

/** What a durable content store is made of. */
export interface ContentStoreOptions {
  /** Remembers what is where. Nothing else may write to this journal. */
  readonly index: Journal
  readonly packs: PackStore
  /** Keeps tabs out of each other's way when contents are removed: the lock `contents`. */
  readonly tabs: Pick<Tabs, 'lock'>
  /** Told once, when contents are kept in memory only: `contents-not-kept` or `storage-full`. */
  readonly report: (warning: Warning) => void
  /** Bytes of all packs. @default 1 GiB, or 20 % of what the browser grants if that is less */
  readonly limit?: number | undefined
  /** @default the system's */
  readonly clock?: Pick<Clock, 'now'> | undefined
  /** Asked for the quota, and to keep what is stored. @default the browser's, where there is one */
  readonly manager?: Partial<Pick<StorageManager, 'estimate' | 'persist'>> | undefined
}

/**
 * Opens the store of contents that outlives the tab and is shared by all deployments and tabs. Contents are written in packs of
 * some MiB; until then, and where they can't be written, they are in memory. Neither `put` nor `get`, `lacking` or `flush` fail
 * because of the storage; `delete` does.
 */
export function openContentStore(options: ContentStoreOptions): ContentStore {
  const archive = createArchive(options)
  /** What is not written, or not yet. */
  const held = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Those of them that wait for the next pack. */
  const waiting = new Set<string>()
  let waitingBytes = 0
  let writing: Promise<void> | undefined
  let opening: Promise<void> | undefined
  /** Why nothing is written any more. */
  let failure: { readonly cause: unknown } | undefined
  let warned = false
  /** Small contents are hashed in no task of their own: many in a row would hold up the page. */
  const pause = createPacer()

  function warn(warning: Warning): void {
    if (!warned) options.report(warning)
    warned = true
  }

  function open(): Promise<void> {
    opening ??= archive.open().catch((cause: unknown) => {
      failure = { cause }
    })
    return opening
  }

  /** Asks the archive; where it fails, nothing is there. */
  async function ask<T>(question: () => Promise<T>, otherwise: T): Promise<T> {
    await open()
    return failure ? otherwise : question().catch(() => otherwise)
  }

  /** Writes contents; those that can't be written stay in memory. */
  async function keep(contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void> {
    if (failure) return warn(notKept(failure.cause))
    try {
      if (!(await archive.write(contents))) return warn(noRoom)
      for (const sha1 of contents.keys()) held.delete(sha1)
    } catch (cause) {
      if (!isQuotaExceeded(cause)) failure = { cause }
      warn(notKept(cause))
    }
  }

  /** Starts writing what is taken once nothing else is being written: no more than that and the next pack are in memory. */
  async function write(take: () => ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void> {
    while (writing) await writing
    const contents = take()
    if (contents.size === 0) return
    writing = keep(contents).finally(() => {
      writing = undefined
    })
  }

  const isFull = () => waitingBytes >= packSize || waiting.size >= mostContents

  function takeWaiting(): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
    const contents = new Map<string, Uint8Array<ArrayBuffer>>()
    for (const sha1 of waiting) {
      const bytes = held.get(sha1)
      if (bytes) contents.set(sha1, bytes)
    }
    waiting.clear()
    waitingBytes = 0
    return contents
  }

  async function drain(): Promise<void> {
    await write(takeWaiting)
    while (writing) await writing
  }

  return {
    async put(sha1, bytes) {
      await pause()
      if (held.has(sha1) || (await ask(() => archive.holds(sha1), false)) || held.has(sha1)) return
      held.set(sha1, bytes)
      if (bytes.length >= packSize) return write(() => new Map([[sha1, bytes]]))
      waiting.add(sha1)
      waitingBytes += bytes.length
      if (isFull()) await write(() => (isFull() ? takeWaiting() : new Map()))
    },
    async get(sha1) {
      await pause()
      const bytes = held.get(sha1)
      if (!bytes) return ask(() => archive.read(sha1), undefined)
      if (await checkContent(sha1, bytes)) return bytes
      if (held.get(sha1) === bytes) held.delete(sha1)
      return undefined
    },
    async lacking(sha1s) {
      const wanted = [...new Set(sha1s)].filter((sha1) => !held.has(sha1))
      if (wanted.length === 0) return []
      const found = await ask(() => archive.holding(wanted), new Set<string>())
      return wanted.filter((sha1) => !found.has(sha1) && !held.has(sha1))
    },
    flush: drain,
    async delete(sha1s) {
      const gone = new Set(sha1s)
      if (gone.size === 0) return
      await drain()
      for (const sha1 of gone) held.delete(sha1)
      await archive.delete(gone)
    },
  }
}

function createArchive({ index, packs, tabs, limit, ...options }: ContentStoreOptions): PackArchive {
  const { clock = systemClock, manager = globalThis.navigator?.storage ?? {} } = options
  const now = () => clock.now()
  const known = openPackIndex(index)
  const room = createPackRoom({ index: known, packs, limit, now, manager })
  return createPackArchive({ index: known, packs, room, exclusive: createExclusive(tabs), now })
}
