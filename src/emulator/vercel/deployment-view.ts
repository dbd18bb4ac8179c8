import { defined } from '../json-values.js'
import type { VercelWorld } from './call.js'
import { environmentView } from './environment-endpoints.js'
import { substateOf } from './project-view.js'
import { accountId, type Json, type VercelDeployment } from './state.js'

/** A deployment as the endpoints for one of them show it. */
export function deploymentView(deployment: VercelDeployment, world: VercelWorld): Json {
  // What it can be given, and does not tell.
  const { rootDirectory: _root, ...projectSettings } = deployment.projectSettings
  const { project, user, error } = deployment
  const names = deployment.alias.map((name) => world.hosts.show(name))
  return defined({
    id: deployment.id,
    name: project.name,
    url: world.hosts.url(deployment),
    version: 2,
    type: 'LAMBDAS',
    plan: project.account.kind === 'user' ? 'hobby' : 'pro',
    public: false,
    alias: names,
    aliasAssigned: deployment.aliasAssignedAt !== undefined,
    aliasAssignedAt: deployment.aliasAssignedAt ?? null,
    aliasError: deployment.aliasError ?? null,
    aliasFinal: names[0] ?? null,
    autoAssignCustomDomains: !deployment.isStaged,
    bootedAt: deployment.createdAt,
    build: { env: [] },
    buildingAt: deployment.buildingAt ?? deployment.createdAt,
    buildSkipped: false,
    canceledAt: deployment.canceledAt,
    createdAt: deployment.createdAt,
    createdIn: 'sfo1',
    creator: { uid: accountId(user), username: user.login },
    customEnvironment: deployment.customEnvironment && environmentView(deployment.customEnvironment, world),
    env: Object.keys(deployment.environment),
    errorCode: error?.code,
    errorMessage: error?.message ?? null,
    gitSource: deployment.gitSource,
    inspectorUrl: inspectorUrl(deployment),
    isInConcurrentBuildsQueue: false,
    isInSystemBuildsQueue: false,
    lambdas: [],
    meta: deployment.meta,
    ownerId: accountId(project.account),
    prebuilt: deployment.prebuilt || undefined,
    project: { id: project.id, name: project.name, framework: project.settings.framework ?? null },
    projectId: project.id,
    projectSettings,
    ready: deployment.readyAt,
    readyState: deployment.readyState,
    readyStateReason: error?.message,
    readySubstate: substateOf(deployment),
    regions: ['iad1'],
    routes: null,
    source: deployment.source,
    status: deployment.readyState,
    target: deployment.target ?? null,
    team: project.account.kind === 'user' ? undefined : teamOf(deployment),
  })
}

/** A deployment as lists show it. */
export function deploymentInList(deployment: VercelDeployment, { hosts, state }: VercelWorld): Json {
  const { project, user, error } = deployment
  return defined({
    uid: deployment.id,
    name: project.name,
    projectId: project.id,
    url: hosts.url(deployment),
    created: deployment.createdAt,
    createdAt: deployment.createdAt,
    buildingAt: deployment.buildingAt,
    ready: deployment.readyAt,
    state: deployment.readyState,
    readyState: deployment.readyState,
    readySubstate: substateOf(deployment),
    type: 'LAMBDAS',
    creator: { uid: accountId(user), email: user.email, username: user.login },
    inspectorUrl: inspectorUrl(deployment),
    meta: deployment.meta,
    target: deployment.target ?? null,
    aliasError: deployment.aliasError ?? null,
    aliasAssigned: deployment.aliasAssignedAt ?? null,
    errorCode: error?.code,
    errorMessage: error?.message ?? null,
    isRollbackCandidate: isRollbackCandidate(deployment) && state.deployments.has(deployment.id),
    source: deployment.source,
    prebuilt: deployment.prebuilt || undefined,
  })
}

/** Whether production can be rolled back to a deployment: it is ready, and served there before. */
export function isRollbackCandidate(deployment: VercelDeployment): boolean {
  const { project, readyState, wasProduction } = deployment
  return readyState === 'READY' && wasProduction && project.production !== deployment
}

function inspectorUrl({ id, project }: VercelDeployment): string {
  return `https://vercel.com/${project.account.login}/${project.name}/${id.replace(/^dpl_/, '')}`
}

function teamOf({ project: { account } }: VercelDeployment): Json {
  return { id: accountId(account), name: account.name, slug: account.login }
}
