import type { ContentStore } from '../spec/artifact.js'

/** Keeps bytes in the memory of the tab. They are kept and handed out as they are, not copied. */
export function memoryContentStore(): ContentStore {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    async put(sha1, bytes) {
      contents.set(sha1, bytes)
    },
    async get(sha1) {
      return contents.get(sha1)
    },
  }
}
