import type { Random } from '../random.js'
import { hostLabel, siteDomain } from './hosts.js'
import { createId } from './ids.js'
import type { VercelAlias, VercelDeployment, VercelProject, VercelState } from './state.js'

/** Lets names lead to deployments. */
export interface AliasBook {
  /** Gives a deployment that is ready the names that it is to have. */
  assign(deployment: VercelDeployment, at: number): void
  /** Lets all production names of its project lead to a deployment. */
  toProduction(deployment: VercelDeployment, at: number): void
  /** Lets one name lead to a deployment; gives the deployment that it led to before. */
  point(name: string, deployment: VercelDeployment, at: number): VercelDeployment | undefined
}

/** What a book works with. */
export interface AliasBookOptions {
  readonly state: VercelState
  readonly random: Random
  /** Milliseconds until visitors see where a name leads. */
  readonly propagation: number
}

/** What visitors of a name see at a moment; `undefined` where that is nothing yet. */
export function seenBehind({ before, deployment, visibleAt }: VercelAlias, at: number): VercelDeployment | undefined {
  return at < visibleAt ? before : deployment
}

/** Makes a book over the state. */
export function createAliasBook({ state, random, propagation }: AliasBookOptions): AliasBook {
  let created = 0

  function point(name: string, deployment: VercelDeployment, at: number): VercelDeployment | undefined {
    const known = state.aliases.get(name)
    const before = known?.deployment
    if (before) before.alias.splice(0, before.alias.length, ...before.alias.filter((one) => one !== name))
    if (!deployment.alias.includes(name)) deployment.alias.push(name)
    const { project } = deployment
    const visibleAt = at + propagation
    if (known) {
      known.before = seenBehind(known, at)
      known.deployment = deployment
      known.visibleAt = visibleAt
      known.updatedAt = at
    } else {
      // Never the same twice: lists are cut by time.
      created = Math.max(at, created + 1)
      const times = { visibleAt, createdAt: created, updatedAt: at }
      const uid = createId(random, '', 22)
      state.aliases.set(name, { uid, name, project, deployment, before: undefined, redirect: null, ...times })
    }
    return before
  }

  function domainsOf(project: VercelProject, fits: (domain: DomainPlace) => boolean): string[] {
    const domains = [...state.domains.values()].filter((domain) => domain.project === project && fits(domain))
    return domains.map(({ name }) => name)
  }

  function toProduction(deployment: VercelDeployment, at: number): void {
    const { project } = deployment
    const domains = domainsOf(project, (domain) => domain.gitBranch === null && domain.customEnvironmentId === null)
    for (const name of domains) point(name, deployment, at)
    project.production = deployment
    deployment.wasProduction = true
    project.updatedAt = at
  }

  return {
    point,
    toProduction,
    assign: (deployment, at) => {
      const { project, target, customEnvironment } = deployment
      const scope = project.account.login
      const branch = branchOf(deployment)
      const label = (middle: string): string => `${project.name}${middle}-${scope}.${siteDomain}`
      if (customEnvironment) {
        const { id, slug } = customEnvironment
        point(label(`-env-${slug}`), deployment, at)
        for (const name of domainsOf(project, (domain) => domain.customEnvironmentId === id)) {
          point(name, deployment, at)
        }
        return
      }
      if (branch !== undefined) {
        point(label(`-git-${hostLabel(branch)}`), deployment, at)
        for (const name of domainsOf(project, (domain) => domain.gitBranch === branch)) point(name, deployment, at)
      } else if (target === undefined) point(label(`-${deployment.user.login}`), deployment, at)
      if (target !== 'production') return
      // After a rollback production stays where it was put, until somebody promotes a deployment (docs, "Instant Rollback").
      const isStaged = project.rolledBack || project.settings.autoAssignCustomDomains === false || deployment.isStaged
      // The project's own domains come first, as the CLI shows the first one as the address of production.
      if (!isStaged) toProduction(deployment, at)
      point(label(''), deployment, at)
    },
  }
}

interface DomainPlace {
  readonly gitBranch: string | null
  readonly customEnvironmentId: string | null
}

/** The branch that a deployment was made from. */
export function branchOf({ gitSource, meta }: VercelDeployment): string | undefined {
  const ref = gitSource?.ref ?? meta.githubCommitRef ?? meta.gitlabCommitRef
  return typeof ref === 'string' && ref !== '' ? ref.replace(/^refs\/heads\//, '') : undefined
}
