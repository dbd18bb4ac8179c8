import * as z from 'zod/mini'
import type { FunctionSource } from '../spec/project.js'
import { issuesOf } from '../toolkit/describe-issue.js'
import { insideRoot } from './paths.js'
import type { ProjectFiles } from './project-files.js'

/** What a project has for Netlify to run, in source. */
export interface NetlifySource {
  /** `null` where there are none. */
  readonly functions: FunctionSource | null
  /** Folder of its edge functions; `null` where there is none. */
  readonly edgeFunctions: string | null
}

const text = z.optional(z.string())
const schema = z.looseObject({
  build: z.optional(z.looseObject({ functions: text, edge_functions: text })),
  functions: z.optional(z.record(z.string(), z.unknown())),
})

/** Where Netlify looks for functions. Source: docs.netlify.com, file-based configuration, and the defaults of `netlify build`. */
export async function readNetlifySource(files: ProjectFiles): Promise<NetlifySource> {
  const { build, functions } = await readSettings(files)
  const { directory: named, ...settings } = functions ?? {}
  const directory = await filled(files, typeof named === 'string' ? named : (build?.functions ?? 'netlify/functions'))
  return {
    functions: directory === null ? null : { host: 'netlify', directory, settings: settingsOf(settings) },
    edgeFunctions: await filled(files, build?.edge_functions ?? 'netlify/edge-functions'),
  }
}

async function readSettings(files: ProjectFiles): Promise<z.infer<typeof schema>> {
  const found = await files.first(['netlify.toml'])
  if (!found) return {}
  const { parse, TomlError } = await import('smol-toml')
  try {
    return z.parse(schema, parse(found.text))
  } catch (error) {
    // What is wrong with the file is told where all of it is read.
    if (error instanceof TomlError || issuesOf(error).length > 0) return {}
    throw error
  }
}

/**
 * What netlify.toml says of functions, as Netlify's packing tool takes it: by name or pattern; what stands outside of any is for all.
 * Source: docs.netlify.com, "File-based configuration", functions.
 */
function settingsOf(functions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(functions)
  const isTable = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const common = Object.fromEntries(entries.filter(([, value]) => !isTable(value)))
  const named = entries.filter(([, value]) => isTable(value))
  const all = [...(Object.keys(common).length > 0 ? ([['*', common]] as const) : []), ...named]
  return Object.fromEntries(all.map(([name, value]) => [name, toolOptions({ ...(value as object) })]))
}

function toolOptions(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const renamed = Object.entries(values).map(([key, value]) => {
    return [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]
  })
  const options: Record<string, unknown> = Object.fromEntries(renamed)
  return 'includedFiles' in options ? { ...options, includedFilesBasePath: '.' } : options
}

async function filled(files: ProjectFiles, name: string): Promise<string | null> {
  const folder = insideRoot(name.replace(/^\/+/, ''))
  if (folder === undefined || folder === '.') return null
  return (await files.names(folder)).length > 0 ? folder : null
}
