import { collectArtifacts } from '../../src/artifacts/collect.js'
import { memoryContentStore } from '../../src/artifacts/content-store.js'
import type { ArtifactSet, FileMode } from '../../src/spec/artifact.js'

/** Contents by path; text is stored as UTF-8. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/**
 * Collects files that exist only in the test.
 *
 * @param modes of the files that are not regular ones
 */
export function artifactsOf(files: Files, modes: Readonly<Record<string, FileMode>> = {}): Promise<ArtifactSet> {
  return collectArtifacts({
    files: Object.entries(files).map(([path, content]) => ({
      path,
      mode: modes[path] ?? '100644',
      bytes: bytesOf(content),
    })),
    excluded: [],
    store: memoryContentStore(),
    signal: new AbortController().signal,
  })
}

/** A copy of a content as bytes. */
export function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
}

/** That many small files that are all different, in folders of a hundred. */
export function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `folder-${Math.floor(index / 100)}/file-${index}.txt`,
      `file ${index}\n`,
    ]),
  )
}
