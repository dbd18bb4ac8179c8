import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import { projectSchema, type VercelApi } from './api.js'
import type { Checkpoint } from './checkpoint.js'
import { isMarked, readDeployment } from './deployments.js'
import { superseded } from './problems.js'

/** @returns id of the deployment that the production domains lead to; `null` where they lead to none. */
export async function readPublished(api: VercelApi, { id, name }: Site, context: Context): Promise<string | null> {
  const { targets } = await api.json(context, projectSchema, `tell what ${name} serves`, 'GET', `/v9/projects/${id}`)
  return targets?.production?.id ?? null
}

/**
 * Tells whether a run that goes on may still publish: not where somebody has published since it began, because the older release
 * would take the place of the newer one.
 * @param known What the production domains served when this run looked at it first, where it has.
 * @returns what the production domains serve.
 * @throws ConflictError `deployment-superseded`
 */
export async function checkPublished(
  api: VercelApi,
  site: Site,
  marker: string,
  known: string | null | undefined,
  context: Context<Checkpoint>,
): Promise<string | null> {
  const { saved } = context
  const isBegun =
    saved !== undefined && saved.kind !== 'site' && saved.project === site.id && saved.before !== undefined
  if (!isBegun) return known === undefined ? readPublished(api, site, context) : known
  const published = await readPublished(api, site, context)
  if (published === null || published === saved.before) return published
  if (saved.kind === 'deployment' && published === saved.deployment) return published
  const deployment = await readDeployment(api, published, context)
  // One that an earlier run made with a request whose answer never came is its own too.
  if (deployment && (isMarked(deployment, marker) || isMarked(deployment, saved.marker))) return published
  throw superseded(site.name, published, deployment)
}
