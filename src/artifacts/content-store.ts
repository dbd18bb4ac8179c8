import type { ContentStore } from '../spec/artifact.js'
import type { Clock } from '../spec/context.js'
import { systemClock } from '../toolkit/system-clock.js'
import { checkContent } from './contents/check-content.js'
import { inUse } from './contents/pack-room.js'

/** A content in memory. */
export interface MemoryContent {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** When it was put, read or asked for last, in milliseconds since the epoch. */
  readonly usedAt: number
}

/** Contents by digest, the least recently used first. */
export type MemoryContents = Map<string, MemoryContent>

/**
 * Keeps bytes in the memory of the tab. They are kept and handed out as they are, not copied.
 *
 * @param contents stores that are given the same share them
 */
export function memoryContentStore(
  contents: MemoryContents = new Map(),
  clock: Pick<Clock, 'now'> = systemClock,
): ContentStore {
  function use(sha1: string): Uint8Array<ArrayBuffer> | undefined {
    const bytes = contents.get(sha1)?.bytes
    if (bytes) keep(sha1, bytes)
    return bytes
  }

  function keep(sha1: string, bytes: Uint8Array<ArrayBuffer>): void {
    contents.delete(sha1) // a map lists what was set last at its end
    contents.set(sha1, { bytes, usedAt: clock.now() })
  }

  return {
    async put(sha1, bytes) {
      if (!use(sha1)) keep(sha1, bytes)
    },
    async get(sha1) {
      const bytes = use(sha1)
      if (!bytes) return undefined
      if (await checkContent(sha1, bytes)) return bytes
      if (contents.get(sha1)?.bytes === bytes) contents.delete(sha1)
      return undefined
    },
    async lacking(sha1s) {
      return [...new Set(sha1s)].filter((sha1) => !use(sha1))
    },
    async flush() {}, // memory is all there is
    async delete(sha1s) {
      for (const sha1 of sha1s) contents.delete(sha1)
    },
  }
}

/**
 * Drops the least recently used contents until the others are within the limit. What was used within the hour stays: a deployment
 * that is under way may count on it.
 *
 * @param limit in bytes
 */
export function dropUnused(contents: MemoryContents, limit: number, clock: Pick<Clock, 'now'> = systemClock): void {
  let size = 0
  for (const { bytes } of contents.values()) size += bytes.length
  for (const [sha1, { bytes, usedAt }] of contents) {
    if (size <= limit || usedAt > clock.now() - inUse) return
    contents.delete(sha1)
    size -= bytes.length
  }
}
