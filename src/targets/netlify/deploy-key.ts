import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Repository } from '../../spec/git-host.js'
import type { HostLink } from '../../spec/host-link.js'
import type { Site } from '../../spec/release.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import type { NetlifyApi } from './api.js'
import type { BuiltSite } from './build-settings.js'

/** A key by which Netlify reads a repository. */
export interface DeployKey {
  readonly id: string
  readonly public_key: string
  readonly created_at?: string | null | undefined
}

/** Whose key it is to be. */
export interface WantedKey {
  readonly site: Site
  readonly built: BuiltSite
  readonly repository: Repository
  /** By which it is known on the repository. */
  readonly title: string
  readonly link: HostLink
}

const keySchema: z.ZodMiniType<DeployKey> = z.object({
  id: z.string(),
  public_key: z.string(),
  created_at: z.optional(z.nullable(z.string())),
})
const sitesSchema = z.array(
  z.object({
    build_settings: z.optional(z.nullable(z.object({ deploy_key_id: z.optional(z.nullable(z.string())) }))),
  }),
)
const pageSize = 100
/** Milliseconds: what an earlier run left is no older, and what is older is somebody else's affair. */
const mostAge = 24 * 3_600_000

/** The key that the site has, the one that an earlier try made for the repository, or a new one. */
export async function deployKeyOf(api: NetlifyApi, wanted: WantedKey, context: Context): Promise<DeployKey> {
  const { site, built, repository, title, link } = wanted
  const known = built.build_settings?.deploy_key_id
  if (known) {
    const call = { accept: [404] }
    const answer = await api.ask(context, keySchema, 'read the deploy key', 'GET', `/deploy_keys/${known}`, call)
    if ('value' in answer) return answer.value
  }
  const read = () => api.json(context, z.array(keySchema), 'list the deploy keys', 'GET', '/deploy_keys')
  const before = await read()
  const placed = (await link.deployKeys?.(repository, context)) ?? []
  const isPlaced = ({ public_key: own }: DeployKey) =>
    placed.some((one) => one.title === title && materialOf(one.key) === materialOf(own))
  const place = `netlify-deploy-key ${site.id} ${repository.fullName.toLowerCase()}`
  const remembered = await context.cache.read(place)
  const left =
    before.find(isPlaced) ??
    before.find(({ id }) => id === remembered) ??
    (context.again ? await orphanOf(api, before, context) : undefined)
  if (left) return left
  const ids = new Set(before.map(({ id }) => id))
  const { made } = await createOrAdopt<DeployKey>({
    ...{ context, provider: 'netlify', purpose: 'create a deploy key', again: false },
    create: () => api.json(context, keySchema, 'create a deploy key', 'POST', '/deploy_keys'),
    // Keys have no names: one that was not there before is that of the request whose answer was lost.
    find: async () => (await read()).find(({ id }) => !ids.has(id)),
  })
  // Nothing at Netlify says what it is for, until the site is linked.
  await context.cache.write(place, made.id)
  return made
}

/** The latest key that no site has: of an earlier run that ended before it heard of it. */
async function orphanOf(api: NetlifyApi, keys: readonly DeployKey[], context: Context): Promise<DeployKey | undefined> {
  const { clock } = context
  const timeOf = ({ created_at: created }: DeployKey) => Date.parse(created ?? '') || 0
  const from = (clock.time?.() ?? clock.now()) - mostAge
  const young = keys.filter((key) => timeOf(key) >= from).sort((one, other) => timeOf(other) - timeOf(one))
  if (young.length === 0) return undefined
  const used = new Set<string>()
  for (let page = 1; ; page += 1) {
    const path = `/sites?filter=all&per_page=${pageSize}&page=${page}`
    const sites = await api.json(context, sitesSchema, 'list the keys of all sites', 'GET', path)
    for (const { build_settings: settings } of sites) used.add(settings?.deploy_key_id ?? '')
    if (sites.length < pageSize) break
  }
  return young.find(({ id }) => !used.has(id))
}

/** A public key without its comment. */
const materialOf = (key: string) => key.trim().split(/\s+/).slice(0, 2).join(' ')
