import { collectArtifacts } from '../artifacts/collect.js'
import type { ExclusionRules } from '../artifacts/ignore-rules.js'
import { readFiles } from '../container/read-files.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'
import { askProjectModes } from './project-modes.js'

// What reads folders weighs a fifth of the whole, and is loaded when a folder is read.
export { outputRules, sourceRules } from '../artifacts/ignore-rules.js'

/** A folder of the container that is to become artifacts. */
export interface CollectFolder {
  readonly container: Container
  /** Relative to the workdir. */
  readonly folder: string
  readonly rules: ExclusionRules
  readonly store: ContentStore
  readonly gitignores?: Map<string, string>
  /** Whether executable files and links are to be kept as such. @default false */
  readonly modes?: boolean
  /** Which files others will see, so that private ones among them are left out. @default all */
  readonly isSeen?: ((path: string) => boolean) | undefined
}

/** Reads a folder once, as bytes, and reports what was taken and what was left out. */
export async function collectFolder(input: CollectFolder, context: Context): Promise<ArtifactSet> {
  const { container, folder, rules, store, gitignores } = input
  const { signal } = context
  const content = await readFiles(container, folder, {
    exclude: rules,
    signal,
    ...(gitignores && { gitignores }),
    onProgress: (done, total) => context.progress(done, total, 'files'),
  })
  const moded = input.modes ? askProjectModes(content, input, context) : undefined
  const { files, excluded } = moded ?? content
  const collected = await collectArtifacts({ files, excluded, store, signal, isSeen: input.isSeen })
  const set = moded?.withModes(collected) ?? collected
  if (set.excluded.length > 0) context.report({ type: 'files-exclude', folder, files: set.excluded })
  context.report({ type: 'files-collect', folder, files: set.artifacts.length, bytes: set.size })
  return set
}
