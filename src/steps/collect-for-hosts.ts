import { listFolder, readText } from '../container/look-up.js'
import { joinPath } from '../container/normalize-path.js'
import { relevantLines } from '../container/relevant-lines.js'
import { runProgram } from '../container/run-command.js'
import { BuildError } from '../errors/build-error.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { BuiltProject } from '../spec/host-output.js'
import type { Project } from '../spec/project.js'
import { collectFolder, outputRules } from './collect-folder.js'
import type { HostOutputs } from './host-outputs.js'
import type { OutputOptions } from './output.js'

/** Milliseconds that a program may take, or be silent: it may have to be fetched first. */
const limits = { timeLimit: 8 * 60_000, idleLimit: 4 * 60_000 }

/** Takes what stands in place of the output folder, where a build left that for the host of all targets. */
export async function collectWhole(
  options: OutputOptions,
  { whole }: HostOutputs,
  project: Project,
  context: Context,
): Promise<ArtifactSet | undefined> {
  const isLookedFor = project.buildCommand !== null || project.outputDirectory === whole?.whole
  return isLookedFor ? whole?.collectWhole?.(builtProject(options, project, context), context) : undefined
}

/** Adds what a host of the targets reads or runs beside the files. */
export async function addExtras(
  set: ArtifactSet,
  options: OutputOptions,
  { all }: HostOutputs,
  project: Project,
  context: Context,
): Promise<ArtifactSet> {
  for (const output of all) {
    const extras = await output.collectExtras?.(builtProject(options, project, context), context)
    if (extras) return { ...set, extras }
  }
  return set
}

function builtProject(options: OutputOptions, project: Project, context: Context): BuiltProject {
  const { container, exclude, sourceMaps, store } = options
  const { signal, clock, report } = context
  const place = (path: string) => joinPath(project.root, path)
  return {
    project,
    isFresh: project.buildCommand !== null,
    list: (folder) => listFolder(container, place(folder), signal),
    readText: (path) => readText(container, place(path), signal),
    servedRules: outputRules({ sourceMaps, exclude }),
    collect: (folder, rules, isSeen = () => false) =>
      collectFolder({ container, folder: place(folder), rules, store, modes: true, isSeen }, context),
    async run(program, programArguments) {
      const command = [program, ...programArguments].join(' ')
      const run = { command, cwd: project.root, ...limits, signal, clock, report }
      const parts = { program, arguments: [...programArguments], environment: {} }
      const { exitCode, tail } = await runProgram(container, parts, run)
      if (exitCode !== 0) throw commandFailed(command, exitCode, tail)
    },
    remove: (folder) => container.fs.rm(place(folder), { recursive: true, force: true }),
  }
}

function commandFailed(command: string, exitCode: number, tail: string[]): BuildError {
  const log = relevantLines(tail)
  return new BuildError({
    code: 'command-failed',
    message: `"${command}" failed with exit code ${exitCode}${log[0] === undefined ? '' : `: ${log[0]}`}.`,
    hint: 'The log says what is wrong. What does not work in a tab may be built by the provider: build: { where: "provider" }.',
    details: { command, exitCode, log },
  })
}
