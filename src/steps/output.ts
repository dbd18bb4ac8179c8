import { fromManifest, manifestSchema, toManifest } from '../artifacts/manifest.js'
import { pathExists } from '../container/look-up.js'
import { joinPath } from '../container/normalize-path.js'
import { defineStep, type Step } from '../engine/step.js'
import { BuildError } from '../errors/build-error.js'
import type { ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'
import type { Project } from '../spec/project.js'
import type { RulesFile } from '../spec/rules.js'
import { describeSet } from './describe.js'
import type { HostOutputs } from './host-outputs.js'
import { checkLimits, type Limited } from './limits.js'
import { checkOutputRules } from './rules.js'

/** What of the output is published. */
export interface OutputOptions {
  readonly container: Container
  readonly exclude: readonly string[]
  readonly sourceMaps: 'include' | 'exclude'
  readonly store: ContentStore
  /** What builds leave for the targets' hosts. @default nothing */
  readonly outputs?: HostOutputs | undefined
  /** Files with rules whose mistakes matter. @default none */
  readonly reads?: ReadonlySet<RulesFile> | undefined
  /** Whose limits it has to keep to. @default none */
  readonly targets?: readonly Limited[] | undefined
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
      description: `reads and hashes ${project.outputDirectory}${packing(project, options.outputs)}`,
      files: null,
      bytes: null,
      requests: null,
      duration: 1000,
    },
    timeLimit: 10 * 60_000,
    result: { keep: toManifest, restore: (kept) => fromManifest(manifestSchema.parse(kept), options.store) },
    run: async (_inputs, context) => checkOutput(await collectOutput(options, project, context), options, context),
    summarize: describeSet,
  })
}

/**
 * Refuses, before anything is committed, what a target would refuse.
 * @throws OptionsError
 */
export async function checkOutput(
  set: ArtifactSet,
  { targets = [], reads }: Pick<OutputOptions, 'targets' | 'reads'>,
  context: Context,
): Promise<ArtifactSet> {
  for (const target of targets) checkLimits(target, set)
  return checkOutputRules(set, reads, context)
}

function packing({ functions }: Project, outputs: HostOutputs | undefined): string {
  const isPacked = functions && outputs?.all.some(({ host }) => host === functions.host)
  return isPacked ? `, and packs the functions in ${functions.directory}` : ''
}

/**
 * @throws BuildError `output-missing` or `output-empty`, and what the targets' hosts object to
 */
async function collectOutput(options: OutputOptions, project: Project, context: Context): Promise<ArtifactSet> {
  const { outputs } = options
  if (!outputs || outputs.all.length === 0) return collectFiles(options, project, context)
  const { addExtras, collectWhole } = await import('./collect-for-hosts.js')
  const whole = await collectWhole(options, outputs, project, context)
  if (whole) return whole
  const files = await collectFiles(options, project, context)
  return addExtras(files, options, outputs, project, context)
}

async function collectFiles(options: OutputOptions, project: Project, context: Context): Promise<ArtifactSet> {
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
  const after =
    buildCommand === null ? 'There is no folder' : `The build command "${buildCommand}" ended well but left no folder`
  const source = outputSource === 'option' ? 'the option project.outputDirectory' : outputSource
  return new BuildError({
    code: 'output-missing',
    message: `${after} ${outputDirectory} (taken from: ${source}).`,
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
