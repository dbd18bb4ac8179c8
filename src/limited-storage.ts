import { JournalError } from './errors/journal-error.js'
import type { DeploymentStorage } from './spec/storage.js'
import { systemClock } from './toolkit/system-clock.js'
import { withTimeLimit } from './toolkit/with-time-limit.js'

/** Milliseconds that a call may take: a database that is blocked must not hold up a deployment for ever. */
const milliseconds = 30_000

const limited = new WeakMap<DeploymentStorage, DeploymentStorage>()

/** The same storage, whose journal and locks end with a JournalError `storage-unavailable` where they do not answer. */
export function limitedStorage(storage: DeploymentStorage): DeploymentStorage {
  const known = limited.get(storage)
  if (known) return known
  const { journal, tabs } = storage
  const made: DeploymentStorage = {
    retention: storage.retention,
    openContents: (report) => storage.openContents(report),
    journal: {
      read: (key) => limit(() => journal.read(key)),
      write: (changes) => limit(() => journal.write(changes)),
      keys: (prefix) => limit(() => journal.keys(prefix)),
    },
    tabs: {
      tryLock: (name) => limit(() => tabs.tryLock(name)),
      isLocked: (name) => limit(() => tabs.isLocked(name)),
      lock: (name, signal) => tabs.lock(name, signal),
      open: (name, listen) => tabs.open(name, listen),
    },
  }
  limited.set(storage, made)
  return made
}

function limit<Result>(work: () => Promise<Result>): Promise<Result> {
  const { signal } = new AbortController()
  return withTimeLimit({ clock: systemClock, milliseconds, signal, expired }, work)
}

function expired(): JournalError {
  return new JournalError({
    code: 'storage-unavailable',
    message: `The storage of deployments did not answer within ${milliseconds / 1000} s.`,
    hint: 'Close other tabs of this page, and try again.',
    retryable: true,
  })
}
