import { memoryContentStore } from './artifacts/content-store.js'
import { carryOut } from './carry-out.js'
import { storageOf } from './default-storage.js'
import type { DeployOptions } from './deploy-options.js'
import { isClock, parseDeployOptions, type Settings } from './deploy-settings.js'
import { OptionsError } from './errors/options-error.js'
import { type DeploymentRecord, recordVersion } from './journal/deployment-record.js'
import { keys } from './journal/keys.js'
import { readRecord } from './journal/read-deployment.js'
import { holdDeployment, holdSite, holdSites } from './locks.js'
import { notKept } from './not-kept.js'
import { recordOptimize } from './optimize-options.js'
import { prune } from './prune.js'
import { openEnvironment } from './run-environment.js'
import { type Deployment, type Session, startSession } from './session.js'
import type { DeploymentResult } from './spec/event.js'
import type { DeploymentStorage } from './spec/storage.js'
import { surveyProject } from './survey.js'
import { onAbort } from './toolkit/on-abort.js'
import { systemClock } from './toolkit/system-clock.js'
import { version } from './version.js'

/**
 * Deploys the project in the container: builds it, commits it, publishes it and proves that it is live. What it does is written
 * down as it does it: a tab that is closed in the middle loses nothing, see `resume`.
 *
 * Never throws: wrong options too are told by the terminal event and by `done`.
 * @example
 * const deployment = deploy({
 *   container,
 *   git: github({ auth: githubToken, repository: 'acme/shop' }),
 *   targets: [netlify({ auth: netlifyToken, site: 'acme-shop' })],
 * })
 * for await (const event of deployment.events) render(event)
 * const { url } = await deployment.done
 */
export function deploy(options: DeployOptions): Deployment {
  const clock = isClock(options?.clock) ? options.clock : systemClock
  const id = typeof options?.id === 'string' ? options.id : crypto.randomUUID()
  return startSession(id, clock, async (session) => {
    const settings = parseDeployOptions(options)
    const { targets, git, signal } = settings
    const release = signal && onAbort(signal, () => session.cancel('The deployment was aborted by its signal.'))
    for (const secret of secretsOf(settings)) session.redactor.remember(secret)
    const names = targets.map(({ name }) => name)
    session.emit(null, { type: 'deployment-start', version: 1, targets: names, git: git?.name ?? null })
    const storage = await usableStorage(await storageOf({ storage: settings.storage }, 'deploy'), session)
    const { environment, close } = openEnvironment(session, settings, storage, clock)
    try {
      return await begin(session, settings, storage, { environment, date: clock.now() })
    } finally {
      close()
      release?.()
    }
  })
}

/** What no event may show, even before it is first sent. */
export function secretsOf({ targets, git, build }: Settings): string[] {
  const tokens = [...targets, ...(git ? [git] : [])].flatMap((port) => port.secrets?.() ?? [])
  return [...tokens, ...build.secrets.flatMap((name) => build.env[name] ?? [])]
}

async function begin(
  session: Session,
  settings: Settings,
  storage: DeploymentStorage,
  { environment, date }: Pick<ReturnType<typeof openEnvironment>, 'environment'> & { readonly date: number },
): Promise<DeploymentResult> {
  const { id } = session
  const given = { deployment: id, date, hold: holdSite(session, storage) }
  const work = { session, settings, storage, environment, earlier: new Map(), approved: false }
  if (settings.dryRun) {
    const store = memoryContentStore()
    const facts = await surveyProject(settings, store, environment)
    return carryOut({ ...work, facts, given: { ...given, store } })
  }
  await holdDeployment(session, storage)
  await refuseSecond(session, storage)
  await holdSites(session, storage, settings)
  await session.open(storage, recordOf(session, settings, date))
  await prune(storage, date, (event) => session.emit(null, event)).catch((thrown: unknown) => {
    session.emit(null, notKept(thrown))
  })
  const store = storage.openContents((warning) => session.emit(null, { type: 'warning', ...warning }))
  const facts = await surveyProject(settings, store, environment)
  return carryOut({ ...work, facts, given: { ...given, store } })
}

/** The storage, or memory in its place where the browser lets nothing be kept: a deployment is worth more than its record. */
async function usableStorage(storage: DeploymentStorage, session: Session): Promise<DeploymentStorage> {
  try {
    await storage.journal.read(keys.record(session.id))
    return storage
  } catch (thrown) {
    session.emit(null, notKept(thrown))
    const { memoryStorage } = await import('./memory-storage.js')
    return { ...memoryStorage(), tabs: storage.tabs }
  }
}

async function refuseSecond(session: Session, storage: DeploymentStorage): Promise<void> {
  const { id } = session
  const { journal } = storage
  const known = await readRecord(journal, id, (event) => session.emit(null, event))
  if (!known && (await journal.read(keys.record(id))) === undefined) return
  throw new OptionsError({
    code: 'deployment-exists',
    message: `There is a deployment with the id ${id} already; it ${known?.state === 'running' ? 'was interrupted' : 'has ended'}.`,
    hint: `Go on with it by resume('${id}', …), or give another deploy.id.`,
    details: { deployment: id },
  })
}

function recordOf(session: Session, settings: Settings, date: number): DeploymentRecord {
  const { targets, git, build, project, commit, environment, files, headers, verify } = settings
  const { env, secrets, ...plain } = build
  const optimize = recordOptimize(settings.optimize)
  const all = { build: plain, project, commit, environment, files, headers, optimize, verify }
  // An option that holds a secret would be another one without it.
  const isSafe = (value: unknown) => JSON.stringify(session.redactor.redact(value)) === JSON.stringify(value)
  const options = Object.entries(all)
  return {
    version: recordVersion,
    id: session.id,
    library: version,
    startedAt: date,
    changedAt: date,
    state: 'running',
    targets: targets.map(({ name, site, resource }) => ({ name, site, resource })),
    git: git ? { name: git.name, repository: git.repository, resource: git.resource } : null,
    options: Object.fromEntries(options.filter(([, value]) => isSafe(value))),
    withheld: options.filter(([, value]) => !isSafe(value)).map(([name]) => name),
    environmentNames: Object.keys(env),
    secretNames: secrets,
    asks: settings.approve !== undefined,
    published: [],
    committed: [],
    url: null,
    error: null,
  }
}
