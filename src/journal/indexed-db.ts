import { createStore, promisifyRequest, type UseStore } from 'idb-keyval'
import { JournalError } from '../errors/journal-error.js'
import type { Clock } from '../spec/context.js'
import type { Journal } from '../spec/journal.js'
import { systemClock } from '../toolkit/system-clock.js'
import { withTimeLimit } from '../toolkit/with-time-limit.js'

/** Tries of a transaction: its connection may close under it, be closing when it begins, and be closed while it is opened anew. */
const mostTries = 4
/** What a transaction fails with whose connection is closed: none of it was written, and a new connection may do. */
const closing = new Set(['InvalidStateError', 'AbortError', 'UnknownError'])

/** Milliseconds. A database that is being deleted cannot be opened until the last tab has closed it. */
const timeLimit = 30_000

/**
 * A journal in a database of IndexedDB. The database is opened with the first call, and anew after the browser closed it.
 * @param name of the database
 * @throws JournalError `storage-full` where there is no room, `storage-unavailable` where there is no database to be had; both
 * from the calls of the journal. What structured clone cannot copy is a `DataCloneError`, and nothing is written.
 */
export function indexedDbJournal(name: string, clock: Clock = systemClock): Journal {
  const transact = openTransactions(name, clock)
  return {
    read(key) {
      return transact('readonly', (store) => promisifyRequest<unknown>(store.get(key)))
    },
    async write(changes) {
      // Copied now: while the database is being opened, the caller may change what it handed over.
      const copies = structuredClone(changes)
      await transact('readwrite', (store) => change(store, copies))
    },
    async keys(prefix) {
      const keys = await transact('readonly', (store) => {
        return promisifyRequest(store.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`)))
      })
      return keys.map(String)
    },
  }
}

function change(store: IDBObjectStore, changes: ReadonlyMap<string, unknown>): Promise<void> {
  const { transaction } = store
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    // Each failure ends in this event, and only here is it known: a failed request does not tell the transaction's reason.
    transaction.onabort = () => reject(transaction.error ?? new DOMException('Aborted', 'AbortError'))
  })
  try {
    for (const [key, value] of changes) {
      if (value === undefined) store.delete(key)
      else store.put(value, key)
    }
  } catch (error) {
    // Else what was put before the failure would be written.
    transaction.abort()
    return done.catch(() => Promise.reject(error))
  }
  return done
}

type Transact = <Result>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<Result>) => Promise<Result>

function openTransactions(name: string, clock: Clock): Transact {
  let opened: UseStore | undefined
  const transact: Transact = async (mode, work) => {
    for (let tries = 1; ; tries += 1) {
      opened ??= createStore(name, 'entries')
      const used = opened
      try {
        return await used(mode, work)
      } catch (error) {
        if (tries === mostTries || !closing.has(errorName(error))) throw error
        // The connection is closed: the site's data were cleared, or another tab deleted the database.
        if (errorName(error) === 'InvalidStateError' && opened === used) opened = undefined
      }
    }
  }
  return async (mode, work) => {
    const limit = { clock, milliseconds: timeLimit, signal: new AbortController().signal, expired: blocked }
    try {
      return await withTimeLimit(limit, (signal) =>
        transact(mode, (store) => {
          signal.throwIfAborted() // opened too late: the caller was told that it failed
          const { db } = store.transaction
          // Another tab wants to delete the database, and would have to wait until this tab is gone.
          db.onversionchange = () => db.close()
          return untilClosed(db, work(store))
        }),
      )
    } catch (error) {
      throw toJournalError(error)
    }
  }
}

/** A transaction that begins while the browser is closing its connection comes to no end of its own. */
async function untilClosed<Result>(db: IDBDatabase, work: Promise<Result>): Promise<Result> {
  let onClose: () => void = () => undefined
  const closed = new Promise<never>((_, reject) => {
    onClose = () => reject(new DOMException('The connection was closed.', 'InvalidStateError'))
    db.addEventListener('close', onClose)
  })
  try {
    return await Promise.race([work, closed])
  } finally {
    db.removeEventListener('close', onClose)
  }
}

function blocked(): Error {
  return new DOMException(`no answer within ${timeLimit / 1000} seconds`, 'TimeoutError')
}

function toJournalError(cause: unknown): JournalError {
  const reason = errorName(cause)
  if (reason === 'QuotaExceededError') {
    return new JournalError({
      code: 'storage-full',
      message: 'The storage that the browser gives this page is full.',
      hint: 'Free space on the disk, or delete what this page has stored and no longer needs, and try again.',
      cause,
    })
  }
  const explanation = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
  return new JournalError({
    code: 'storage-unavailable',
    message: `The database of the browser cannot be used (${reason}: ${explanation}).`,
    hint: 'Allow this page to store data (private windows and blocked cookies forbid it), or close its other tabs, and reload.',
    retryable: reason === 'TimeoutError' || reason === 'AbortError',
    details: { reason },
    cause,
  })
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
