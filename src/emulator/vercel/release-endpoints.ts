import { type Call, deploymentOf, type Endpoints, projectOf, type VercelWorld } from './call.js'
import { badRequest, notFound, VercelProblem } from './problem.js'
import type { AliasRequest, VercelDeployment } from './state.js'

/** Letting production lead to another deployment, by the contract's operation ids. */
export const releaseEndpoints: Endpoints = {
  requestPromote: (call, world) => {
    const deployment = readyOne(call, world)
    if (deployment.target !== 'production') {
      // The CLI makes a new deployment of it instead.
      throw badRequest('This deployment is not a production deployment and cannot be directly promoted.')
    }
    move(deployment, 'promote', world)
    // 202 would say that it waits for a rolling release.
    return { status: 201 }
  },
  requestRollback: (call, world) => {
    const deployment = readyOne(call, world)
    if (!deployment.wasProduction) throw badRequest('Only a deployment that was in production can be rolled back to.')
    move(deployment, 'rollback', world)
    return { status: 201 }
  },
  listPromoteAliases: (call, world) => {
    const project = projectOf(call, world)
    const request = project.lastAliasRequest
    const names = [...world.state.domains.values()].filter((domain) => domain.project === project)
    const status = request?.jobStatus === 'succeeded' ? 'completed' : (request?.jobStatus ?? 'pending')
    const aliases = request ? names.map(({ name }) => ({ id: name, alias: world.hosts.show(name), status })) : []
    const shown = call.query.get('failedOnly') === 'true' ? aliases.filter((one) => one.status === 'failed') : aliases
    return { status: 200, json: { aliases: shown, pagination: { count: shown.length, next: null, prev: null } } }
  },
}

function readyOne(call: Call, world: VercelWorld): VercelDeployment {
  const project = projectOf(call, world)
  const deployment = deploymentOf(call, world)
  if (deployment.project !== project) throw notFound("Can't find the deployment in this project.")
  if (deployment.readyState !== 'READY') {
    throw badRequest(`The deployment is ${deployment.readyState} and can not be in production.`)
  }
  const running = project.lastAliasRequest?.jobStatus
  if (running === 'pending' || running === 'in-progress') {
    throw new VercelProblem(409, 'conflict', 'Another promotion or rollback of this project is in progress.')
  }
  if (project.production === deployment) {
    throw new VercelProblem(409, 'conflict', 'The deployment is in production already.')
  }
  return deployment
}

function move(toDeployment: VercelDeployment, type: AliasRequest['type'], { machine, now }: VercelWorld): void {
  const { project } = toDeployment
  const fromDeployment = project.production
  const request: AliasRequest = { type, fromDeployment, toDeployment, requestedAt: now(), jobStatus: 'pending' }
  project.lastAliasRequest = request
  machine.move(request)
}
