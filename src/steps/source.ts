import { joinPath, normalizePath } from '../container/normalize-path.js'
import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Project } from '../spec/project.js'
import { describeSet } from './describe.js'

/** Reads the project's own files as they are now, before anything runs: what is committed is what was deployed. */
export function sourceStep(input: {
  readonly container: Container
  /** Folder that is the root of the repository, relative to the workdir. */
  readonly root: string
  readonly exclude: readonly string[]
  readonly store: ContentStore
  readonly detect: Step<Project>
}): Step<ArtifactSet> {
  return defineStep({
    id: 'source',
    title: 'Read the source',
    needs: { project: input.detect },
    line: {
      description: 'reads what .gitignore does not exclude',
      files: null,
      bytes: null,
      requests: null,
      duration: 500,
    },
    timeLimit: 10 * 60_000,
    async run({ project }, context) {
      const { collectFolder, sourceRules } = await import('./collect-folder.js')
      const { container, root, exclude, store } = input
      const gitignores = new Map<string, string>()
      const folder = normalizePath(container, root)
      const outputDirectory = project.buildCommand !== null && project.ownsOutput ? outputBelow(folder, project) : null
      const rules = sourceRules({ gitignores, exclude, outputDirectory })
      return collectFolder({ container, folder, rules, store, gitignores, modes: true }, context)
    },
    summarize: describeSet,
  })
}

/** The output folder as it is named below the root of the repository; `null` where it lies elsewhere. */
function outputBelow(folder: string, project: Project): string | null {
  const output = joinPath(project.root, project.outputDirectory)
  if (folder === '.') return output
  return output.startsWith(`${folder}/`) ? output.slice(folder.length + 1) : null
}
