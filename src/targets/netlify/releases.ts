import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { PublishedRelease, Release, Site } from '../../spec/release.js'
import type { TargetReleases } from '../../spec/target.js'
import { poll } from '../../toolkit/poll.js'
import { nothingToLock, notReady, releaseLive, releaseUnknown, switchTimeout } from '../../toolkit/release-problems.js'
import { deploySchema, type NetlifyApi, type NetlifyDeploy, type NetlifySite } from './api.js'
import { readDeploy } from './deploys.js'
import { readPublished } from './published.js'
import { permalinkOf } from './release-address.js'
import { findSite, type WantedSite } from './sites.js'

/** Deployments on one page of a list, the most that Netlify gives. */
const pageSize = 100
/** Milliseconds that Netlify may take to lead the address to a release that is there. */
const timeLimit = 60_000
const failed: ReadonlySet<string> = new Set(['error', 'rejected'])
/** What ends the title of a deployment of Tabship. */
const marked = / \(tabship [0-9a-f]{12}\)$/

/** What the releases of a site are read and switched with. */
export interface ReleaseAccess {
  readonly api: NetlifyApi
  /** Name of the target. */
  readonly target: string
  readonly wanted: WantedSite
  siteOf(site: NetlifySite, created: boolean, context: Context): Promise<Site>
}

/** Lists, promotes, restores, locks and removes the deployments of a site. */
export function netlifyReleases({ api, target, wanted, siteOf }: ReleaseAccess): TargetReleases {
  async function* list(site: Site, context: Context): AsyncIterable<PublishedRelease> {
    const live = await readPublished(api, site, context)
    for (let page = 1; ; page += 1) {
      const path = `/sites/${site.id}/deploys?per_page=${pageSize}&page=${page}`
      const deploys = await api.json(
        context,
        z.array(deploySchema),
        `list the deployments of ${site.name}`,
        'GET',
        path,
      )
      for (const deploy of deploys) yield releaseOf(target, deploy, deploy.id === live ? site.url : undefined)
      if (deploys.length < pageSize) return
    }
  }

  return {
    async find(context) {
      const site = await findSite(api, wanted, context)
      return site && siteOf(site, false, context)
    },
    live: (site, context) => readPublished(api, site, context),
    list,

    // Netlify publishes any deployment that is ready by "restore", one that was a preview, too.
    async publish(id, site, _way, context): Promise<Release> {
      const deploy = await readDeploy(api, site.id, id, context)
      if (!deploy) throw releaseUnknown('Netlify', site.name, id)
      if (deploy.state !== 'ready') throw notReady('Netlify', id, deploy.state)
      const previous = await readPublished(api, site, context)
      const release = {
        ...({ target, id, environment: 'production', url: site.url } as const),
        permalink: permalinkOf(deploy),
        uploaded: { files: 0, bytes: 0 },
        previous,
      }
      if (previous === id) return release
      const path = `/sites/${site.id}/deploys/${id}/restore`
      const purpose = `publish the deployment ${id}`
      // Twice comes to the same.
      await api.json(context, deploySchema, purpose, 'POST', path, { idempotent: true })
      await poll({
        ...context,
        ask: () => readPublished(api, site, context),
        done: (published) => published === id,
        key: (published) => published ?? '',
        timeLimit,
        expired: () => switchTimeout('Netlify', site.name, id),
      })
      return release
    },

    async lock(locked, site, context) {
      const purpose = `${locked ? 'lock' : 'unlock'} ${site.name}`
      const published = await readPublished(api, site, context)
      if (published === null) throw nothingToLock('Netlify', site.name)
      const path = `/deploys/${published}/${locked ? 'lock' : 'unlock'}`
      await api.json(context, deploySchema, purpose, 'POST', path, { idempotent: true })
    },

    async remove(id, site, context) {
      if ((await readPublished(api, site, context)) === id) throw releaseLive('Netlify', site.name, id)
      const call = { accept: [404] }
      await api.ask(
        context,
        z.unknown(),
        `remove the deployment ${id}`,
        'DELETE',
        `/sites/${site.id}/deploys/${id}`,
        call,
      )
    },
  }
}

/** @param url The site's address where it serves this deployment. */
function releaseOf(target: string, deploy: NetlifyDeploy, url: string | undefined): PublishedRelease {
  const { id, state, title, context, created_at: createdAt, published_at: publishedAt } = deploy
  return {
    target,
    id,
    environment: context === 'production' || (publishedAt && context !== 'branch-deploy') ? 'production' : 'preview',
    permalink: permalinkOf(deploy),
    title: title?.replace(marked, '') || null,
    own: marked.test(title ?? ''),
    branch: (context === 'branch-deploy' && deploy.branch) || null,
    ...(publishedAt && { publishedAt: Date.parse(publishedAt) }),
    createdAt: Date.parse(createdAt ?? '') || 0,
    state: state === 'ready' ? 'ready' : failed.has(state) ? 'failed' : 'pending',
    live: url !== undefined,
    ...(url !== undefined && { url }),
  }
}
