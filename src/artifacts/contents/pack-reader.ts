import type { Place } from './known-packs.js'
import type { PackStore } from './pack-store.js'

/** Reads contents out of packs. */
export interface PackReader {
  /** The bytes in memory of their own; `undefined` where there is no such pack, fewer where it is shorter than it was. */
  read(place: Place): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Keeps a pack in memory that has just been written, as far as there is room. */
  remember(pack: string, bytes: Uint8Array<ArrayBuffer>): void
  /** Forgets what is in memory of a pack. */
  forget(pack: string): void
}

/** Bytes of packs in memory. A site of that size is uploaded without reading any of it again. */
const memory = 32 * 1024 * 1024

/** Bytes of the largest pack that is read whole; larger ones hold a single content. */
const largest = memory / 4

/** Reads after which a pack that was not wanted makes room for another. */
const patience = 256

interface KnownPack {
  readonly size: number
  readonly bytes: Promise<Uint8Array<ArrayBuffer> | undefined>
  lastRead: number
}

/**
 * Reads whole packs as long as there is memory for them, and else only the bytes that are wanted: files are uploaded by size, and
 * so come from all packs in turn. To read a whole pack for each of them would take many times as long.
 */
export function createPackReader(packs: PackStore): PackReader {
  const known = new Map<string, KnownPack>()
  let reads = 0

  /** Whether a pack may be kept in memory, perhaps in place of one that is not wanted any more. */
  function makeRoom(size: number): boolean {
    if (size > largest) return false
    let used = [...known.values()].reduce((sum, pack) => sum + pack.size, 0)
    for (const [name, pack] of known) {
      if (used + size <= memory) return true
      if (reads - pack.lastRead < patience) continue
      known.delete(name)
      used -= pack.size
    }
    return used + size <= memory
  }

  function keep(pack: string, size: number, bytes: KnownPack['bytes']): void {
    known.set(pack, { size, bytes, lastRead: reads })
    bytes.catch(() => known.delete(pack)) // whoever reads it is told
  }

  return {
    async read({ pack, packSize, offset, size }) {
      reads += 1
      if (!known.has(pack) && makeRoom(packSize)) keep(pack, packSize, packs.read(pack, 0, packSize))
      const found = known.get(pack)
      if (!found) return packs.read(pack, offset, offset + size)
      found.lastRead = reads
      return (await found.bytes)?.slice(offset, offset + size)
    },
    remember(pack, bytes) {
      if (makeRoom(bytes.length)) keep(pack, bytes.length, Promise.resolve(bytes))
    },
    forget: (pack) => known.delete(pack),
  }
}
