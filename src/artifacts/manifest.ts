import * as z from 'zod/mini'
import { excludedFile } from '../events/part-schemas.js'
import type { Artifact, ArtifactSet, ContentStore } from '../spec/artifact.js'
import { readContent } from './collect.js'

/** A set of files without a way to their bytes: JSON-safe, and complete together with a content store. */
export interface Manifest {
  readonly files: readonly Omit<Artifact, 'read'>[]
  readonly size: number
  readonly excluded: ArtifactSet['excluded']
}

const digest = z.string().check(z.regex(/^[0-9a-f]{40}$/, 'a SHA-1 in hex'))

export const manifestSchema: z.ZodMiniType<Manifest> = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      size: z.number(),
      mode: z.enum(['100644', '100755', '120000']),
      wasExecutable: z.optional(z.literal(true)),
      sha1: digest,
      oid: digest,
    }),
  ),
  size: z.number(),
  excluded: z.array(excludedFile),
})

export function toManifest({ artifacts, size, excluded }: ArtifactSet): Manifest {
  const files = artifacts.map(({ read: _, ...file }) => file)
  return { files, size, excluded }
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
  const { files, size, excluded } = manifest
  const lacking = unread ? [] : await store.lacking(new Set(files.map(({ sha1 }) => sha1)))
  if (lacking.length > 0) return undefined
  const artifacts = files.map((file) => ({ ...file, read: () => readContent(store, file.sha1, file.path) }))
  return { artifacts, size, excluded }
}
