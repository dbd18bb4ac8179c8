import { sourceRules } from '../artifacts/ignore-rules.js'
import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Project } from '../spec/project.js'
import { collectFolder } from './collect-folder.js'
import { describeSet } from './describe.js'

/** Reads the project's own files as they are now, before anything runs: what is committed is what was deployed. */
export function sourceStep(input: {
  readonly container: Container
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
      const { container, exclude, store } = input
      const gitignores = new Map<string, string>()
      const outputDirectory = project.buildCommand === null ? null : project.outputDirectory
      const rules = sourceRules({ gitignores, exclude, outputDirectory })
      return collectFolder({ container, folder: project.root, rules, store, gitignores }, context)
    },
    summarize: describeSet,
  })
}
