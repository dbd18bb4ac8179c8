import { github } from '../../src/git/github.js'
import {
  autoResume,
  browserStorage,
  type Clock,
  confirmLeave,
  type Deployment,
  type DeploymentEvent,
  type DeploymentStorage,
  type DeploymentSummary,
  type DeployOptions,
  deploy,
  deployments,
  type ErrorInfo,
  type FollowedDeployment,
  follow,
  type ResumeOptions,
} from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import { memoryContainer } from '../support/memory-container.js'

/** Where a page stands still: at a write of the journal, before anything was written or after it was. */
export interface Stop {
  readonly write: number
  readonly when: 'before' | 'after'
}

/** What a page deploys, and where. */
export interface Setup {
  readonly id: string
  /** The whole project; its build copies `src/` to `dist/`. */
  readonly files: Readonly<Record<string, string>>
  readonly providers: Readonly<Record<'token' | 'netlify' | 'github' | 'git' | 'relay', string>>
  /** The page's time, in milliseconds since the epoch. It moves on by sleeping only. */
  readonly start: number
  /** How many times as fast as the real time it sleeps. @default 20 */
  readonly pace?: number
  readonly stop?: Stop
  /** Whether the build waits for {@link LabPage.release}. */
  readonly holdBuild?: boolean
  /** Whether the page asks before it is left. */
  readonly confirmLeave?: boolean
}

/** What became of a deployment. */
export interface Report {
  readonly outcome: 'success' | 'failure' | 'canceled'
  readonly error: ErrorInfo | null
  readonly events: readonly DeploymentEvent[]
  /** Writes of the journal. */
  readonly writes: number
}

/** What became of one that was to go on. */
export type Resumption = (Report & { readonly needsContainer: boolean }) | { readonly known: string }

/** What the tests call in the page. */
export interface LabPage {
  /** Deploys; resolves with the end. */
  deploy(setup: Setup): Promise<Report>
  /**
   * Goes on with the deployment by `autoResume`, once no other page runs it. Resolves with the end, or with what is known of it
   * where it was not interrupted.
   */
  resume(setup: Setup): Promise<Resumption>
  /** Resolves with the first event of that type, of the deployment that was begun last in this page. */
  event(type: DeploymentEvent['type'], step?: string): Promise<DeploymentEvent>
  /** Lets the build go on. */
  release(): void
  cancel(reason?: string): void
  /** Follows a deployment of another page; resolves with how that ended, and with all events. */
  follow(id: string): Promise<{ readonly ended: string; readonly events: readonly DeploymentEvent[] }>
  /** Resolves when what is followed has told its first event. */
  following(): Promise<void>
  cancelFollowed(reason: string): void
  deployments(): Promise<readonly DeploymentSummary[]>
  /** All that the browser stores for this page, as text. */
  stored(): Promise<string>
}

declare global {
  var labPage: LabPage
  /** Tells the test that the page stands still; never resolves. */
  var standStill: () => Promise<never>
}

// What is used of Node in the container in memory.
Object.assign(globalThis, { setImmediate: (work: () => void) => queueMicrotask(work) })

let current: Deployment | undefined
let followed: FollowedDeployment | undefined
let release: () => void = () => undefined
const released = new Promise<void>((resolve) => {
  release = resolve
})

function containerOf({ files, holdBuild }: Setup): DeployOptions['container'] {
  return memoryContainer(files, {
    run: async ({ container }) => {
      if (holdBuild) await released
      for (const [path, content] of [...container.tree]) {
        if (path.startsWith('src/')) container.write(`dist/${path.slice(4)}`, content)
      }
      return 0
    },
  })
}

/** Sleeps from this length on, in milliseconds, are time limits and take their time. */
const limitsFrom = 30_000

function hurriedClock({ start, pace = 20 }: Setup): Clock {
  let now = start
  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      await systemClock.sleep(milliseconds < limitsFrom ? milliseconds / pace : milliseconds, signal)
      now += milliseconds
    },
  }
}

function portsOf(setup: Setup): ResumeOptions {
  const { providers } = setup
  const { token: auth } = providers
  return {
    clock: hurriedClock(setup),
    relay: providers.relay,
    git: github({ auth, repository: 'shop', apiUrl: providers.github, gitUrl: providers.git }),
    targets: [netlify({ auth, site: 'shop', apiUrl: providers.netlify })],
  }
}

