import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { ImageOptimizer } from '../spec/image-optimizer.js'
import type { Target } from '../spec/target.js'
import { describeSaving, type SmallerSet, smallerResult } from './smaller-result.js'

/** By what images are made smaller, and where the results wait. */
export interface OptimizeStepOptions {
  readonly optimizer: ImageOptimizer
  readonly store: ContentStore
  /** They know what of a host's own form is served. */
  readonly targets: readonly Pick<Target, 'served' | 'output'>[]
}

/** Makes the images of the output smaller, before it is committed or published. */
export function optimizeStep(
  options: OptimizeStepOptions,
  needs: { readonly artifacts: Step<ArtifactSet> },
): Step<SmallerSet> {
  return defineStep({
    id: 'optimize',
    title: 'Make images smaller',
    needs: { ...needs },
    line: {
      description: `encodes images anew where that saves bytes: ${options.optimizer.description}`,
      files: null,
      bytes: null,
      requests: null,
      duration: 5000,
    },
    timeLimit: 30 * 60_000,
    result: smallerResult(options.store),
    async run({ artifacts }, context) {
      const { optimizeImages } = await import('./optimize-images.js')
      return optimizeImages(artifacts, options, context)
    },
    summarize: (set) => describeSaving(set, 'image'),
  })
}
