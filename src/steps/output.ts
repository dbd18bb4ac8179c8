import { fromManifest, manifestSchema, toManifest } from '../artifacts/manifest.js'
import { pathExists } from '../container/look-up.js'
import { joinPath } from '../container/normalize-path.js'
import { defineStep, type Step } from '../engine/step.js'
import { BuildError } from '../errors/build-error.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'
import type { Project } from '../spec/project.js'
import { describeSet } from './describe.js'

/** What of the output is published. */
export interface OutputOptions {
  readonly container: Container
  readonly exclude: readonly string[]
  readonly sourceMaps: 'include' | 'exclude'
  readonly store: ContentStore
}

/** Reads the output folder, as bytes, and hashes it. */
export function outputStep(
  options: OutputOptions,
  project: Project,
  after: readonly Step<unknown>[],
): Step<ArtifactSet> {
  return defineStep({
    id: 'collect',
    title: 'Collect the output',
    needs: {},
    after,
    line: {
      description: `reads and hashes ${project.outputDirectory}`,
      files: null,
      bytes: null,
      requests: null,
      duration: 1000,
    },
    timeLimit: 10 * 60_000,
    result: { keep: toManifest, restore: (kept) => fromManifest(manifestSchema.parse(kept), options.store) },
    run: (_inputs, context) => collectOutput(options, project, context),
    summarize: describeSet,
  })
}

/**
 * @throws BuildError `output-missing` or `output-empty`
 */
async function collectOutput(options: OutputOptions, project: Project, context: Context): Promise<ArtifactSet> {
  const { container, exclude, sourceMaps, store } = options
  const folder = joinPath(project.root, project.outputDirectory)
  if (!(await pathExists(container, folder, context.signal))) throw outputMissing(project)
  const { collectFolder, outputRules } = await import('./collect-folder.js')
  const rules = outputRules({ sourceMaps, exclude, root: project.outputDirectory === '.' })
  const set = await collectFolder({ container, folder, rules, store }, context)
  if (set.artifacts.length === 0) throw outputEmpty(project, set)
  return set
}

/** The error for a build that ended well and left nothing. */
export function outputMissing(project: Project): BuildError {
  const { buildCommand, outputDirectory, outputSource } = project
  const after = buildCommand === null ? 'there is no folder' : `"${buildCommand}" ended well but left no folder`
  return new BuildError({
    code: 'output-missing',
    message: `${after} ${outputDirectory} (taken from: ${outputSource}).`,
    hint: 'Set project.outputDirectory to the folder that the build writes to.',
    details: { outputDirectory, outputSource },
  })
}

/** The error for an output folder without a file that may be published. */
export function outputEmpty(project: Project, set: ArtifactSet): BuildError {
  return new BuildError({
    code: 'output-empty',
    message: `The output folder ${project.outputDirectory} holds no file to publish.`,
    hint:
      set.excluded.length === 0
        ? 'Check what the build writes, and project.outputDirectory.'
        : 'All of its files were left out; check the option files.',
    details: { outputDirectory: project.outputDirectory, excluded: set.excluded.slice(0, 20) },
  })
}
