import { OptionsError } from '../errors/options-error.js'
import type { Project, ProjectOptions, ServerHost } from '../spec/project.js'
import { serverAdvice, vercelOutput } from './adapters.js'
import { missingScript, readBuildCommand } from './build-command.js'
import { expandCommands, findCommand } from './build-script.js'
import { chooseFramework, displayName, namedFramework, unknown } from './choose-framework.js'
import type { Framework } from './frameworks.js'
import { type HostConfig, readHostConfig } from './host-config.js'
import { readNetlifySource } from './netlify-functions.js'
import { readNodeVersion } from './node-version.js'
import { PackageJson, parsePackageJson } from './package-json.js'
import { readPackageManager } from './package-manager.js'
import { ProjectFiles, type ProjectSource } from './project-files.js'
import { parseProjectOptions } from './project-options.js'
import { type ProjectFacts, Reading } from './reading.js'
import { requirePages } from './require-pages.js'

/** What {@link detectProject} is given. */
export interface DetectProjectInput extends ProjectSource {
  readonly options?: ProjectOptions
  /** The hosts of the targets, `null` for one that serves files only. @default none is known */
  readonly hosts?: readonly (ServerHost | null)[]
  /** Whether a host builds the project, so that it need not become files here. @default false */
  readonly elsewhere?: boolean
  /** Environment variables that the build is given. @default none */
  readonly env?: Readonly<Record<string, string>>
}

type Output = Pick<
  Project,
  'framework' | 'frameworkName' | 'routing' | 'outputDirectory' | 'outputSource' | 'ownsOutput' | 'runsOn'
>

/**
 * Finds out from a project's files, without running anything, how it is built and which folder is to be published.
 * What the options fix is taken as it is.
 *
 * @throws OptionsError `package-json-invalid`, `package-json-missing`, `project-empty`, `build-script-missing`, `framework-unknown`,
 * `server-target-needed` (the framework would need a running server) or `options-invalid` (an option, or an output folder
 * that leaves the project).
 *
 * @example
 * const project = await detectProject({
 *   read: (path) => container.fs.readFile(path, 'utf-8').catch(() => undefined),
 *   list: (path) => container.fs.readdir(path).catch(() => undefined),
 * })
 */
export async function detectProject(input: DetectProjectInput): Promise<Project> {
  const options = parseProjectOptions(input.options ?? {})
  const files = new ProjectFiles(input)
  const text = await files.read('package.json')
  const manifest = text === undefined ? new PackageJson({}) : parsePackageJson(text)
  const { hosts = [] } = input
  const runsFunctions = hosts.includes('netlify')
  const host = await readHostConfig(files, runsFunctions)
  const source = runsFunctions ? await readNetlifySource(files) : undefined
  const manager = readPackageManager(manifest, await files.names(), options.packageManager)
  // Plain files are built only where the caller says how.
  const builds = options.buildCommand === undefined && options.framework !== 'static'
  const scripted = builds ? readBuildCommand(manifest, manager.packageManager, host) : undefined
  const line = options.buildCommand ?? scripted?.line ?? null
  const facts = { files, manifest, commands: expandCommands(line ?? '', manifest.scripts), env: input.env ?? {} }
  const notes = [...manager.notes, ...host.notes, ...(scripted?.notes ?? [])]
  const framework = findFramework(facts, options)
  if (!framework && line === null) await requirePages(files, options, host, text !== undefined)
  if (framework && line === null && options.buildCommand === undefined) throw missingScript(framework)
  if (builds && line === null && host.command) {
    notes.push(
      `${host.command.source} builds with "${host.command.line}", here nothing is built. Pass it as buildCommand.`,
    )
  }
  if (source?.edgeFunctions && !input.elsewhere) notes.push(edgeNote(source.edgeFunctions, facts.commands))
  const output = framework
    ? await readOutput(framework, facts, host, { ...input, options }, notes)
    : otherOutput(line, host, options)
  const install = text === undefined || line === null ? null : `${manager.packageManager} install`
  return {
    root: options.root ?? '.',
    name: manifest.name,
    packageManager: manager.packageManager,
    packageManagerSource: manager.source,
    ...output,
    installCommand: options.installCommand === undefined ? install : options.installCommand,
    buildCommand: line,
    nodeVersion: await readNodeVersion(files, manifest),
    ...(source?.functions && { functions: source.functions }),
    notes: notes.filter((note) => note !== ''),
  }
}

