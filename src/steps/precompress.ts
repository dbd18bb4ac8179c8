import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { Target } from '../spec/target.js'
import { describeSaving, type SmallerSet, smallerResult } from './smaller-result.js'

/** For whom texts are compressed, and how. */
export interface PrecompressOptions {
  /** Name of the target. */
  readonly target: string
  readonly ways: NonNullable<Target['precompressed']>
  readonly store: ContentStore
}

/** Puts compressed texts beside the files of a target that serves them. */
export function precompressStep(
  options: PrecompressOptions,
  needs: { readonly artifacts: Step<ArtifactSet> },
): Step<SmallerSet> {
  const { target, ways, store } = options
  return defineStep({
    id: `precompress-${target}`,
    title: 'Compress texts',
    needs: { ...needs },
    line: {
      description: `puts compressed texts (${ways.join(', ')}) beside the files`,
      files: null,
      bytes: null,
      requests: null,
      duration: 2000,
    },
    timeLimit: 15 * 60_000,
    result: smallerResult(store),
    async run({ artifacts }, context) {
      const { addCompressed } = await import('./add-compressed.js')
      return addCompressed(artifacts, options, context)
    },
    summarize: (set) => describeSaving(set, 'compressed file'),
  })
}
