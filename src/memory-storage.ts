import * as z from 'zod/mini'
import { memoryContentStore } from './artifacts/content-store.js'
import { memoryJournal } from './journal/memory.js'
import { retentionSchema } from './retention-options.js'
import type { DeploymentStorage, Retention } from './spec/storage.js'
import { memoryTabs } from './tabs/memory-tabs.js'
import { parseOptions } from './toolkit/parse-options.js'

/** What {@link memoryStorage} is told. */
export interface MemoryStorageOptions {
  /** How long deployments that have ended are remembered. @default { count: 20, age: 2_592_000_000 }, which is 30 days */
  readonly retention?: Partial<Retention>
}

const optionsSchema = z.strictObject({ retention: retentionSchema })

/**
 * Keeps deployments in memory: for Node, tests, and pages that want nothing kept. All that is given the same storage shares it,
 * as the tabs of one origin do.
 *
 * @throws OptionsError `options-invalid`
 */
export function memoryStorage(options: MemoryStorageOptions = {}): DeploymentStorage {
  const { retention } = parseOptions(optionsSchema, options, 'memoryStorage')
  const contents = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    journal: memoryJournal(),
    openContents: () => memoryContentStore(contents),
    tabs: memoryTabs(),
    retention,
  }
}
