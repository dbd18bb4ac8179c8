import { branchOf } from '../vercel/aliases.js'
import { siteDomain } from '../vercel/hosts.js'
import { isOver } from '../vercel/machine.js'
import { deploymentsOf, type VercelDeployment, type VercelProject } from '../vercel/state.js'
import type { InspectionSource } from './source.js'
import type { DeploymentView, SiteView } from './state-view.js'

type Vercel = InspectionSource['vercel']

/** A deployment of Vercel. */
export function vercelDeployment(deployment: VercelDeployment, { siteUrl }: Vercel): DeploymentView {
  const { project, events, readyState, createdAt, meta } = deployment
  const states = events.filter(({ type }) => type === 'deployment-state').map(({ text, at }) => ({ state: text, at }))
  const first = { state: deployment.states[0] ?? readyState, at: createdAt }
  const all = states[0]?.state === first.state ? states : [first, ...states]
  return {
    ...{ provider: 'vercel', id: deployment.id, siteId: project.id, site: project.name, kind: kindOf(deployment) },
    title: meta.githubCommitMessage ?? meta.gitlabCommitMessage ?? null,
    branch: branchOf(deployment) ?? null,
    state: readyState,
    outcome: outcomeOf(deployment),
    isLive: project.production === deployment,
    url: readyState === 'READY' ? siteUrl(deployment.label) : null,
    files: deployment.files.size,
    error: deployment.error?.message ?? deployment.aliasError?.message ?? null,
    createdAt,
    endedAt: isOver(deployment) ? (all.at(-1)?.at ?? null) : null,
    states: all,
  }
}

/** A project of Vercel. */
export function vercelSite(project: VercelProject, vercel: Vercel): SiteView {
  const { state, siteUrl } = vercel
  const [last] = deploymentsOf(state, project)
  const domains = [...state.domains.values()].filter((one) => one.project === project && one.gitBranch === null)
  const names = domains.map(({ name }) => name)
  const own = names.find((name) => name.endsWith(`.${siteDomain}`))
  const { production } = project
  return {
    ...{ provider: 'vercel', id: project.id, name: project.name, account: project.account.login },
    url: siteUrl(own?.slice(0, -siteDomain.length - 1) ?? project.name),
    domains: names.filter((name) => name !== own),
    createdAt: project.createdAt,
    isLive: production !== undefined,
    isLocked: project.rolledBack,
    published: production?.id ?? null,
    publishedAt: production?.aliasAssignedAt ?? production?.readyAt ?? null,
    lastDeployment: last ? vercelDeployment(last, vercel) : null,
  }
}

function kindOf({ target, customEnvironment, isStaged, wasProduction }: VercelDeployment): DeploymentView['kind'] {
  if (customEnvironment) return 'environment'
  if (target !== 'production') return 'preview'
  return isStaged && !wasProduction ? 'staged' : 'production'
}

function outcomeOf(deployment: VercelDeployment): DeploymentView['outcome'] {
  if (!isOver(deployment)) return 'under-way'
  if (deployment.readyState === 'READY') return 'succeeded'
  return deployment.readyState === 'CANCELED' ? 'canceled' : 'failed'
}
