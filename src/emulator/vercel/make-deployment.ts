import type { SourceTree } from '../linked-repositories.js'
import type { KnownRepository, VercelWorld } from './call.js'
import { hostLabel } from './hosts.js'
import { createHash9, createId } from './ids.js'
import type { DeploymentFiles, Json, VercelDeployment, VercelProject } from './state.js'

/** What is to be deployed, and where it comes from. */
export type Source = Pick<VercelDeployment, 'files' | 'prebuilt' | 'gitSource' | 'meta' | 'source'>

/** Everything about a deployment that is known before it begins. */
export type DeploymentPlan = Source &
  Pick<
    VercelDeployment,
    | 'project'
    | 'user'
    | 'owner'
    | 'target'
    | 'customEnvironment'
    | 'isStaged'
    | 'projectSettings'
    | 'configuration'
    | 'environment'
  >

/** Makes a deployment and sends it on its way. */
export function makeDeployment(world: VercelWorld, plan: DeploymentPlan): VercelDeployment {
  const deployment: VercelDeployment = {
    ...plan,
    id: createId(world.random, 'dpl_'),
    label: labelOf(plan.project, world),
    built: undefined,
    wasProduction: false,
    createdAt: world.stamp(),
    readyState: 'QUEUED',
    states: ['QUEUED'],
    buildingAt: undefined,
    readyAt: undefined,
    canceledAt: undefined,
    error: undefined,
    aliasAssignedAt: undefined,
    aliasError: undefined,
    alias: [],
    events: [],
  }
  world.state.deployments.set(deployment.id, deployment)
  world.machine.start(deployment)
  return deployment
}

/** The source that a commit on GitHub is, with what Vercel tells of it. */
export function commitSource(
  repository: KnownRepository,
  tree: SourceTree,
  ref: string,
  files: DeploymentFiles,
): Source {
  const [org = '', repo = ''] = repository.path.split('/')
  const branch = ref.replace(/^refs\/heads\//, '')
  return {
    files,
    prebuilt: false,
    gitSource: { type: 'github', repoId: repository.id, org, repo, ref: branch, sha: tree.sha },
    meta: {
      githubOrg: org,
      githubRepo: repo,
      githubCommitRef: branch,
      githubCommitSha: tree.sha,
      githubCommitMessage: tree.message,
      githubRepoId: String(repository.id),
    },
    source: 'git',
  }
}

const buildSettings = [
  'buildCommand',
  'devCommand',
  'framework',
  'installCommand',
  'outputDirectory',
  'rootDirectory',
  'commandForIgnoringBuildStep',
]

/** The project's settings of the build, under those of one deployment. */
export function settingsOf({ settings }: VercelProject, ofDeployment: Json = {}): Json {
  const all = { ...settings, ...ofDeployment }
  return Object.fromEntries(buildSettings.map((name) => [name, all[name] ?? null]))
}

// A host's label has 63 letters at most: a name that is too long loses its end.
function labelOf({ account, name }: VercelProject, { random }: VercelWorld): string {
  const label = hostLabel(name).slice(0, 63 - account.login.length - 11)
  return `${label}-${createHash9(random)}-${account.login}`
}
