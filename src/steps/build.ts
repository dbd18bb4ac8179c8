import { pathExists } from '../container/look-up.js'
import { joinPath } from '../container/normalize-path.js'
import { relevantLines } from '../container/relevant-lines.js'
import { runCommand } from '../container/run-command.js'
import { defineStep, type Step } from '../engine/step.js'
import { BuildError } from '../errors/build-error.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'
import type { Project } from '../spec/project.js'
import type { HostOutputs } from './host-outputs.js'
import { outputMissing } from './output.js'
import { wroteSince } from './prove-fresh.js'
import { setAside } from './set-aside.js'

/** How commands run in the container. */
export interface BuildOptions {
  readonly container: Container
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds that a command may take. */
  readonly timeLimit: number
  /** Milliseconds that a command may be silent. */
  readonly idleLimit: number
  /** What builds leave for the targets' hosts. @default nothing */
  readonly outputs?: HostOutputs | undefined
}

/** Installs the project's dependencies. */
export function installStep(
  options: BuildOptions,
  project: Project,
  command: string,
  after: readonly Step<unknown>[] = [],
): Step<null> {
  return defineStep({
    id: 'install',
    title: 'Install dependencies',
    needs: {},
    after,
    line: { description: `runs ${command}`, files: 0, bytes: 0, requests: null, duration: 15_000 },
    timeLimit: options.timeLimit + 60_000,
    async run(_inputs, context) {
      await runOrFail(options, project, command, 'install-failed', context)
      return null
    },
    summarize: () => `ran ${command}`,
  })
}

/** Builds the project, and makes sure that what stands in the output folder afterwards is of this build. */
export function buildStep(
  options: BuildOptions,
  project: Project,
  command: string,
  after: readonly Step<unknown>[],
): Step<null> {
  return defineStep({
    id: 'build',
    title: 'Build',
    needs: {},
    after,
    line: { description: `runs ${command}`, files: 0, bytes: 0, requests: null, duration: 10_000 },
    timeLimit: options.timeLimit + 60_000,
    async run(_inputs, context) {
      const since = context.clock.now()
      const { outputs } = options
      const hostFolders = [...new Set(outputs?.all.flatMap(({ folders }) => folders))]
      const previous = await setAside(options.container, project, hostFolders, context)
      const built = runOrFail(options, project, command, 'build-failed', context).then(async () => {
        const whole = outputs?.whole?.whole ?? null
        const { root } = project
        if (whole !== null && (await pathExists(options.container, joinPath(root, whole), context.signal))) return
        await checkFresh(options.container, project, previous.moved ? null : since, context)
      })
      const [outcome] = await Promise.allSettled([built])
      await previous.settle(outcome.status === 'fulfilled')
      if (outcome.status === 'rejected') throw outcome.reason
      return null
    },
    summarize: () => `ran ${command}`,
  })
}

/**
 * @param since When the build began, where the folder was not moved aside; `null` where it was.
 * @throws BuildError `output-missing` or `output-stale`
 */
async function checkFresh(
  container: Container,
  project: Project,
  since: number | null,
  context: Context,
): Promise<void> {
  const { root, outputDirectory: folder, buildCommand } = project
  if (!(await pathExists(container, joinPath(root, folder), context.signal))) throw outputMissing(project)
  if (since === null) return
  const wrote = await wroteSince(container, { cwd: root, folder, since }, context)
  if (wrote === 'yes') return
  const hint = 'Check that the build writes there, and project.outputDirectory.'
  if (wrote === 'no') {
    const message = `"${buildCommand}" ended well but wrote nothing to ${folder}: what stands there is of an earlier build.`
    throw new BuildError({ code: 'output-stale', message, hint, details: { outputDirectory: folder } })
  }
  const message = `The container cannot tell whether ${folder} is of this build.`
  context.report({ type: 'warning', code: 'output-age-unknown', message, hint })
}

async function runOrFail(
  options: BuildOptions,
  project: Project,
  command: string,
  code: 'install-failed' | 'build-failed',
  context: Context,
): Promise<void> {
  const { container, env, timeLimit, idleLimit } = options
  const { signal, clock, report } = context
  const run = { command, cwd: project.root, env, timeLimit, idleLimit, signal, clock, report }
  const { exitCode, tail } = await runCommand(container, run)
  if (exitCode === 0) return
  const log = relevantLines(tail)
  throw new BuildError({
    code,
    message: `"${command}" failed with exit code ${exitCode}${log[0] === undefined ? '' : `: ${log[0]}`}.`,
    hint:
      code === 'install-failed'
        ? 'Mend package.json or its lock file; the log says what is wrong.'
        : 'Mend the project; the log says where.',
    details: { command, exitCode, log },
  })
}
