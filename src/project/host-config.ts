import * as z from 'zod/mini'
import { issuesOf } from '../toolkit/describe-issue.js'
import { insideRoot } from './paths.js'
import type { ProjectFiles } from './project-files.js'

const netlifySections = ['functions', 'edge_functions']
const vercelSections = ['functions']

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

/**
 * Reads netlify.toml, then vercel.json; the first one that names a thing decides it.
 * @param runsFunctions Whether the project goes to Netlify, which runs what netlify.toml says of functions.
 */
export async function readHostConfig(files: ProjectFiles, runsFunctions = false): Promise<HostConfig> {
  const notes: string[] = []
  const netlify = await readNetlify(files, notes, runsFunctions)
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
  runsFunctions: boolean,
): Promise<z.infer<typeof netlifySchema>['build'] | undefined> {
  const found = await files.first(['netlify.toml'])
  if (!found) return undefined
  const { parse, TomlError } = await import('smol-toml')
  try {
    const config = z.parse(netlifySchema, parse(found.text))
    const sections = netlifySections.filter((section) => !runsFunctions || !section.endsWith('functions'))
    noteSections(found.path, config, sections, notes)
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
    noteSections(found.path, config, vercelSections, notes)
    return config
  } catch (error) {
    if (!(error instanceof SyntaxError) && issuesOf(error).length === 0) throw error
    notes.push('vercel.json is not valid, so it is left out of account. Correct it, or pass outputDirectory.')
    return undefined
  }
}

/** Says what of a configuration has no effect on files that are uploaded, and what to do instead. */
function noteSections(
  file: string,
  config: Readonly<Record<string, unknown>>,
  sections: readonly string[],
  notes: string[],
): void {
  const used = sections.filter((section) => Object.keys(config[section] ?? {}).length > 0)
  if (used.length === 0) return
  notes.push(
    `${file} sets ${used.join(', ')}, but only files are published. Deploy functions through a build at the host.`,
  )
}
