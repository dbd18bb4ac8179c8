import * as z from 'zod/mini'
import { choosePacks } from './artifacts/contents/choose-packs.js'
import { journalPacks } from './artifacts/contents/journal-packs.js'
import { openContentStore } from './artifacts/contents/open-content-store.js'
import { indexedDbJournal } from './journal/indexed-db.js'
import { retentionSchema } from './retention-options.js'
import type { DeploymentStorage, Retention } from './spec/storage.js'
import { browserTabs } from './tabs/browser-tabs.js'
import { parseOptions } from './toolkit/parse-options.js'

/** What {@link browserStorage} is told. */
export interface BrowserStorageOptions {
  /**
   * What databases, locks, channels and the folder of files are called, or begin with: letters, digits and hyphens, the first no hyphen. Storages of
   * one name share everything, in all tabs of the origin; those of different names share nothing.
   * @default 'tabship'
   */
  readonly name?: string
  /** How long deployments that have ended are remembered. @default { count: 20, age: 2_592_000_000 }, which is 30 days */
  readonly retention?: Partial<Retention>
  /** Bytes that the files of deployments may take. @default 1 GiB, or 20 % of what the browser grants if that is less */
  readonly contentLimit?: number
}

const optionsSchema = z.strictObject({
  name: z._default(z.string().check(z.regex(/^[A-Za-z\d][A-Za-z\d-]*$/, 'letters, digits and hyphens')), 'tabship'),
  retention: retentionSchema,
  contentLimit: z.optional(z.number().check(z.positive('a number of bytes above 0'))),
})

/**
 * Keeps deployments in the browser, for all tabs of the origin: what was done in IndexedDB, files in the origin private file
 * system. Where there is none, files are in IndexedDB too. The browser is not touched before a deployment starts.
 *
 * @throws OptionsError `options-invalid`
 */
export function browserStorage(options: BrowserStorageOptions = {}): DeploymentStorage {
  const { name, retention, contentLimit } = parseOptions(optionsSchema, options, 'browserStorage')
  const tabs = browserTabs(`${name}/`)
  const index = indexedDbJournal(`${name}/contents`)
  const databasePacks = journalPacks(indexedDbJournal(`${name}/packs`))
  return {
    journal: indexedDbJournal(name),
    openContents: (report) =>
      openContentStore({ index, packs: choosePacks(name, databasePacks), tabs, report, limit: contentLimit }),
    tabs,
    retention,
  }
}
