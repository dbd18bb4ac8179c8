import * as z from 'zod/mini'
import { issuesOf } from '../toolkit/describe-issue.js'
import { insideRoot } from './paths.js'
import type { ProjectFiles } from './project-files.js'

const netlifySections = ['redirects', 'headers', 'functions', 'edge_functions']
const vercelSections = ['redirects', 'rewrites', 'headers', 'routes', 'functions']
/** Folders that frameworks copy into the output as they are, and the root, which plain files are published from. */
const copiedFolders = ['.', 'public', 'static']

const netlifySchema = z.looseObject({
  build: z.optional(
    z.object({
      base: z.optional(z.string()),
      publish: z.optional(z.string()),
      command: z.optional(z.string()),
    }),
  ),
})

const vercelSchema = z.looseObject({
  outputDirectory: z.nullish(z.string()),
  buildCommand: z.nullish(z.string()),
})

/** What the configuration file of a host says of the build. */
export interface HostConfig {
  /** Folder to publish, with the file and setting that name it. */
  readonly output: { readonly folder: string; readonly source: string } | null
  readonly command: { readonly line: string; readonly source: string } | null
  readonly notes: readonly string[]
}

/** Reads netlify.toml, then vercel.json; the first one that names a thing decides it. */
export async function readHostConfig(files: ProjectFiles): Promise<HostConfig> {
  const notes: string[] = []
  const netlify = await readNetlify(files, notes)
  const vercel = await readVercel(files, notes)
  const folder = (name: string | null | undefined, source: string): HostConfig['output'] => {
    const inside = name ? insideRoot(name.replace(/^\/+/, '')) : undefined
    return inside === undefined ? null : { folder: inside, source }
  }
  const command = (line: string | null | undefined, source: string): HostConfig['command'] =>
    line ? { line, source } : null
  return {
    output:
      folder(netlify?.publish, 'netlify.toml (build.publish)') ??
      folder(vercel?.outputDirectory, 'vercel.json (outputDirectory)'),
    command:
      command(netlify?.command, 'netlify.toml (build.command)') ??
      command(vercel?.buildCommand, 'vercel.json (buildCommand)'),
    notes,
  }
}

async function readNetlify(
  files: ProjectFiles,
  notes: string[],
): Promise<z.infer<typeof netlifySchema>['build'] | undefined> {
  const found = await files.first(['netlify.toml'])
  if (!found) return undefined
  const { parse, TomlError } = await import('smol-toml')
  try {
    const config = z.parse(netlifySchema, parse(found.text))
    await noteSections(files, found.path, config, netlifySections, notes)
    const { build } = config
    if (build?.base === undefined || insideRoot(build.base.replace(/^\/+/, '')) === '.') return build
    notes.push(`netlify.toml builds in ${build.base} (build.base). Pass that folder as root to deploy it.`)
    return undefined
  } catch (error) {
    if (!(error instanceof TomlError) && issuesOf(error).length === 0) throw error
    notes.push('netlify.toml is not valid, so it is left out of account. Correct it, or pass outputDirectory.')
    return undefined
  }
}

async function readVercel(files: ProjectFiles, notes: string[]): Promise<z.infer<typeof vercelSchema> | undefined> {
  const found = await files.first(['vercel.json'])
  if (!found) return undefined
  try {
    const config = z.parse(vercelSchema, JSON.parse(found.text))
    await noteSections(files, found.path, config, vercelSections, notes)
    return config
  } catch (error) {
    if (!(error instanceof SyntaxError) && issuesOf(error).length === 0) throw error
    notes.push('vercel.json is not valid, so it is left out of account. Correct it, or pass outputDirectory.')
    return undefined
  }
}

/** Says what of a configuration has no effect on files that are uploaded, and what to do instead. */
async function noteSections(
  files: ProjectFiles,
  file: string,
  config: Readonly<Record<string, unknown>>,
  sections: readonly string[],
  notes: string[],
): Promise<void> {
  const copied = (await Promise.all(copiedFolders.map((folder) => files.names(folder)))).flat()
  const used = sections.filter((section) => Object.keys(config[section] ?? {}).length > 0)
  const functions = used.filter((section) => section.endsWith('functions'))
  const rules = used.filter((section) => !functions.includes(section) && !copied.includes(ruleFileOf(section)))
  if (rules.length > 0) {
    const ruleFiles = [...new Set(rules.map(ruleFileOf))].join(' and ')
    notes.push(
      `${file} sets ${rules.join(', ')}, which files that are uploaded do not get. Write the rules into ${ruleFiles} in the folder that is published.`,
    )
  }
  if (functions.length > 0) {
    notes.push(
      `${file} sets ${functions.join(', ')}, but only files are published. Deploy functions through a build at the host.`,
    )
  }
}

/** The file in the published folder that has such rules. Source: docs.netlify.com, redirects and custom headers. */
function ruleFileOf(section: string): '_headers' | '_redirects' {
  return section === 'headers' ? '_headers' : '_redirects'
}
