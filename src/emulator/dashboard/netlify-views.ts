import { domainsOf } from '../netlify/domains.js'
import { deploysOf, type NetlifyDeploy, type NetlifySite } from '../netlify/state.js'
import { contextOf, labelOf } from '../netlify/views.js'
import type { InspectionSource } from './source.js'
import type { DeploymentView, SiteView } from './state-view.js'

type Netlify = InspectionSource['netlify']

/** A deploy of Netlify. */
export function netlifyDeployment(deploy: NetlifyDeploy, { siteUrl }: Netlify): DeploymentView {
  const { site, states, stateTimes, build } = deploy
  const isOver = deploy.state === 'ready' || deploy.state === 'error'
  const label = deploy.branch === undefined ? deploy.id : labelOf(deploy)
  return {
    ...{ provider: 'netlify', id: deploy.id, siteId: site.id, site: site.name, kind: kindOf(deploy) },
    title: deploy.title ?? null,
    branch: build?.commit?.branch ?? deploy.branch ?? null,
    state: deploy.state,
    outcome: deploy.state === 'ready' ? 'succeeded' : isOver ? 'failed' : 'under-way',
    isLive: site.published === deploy,
    url: deploy.state === 'ready' ? siteUrl(`${label}--${site.name}`) : null,
    files: deploy.files?.size ?? null,
    error: deploy.errorMessage ?? null,
    createdAt: deploy.createdAt,
    endedAt: isOver ? (stateTimes.at(-1) ?? null) : null,
    states: states.map((state, position) => ({ state, at: stateTimes[position] ?? deploy.createdAt })),
  }
}

/** A site of Netlify. */
export function netlifySite(site: NetlifySite, netlify: Netlify): SiteView {
  const [last] = deploysOf(netlify.state, site)
  const { published } = site
  return {
    ...{ provider: 'netlify', id: site.id, name: site.name, account: site.account.login },
    url: netlify.siteUrl(site.name),
    domains: domainsOf(site),
    createdAt: site.createdAt,
    isLive: published !== undefined,
    isLocked: published?.locked ?? false,
    published: published?.id ?? null,
    publishedAt: published?.publishedAt ?? null,
    lastDeployment: last ? netlifyDeployment(last, netlify) : null,
  }
}

function kindOf(deploy: NetlifyDeploy): DeploymentView['kind'] {
  if (deploy.draft) return 'draft'
  const context = contextOf(deploy)
  return context === 'branch-deploy' ? 'branch' : context === 'production' ? 'production' : 'preview'
}
