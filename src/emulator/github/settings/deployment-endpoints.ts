import { isUri } from '../../uri.js'
import { accountReply } from '../account-replies.js'
import { type Call, callerOf, type Endpoint, type Endpoints } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { GithubProblem, notFound } from '../problem.js'
import { countCommits, githubTime, readRef, resolve } from '../read-git.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import type { EmulatedDeployment, EmulatedDeploymentStatus } from './repository-setup.js'
import { administered, apiOf, created, invalid, nodeId, paged } from './settings-call.js'

/** Deployments and their statuses: where GitHub says that each commit is live. */
export const deploymentEndpoints: Endpoints = {
  'repos/list-deployments': endpoint('deployments#list-deployments', async (call) => {
    const repository = administered(call, 'push')
    const wanted = (one: EmulatedDeployment) =>
      (['sha', 'ref', 'task', 'environment'] as const).every(
        (name) => (call.query.get(name) ?? 'none') === 'none' || call.query.get(name) === one[name],
      )
    const found = repository.setup.deployments.filter(wanted).reverse()
    return paged(call, found, (page) => page.map((one) => deploymentReply(call, repository, one)))
  }),
  'repos/create-deployment': endpoint('deployments#create-a-deployment', createDeployment),
  'repos/list-deployment-statuses': endpoint('statuses#list-deployment-statuses', async (call) => {
    const repository = administered(call, 'push')
    const deployment = deploymentOf(call, repository)
    const newest = [...deployment.statuses].reverse()
    return paged(call, newest, (page) => page.map((one) => statusReply(call, repository, deployment, one)))
  }),
  'repos/create-deployment-status': endpoint('statuses#create-a-deployment-status', createStatus),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `deployments/${page}`, accepts: 'repo, repo_deployment', signedIn: true, answer }
}

function deploymentOf({ parameters }: Call, { setup }: EmulatedRepository): EmulatedDeployment {
  const found = setup.deployments.find(({ id }) => String(id) === parameters.deployment_id)
  if (!found) throw notFound()
  return found
}

async function createDeployment(call: Call): Promise<Answer> {
  const repository = administered(call, 'push')
  const { git, body } = call
  const ref = String(body.ref)
  const sha = await resolve(git, repository, ref, 'commit')
  if (!sha) throw new GithubProblem(422, `No ref found for: ${ref}`)
  await refuseMerge(call, repository, ref, sha)
  // There are no commit statuses here, so that a context that is asked for has not succeeded.
  const contexts = (body.required_contexts ?? []) as string[]
  if (contexts.length > 0) throw new GithubProblem(409, `Conflict: Commit status checks failed for ${ref}.`)
  const { environment = 'production', task = 'deploy', payload = '', description = null } = body
  const made: EmulatedDeployment = {
    id: call.nextId(),
    sha,
    ref,
    task: String(task),
    payload,
    environment: String(environment),
    description: description === null ? null : String(description),
    transient: body.transient_environment === true,
    production:
      typeof body.production_environment === 'boolean' ? body.production_environment : environment === 'production',
    creator: callerOf(call).user,
    createdAt: call.now(),
    statuses: [],
  }
  repository.setup.deployments.push(made)
  return { status: 201, body: deploymentReply(call, repository, made) }
}

/** GitHub would merge the default branch into a branch that is behind it. */
async function refuseMerge(call: Call, repository: EmulatedRepository, ref: string, sha: string): Promise<void> {
  if (call.body.auto_merge === false) return
  const main = await readRef(call.git, repository, `refs/heads/${await defaultBranch(repository)}`)
  const branch = await readRef(call.git, repository, `refs/heads/${ref}`)
  if (!main || !branch) return
  const { behind } = await countCommits(call.git, repository, main.sha, sha)
  if (behind > 0) throw invalid('Deployment', 'auto_merge', 'auto_merge is not emulated')
}

async function createStatus(call: Call): Promise<Answer> {
  const repository = administered(call, 'push')
  const deployment = deploymentOf(call, repository)
  const { state, description = '', environment = deployment.environment, auto_inactive: replaces = true } = call.body
  // GitHub Docs: "Maximum length of 140 characters".
  if (String(description).length > 140) {
    throw invalid('DeploymentStatus', 'description', 'description is too long (maximum is 140 characters)')
  }
  const add = (
    to: EmulatedDeployment,
    fields: Pick<EmulatedDeploymentStatus, 'state'> & Partial<EmulatedDeploymentStatus>,
  ) => {
    const common = { id: call.nextId(), description: '', environment: to.environment, environmentUrl: '', logUrl: '' }
    const status = { ...common, creator: callerOf(call).user, createdAt: call.now(), ...fields }
    to.statuses.push(status)
    return status
  }
  const status = add(deployment, {
    state: state as EmulatedDeploymentStatus['state'],
    description: String(description),
    environment: String(environment),
    environmentUrl: addressOf(call, 'environment_url'),
    logUrl: addressOf(call, 'log_url') || addressOf(call, 'target_url'),
  })
  if (state === 'success' && replaces !== false) {
    // The contract's words: "all prior non-transient, non-production environment deployments with the same … environment name".
    const { deployments } = repository.setup
    for (const prior of deployments.slice(0, deployments.indexOf(deployment))) {
      const replaced = !prior.transient && !prior.production && prior.environment === deployment.environment
      if (replaced && prior.statuses.at(-1)?.state === 'success') add(prior, { state: 'inactive' })
    }
  }
  return created(statusReply(call, repository, deployment, status))
}

function addressOf({ body }: Call, field: string): string {
  const value = body[field] ?? ''
  if (typeof value === 'string' && (value === '' || (/^https?:/.test(value) && isUri(value)))) return value
  throw invalid('DeploymentStatus', field, `${field} must use http(s) scheme`)
}

/** A deployment (`deployment`). */
export function deploymentReply(
  call: Call,
  repository: EmulatedRepository,
  one: EmulatedDeployment,
): Record<string, unknown> {
  const api = apiOf(call, repository)
  const url = `${api}/deployments/${one.id}`
  return {
    url,
    id: one.id,
    node_id: nodeId('DE', one.id),
    sha: one.sha,
    ref: one.ref,
    task: one.task,
    payload: one.payload,
    original_environment: one.environment,
    environment: one.environment,
    description: one.description,
    creator: accountReply(one.creator, call.urls()),
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.statuses.at(-1)?.createdAt ?? one.createdAt),
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: one.transient,
    production_environment: one.production,
  }
}

function statusReply(
  call: Call,
  repository: EmulatedRepository,
  deployment: EmulatedDeployment,
  one: EmulatedDeploymentStatus,
): Record<string, unknown> {
  const api = apiOf(call, repository)
  const url = `${api}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${one.id}`,
    id: one.id,
    node_id: nodeId('DES', one.id),
    state: one.state,
    creator: accountReply(one.creator, call.urls()),
    description: one.description,
    environment: one.environment,
    // GitHub sends an empty text where there is none, which the format of its own contract does not allow.
    target_url: one.logUrl || `${url}/statuses/${one.id}`,
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.createdAt),
    deployment_url: url,
    repository_url: api,
    ...(one.environmentUrl && { environment_url: one.environmentUrl }),
    ...(one.logUrl && { log_url: one.logUrl }),
  }
}
