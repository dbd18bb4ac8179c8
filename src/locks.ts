import type { Settings } from './deploy-settings.js'
import { deploymentRunning } from './deployment-problems.js'
import { keys } from './journal/keys.js'
import { listDeployments, readRecord } from './journal/read-deployment.js'
import type { Session } from './session.js'
import type { Site } from './spec/release.js'
import type { DeploymentStorage } from './spec/storage.js'
import { lockOf, siteLockOf } from './tab-messages.js'

/**
 * Milliseconds: a tab that follows takes the lock for a moment, to learn that its owner is gone, and a browser may say a moment
 * late that a lock is free.
 */
const patience = 500

/**
 * Takes the lock that says that this tab runs the deployment.
 * @throws ConflictError `deployment-running`
 */
export async function holdDeployment(session: Session, storage: DeploymentStorage): Promise<void> {
  const { id } = session
  if (await session.hold(storage, lockOf(id), patience)) return
  throw deploymentRunning(`The deployment ${id} is under way, in this tab or another one.`, id)
}

/**
 * Takes the locks of all that a deployment writes to.
 * @throws ConflictError `deployment-running` that names the deployment that has one of them.
 */
export async function holdSites(
  session: Session,
  storage: DeploymentStorage,
  settings: Pick<Settings, 'targets' | 'git'>,
): Promise<void> {
  const { targets, git } = settings
  const sites = targets.map(({ resource, site }) => ({ resource, does: `publishes ${site}` }))
  // Two that commit to one branch would only stand in each other's way.
  const repositories = git ? [{ resource: git.resource, does: `commits to ${git.repository}` }] : []
  for (const { resource, does } of [...sites, ...repositories]) {
    if (await session.hold(storage, siteLockOf(resource), patience)) continue
    const id = await runningOn(session, storage, resource)
    throw deploymentRunning(`Another deployment ${does} right now, in this tab or another one.`, id)
  }
}

/** Gives what takes the lock of a site by its address, for those who know it by another name: by its id, say. */
export function holdSite(session: Session, storage: DeploymentStorage): (site: Site) => Promise<void> {
  return async ({ name, url }) => {
    if (await session.hold(storage, siteLockOf(url))) return
    const id = await runningAt(storage, url)
    throw deploymentRunning(`Another deployment publishes ${name} right now, in this tab or another one.`, id)
  }
}

async function runningOn(
  session: Session,
  { journal, tabs }: DeploymentStorage,
  resource: string,
): Promise<string | null> {
  for (const id of await listDeployments(journal)) {
    const record = await readRecord(journal, id, (event) => session.emit(null, event))
    const places = [...(record?.targets ?? []), ...(record?.git ? [record.git] : [])]
    if (!places.some((place) => place.resource === resource)) continue
    if (await tabs.isLocked(lockOf(id))) return id
  }
  return null
}

/** The running deployment that found the site at this address; `null` where it has not written that down yet. */
async function runningAt({ journal, tabs }: DeploymentStorage, url: string): Promise<string | null> {
  for (const id of await listDeployments(journal)) {
    if (!(await tabs.isLocked(lockOf(id)))) continue
    // The entries are another tab's: what can't be read of them is that one's business.
    for (const key of await journal.keys(keys.steps(id))) {
      const { result } = ((await journal.read(key)) ?? {}) as { readonly result?: { readonly url?: unknown } | null }
      if (result?.url === url) return id
    }
  }
  return null
}
