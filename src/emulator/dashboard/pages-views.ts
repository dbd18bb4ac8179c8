import { addressOf } from '../github/pages/address.js'
import type { PagesBuild, PagesSite } from '../github/pages/state.js'
import type { InspectionSource } from './source.js'
import type { DeploymentView, SiteView } from './state-view.js'

type Pages = Pick<InspectionSource, 'pages'>

/** A build of GitHub Pages from a branch. */
function pagesBuild(site: PagesSite, build: PagesBuild): DeploymentView {
  const isOver = build.status === 'built' || build.status === 'errored'
  const { createdAt, updatedAt, status } = build
  const rest = status === 'queued' ? [] : [{ state: status, at: updatedAt }]
  return {
    ...{ provider: 'github-pages', id: String(build.id), siteId: idOf(site), site: nameOf(site), kind: 'production' },
    title: null,
    branch: site.source.branch,
    state: status,
    outcome: status === 'built' ? 'succeeded' : isOver ? 'failed' : 'under-way',
    isLive: site.builds.find((one) => one.status === 'built' && one.commit === site.commit) === build,
    url: null,
    files: build.files?.size ?? null,
    error: build.error,
    createdAt,
    endedAt: isOver ? updatedAt : null,
    states: [{ state: 'queued', at: createdAt }, ...rest],
  }
}

/** What a workflow published: of what was before, GitHub tells nothing. */
function pagesWorkflow(site: PagesSite): DeploymentView {
  const at = site.publishedAt
  return {
    ...{ provider: 'github-pages', id: site.commit ?? '', siteId: idOf(site), site: nameOf(site), kind: 'production' },
    ...{ title: 'Published by a workflow', branch: null, state: 'built', outcome: 'succeeded', isLive: true },
    ...{ url: null, files: site.files?.size ?? null, error: null, createdAt: at, endedAt: at },
    states: [{ state: 'built', at }],
  }
}

/** The deployments of a site of GitHub Pages, the newest first. */
export function pagesDeployments(site: PagesSite): DeploymentView[] {
  if (site.buildType === 'workflow') return site.files ? [pagesWorkflow(site)] : []
  return site.builds.map((build) => pagesBuild(site, build))
}

/** A site of GitHub Pages. */
export function pagesSite(site: PagesSite, { pages }: Pages): SiteView {
  const [last = null] = pagesDeployments(site)
  return {
    ...{ provider: 'github-pages', id: idOf(site), name: nameOf(site), account: site.repository.owner.login },
    url: addressOf(site, pages.siteUrl),
    domains: site.cname === null ? [] : [site.cname],
    createdAt: site.builds.at(-1)?.createdAt ?? site.publishedAt,
    isLive: site.files !== undefined,
    isLocked: false,
    published: pagesDeployments(site).find(({ isLive }) => isLive)?.id ?? null,
    publishedAt: site.files ? site.publishedAt : null,
    lastDeployment: last,
  }
}

function idOf({ repository }: PagesSite): string {
  return String(repository.id)
}

function nameOf({ repository }: PagesSite): string {
  return repository.name
}
