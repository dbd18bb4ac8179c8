import { storageOf } from './default-storage.js'
import { deploymentRunning } from './deployment-problems.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import { keys } from './journal/keys.js'
import { listDeployments, readRecord, removeDeployment } from './journal/read-deployment.js'
import { digestsOf } from './kept-facts.js'
import { supersededBy } from './resume-differences.js'
import type { ErrorInfo } from './spec/error.js'
import type { DeploymentStorage } from './spec/storage.js'
import { lockOf } from './tab-messages.js'
import { announce } from './watch-deployments.js'

/** A deployment as the journal knows it. JSON-safe. */
export interface DeploymentSummary {
  readonly id: string
  /**
   * `running` in this tab or another one; `interrupted` where its tab was lost, so that `resume` goes on with it; `unreadable`
   * where its entry is corrupt, or of a newer version of the library.
   */
  readonly state: 'running' | 'interrupted' | 'success' | 'failure' | 'canceled' | 'unreadable'
  /** Milliseconds since the epoch; `null` where that can't be read. */
  readonly startedAt: number | null
  readonly changedAt: number | null
  /** What it publishes to, and what the user calls the place. */
  readonly targets: readonly { readonly name: string; readonly site: string }[]
  readonly git: { readonly name: string; readonly repository: string } | null
  /** Address of its release, where it ended well. */
  readonly url: string | null
  /** Why it failed or was canceled. */
  readonly error: ErrorInfo | null
  /** Whether a later one has published the same place since: `resume` refuses to set that back. */
  readonly superseded: boolean
}

/** Where deployments are looked for. */
export interface StorageOptions {
  /** @default the browser's: `browserStorage()` */
  readonly storage?: DeploymentStorage
}

/**
 * All deployments that this browser remembers, the latest first.
 * @throws JournalError `storage-unavailable`
 */
export async function deployments(options: StorageOptions = {}): Promise<DeploymentSummary[]> {
  const storage = await storageOf(options, 'deployments')
  const records: DeploymentRecord[] = []
  const unreadable = new Set<string>()
  for (const id of await listDeployments(storage.journal)) {
    const record = await readRecord(storage.journal, id, () => unreadable.add(id))
    if (record) records.push(record)
  }
  for (const key of await storage.journal.keys(keys.aside(keys.root))) {
    const [id = ''] = key.slice(keys.aside(keys.root).length).split('/')
    if (!records.some((one) => one.id === id)) unreadable.add(id)
  }
  const found: DeploymentSummary[] = []
  for (const record of records) {
    const isLater = (other: DeploymentRecord) => supersededBy(record, other) !== undefined
    found.push({ ...(await summaryOf(record, storage)), superseded: records.some(isLater) })
  }
  const nothing = {
    startedAt: null,
    changedAt: null,
    targets: [],
    git: null,
    url: null,
    error: null,
    superseded: false,
  }
  for (const id of unreadable) found.push({ id, state: 'unreadable', ...nothing })
  return found.sort((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0))
}

async function summaryOf(
  record: DeploymentRecord,
  { tabs }: DeploymentStorage,
): Promise<Omit<DeploymentSummary, 'superseded'>> {
  const { id, startedAt, changedAt, git, url, error } = record
  const targets = record.targets.map(({ name, site }) => ({ name, site }))
  const isRunning = await tabs.isLocked(lockOf(id))
  const state = isRunning ? 'running' : record.state === 'running' ? 'interrupted' : record.state
  return { id, state, startedAt, changedAt, targets, git, url, error }
}

/**
 * Forgets a deployment: what was written down of it, and those of its files that no other deployment has. While one runs
 * anywhere, files stay where they are and go by their age.
 * @throws ConflictError `deployment-running` where it runs; JournalError `storage-unavailable` or `storage-full`
 */
export async function forget(id: string, options: StorageOptions = {}): Promise<void> {
  const storage = await storageOf(options, 'forget')
  const { journal, tabs } = storage
  const lock = await tabs.tryLock(lockOf(id))
  if (!lock) {
    const message = `The deployment ${id} is under way, in this tab or another one.`
    throw deploymentRunning(message, id, 'Cancel it first, or wait for its end.')
  }
  let own: Set<string>
  try {
    own = await digestsOf(id, storage)
    await removeDeployment(journal, id)
  } finally {
    lock.release()
  }
  announce(storage)
  for (const other of await listDeployments(journal)) {
    if (await tabs.isLocked(lockOf(other))) return
    for (const digest of await digestsOf(other, storage)) own.delete(digest)
  }
  await storage.openContents(() => undefined).delete(own)
}
