import { TabshipError } from '../../src/errors/tabship-error.js'
import { indexedDbJournal } from '../../src/journal/indexed-db.js'
import type { ErrorInfo } from '../../src/spec/error.js'
import type { Journal } from '../../src/spec/journal.js'
import { journalCases } from './conformance.js'

/** Facts about an error that a call of the journal ended with. */
export interface Failure extends ErrorInfo {
  readonly cause: string
}

/** What the tests call in the page. One journal lives as long as its page. */
export interface JournalPage {
  runCase(title: string): Promise<unknown>
  read(key: string): Promise<unknown>
  write(entries: Readonly<Record<string, unknown>>): Promise<void>
  keys(prefix: string): Promise<readonly string[]>
  /** Writes that many bytes, which only the page has to hold. */
  fill(key: string, bytes: number): Promise<void>
  /** Resolves with what the call is refused with. */
  failureOf(call: () => Promise<unknown>): Promise<Failure>
  /** A journal for which every time limit has passed at once. */
  impatient: Journal
  databaseName: string
}

const databaseName = 'tabship-test'
const journal = indexedDbJournal(databaseName)

const face: JournalPage = {
  databaseName,
  impatient: indexedDbJournal(databaseName, { now: Date.now, sleep: () => Promise.resolve() }),
  async runCase(title) {
    const index = journalCases.findIndex((one) => one.title === title)
    return journalCases[index]?.run(indexedDbJournal(`case-${index}`))
  },
  read: journal.read,
  write: (entries) => journal.write(new Map(Object.entries(entries))),
  keys: journal.keys,
  fill: (key, bytes) => journal.write(new Map([[key, new Uint8Array(bytes).fill(7)]])),
  async failureOf(call) {
    try {
      await call()
    } catch (error) {
      if (TabshipError.isInstance(error)) return { ...error.toJSON(), cause: String(error.cause) }
      throw error
    }
    throw new Error('The call succeeded.')
  },
}

Object.assign(globalThis, { journalPage: face })

declare global {
  var journalPage: JournalPage
}
