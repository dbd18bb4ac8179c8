import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import type { NetlifyApi } from './api.js'

/** How Netlify builds a site, and what from. What it does not tell is absent. */
export interface BuildSettings {
  readonly provider?: string | null | undefined
  /** `owner/name`. */
  readonly repo_path?: string | null | undefined
  /** The branch whose builds are production. */
  readonly repo_branch?: string | null | undefined
  readonly deploy_key_id?: string | null | undefined
  /** Where its GitHub App reads the repository instead of a deploy key. */
  readonly installation_id?: number | null | undefined
  readonly cmd?: string | null | undefined
  /** Folder to publish, below `base`. */
  readonly dir?: string | null | undefined
  readonly functions_dir?: string | null | undefined
  readonly base?: string | null | undefined
  /** Branches that are built when they are pushed; empty: all. */
  readonly allowed_branches?: readonly string[] | null | undefined
  /** Whether pull requests get no previews. */
  readonly skip_prs?: boolean | null | undefined
  readonly stop_builds?: boolean | null | undefined
  readonly env?: Readonly<Record<string, string>> | null | undefined
}

/** A site with what its builds are made by. */
export interface BuiltSite {
  readonly name: string
  readonly build_settings?: BuildSettings | null | undefined
  /** Where the git host is to tell of pushes. */
  readonly deploy_hook?: string | null | undefined
  readonly admin_url?: string | null | undefined
}

const text = z.optional(z.nullable(z.string()))
const flag = z.optional(z.nullable(z.boolean()))

export const builtSiteSchema: z.ZodMiniType<BuiltSite> = z.object({
  name: z.string(),
  deploy_hook: text,
  admin_url: text,
  build_settings: z.optional(
    z.nullable(
      z.object({
        provider: text,
        repo_path: text,
        repo_branch: text,
        deploy_key_id: text,
        installation_id: z.optional(z.nullable(z.number())),
        cmd: text,
        dir: text,
        functions_dir: text,
        base: text,
        allowed_branches: z.optional(z.nullable(z.array(z.string()))),
        skip_prs: flag,
        stop_builds: flag,
        env: z.optional(z.nullable(z.record(z.string(), z.string()))),
      }),
    ),
  ),
})

export function readBuiltSite(api: NetlifyApi, { id, name }: Site, context: Context): Promise<BuiltSite> {
  return api.json(context, builtSiteSchema, `tell how ${name} is built`, 'GET', `/sites/${id}`)
}

/** The settings that differ from what is there; `undefined` where none does. Absent and empty is the same to Netlify. */
export function differing(known: BuildSettings, wanted: BuildSettings): BuildSettings | undefined {
  const empty = (value: unknown) => value === undefined || value === null || value === '' || value === false
  const same = (one: unknown, other: unknown) =>
    (empty(one) && empty(other)) || JSON.stringify(one) === JSON.stringify(other)
  const entries = Object.entries(wanted).filter(([name, value]) => !same(known[name as keyof BuildSettings], value))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Writes settings beside those that are there. @param place `repo` links the repository that they name. */
export async function writeBuildSettings(
  api: NetlifyApi,
  { id, name }: Site,
  place: 'repo' | 'build_settings',
  settings: BuildSettings,
  context: Context,
): Promise<BuiltSite> {
  const call = { json: { [place]: settings }, idempotent: true }
  return api.json(context, builtSiteSchema, `set how ${name} is built`, 'PATCH', `/sites/${id}`, call)
}
