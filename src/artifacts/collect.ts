import { JournalError } from '../errors/journal-error.js'
import type { Artifact, ArtifactSet, ContentStore, ExcludedFile, FileMode } from '../spec/artifact.js'
import { createPacer } from '../toolkit/yield-to-page.js'
import { createPathCheck } from './check-paths.js'
import { digestFile } from './digest.js'
import { holdsSecret } from './secrets.js'

/** A file with its bytes, on its way into the content store. */
export interface SourceFile {
  readonly path: string
  readonly mode: FileMode
  /** Belong to the collection from now on: the caller must not change them. */
  readonly bytes: Uint8Array
}

/** What a collection is made of. */
export interface CollectOptions {
  /** Taken one at a time; no file is held once the store has it. */
  readonly files: AsyncIterable<SourceFile> | Iterable<SourceFile>
  /** What was left out; looked at once all files have been taken. */
  readonly excluded: readonly ExcludedFile[]
  readonly store: ContentStore
  readonly signal: AbortSignal
  /** Which files others will see, so that private ones among them are left out. @default all */
  readonly isSeen?: ((path: string) => boolean) | undefined
}

/**
 * Puts files into the content store, one copy of each distinct content, and returns what stands for them: paths in NFC, in
 * order, with size and digests. Bytes are read once; the page gets its turn while it lasts. Files that only their content
 * shows to be private, such as an `.npmrc` with a token, are left out as `secret`.
 *
 * @throws OptionsError `artifact-path-invalid`, `artifact-path-conflict`; the signal's reason; what the store throws.
 */
export async function collectArtifacts(options: CollectOptions): Promise<ArtifactSet> {
  const { store, signal, isSeen = () => true } = options
  const paths = createPathCheck()
  const kept = new Set<string>()
  const artifacts: Artifact[] = []
  const secrets: ExcludedFile[] = []
  let size = 0
  const pause = createPacer()
  for await (const file of options.files) {
    signal.throwIfAborted()
    if (isSeen(file.path) && holdsSecret(file.path, file.bytes)) {
      secrets.push({ path: file.path, reason: 'secret' })
      continue
    }
    const path = paths.add(file.path)
    const digest = await digestFile(file.bytes)
    if (!kept.has(digest.sha1)) {
      await store.put(digest.sha1, owned(file.bytes))
      kept.add(digest.sha1)
    }
    const read = () => readContent(store, digest.sha1, path)
    artifacts.push({ path, size: file.bytes.length, mode: file.mode, ...digest, read })
    size += file.bytes.length
    await pause()
  }
  signal.throwIfAborted()
  await store.flush()
  signal.throwIfAborted()
  return { artifacts: artifacts.sort(byPath), size, excluded: [...options.excluded, ...secrets].sort(byPath) }
}

/** The bytes in memory of their own: a part of a larger buffer would keep all of it alive. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
  return whole ? new Uint8Array(buffer) : new Uint8Array(bytes)
}

/**
 * A copy of the bytes of one file.
 * @throws JournalError `content-lost`
 */
export async function readContent(store: ContentStore, sha1: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await store.get(sha1)
  if (bytes) return bytes.slice()
  throw new JournalError({
    code: 'content-lost',
    message: `The bytes of "${path}" are no longer in the content store.`,
    hint: 'The browser may have cleared its storage. Build the project again.',
    details: { path, sha1 },
  })
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : Number(one.path > other.path)
}
