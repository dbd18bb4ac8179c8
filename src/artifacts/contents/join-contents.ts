import type { Entry } from './known-packs.js'

/** Lays contents one after the other. A single one is taken as it is, not copied. */
export function joinContents(contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly entries: readonly Entry[]
} {
  const [only] = contents.values()
  const single = contents.size === 1 && only
  const bytes = single ? only : new Uint8Array([...contents.values()].reduce((sum, { length }) => sum + length, 0))
  const entries: Entry[] = []
  let offset = 0
  for (const [sha1, content] of contents) {
    if (!single) bytes.set(content, offset)
    entries.push([sha1, offset, content.length])
    offset += content.length
  }
  return { bytes, entries }
}
