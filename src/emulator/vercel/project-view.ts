import { defined } from '../json-values.js'
import type { VercelWorld } from './call.js'
import { accountId, deploymentsOf, type Json, type VercelDeployment, type VercelProject } from './state.js'
import { variableView } from './variable-view.js'

/** A project as every endpoint shows it. */
export function projectView(project: VercelProject, world: VercelWorld): Json {
  const { lastAliasRequest: request, settings, production } = project
  return defined({
    directoryListing: false,
    nodeVersion: '22.x',
    buildCommand: null,
    devCommand: null,
    framework: null,
    installCommand: null,
    outputDirectory: null,
    rootDirectory: null,
    autoAssignCustomDomains: true,
    autoExposeSystemEnvs: true,
    sourceFilesOutsideRootDirectory: true,
    ...shown(settings),
    id: project.id,
    accountId: accountId(project.account),
    name: project.name,
    alias: [...world.state.domains.values()]
      .filter((domain) => domain.project === project && domain.gitBranch === null)
      .map((domain) => ({
        domain: world.hosts.show(domain.name),
        environment: 'production',
        target: 'PRODUCTION',
        deployment: null,
        configuredBy: 'A',
        createdAt: domain.createdAt,
        redirect: domain.redirect,
      })),
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    defaultResourceConfig: { functionDefaultRegions: ['iad1'] },
    resourceConfig: { functionDefaultRegions: ['iad1'], ...(settings.resourceConfig as Json | undefined) },
    deploymentExpiration: { expirationDays: 36_500, expirationDaysProduction: 36_500, deploymentsToKeep: 10 },
    env: [...project.variables.values()].map((variable) => variableView(variable)),
    link: project.link,
    protectionBypass: project.bypasses.size > 0 ? bypassView(project.bypasses) : undefined,
    live: production !== undefined,
    latestDeployments: deploymentsOf(world.state, project)
      .slice(0, 10)
      .map((one) => deploymentOfProject(one, world)),
    targets: production ? { production: deploymentOfProject(production, world) } : {},
    lastAliasRequest: request
      ? {
          type: request.type,
          fromDeploymentId: request.fromDeployment?.id ?? null,
          toDeploymentId: request.toDeployment.id,
          jobStatus: request.jobStatus,
          requestedAt: request.requestedAt,
        }
      : null,
    lastRollbackTarget: project.rolledBack && production ? { deploymentId: production.id } : null,
  })
}

/** The secrets that let automation pass a project's protection. */
export function bypassView(bypasses: VercelProject['bypasses']): Json {
  return Object.fromEntries(
    [...bypasses].map(([secret, { createdAt, createdBy }]) => {
      return [secret, { createdAt, createdBy: accountId(createdBy), scope: 'automation-bypass' }]
    }),
  )
}

// What can be set and is not told.
const untold = ['publicSource', 'previewDeploymentsDisabled', 'previewDeploymentSuffix', 'serverlessFunctionRegion']

function shown(settings: Json): Json {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !untold.includes(name)))
}

function deploymentOfProject(deployment: VercelDeployment, { hosts }: VercelWorld): Json {
  const { user, project } = deployment
  return defined({
    id: deployment.id,
    alias: deployment.alias.map((name) => hosts.show(name)),
    aliasAssigned: deployment.aliasAssignedAt ?? false,
    aliasError: deployment.aliasError ?? null,
    automaticAliases: [],
    builds: [],
    createdAt: deployment.createdAt,
    createdIn: 'sfo1',
    creator: { uid: accountId(user), email: user.email, username: user.login },
    deploymentHostname: deployment.label,
    name: project.name,
    forced: false,
    meta: deployment.meta,
    plan: project.account.kind === 'user' ? 'hobby' : 'pro',
    private: false,
    readyAt: deployment.readyAt,
    readyState: deployment.readyState,
    readySubstate: substateOf(deployment),
    requestedAt: deployment.createdAt,
    target: deployment.target ?? null,
    teamId: project.account.kind === 'user' ? null : accountId(project.account),
    type: 'LAMBDAS',
    url: hosts.url(deployment),
    userId: accountId(user),
  })
}

/** Whether a production deployment that is ready serves the production names, or waits to be promoted. */
export function substateOf(deployment: VercelDeployment): 'PROMOTED' | 'STAGED' | undefined {
  if (deployment.target !== 'production' || deployment.aliasAssignedAt === undefined) return undefined
  return deployment.wasProduction ? 'PROMOTED' : 'STAGED'
}
