import type { ContentStore } from '../../spec/artifact.js'
import type { Clock } from '../../spec/context.js'
import type { Journal } from '../../spec/journal.js'
import type { Warning } from '../../spec/plan.js'
import type { Tabs } from '../../spec/tabs.js'
import { systemClock } from '../../toolkit/system-clock.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { checkContent } from './check-content.js'
import { createExclusive } from './exclusive.js'
import { holdContents } from './held-contents.js'
import { isQuotaExceeded } from './is-quota-exceeded.js'
import { noRoom, notKept } from './not-kept.js'
import { createPackArchive, type PackArchive } from './pack-archive.js'
import { openPackIndex } from './pack-index.js'
import { createPackReader } from './pack-reader.js'
import { createPackRoom } from './pack-room.js'
import type { PackStore } from './pack-store.js'
import { removePacksFrom } from './remove-packs.js'

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
 * some MiB; until then, and where they can't be written, they are in memory. When the storage fails, `put`, `get`, `lacking` and
 * `flush` go on without it: what can't be written stays in memory while this store is open, and what can't be read is not there.
 * `delete` alone rejects, with the error of the index (a `JournalError` from the browser's database), where contents are still
 * known that were to go.
 */
export function openContentStore(options: ContentStoreOptions): ContentStore {
  const archive = createArchive(options)
  const held = holdContents(keep)
  let opening: Promise<boolean> | undefined
  /** Why nothing is written any more. What was written before is read all the same. */
  let failure: { readonly cause: unknown } | undefined
  let warned = false
  /** Small contents are hashed in no task of their own: many in a row would hold up the page. */
  const pause = createPacer()

  function warn(warning: Warning): void {
    if (!warned) options.report(warning)
    warned = true
  }

  /** Resolves with whether the archive could be opened, which is tried once. */
  function open(): Promise<boolean> {
    opening ??= archive.open().then(
      () => true,
      (cause: unknown) => {
        failure = { cause }
        return false
      },
    )
    return opening
  }

  /** Asks the archive; where it can't tell, nothing is there. */
  async function ask<T>(question: () => Promise<T>, otherwise: T): Promise<T> {
    return (await open()) ? question().catch(() => otherwise) : otherwise
  }

  /** Writes contents. Resolves with whether it could. */
  async function keep(contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<boolean> {
    if (failure) {
      warn(notKept(failure.cause))
      return false
    }
    try {
      const kept = await archive.write(contents)
      if (!kept) warn(noRoom)
      return kept
    } catch (cause) {
      if (!isQuotaExceeded(cause)) failure = { cause }
      warn(notKept(cause))
      return false
    }
  }

  return {
    async put(sha1, bytes) {
      await pause()
      if (held.has(sha1) || (await ask(() => archive.holds(sha1), false)) || held.has(sha1)) return
      await held.put(sha1, bytes)
    },
    async get(sha1) {
      await pause()
      const bytes = held.get(sha1)
      if (!bytes) return ask(() => archive.read(sha1), undefined)
      if (await checkContent(sha1, bytes)) return bytes
      if (held.get(sha1) === bytes) held.drop(sha1)
      return undefined
    },
    async lacking(sha1s) {
      const wanted = [...new Set(sha1s)].filter((sha1) => !held.has(sha1))
      if (wanted.length === 0) return []
      const found = await ask(() => archive.holding(wanted), new Set<string>())
      return wanted.filter((sha1) => !found.has(sha1) && !held.has(sha1))
    },
    flush: () => held.drain(),
    async delete(sha1s) {
      const gone = new Set(sha1s)
      if (gone.size === 0) return
      await held.drain()
      for (const sha1 of gone) held.drop(sha1)
      await archive.delete(gone)
    },
  }
}

function createArchive({ index, packs, tabs, limit, ...options }: ContentStoreOptions): PackArchive {
  const { clock = systemClock, manager = globalThis.navigator?.storage ?? {} } = options
  const now = () => clock.now()
  const known = openPackIndex(index)
  const reader = createPackReader(packs)
  const remove = removePacksFrom({ index: known, packs, reader })
  const room = createPackRoom({ index: known, remove, limit, now, manager })
  return createPackArchive({ index: known, packs, reader, room, remove, exclusive: createExclusive(tabs), now })
}
