import type { DeploymentRecord } from './journal/deployment-record.js'
import { listDeployments, listRemains, readRecord, removeDeployment } from './journal/read-deployment.js'
import type { ReportAside } from './journal/read-entry.js'
import type { DeploymentStorage } from './spec/storage.js'
import { lockOf } from './tab-messages.js'

/** Forgets deployments beyond what is to be remembered, and what is left of one whose record is gone. Their files go by their age. */
export async function prune(storage: DeploymentStorage, now: number, report: ReportAside): Promise<void> {
  const { journal, tabs, retention } = storage
  const records: DeploymentRecord[] = []
  for (const id of await listDeployments(journal)) {
    const record = await readRecord(journal, id, report)
    if (record) records.push(record)
  }
  records.sort((one, other) => other.changedAt - one.changedAt)
  const old = records.filter(({ changedAt }, index) => index >= retention.count || now - changedAt > retention.age)
  for (const id of [...old.map((record) => record.id), ...(await listRemains(journal))]) {
    // Nobody goes on with it while it is removed.
    const lock = await tabs.tryLock(lockOf(id))
    if (!lock) continue
    try {
      await removeDeployment(journal, id)
    } finally {
      lock.release()
    }
  }
}
