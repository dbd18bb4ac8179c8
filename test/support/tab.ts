import type { Clock, ContentStore, DeploymentStorage, Journal, Lock, Tabs } from '../../src/index.js'

/** What happens to a tab at a write of the journal: it goes before anything was written, or right after. */
export type Kill = { readonly write: number; readonly when: 'before' | 'after' }

/** One tab of a browser: its own view of what all tabs share, until it is killed. */
export interface Tab {
  readonly storage: DeploymentStorage
  readonly fetch: typeof fetch
  /** Never wakes anybody once the tab is gone. */
  readonly clock: Clock
  /** Writes of the journal so far. */
  readonly writes: number
  /** Requests so far. */
  readonly requests: number
  /** Resolves when it is killed. */
  readonly dead: Promise<void>
  /** Ends it as closing ends a tab: requests are cut, locks are free, and nothing that it was doing goes on. */
  kill(): void
}

/** How a tab is opened. */
export interface TabOptions {
  /** What all tabs share. */
  readonly storage: DeploymentStorage
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly kill?: Kill
  /** Called before each request is sent, with its number from 0; may kill the tab. */
  readonly onRequest?: (index: number, tab: Tab) => void
  /** Called when a request was carried out, before the tab has its answer; may kill the tab. */
  readonly onAnswer?: (index: number, tab: Tab) => void
}

const never = <Value>() => new Promise<Value>(() => undefined)

/** Opens a tab. */
export function openTab(options: TabOptions): Tab {
  const { storage } = options
  const life = new AbortController()
  const locks = new Set<Lock>()
  const closers: (() => void)[] = []
  const isDead = () => life.signal.aborted
  let writes = 0
  let requests = 0

  /** What a dead tab asked for never comes. */
  const alive = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (isDead()) return never()
    const value = await work()
    return isDead() ? never() : value
  }

  const journal: Journal = {
    read: (key) => alive(() => storage.journal.read(key)),
    keys: (prefix) => alive(() => storage.journal.keys(prefix)),
    write: (changes) =>
      alive(async () => {
        const index = writes
        writes += 1
        const { kill } = options
        if (kill?.write === index && kill.when === 'before') return tab.kill()
        await storage.journal.write(changes)
        if (kill?.write === index) tab.kill()
      }),
  }
  const keep = (lock: Lock | undefined): Lock | undefined => {
    if (!lock) return undefined
    if (isDead()) lock.release()
    locks.add(lock)
    return { release: () => void (locks.delete(lock) && lock.release()) }
  }
  const tabs: Tabs = {
    tryLock: (name) => alive(async () => keep(await storage.tabs.tryLock(name))),
    lock: (name, signal) =>
      alive(async () => keep(await storage.tabs.lock(name, AbortSignal.any([signal, life.signal]))) as Lock),
    isLocked: (name) => alive(() => storage.tabs.isLocked(name)),
    open(name, listen) {
      const channel = storage.tabs.open(name, (message) => {
        if (!isDead()) listen(message)
      })
      closers.push(() => channel.close())
      return {
        close: () => channel.close(),
        post: (message) => {
          if (!isDead()) channel.post(message)
        },
      }
    },
  }
  const tab: Tab = {
    storage: { journal, tabs, retention: storage.retention, openContents: () => buffered(storage, alive) },
    fetch: (input, init) => {
      if (isDead()) return never()
      const index = requests
      requests += 1
      options.onRequest?.(index, tab)
      if (isDead()) return never()
      const signal = init?.signal ? AbortSignal.any([init.signal, life.signal]) : life.signal
      return options.fetch(input, { ...init, signal }).then(
        (response) => {
          options.onAnswer?.(index, tab)
          return isDead() ? never<Response>() : response
        },
        (error: unknown) => (isDead() ? never<Response>() : Promise.reject(error)),
      )
    },
    clock: {
      now: () => options.clock.now(),
      sleep(milliseconds, signal) {
        if (isDead()) return never()
        const both = signal ? AbortSignal.any([signal, life.signal]) : life.signal
        return options.clock.sleep(milliseconds, both).then(
          () => (isDead() ? never<void>() : undefined),
          (reason: unknown) => (isDead() ? never<void>() : Promise.reject(reason)),
        )
      },
    },
    get writes() {
      return writes
    },
    get requests() {
      return requests
    },
    dead: new Promise((resolve) => {
      life.signal.addEventListener('abort', () => resolve(), { once: true })
    }),
    kill() {
      if (isDead()) return
      life.abort(new DOMException('The tab is gone.', 'AbortError'))
      for (const lock of locks) lock.release()
      for (const close of closers) close()
    },
  }
  return tab
}

/** Contents that are in the tab's memory until they are flushed, as the browser's are. */
function buffered(
  storage: DeploymentStorage,
  alive: <Value>(work: () => Promise<Value>) => Promise<Value>,
): ContentStore {
  const store = storage.openContents(() => undefined)
  const buffer = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    put: (sha1, bytes) => alive(async () => void buffer.set(sha1, bytes)),
    get: (sha1) => alive(async () => buffer.get(sha1) ?? store.get(sha1)),
    lacking: (sha1s) => alive(async () => (await store.lacking(sha1s)).filter((sha1) => !buffer.has(sha1))),
    flush: () =>
      alive(async () => {
        for (const [sha1, bytes] of buffer) await store.put(sha1, bytes)
        await store.flush()
        buffer.clear()
      }),
    delete: (sha1s) => alive(() => store.delete(sha1s)),
  }
}
