import { choosePacks } from '../../../../src/artifacts/contents/choose-packs.js'
import { journalPacks } from '../../../../src/artifacts/contents/journal-packs.js'
import { openContentStore } from '../../../../src/artifacts/contents/open-content-store.js'
import { indexedDbJournal } from '../../../../src/journal/indexed-db.js'
import type { ContentStore } from '../../../../src/spec/artifact.js'
import type { Warning } from '../../../../src/spec/plan.js'
import { browserTabs } from '../../../../src/tabs/browser-tabs.js'
import { sha1 } from '../../../../src/toolkit/sha1.js'

const folder = 'contents'
const inDatabase = indexedDbJournal('packs')
const packs = choosePacks(folder, journalPacks(inDatabase))
const warnings: Warning[] = []
let hours = 0
let store: ContentStore = open()

function open(limit?: number): ContentStore {
  return openContentStore({
    index: indexedDbJournal('index'),
    packs,
    tabs: browserTabs('test/'),
    clock: { now: () => Date.now() + hours * 3_600_000 },
    report: (warning) => warnings.push(warning),
    limit,
  })
}

/** Contents that are the same in every page, and that a database can't compress: the disk would not be full. */
function make(seed: number, size: number): Uint8Array<ArrayBuffer> {
  let state = (seed + 1) * 2_654_435_761
  return new Uint8Array(size).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}

async function listFiles(): Promise<string[]> {
  const names: string[] = []
  const root = await navigator.storage.getDirectory()
  for await (const name of (await root.getDirectoryHandle(folder, { create: true })).keys()) names.push(name)
  return names
}

const face = {
  warnings: warnings as Warning[],
  reopen(limit?: number, later = 0): void {
    hours += later
    store = open(limit)
  },
  /** Puts contents of that size, and resolves with their digests. */
  async put(seeds: number[], size: number): Promise<string[]> {
    const digests: string[] = []
    for (const seed of seeds) {
      const bytes = make(seed, size)
      const digest = await sha1(bytes)
      await store.put(digest, bytes)
      digests.push(digest)
    }
    await store.flush()
    return digests
  },
  lacking: (digests: string[]): Promise<readonly string[]> => store.lacking(digests),
  /** Sizes of the contents, whose digests the page checks once more; `null` for what is not there. */
  get: (digests: string[]): Promise<Array<number | null | 'wrong'>> =>
    Promise.all(
      digests.map(async (digest) => {
        const bytes = await store.get(digest)
        if (!bytes) return null
        return (await sha1(bytes)) === digest ? bytes.length : 'wrong'
      }),
    ),
  delete: (digests: string[]): Promise<void> => store.delete(digests),
  /** How many packs there are as files, and how many in the database. */
  async packs(): Promise<{ files: number; database: number }> {
    const { names } = await journalPacks(inDatabase).list()
    return { files: (await listFiles()).length, database: names.length }
  },
  /** Changes one byte of each file. */
  async damage(position: number): Promise<void> {
    const root = await navigator.storage.getDirectory()
    for (const name of await listFiles()) {
      const file = await (await root.getDirectoryHandle(folder)).getFileHandle(name)
      const writable = await file.createWritable({ keepExistingData: true })
      await writable.write({ type: 'write', position, data: '!' })
      await writable.close()
    }
  },
  async clearFiles(): Promise<void> {
    await (await navigator.storage.getDirectory()).removeEntry(folder, { recursive: true })
  },
}

declare global {
  var contents: typeof face
}

globalThis.contents = face
