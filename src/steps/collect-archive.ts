import { collectArtifacts, type SourceFile } from '../artifacts/collect.js'
import type { ExclusionRules } from '../artifacts/ignore-rules.js'
import { type ZipEntry, zipEntries } from '../container/zip-entries.js'
import { BuildError } from '../errors/build-error.js'
import type { ArtifactSet, ContentStore, ExcludedFile } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'

export { outputRules } from '../artifacts/ignore-rules.js'

/** Bytes that an archive may hold once it is unpacked. */
const mostBytes = 2_000_000_000

/** A folder that comes as a zip archive. */
export interface CollectArchive {
  readonly zip: Uint8Array<ArrayBuffer>
  /** Where it stood, for the events. */
  readonly folder: string
  readonly rules: ExclusionRules
  readonly store: ContentStore
  /** Which files others will see, so that private ones among them are left out. @default all */
  readonly isSeen?: ((path: string) => boolean) | undefined
}

/**
 * Unpacks an archive, one file at a time, and reports what was taken and what was left out.
 * @throws BuildError `output-unreadable` or `output-too-large`
 */
export async function collectArchive(input: CollectArchive, context: Context): Promise<ArtifactSet> {
  const { zip, folder, rules, store, isSeen } = input
  const { signal } = context
  const entries = [...(zipEntries(zip)?.values() ?? unreadable(folder))]
  const size = entries.reduce((sum, entry) => sum + entry.size, 0)
  if (size > mostBytes) throw tooLarge(folder, size)
  const excluded = new Map<string, ExcludedFile>()
  const kept = entries.filter(({ name }) => {
    const found = exclusionOf(name, rules)
    if (found) excluded.set(found.path, found)
    return !found
  })
  const files = unpacked(kept, folder, context)
  const set = await collectArtifacts({ files, excluded: [...excluded.values()], store, signal, isSeen })
  if (set.excluded.length > 0) context.report({ type: 'files-exclude', folder, files: set.excluded })
  context.report({ type: 'files-collect', folder, files: set.artifacts.length, bytes: set.size })
  return set
}

function* unpacked(entries: readonly ZipEntry[], folder: string, context: Context): Iterable<SourceFile> {
  for (const [index, entry] of entries.entries()) {
    yield { path: entry.name, mode: '100644', bytes: read(entry, folder) }
    context.progress(index + 1, entries.length, 'files')
  }
}

function read(entry: ZipEntry, folder: string): Uint8Array {
  try {
    return entry.read()
  } catch (cause) {
    throw unreadableError(folder, cause)
  }
}

/** Why a file is left out, itself or with a folder around it. */
function exclusionOf(path: string, rules: ExclusionRules): ExcludedFile | undefined {
  const parts = path.split('/')
  for (let length = 1; length <= parts.length; length += 1) {
    const isFolder = length < parts.length
    const name = parts.slice(0, length).join('/')
    const reason = rules(name, isFolder)
    if (reason) return { path: isFolder ? `${name}/` : name, reason }
  }
  return undefined
}

function unreadable(folder: string): never {
  throw unreadableError(folder)
}

function unreadableError(folder: string, cause?: unknown): BuildError {
  return new BuildError({
    code: 'output-unreadable',
    message: `The archive of ${folder} that was downloaded cannot be unpacked.`,
    hint: 'It may hold more than 65,535 files or 4 GB, or be damaged. Make the output smaller, or build again.',
    details: { folder },
    ...(cause !== undefined && { cause }),
  })
}

function tooLarge(folder: string, size: number): BuildError {
  return new BuildError({
    code: 'output-too-large',
    message: `${folder} has ${Math.round(size / 1_000_000)} MB once it is unpacked; a page can take ${mostBytes / 1_000_000} MB.`,
    hint: 'Leave large files out of the build.',
    details: { folder, size },
  })
}
