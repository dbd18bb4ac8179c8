import type { Account } from '../accounts.js'
import { text } from '../json-values.js'
import { createRandom } from '../random.js'
import { type Call, type Endpoints, paginate, projectOf, projectsOf, type VercelWorld } from './call.js'
import { siteDomain } from './hosts.js'
import { createId } from './ids.js'
import { badRequest, VercelProblem } from './problem.js'
import { bypassView, projectView } from './project-view.js'
import type { Json, VercelProject } from './state.js'
import { addVariable } from './variable-endpoints.js'

interface BypassChange {
  readonly revoke?: { readonly secret: string; readonly regenerate: boolean }
  readonly generate?: { readonly secret?: string }
  readonly update?: { readonly secret: string }
}

/** Projects, by the contract's operation ids. */
export const projectEndpoints: Endpoints = {
  getProjects: (call, world) => {
    const search = call.query.get('search')?.toLowerCase() ?? ''
    const repo = call.query.get('repo')
    const fitting = projectsOf(call, world).filter(
      ({ name, link }) => name.includes(search) && (repo === null || link?.repo === repo.split('/').at(-1)),
    )
    const { page, pagination } = paginate(call, fitting, ({ createdAt }) => createdAt)
    return { status: 200, json: { projects: page.map((project) => projectView(project, world)), pagination } }
  },
  createProject: async (call, world) => {
    const { environmentVariables, gitRepository, name, ...settings } = call.json
    const project = await addProject(call, world, name, settings)
    for (const variable of (environmentVariables ?? []) as Json[]) {
      addVariable(project, { type: 'plain', ...variable, target: [variable.target].flat() }, world, false)
    }
    if (gitRepository) await link(project, gitRepository as Json, world)
    return { status: 200, json: projectView(project, world) }
  },
  getProject: (call, world) => ({ status: 200, json: projectView(projectOf(call, world), world) }),
  updateProject: (call, world) => {
    const project = projectOf(call, world)
    const { name, ...settings } = call.json
    if (name !== undefined && name !== project.name) project.name = freeName(name, project.account, world)
    project.settings = { ...project.settings, ...settings }
    project.updatedAt = world.now()
    return { status: 200, json: projectView(project, world) }
  },
  deleteProject: (call, world) => {
    const project = projectOf(call, world)
    const { state } = world
    state.projects.delete(project.id)
    for (const map of [state.deployments, state.aliases, state.domains, state.transfers]) {
      for (const [key, one] of map as Map<string, { readonly project: VercelProject }>) {
        if (one.project === project) map.delete(key)
      }
    }
    return { status: 204 }
  },
  updateProjectProtectionBypass: (call, world) => {
    const { bypasses } = projectOf(call, world)
    const { revoke, generate, update } = call.json as BypassChange
    const changed = revoke ?? update
    if (changed && !bypasses.has(changed.secret)) throw badRequest('The secret was not found.')
    if (revoke) bypasses.delete(revoke.secret)
    if (generate || revoke?.regenerate || !changed) {
      const secret = generate?.secret ?? createSecret()
      if (secret.length !== 32) throw badRequest('Invalid request: `generate.secret` should have 32 characters.')
      bypasses.set(secret, { createdAt: world.now(), createdBy: call.credential.user })
    }
    return { status: 200, json: { protectionBypass: bypassView(bypasses) } }
  },
  linkProject: async (call, world) => {
    const project = projectOf(call, world)
    await link(project, call.json, world)
    return { status: 200, json: projectView(project, world) }
  },
  updateProductionBranch: (call, world) => {
    const project = projectOf(call, world)
    if (!project.link) throw badRequest('The project is not linked to a repository.')
    project.link = { ...project.link, productionBranch: String(call.json.branch), updatedAt: world.now() }
    return { status: 200, json: projectView(project, world) }
  },
  unlinkProject: (call, world) => {
    const project = projectOf(call, world)
    project.link = undefined
    return { status: 200, json: projectView(project, world) }
  },
}

