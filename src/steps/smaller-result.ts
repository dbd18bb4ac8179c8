import * as z from 'zod/mini'
import { fromManifest, type Manifest, manifestSchema, toManifest } from '../artifacts/manifest.js'
import type { Result } from '../engine/step-record.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { OptimizedFiles } from '../spec/image-optimizer.js'
import { describeBytes } from './describe.js'

/** Files with some made smaller, and what that saved. */
export interface SmallerSet extends ArtifactSet {
  readonly saved: OptimizedFiles
}

const count = z.int().check(z.nonnegative())
const keptSchema: z.ZodMiniType<{ readonly set: Manifest; readonly saved: OptimizedFiles }> = z.object({
  set: manifestSchema,
  saved: z.object({ files: count, before: count, after: count, skipped: count }),
})

/** How such files are kept for a later run. */
export function smallerResult(store: ContentStore): Result<SmallerSet> {
  return {
    keep: ({ saved, ...set }) => ({ set: toManifest(set), saved }),
    restore: async (kept) => {
      const { set, saved } = keptSchema.parse(kept)
      const artifacts = await fromManifest(set, store)
      return artifacts && { ...artifacts, saved }
    },
  }
}

/** The files of such a result as the journal has it; `undefined` where it is another one. */
export function smallerManifest(kept: unknown): Manifest | undefined {
  return z.safeParse(keptSchema, kept).data?.set
}

/** What was saved, in one line: `12 images, 3.1 MB -> 2.2 MB`. */
export function describeSaving({ saved }: SmallerSet, one: string): string {
  const { files, before, after, skipped } = saved
  if (files === 0) return skipped === 0 ? `no ${one}s` : 'nothing could be saved'
  return `${files} ${one}${files === 1 ? '' : 's'}, ${describeBytes(before)} -> ${describeBytes(after)}`
}
