import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import { type NetlifyApi, siteSchema } from './api.js'
import type { Checkpoint } from './checkpoint.js'
import { type ReleaseMark, readDeploy } from './deploys.js'
import { superseded } from './problems.js'

/** @returns id of the deployment that the site's address serves; `null` where it serves none. */
export async function readPublished(api: NetlifyApi, { id, name }: Site, context: Context): Promise<string | null> {
  const { published_deploy } = await api.json(context, siteSchema, `tell what ${name} serves`, 'GET', `/sites/${id}`)
  return published_deploy?.id ?? null
}

/**
 * Tells whether a run that goes on may still publish: not where somebody has published since it began, because the older release
 * would take the place of the newer one.
 * @param known What the site's address served when this run looked at it first, where it has.
 * @returns what the site's address serves.
 * @throws ConflictError `deployment-superseded`
 */
export async function checkPublished(
  api: NetlifyApi,
  site: Site,
  { marker }: ReleaseMark,
  known: string | null | undefined,
  context: Context<Checkpoint>,
): Promise<string | null> {
  const { saved } = context
  const isBegun = saved !== undefined && saved.kind !== 'site' && saved.site === site.id && saved.before !== undefined
  if (!isBegun) return known === undefined ? readPublished(api, site, context) : known
  const published = await readPublished(api, site, context)
  if (published === null || published === saved.before) return published
  if (saved.kind === 'deploy' && published === saved.deploy) return published
  const deploy = await readDeploy(api, site.id, published, context)
  // One that an earlier run made with a request whose answer never came is its own too.
  const markers = [marker, ...(saved.kind === 'intent' ? [saved.marker] : [])]
  if (markers.some((one) => deploy?.title?.endsWith(one))) return published
  throw superseded(site.name, published, deploy)
}