/** The browser's own storage, whose journal counts its writes and stands still at one of them. */
function watchedStorage(stop: Stop | undefined): { storage: DeploymentStorage; writes(): number } {
  const storage = browserStorage()
  const { journal } = storage
  let writes = 0
  const write = async (changes: ReadonlyMap<string, unknown>) => {
    const index = writes
    writes += 1
    if (stop?.write === index && stop.when === 'before') await standStill()
    await journal.write(changes)
    if (stop?.write === index) await standStill()
  }
  return { storage: { ...storage, journal: { ...journal, write } }, writes: () => writes }
}

async function reportOf(deployment: Deployment, setup: Setup, writes: () => number): Promise<Report> {
  current = deployment
  if (setup.confirmLeave) confirmLeave(deployment)
  const events: DeploymentEvent[] = []
  for await (const event of deployment.events) events.push(event)
  const end = events.at(-1)
  if (end?.type !== 'deployment-end') throw new Error(`The last event is ${end?.type}.`)
  return { outcome: end.outcome, error: end.outcome === 'success' ? null : end.error, events, writes: writes() }
}

/** Every file of a folder of the origin private file system, and of those below it, as text. */
async function textsOf(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const texts: string[] = []
  for await (const [name, entry] of folder.entries()) {
    texts.push(name)
    if (entry instanceof FileSystemDirectoryHandle) texts.push(...(await textsOf(entry)))
    else if (entry instanceof FileSystemFileHandle) texts.push(latin(await (await entry.getFile()).arrayBuffer()))
  }
  return texts
}

const latin = (bytes: ArrayBuffer) => new TextDecoder('latin1').decode(bytes)

function settle<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function databaseTexts(name: string): Promise<string[]> {
  const database = await settle(indexedDB.open(name))
  const texts = [name]
  for (const storeName of database.objectStoreNames) {
    const store = database.transaction(storeName).objectStore(storeName)
    const [keys, values] = await Promise.all([settle(store.getAllKeys()), settle(store.getAll())])
    const readable = (_key: string, value: unknown) => {
      if (value instanceof ArrayBuffer) return latin(value)
      if (ArrayBuffer.isView(value)) return latin(new Uint8Array(value.buffer).slice().buffer)
      return value instanceof Map ? [...value] : value
    }
    texts.push(JSON.stringify([keys, values], readable))
  }
  database.close()
  return texts
}

const face: LabPage = {
  deploy(setup) {
    const { storage, writes } = watchedStorage(setup.stop)
    const deployment = deploy({
      ...portsOf(setup),
      id: setup.id,
      storage,
      container: containerOf(setup),
      project: { framework: 'vite', installCommand: null, buildCommand: 'node build.mjs', outputDirectory: 'dist' },
      verify: { timeLimit: 20_000 },
    })
    return reportOf(deployment, setup, writes)
  },
  async resume(setup) {
    const { storage, writes } = watchedStorage(setup.stop)
    const state = async () => (await deployments()).find(({ id }) => id === setup.id)?.state ?? 'nothing'
    // A page that is gone holds its locks for a moment longer.
    if ((await state()) === 'running') await follow(setup.id).done
    const interrupted = (await autoResume()).find(({ id }) => id === setup.id)
    if (!interrupted) return { known: await state() }
    const { needsContainer } = interrupted
    const deployment = interrupted.resume({
      ...portsOf(setup),
      ...(setup.stop && { storage }),
      ...(needsContainer && { container: containerOf(setup) }),
    })
    return { ...(await reportOf(deployment, setup, writes)), needsContainer }
  },
  async event(type, step) {
    for await (const event of current?.events ?? []) {
      if (event.type === type && (step === undefined || event.step === step)) return event
    }
    throw new Error(`The deployment has ended without ${type}.`)
  },
  release: () => release(),
  cancel: (reason) => current?.cancel(reason),
  async follow(id) {
    followed = follow(id)
    const events: DeploymentEvent[] = []
    for await (const event of followed.events) events.push(event)
    return { ended: await followed.done, events }
  },
  async following() {
    for await (const _event of followed?.events ?? []) return
    throw new Error('Nothing was told.')
  },
  cancelFollowed: (reason) => followed?.cancel(reason),
  deployments: () => deployments(),
  async stored() {
    const databases = await indexedDB.databases()
    const texts = await Promise.all(databases.map(({ name }) => databaseTexts(name ?? '')))
    const files = await textsOf(await navigator.storage.getDirectory())
    return [...texts.flat(), ...files, JSON.stringify({ ...localStorage, ...sessionStorage })].join('\n')
  },
}

Object.assign(globalThis, { labPage: face })
