import * as z from 'zod/mini'
import { excludedFile } from '../events/part-schemas.js'
import type { Artifact, ArtifactSet, ContentStore, FunctionArtifact, HostExtras } from '../spec/artifact.js'
import { readContent } from './collect.js'

/** A file without a way to its bytes. */
type FileEntry = Omit<Artifact, 'read'>

/** A set of files without a way to their bytes: JSON-safe, and complete together with a content store. */
export interface Manifest extends Pick<ArtifactSet, 'size' | 'excluded' | 'host'> {
  readonly files: readonly FileEntry[]
  readonly extras?:
    | {
        readonly host: HostExtras['host']
        readonly files: readonly FileEntry[]
        readonly functions: readonly (Omit<FunctionArtifact, 'archive'> & { readonly archive: FileEntry })[]
      }
    | undefined
}

const digest = z.string().check(z.regex(/^[0-9a-f]{40}$/, 'a SHA-1 in hex'))
const host = z.enum(['netlify', 'vercel'])

const file: z.ZodMiniType<FileEntry> = z.object({
  path: z.string(),
  size: z.number(),
  mode: z.enum(['100644', '100755', '120000']),
  wasExecutable: z.optional(z.literal(true)),
  sha1: digest,
  oid: digest,
})

export const manifestSchema: z.ZodMiniType<Manifest> = z.object({
  files: z.array(file),
  size: z.number(),
  excluded: z.array(excludedFile),
  host: z.optional(host),
  extras: z.optional(
    z.object({
      host,
      files: z.array(file),
      functions: z.array(
        z.object({
          name: z.string(),
          archive: file,
          sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex')),
          settings: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  ),
})

export function toManifest({ artifacts, size, excluded, host, extras }: ArtifactSet): Manifest {
  const functions = extras?.functions.map((one) => ({ ...one, archive: entryOf(one.archive) })) ?? []
  return {
    ...{ files: artifacts.map(entryOf), size, excluded },
    ...(host && { host }),
    ...(extras && { extras: { host: extras.host, files: extras.artifacts.map(entryOf), functions } }),
  }
}

/** All files whose bytes belong to it. */
export function filesOf({ files, extras }: Manifest): readonly FileEntry[] {
  return extras ? [...files, ...extras.files, ...extras.functions.map(({ archive }) => archive)] : files
}

/**
 * The files again, read from the store.
 * @param unread Whether nobody is going to read them, so that the store need not have them.
 * @returns `undefined` where the store no longer holds all of them.
 */
export async function fromManifest(
  manifest: Manifest,
  store: ContentStore,
  unread = false,
): Promise<ArtifactSet | undefined> {
  const { files, size, excluded, host, extras } = manifest
  const lacking = unread ? [] : await store.lacking(new Set(filesOf(manifest).map(({ sha1 }) => sha1)))
  if (lacking.length > 0) return undefined
  const artifactOf = (entry: FileEntry): Artifact => ({
    ...entry,
    read: () => readContent(store, entry.sha1, entry.path),
  })
  const functions = extras?.functions.map((one) => ({ ...one, archive: artifactOf(one.archive) })) ?? []
  return {
    ...{ artifacts: files.map(artifactOf), size, excluded },
    ...(host && { host }),
    ...(extras && { extras: { host: extras.host, artifacts: extras.files.map(artifactOf), functions } }),
  }
}

function entryOf({ read: _, ...entry }: Artifact): FileEntry {
  return entry
}
