import type { ContentStore } from '../spec/artifact.js'
import { checkContent } from './contents/check-content.js'

/**
 * Keeps bytes in the memory of the tab. They are kept and handed out as they are, not copied.
 *
 * @param contents by digest; stores that are given the same map share them
 */
export function memoryContentStore(contents: Map<string, Uint8Array<ArrayBuffer>> = new Map()): ContentStore {
  return {
    async put(sha1, bytes) {
      if (!contents.has(sha1)) contents.set(sha1, bytes)
    },
    async get(sha1) {
      const bytes = contents.get(sha1)
      if (!bytes) return undefined
      if (await checkContent(sha1, bytes)) return bytes
      if (contents.get(sha1) === bytes) contents.delete(sha1)
      return undefined
    },
    async lacking(sha1s) {
      return [...new Set(sha1s)].filter((sha1) => !contents.has(sha1))
    },
    async flush() {}, // memory is all there is
    async delete(sha1s) {
      for (const sha1 of sha1s) contents.delete(sha1)
    },
  }
}
