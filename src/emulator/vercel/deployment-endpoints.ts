import { branchOf } from './aliases.js'
import {
  type Answer,
  type Call,
  deploymentOf,
  type Endpoints,
  findDeployment,
  paginate,
  type VercelWorld,
} from './call.js'
import { deploymentInList, deploymentView, isRollbackCandidate } from './deployment-view.js'
import { eventLine, eventView, followEvents } from './event-stream.js'
import { isOver } from './machine.js'
import { badRequest, VercelProblem } from './problem.js'
import type { VercelDeployment } from './state.js'

/** Deployments that are there, by the contract's operation ids. */
export const deploymentEndpoints: Endpoints = {
  getDeployments: (call, world) => {
    const { listing } = world.machine.delays
    const fitting = [...world.state.deployments.values()]
      .filter(({ project }) => project.account === call.account)
      .filter(({ createdAt }) => listing === 0 || createdAt + listing <= world.now())
      .filter(matches(call))
      .reverse()
    const { page, pagination } = paginate(call, fitting, ({ createdAt }) => createdAt)
    return { status: 200, json: { deployments: page.map((one) => deploymentInList(one, world)), pagination } }
  },
  getDeployment: (call, world) => ({ status: 200, json: deploymentView(deploymentOf(call, world), world) }),
  deleteDeployment: (call, world) => {
    const url = call.query.get('url')
    const deployment = url === null ? deploymentOf(call, world) : findDeployment(call, world, url)
    if (!isOver(deployment)) world.machine.end(deployment, 'CANCELED', undefined)
    remove(deployment, world)
    return { status: 200, json: { uid: deployment.id, state: 'DELETED' } }
  },
  cancelDeployment: (call, world) => {
    const deployment = deploymentOf(call, world)
    if (isOver(deployment)) {
      const message = `The deployment is ${deployment.readyState} and can not be canceled.`
      throw new VercelProblem(400, 'bad_request', message)
    }
    world.machine.end(deployment, 'CANCELED', undefined)
    return { status: 200, json: deploymentView(deployment, world) }
  },
  getDeploymentEvents: (call, world): Answer => {
    const { query } = call
    const deployment = deploymentOf(call, world)
    if (query.get('follow') === '1')
      return { status: 200, stream: followEvents(deployment, world, call.request.signal) }
    const limit = Number(query.get('limit') ?? 100)
    const since = Number(query.get('since') ?? 0)
    const events = deployment.events.filter(({ at }) => at >= since)
    const ordered = query.get('direction') === 'backward' ? events.reverse() : events
    const chosen = limit < 0 ? ordered : ordered.slice(0, limit)
    if (query.get('format') === 'lines') {
      const lines = chosen.map((event) => eventLine(deployment, event)).join('')
      return { status: 200, stream: new Blob([lines]).stream() }
    }
    return { status: 200, json: chosen.map((event) => eventView(deployment, event)) }
  },
}

function matches({ query }: Call): (deployment: VercelDeployment) => boolean {
  const list = (name: string): readonly string[] | undefined => query.get(name)?.split(',')
  const projects = [...(list('projectIds') ?? []), ...(list('projectId') ?? [])]
  const states = list('state')?.map((state) => state.toUpperCase())
  const [app, target, branch, sha] = ['app', 'target', 'branch', 'sha'].map((name) => query.get(name))
  if (target && !['production', 'preview', 'staging'].includes(target)) {
    throw badRequest(`Invalid request: \`target\` should be production or preview.`)
  }
  return (deployment) =>
    (projects.length === 0 || projects.includes(deployment.project.id)) &&
    (!app || deployment.project.name === app) &&
    (!states || states.includes(deployment.readyState)) &&
    (!target || (deployment.target ?? 'preview') === target) &&
    (!branch || branchOf(deployment) === branch) &&
    (!sha || deployment.gitSource?.sha === sha || deployment.meta.githubCommitSha === sha) &&
    (query.get('rollbackCandidate') !== 'true' || isRollbackCandidate(deployment))
}

function remove(deployment: VercelDeployment, { state }: VercelWorld): void {
  const { project } = deployment
  state.deployments.delete(deployment.id)
  for (const [name, alias] of state.aliases) if (alias.deployment === deployment) state.aliases.delete(name)
  if (project.production === deployment) project.production = undefined
}
