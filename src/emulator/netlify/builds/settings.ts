import type { TreeFiles } from '../../build/source-tree.js'
import type { NetlifySite } from '../state.js'
import { readToml, type TomlTable } from './read-toml.js'

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

/** What `netlify.toml` and the settings of the site say, in this order of weight (Netlify Docs, "File-based configuration"). */
export function planBuild(files: TreeFiles, site: NetlifySite, context: string): BuildPlan {
  const settings = buildSettingsOf(site)
  const base = clean(settings.base ?? '')
  const path = [join(base, 'netlify.toml'), 'netlify.toml'].find((one) => files.has(one))
  const source = path === undefined ? '' : new TextDecoder().decode(files.get(path)?.bytes)
  const { build, environment } = readBuild(source, context)
  const chosen = clean(text(build.base) ?? base)
  const command = text(build.command) ?? text(settings.cmd)
  const publish = text(build.publish) ?? text(settings.dir) ?? ''
  return {
    base: chosen,
    command,
    // From the root where it begins with a slash, otherwise from the base.
    publish: publish.startsWith('/') ? clean(publish) : join(chosen, clean(publish)),
    environment: { ...settings.env, ...environment },
  }
}

/** What a `netlify.toml` says of builds; what it says of their context goes before. */
function readBuild(source: string, context: string): { readonly build: TomlTable; readonly environment: TomlTable } {
  const names = ['build', `context.${context}`]
  const wanted = names.flatMap((name) => [name, `${name}.environment`])
  const tables = readToml(source, (name) => wanted.includes(name))
  const join = (suffix: string) => Object.assign({}, ...names.map((name) => tables.get(name + suffix)))
  return { build: join(''), environment: join('.environment') }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function clean(path: string): string {
  return path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '')
}

function join(folder: string, name: string): string {
  return [folder, name].filter(Boolean).join('/')
}