// Whoever has it passes: it is not to be guessed from a seed.
function createSecret(): string {
  return createId(createRandom(undefined, 'secrets'), '', 32)
}

const standardProtection = { ssoProtection: { deploymentType: 'prod_deployment_urls_and_all_previews' } }

/** Makes a project with its first domain. @throws VercelProblem where the name can't be had */
export async function addProject(
  { account }: Pick<Call, 'account'>,
  world: VercelWorld,
  name: unknown,
  settings: Json,
): Promise<VercelProject> {
  const createdAt = world.stamp()
  const project: VercelProject = {
    id: createId(world.random, 'prj_'),
    account,
    name: freeName(name, account, world),
    settings: { ...(world.protectPreviews ? standardProtection : {}), ...settings },
    link: undefined,
    variables: new Map(),
    environments: new Map(),
    bypasses: new Map(),
    production: undefined,
    lastAliasRequest: undefined,
    rolledBack: false,
    createdAt,
    updatedAt: createdAt,
  }
  world.state.projects.set(project.id, project)
  addSiteDomain(project, world)
  return project
}

// Names of sites are everybody's: whoever comes later gets one with the scope in it.
function addSiteDomain(project: VercelProject, { state, now, stamp, random }: VercelWorld): void {
  const label = project.name.replace(/[._]/g, '-')
  const wished = `${label}.${siteDomain}`
  const name = state.domains.has(wished) ? `${label}-${project.account.login}-app.${siteDomain}` : wished
  state.domains.set(name, {
    id: createId(random, '', 24),
    name,
    project,
    createdAt: stamp(),
    configuredAt: now(),
    verified: true,
    challenge: undefined,
    certificateId: createId(random, 'cert_', 24),
    gitBranch: null,
    customEnvironmentId: null,
    redirect: null,
    redirectStatusCode: null,
    updatedAt: now(),
  })
}

/** @throws VercelProblem with 400 for what is no name, 409 where the account has a project of that name. */
export function freeName(value: unknown, account: Account, { state }: VercelWorld): string {
  const name = text(value)
  if (name === undefined) throw badRequest('Invalid request: should have required property `name`.')
  if (!/^[a-z0-9._-]{1,100}$/.test(name) || name.includes('---')) {
    throw badRequest(
      "Project names can be up to 100 characters long and must be lowercase. They can include letters, digits, and the following characters: '.', '_', '-'. However, they cannot contain the sequence '---'.",
    )
  }
  if ([...state.projects.values()].some((project) => project.account === account && project.name === name)) {
    throw new VercelProblem(409, 'conflict', `Project "${name}" already exists, please use a new name.`)
  }
  return name
}

async function link(project: VercelProject, { type, repo }: Json, world: VercelWorld): Promise<void> {
  const path = String(repo)
  if (type === 'github' && !world.githubApp) {
    const message = 'To link a GitHub repository, you need to install the GitHub integration first.'
    const link = 'https://github.com/apps/vercel'
    throw new VercelProblem(400, 'bad_request', message, { action: 'Install GitHub App', link, repo: path })
  }
  const known = type === 'github' ? await world.repositories?.find(path) : undefined
  if (type === 'github' && world.repositories && !known) {
    const message = `Failed to connect ${path} to project. Make sure there aren't any typos and that you have access to the repository if it's private.`
    throw new VercelProblem(400, 'repo_not_found', message)
  }
  const at = world.now()
  const [org = '', name = ''] = path.split('/')
  const common = {
    createdAt: at,
    updatedAt: at,
    deployHooks: [],
    gitCredentialId: createId(world.random, 'cred_', 24),
    sourceless: false,
  }
  if (type !== 'github') throw badRequest('The emulator links repositories of GitHub only.')
  project.link = {
    ...common,
    type: 'github',
    org,
    repo: name,
    ...(known ? { repoId: known.id, repoOwnerId: known.ownerId } : {}),
    productionBranch: known?.defaultBranch ?? 'main',
  }
  project.updatedAt = at
}
