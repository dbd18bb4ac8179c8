import { packSize } from './pack-archive.js'

/** Contents in a pack at most: each costs a line in the index. */
const mostContents = 4096

/** Contents in memory: those that wait for their pack, and those that could not be written. */
export interface HeldContents {
  has(sha1: string): boolean
  get(sha1: string): Uint8Array<ArrayBuffer> | undefined
  /** Takes a content, which is written with others of its pack. Resolves when the next one may come. */
  put(sha1: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** Lets go of a content, written or not. */
  drop(sha1: string): void
  /** Writes all that waits for its pack, and resolves when nothing is being written. */
  drain(): Promise<void>
}

/**
 * Collects contents in packs of some MiB, of which one at a time is written.
 *
 * @param keep writes contents; where it resolves with `false`, they stay in memory. It must not reject
 */
export function holdContents(
  keep: (contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) => Promise<boolean>,
): HeldContents {
  const held = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Those of them that wait for the next pack. */
  const waiting = new Set<string>()
  let waitingBytes = 0
  let writing: Promise<void> | undefined

  const isFull = () => waitingBytes >= packSize || waiting.size >= mostContents

  function takeWaiting(): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
    const contents = new Map<string, Uint8Array<ArrayBuffer>>()
    for (const sha1 of waiting) {
      const bytes = held.get(sha1)
      if (bytes) contents.set(sha1, bytes)
    }
    waiting.clear()
    waitingBytes = 0
    return contents
  }

  /** Starts writing what is taken once nothing else is being written: no more than that and the next pack are in memory. */
  async function write(take: () => ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void> {
    while (writing) await writing
    const contents = take()
    if (contents.size === 0) return
    writing = keep(contents)
      .then((kept) => {
        if (kept) for (const sha1 of contents.keys()) held.delete(sha1)
      })
      .finally(() => {
        writing = undefined
      })
  }

  return {
    has: (sha1) => held.has(sha1),
    get: (sha1) => held.get(sha1),
    async put(sha1, bytes) {
      held.set(sha1, bytes)
      if (bytes.length >= packSize) return write(() => new Map([[sha1, bytes]]))
      waiting.add(sha1)
      waitingBytes += bytes.length
      if (isFull()) await write(() => (isFull() ? takeWaiting() : new Map()))
    },
    drop(sha1) {
      held.delete(sha1)
    },
    async drain() {
      await write(takeWaiting)
      while (writing) await writing
    },
  }
}
