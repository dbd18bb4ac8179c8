import type { Journal } from '../../spec/journal.js'
import type { PackStore } from './pack-store.js'

/** Bytes in one value: the database reads and copies values whole. */
const pieceSize = 256 * 1024

/** Pieces that are written at once: copying more would hold up the page. */
const atOnce = 8

/**
 * Packs as values of a journal that holds nothing else: what IndexedDB is used for where there is no file system. They are kept
 * in pieces, under `<name>/<number>`.
 */
export function journalPacks(journal: Journal): PackStore {
  const keyOf = (name: string, piece: number) => `${name}/${String(piece).padStart(6, '0')}`

  async function remove(name: string): Promise<void> {
    const keys = await journal.keys(`${name}/`)
    await journal.write(new Map(keys.map((key) => [key, undefined])))
  }

  return {
    remove,
    async write(name, bytes) {
      const last = Math.floor(bytes.length / pieceSize) // an empty piece marks the end of a pack without a shorter one
      try {
        for (let first = 0; first <= last; first += atOnce) {
          const changes = new Map<string, unknown>()
          for (let piece = first; piece <= last && piece < first + atOnce; piece += 1) {
            // A copy: structured clone would take the whole buffer along with each part of it.
            changes.set(keyOf(name, piece), bytes.slice(piece * pieceSize, (piece + 1) * pieceSize))
          }
          await journal.write(changes)
        }
      } catch (error) {
        await remove(name).catch(() => undefined) // the first failure says more; what is left is found as an orphan
        throw error
      }
    },
    async read(name, start, end) {
      const first = Math.floor(start / pieceSize)
      const last = Math.max(first, Math.ceil(end / pieceSize) - 1)
      const whole = new Uint8Array(end - start)
      let size = 0
      for (let next = first; next <= last; next += atOnce) {
        const count = Math.min(atOnce, last + 1 - next)
        const values = Array.from({ length: count }, (_, index) => journal.read(keyOf(name, next + index)))
        for (const [index, value] of (await Promise.all(values)).entries()) {
          if (!(value instanceof Uint8Array)) return size === 0 ? undefined : whole.subarray(0, size)
          const offset = (next + index) * pieceSize
          const part = value.subarray(Math.max(start - offset, 0), end - offset)
          whole.set(part, size)
          size += part.length
        }
      }
      return whole.subarray(0, size)
    },
    async list() {
      const keys = await journal.keys('')
      return { names: [...new Set(keys.map((key) => key.slice(0, key.indexOf('/'))))], whole: true }
    },
  }
}
