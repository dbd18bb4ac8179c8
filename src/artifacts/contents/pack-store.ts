/**
 * Where packs are kept: files of a few MiB that hold many contents each, because browsers take milliseconds for every file. A
 * pack is written once, whole, and never changed.
 */
export interface PackStore {
  /** Resolves when all bytes would survive the tab; where it rejects, there is no pack of that name. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /**
   * Reads the bytes from `start` up to `end`; fewer where the pack is shorter. Resolves with `undefined` where there is no such
   * pack, and rejects where that can't be told.
   */
  read(name: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Removes a pack; one that is not there is passed over. */
  remove(name: string): Promise<void>
  /** Which packs there are. */
  list(): Promise<PackList>
}

/** The names of packs. */
export interface PackList {
  readonly names: readonly string[]
  /** Whether these are all: else one that is missing may be there nevertheless. */
  readonly whole: boolean
}
