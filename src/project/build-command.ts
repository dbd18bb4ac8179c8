import { OptionsError } from '../errors/options-error.js'
import type { PackageManager } from '../spec/project.js'
import { expandCommands, findCommand, scriptsRunBy, splitCommands } from './build-script.js'
import { type Framework, frameworks } from './frameworks.js'
import type { HostConfig } from './host-config.js'
import type { PackageJson } from './package-json.js'

/** How the project is built, as far as the caller, a host's configuration or package.json say. */
export interface BuildCommand {
  readonly line: string
  readonly notes: readonly string[]
}

/**
 * The build's shell line: the script that a host's configuration runs, the script `build`, or the only script that calls
 * the build of a framework (`docs:build`). `undefined` if package.json has none of them.
 * @throws OptionsError `build-script-missing` if several scripts could be meant.
 */
export function readBuildCommand(
  manifest: PackageJson,
  manager: PackageManager,
  host: HostConfig,
): BuildCommand | undefined {
  const { scripts } = manifest
  const run = (name: string): string => `${manager} run ${name}`
  const hosted = hostScript(host, scripts)
  if (hosted !== undefined) return { line: run(hosted), notes: [] }
  if (scripts.has('build')) {
    const line = run('build')
    const differs = host.command && host.command.line.trim() !== scripts.get('build')?.trim()
    const notes = differs
      ? [
          `${host.command?.source} builds with "${host.command?.line}", here "${line}" runs. Pass buildCommand to change it.`,
        ]
      : []
    return { line, notes }
  }
  const others = [...scripts.keys()].filter((name) => {
    const commands = expandCommands(run(name), scripts)
    return frameworks.some((framework) => isBuildOf(framework, commands))
  })
  if (others.length > 1) throw severalScripts(others)
  return others[0] === undefined ? undefined : { line: run(others[0]), notes: [] }
}

function isBuildOf(framework: Framework, commands: ReturnType<typeof expandCommands>): boolean {
  return framework.commands.some((command) => {
    const words = findCommand(commands, command)
    // Eleventy is called without a verb, so that its development server looks like its build.
    return words !== undefined && !words.some((word) => word === '--serve' || word === '--watch')
  })
}

/** The one script that a host's build command runs and does nothing else. */
function hostScript(host: HostConfig, scripts: ReadonlyMap<string, string>): string | undefined {
  const commands = host.command ? splitCommands(host.command.line) : []
  const [command = []] = commands
  const names = scriptsRunBy(command, scripts)
  return commands.length === 1 && names.length === 1 ? names[0] : undefined
}

function severalScripts(names: readonly string[]): OptionsError {
  return new OptionsError({
    code: 'build-script-missing',
    message: `package.json has no script named build, and several that could be meant: ${names.join(', ')}.`,
    hint: 'Name the one to deploy "build", or pass buildCommand.',
    details: { scripts: names },
  })
}

/** The error for a framework without a build script. */
export function missingScript(framework: Framework | null): OptionsError {
  const command = framework?.commands[0]?.join(' ')
  return new OptionsError({
    code: 'build-script-missing',
    message: framework
      ? `This is a ${framework.name} project, but package.json has no build script.`
      : 'package.json has no build script, and there is no index.html at the root to publish without one.',
    hint: command
      ? `Add "build": "${command}" to the scripts of package.json, or pass buildCommand.`
      : 'Add a build script; or, if the pages are ready in a folder, pass it as outputDirectory and buildCommand: null.',
    details: { framework: framework?.id ?? null },
  })
}