/** Edge functions are bundled with Deno, which no tab has; what `netlify build` bundles is taken. */
function edgeNote(folder: string, commands: ProjectFacts['commands']): string {
  if (findCommand(commands, ['netlify', 'build'])) return ''
  return `The edge functions in ${folder} are not published: a tab can't bundle them, as that takes Deno. Let Netlify build the project: build: { where: 'provider' }.`
}

function findFramework(facts: ProjectFacts, options: ProjectOptions): Framework | undefined {
  if (options.framework === 'static') return undefined
  try {
    return options.framework === undefined
      ? chooseFramework(facts.manifest, facts.commands)
      : namedFramework(options.framework)
  } catch (error) {
    // Whoever names the output folder needs no framework that we know.
    if (options.outputDirectory === undefined) throw error
    return undefined
  }
}

async function readOutput(
  framework: Framework,
  facts: ProjectFacts,
  host: HostConfig,
  { options = {}, hosts = [], elsewhere = false }: DetectProjectInput,
  notes: string[],
): Promise<Output> {
  const reading = await framework.read(facts)
  const given = options.outputDirectory
  const own = reading.problem ? '.' : reading.output
  if (reading.problem && given === undefined && !elsewhere) {
    const { hint } = reading.problem
    throw new OptionsError({ ...reading.problem, hint: hint + serverAdvice(framework.id, hosts) })
  }
  if (reading.problem && given !== undefined && given !== vercelOutput) {
    notes.push(`${reading.problem.message} The folder ${given} is published as it is.`)
  }
  if (given === undefined) {
    useHost(framework, reading, host, notes)
    notes.push(...reading.notes)
    const moved = facts.commands.find(([program]) => program === 'cd')
    if (moved) {
      notes.push(
        `The build script changes its folder (${moved.join(' ')}). Pass outputDirectory if ${reading.output} is wrong.`,
      )
    }
  }
  const outputDirectory = given ?? reading.output
  return {
    framework: framework.id,
    frameworkName: displayName(framework, facts.manifest),
    routing: reading.routing,
    outputDirectory,
    outputSource: given === undefined ? (reading.source ?? `default of ${framework.name}`) : 'option',
    // The project's own folder holds source, whoever writes to it.
    ownsOutput: outputDirectory === own && own !== '.',
    ...hostOf(outputDirectory, reading),
  }
}

/** The host that runs what is published: by the folder, or by the adapter where that leaves files in any folder. */
function hostOf(outputDirectory: string, reading?: Reading): Pick<Project, 'runsOn'> {
  if (outputDirectory === vercelOutput) return { runsOn: 'vercel' }
  return reading?.runsOn === 'netlify' ? { runsOn: 'netlify' } : {}
}

/** A host's configuration stands back behind what the tool itself was told, as that is where the files will be. */
function useHost(framework: Framework, reading: Reading, host: HostConfig, notes: string[]): void {
  if (!host.output || host.output.folder === reading.output) return
  const { folder, source } = host.output
  if (reading.source === null) {
    notes.push(
      `${source} names ${folder}, where ${framework.name} writes to ${reading.output} by default. ${folder} is used.`,
    )
    reading.output = folder
    reading.source = source
  } else {
    notes.push(
      `${source} names ${folder}, but ${reading.source} says ${reading.output}, which is used. Make them agree.`,
    )
  }
}

/** A project of no known framework: plain files, or a build whose output the caller or a host's configuration names. */
function otherOutput(line: string | null, host: HostConfig, options: ProjectOptions): Output {
  const reading = new Reading('.', 'static')
  if (host.output) {
    reading.output = host.output.folder
    reading.source = host.output.source
  } else if (line !== null && options.outputDirectory === undefined) throw unknown(options.framework ?? null)
  const isPlain = line === null || options.framework === 'static'
  return {
    framework: isPlain ? 'static' : (options.framework ?? 'other'),
    frameworkName: isPlain ? 'Static files' : (options.framework ?? 'Other'),
    routing: 'static',
    outputDirectory: options.outputDirectory ?? reading.output,
    outputSource: options.outputDirectory === undefined ? (reading.source ?? 'default of static files') : 'option',
    ownsOutput: false,
    ...hostOf(options.outputDirectory ?? reading.output),
  }
}
