import * as z from 'zod/mini'
import { dropUnused, type MemoryContents, memoryContentStore } from './artifacts/content-store.js'
import { memoryJournal } from './journal/memory.js'
import { retentionSchema } from './retention-options.js'
import type { DeploymentStorage, Retention } from './spec/storage.js'
import { memoryTabs } from './tabs/memory-tabs.js'
import { parseOptions } from './toolkit/parse-options.js'

/** What {@link memoryStorage} is told. */
export interface MemoryStorageOptions {
  /** How long deployments that have ended are remembered. @default { count: 20, age: 2_592_000_000 }, which is 30 days */
  readonly retention?: Partial<Retention>
  /**
   * Bytes that the files of deployments may take. Beyond it, those that were used least recently are dropped when the next
   * deployment starts, or one is resumed or forgotten; but none that was used within the last hour, because what runs at the same
   * time may count on it: for so long there may be more. An interrupted deployment whose files were dropped is built again when
   * it is resumed.
   * @default 268_435_456, which is 256 MiB
   */
  readonly contentLimit?: number
}

const optionsSchema = z.strictObject({
  retention: retentionSchema,
  contentLimit: z._default(z.number().check(z.positive('a number of bytes above 0')), 256 * 1024 * 1024),
})

/**
 * Keeps deployments in memory: for Node, tests, and pages that want nothing kept. All that is given the same storage shares it,
 * as the tabs of one origin do.
 *
 * @throws OptionsError `options-invalid`
 */
export function memoryStorage(options: MemoryStorageOptions = {}): DeploymentStorage {
  const { retention, contentLimit } = parseOptions(optionsSchema, options, 'memoryStorage')
  const contents: MemoryContents = new Map()
  return {
    journal: memoryJournal(),
    openContents() {
      dropUnused(contents, contentLimit)
      return memoryContentStore(contents)
    },
    tabs: memoryTabs(),
    retention,
  }
}
