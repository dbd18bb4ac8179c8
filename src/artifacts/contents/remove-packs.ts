import type { PackIndex } from './pack-index.js'
import type { PackReader } from './pack-reader.js'
import type { PackStore } from './pack-store.js'

/** Removes packs and all that is known of them; rejects where the index can't forget them, and then removes none. */
export type RemovePacks = (names: readonly string[]) => Promise<void>

/** What packs are removed from. */
export interface PackPlaces {
  readonly index: Pick<PackIndex, 'remove'>
  readonly packs: Pick<PackStore, 'remove'>
  readonly reader: Pick<PackReader, 'forget'>
}

/** Removes packs from the index first: what it does not know nobody reads. */
export function removePacksFrom({ index, packs, reader }: PackPlaces): RemovePacks {
  return async (names) => {
    if (names.length === 0) return
    await index.remove(names)
    for (const name of names) {
      reader.forget(name)
      await packs.remove(name).catch(() => undefined) // it is an orphan now, for the next who opens the store
    }
  }
}
