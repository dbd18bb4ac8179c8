import type { Exclusive } from './exclusive.js'
import type { PackIndex } from './pack-index.js'
import { inUse } from './pack-room.js'

/** Milliseconds after which the use of a pack is noted again. */
const noteEvery = inUse / 4

/** Says of packs that they are in use, so that no tab removes them. */
export interface PackUses {
  /** Notes the use of the packs that hold some of the contents. It never rejects. */
  note(sha1s: readonly string[]): Promise<void>
  /** Learns that the use of a pack has been noted. */
  noted(pack: string, used: number): void
}

/** Notes the use of packs of which it was not noted of late. */
export function createPackUses(index: PackIndex, exclusive: Exclusive, now: () => number): PackUses {
  const noted = new Map<string, number>()

  function unnoted(sha1s: readonly string[]): string[] {
    const found = new Set<string>()
    for (const sha1 of sha1s) {
      const pack = index.find(sha1)?.pack
      if (pack !== undefined && now() - (noted.get(pack) ?? 0) > noteEvery) found.add(pack)
    }
    return [...found]
  }

  return {
    async note(sha1s) {
      if (unnoted(sha1s).length === 0) return
      await exclusive(async () => {
        await index.refresh() // what was removed until now is not there; what is, stays
        const found = unnoted(sha1s)
        if (found.length === 0) return
        for (const pack of found) noted.set(pack, now())
        await index.touch(found, now())
      }).catch(() => undefined) // on a full disk too it can be read, and at worst it goes earlier
    },
    noted(pack, used) {
      noted.set(pack, used)
    },
  }
}
