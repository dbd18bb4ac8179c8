import { type BrowserStorageOptions, browserStorage } from '../src/browser-storage.js'
import type { ContentStore } from '../src/spec/artifact.js'
import { sha1 } from '../src/toolkit/sha1.js'

/** What the tests call in the page. */
export interface StoragePage {
  open(options?: BrowserStorageOptions): void
  write(key: string, value: unknown): Promise<void>
  read(key: string): Promise<unknown>
  /** Keeps a text for good. @returns its digest */
  keep(text: string): Promise<string>
  get(digest: string): Promise<string | undefined>
  tryLock(name: string): Promise<boolean>
  /** Codes of what the store of contents reported. */
  readonly reported: string[]
  /** What the browser keeps for this page, and which locks are held. */
  names(): Promise<{ databases: string[]; folders: string[]; locks: string[] }>
}

declare global {
  var storagePage: StoragePage
}

let storage = browserStorage()
let contents: ContentStore | undefined
const reported: string[] = []

function openContents(): ContentStore {
  contents ??= storage.openContents(({ code }) => reported.push(code))
  return contents
}

const face: StoragePage = {
  reported,
  open(options) {
    storage = browserStorage(options)
    contents = undefined
  },
  write: (key, value) => storage.journal.write(new Map([[key, value]])),
  read: (key) => storage.journal.read(key),
  async keep(text) {
    const bytes = new TextEncoder().encode(text)
    const digest = await sha1(bytes)
    await openContents().put(digest, bytes)
    await openContents().flush()
    return digest
  },
  async get(digest) {
    const bytes = await openContents().get(digest)
    return bytes && new TextDecoder().decode(bytes)
  },
  tryLock: async (name) => (await storage.tabs.tryLock(name)) !== undefined,
  async names() {
    const databases = await indexedDB.databases()
    const folders: string[] = []
    for await (const folder of (await navigator.storage.getDirectory()).keys()) folders.push(folder)
    const { held = [] } = await navigator.locks.query()
    const named = (names: (string | undefined)[]) => names.map(String).sort()
    return {
      databases: named(databases.map(({ name }) => name)),
      folders: named(folders),
      locks: named(held.map(({ name }) => name)),
    }
  },
}

Object.assign(globalThis, { storagePage: face })
