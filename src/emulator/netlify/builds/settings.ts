import { parse, TomlError } from 'smol-toml'
import type { TreeFiles } from '../../build/source-tree.js'
import { text } from '../../json-values.js'
import type { NetlifySite } from '../state.js'

/** How a site is built, as `build_settings` of the contract says it. What is not there is not set. */
export interface SiteBuildSettings {
  readonly provider?: string
  readonly repo_path?: string
  readonly repo_branch?: string
  readonly deploy_key_id?: string
  readonly cmd?: string
  readonly dir?: string
  readonly base?: string
  readonly allowed_branches?: readonly string[]
  readonly skip_prs?: boolean
  readonly stop_builds?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** What is to be run, and where its output will be. */
export interface BuildPlan {
  /** Below the root of the source; empty for the root itself. */
  readonly base: string
  /** `undefined`: nothing is run. */
  readonly command: string | undefined
  /** Below the root of the source. */
  readonly publish: string
  readonly environment: Readonly<Record<string, string>>
}

/** Where GitHub is to tell Netlify of pushes. */
export const deployHook = 'https://api.netlify.com/hooks/github'

export function buildSettingsOf(site: NetlifySite): SiteBuildSettings {
  return (site.settings.build_settings ?? {}) as SiteBuildSettings
}

/**
 * What `netlify.toml` and the settings of the site say, in this order of weight (Netlify Docs, "File-based configuration"). A file that
 * names a base directory leads to that of the base directory, where there is one.
 *
 * @throws Error in Netlify's words where a file can't be read
 */
export function planBuild(files: TreeFiles, site: NetlifySite, context: string): BuildPlan {
  const settings = buildSettingsOf(site)
  const initial = clean(settings.base ?? '')
  const first = readBuild(files, initial, context)
  const base = clean(text(first.build.base) ?? initial)
  const { build, environment } = base === initial ? first : readBuild(files, base, context)
  const command = text(build.command) ?? text(settings.cmd)
  const publish = text(build.publish) ?? text(settings.dir) ?? ''
  return {
    base,
    command,
    // From the root where it begins with a slash, otherwise from the base.
    publish: publish.startsWith('/') ? clean(publish) : join(base, clean(publish)),
    environment: { ...settings.env, ...environment },
  }
}

type Table = Readonly<Record<string, unknown>>

/** What the file of a base directory says of builds; what it says of their context goes before. */
function readBuild(
  files: TreeFiles,
  base: string,
  context: string,
): { readonly build: Table; readonly environment: Readonly<Record<string, string>> } {
  const path = [join(base, 'netlify.toml'), 'netlify.toml'].find((one) => files.has(one))
  const config = parseToml(path === undefined ? '' : new TextDecoder().decode(files.get(path)?.bytes))
  const build: Table = { ...tableOf(config.build), ...tableOf(tableOf(config.context)[context]) }
  const all = [tableOf(config.build), tableOf(tableOf(config.context)[context])].map((one) => tableOf(one.environment))
  const environment = Object.entries({ ...all[0], ...all[1] }).map(([name, value]) => [name, String(value)])
  return { build, environment: Object.fromEntries(environment) }
}

function parseToml(source: string): Table {
  try {
    return parse(source)
  } catch (error) {
    if (error instanceof TomlError) throw new Error('Failed to parse configuration', { cause: error })
    throw error
  }
}

function tableOf(value: unknown): Table {
  return typeof value === 'object' && value !== null ? (value as Table) : {}
}

function clean(path: string): string {
  return path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '')
}

function join(folder: string, name: string): string {
  return [folder, name].filter(Boolean).join('/')
}
