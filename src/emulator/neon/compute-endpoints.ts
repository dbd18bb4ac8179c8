import {
  branchOf,
  type Call,
  configure,
  type Endpoints,
  findBranch,
  findEndpoint,
  type NeonWorld,
  projectOf,
  requireQuiet,
  schedule,
} from './call.js'
import type { Plan } from './machine.js'
import { addEndpoint, type EndpointWish, sizeOf, starting } from './make-branch.js'
import { conflict, NeonProblem, unprocessable } from './problem.js'
import { endpointsOf, type NeonBranch, type NeonEndpoint, writerOf } from './state.js'
import { endpointView, operationView } from './views.js'

/** Computes, which the API calls endpoints, by the contract's operation ids. */
export const computeEndpoints: Endpoints = {
  listProjectEndpoints: (call, world) => {
    const project = projectOf(call, world)
    const endpoints = [...world.state.endpoints.values()].filter(({ branch }) => branch.project === project)
    return { status: 200, json: { endpoints: endpoints.map(endpointView) } }
  },
  listProjectBranchEndpoints: (call, world) => {
    return { status: 200, json: { endpoints: endpointsOf(world.state, branchOf(call, world)).map(endpointView) } }
  },
  createProjectEndpoint: (call, world) => {
    const project = projectOf(call, world)
    const wish = call.json.endpoint as EndpointWish & { readonly branch_id: string; readonly region_id?: string }
    const branch = findBranch(project, world, wish.branch_id)
    if (wish.region_id !== undefined && wish.region_id !== project.regionId) {
      throw unprocessable("only the project's region is permitted")
    }
    if (wish.type === 'read_write') requireNoWriter(branch, world)
    requireQuiet(project, world)
    const endpoint = addEndpoint(branch, wish, world)
    const operations = world.machine.schedule(project, [starting(endpoint)])
    return { status: 201, json: { endpoint: endpointView(endpoint), operations: operations.map(operationView) } }
  },
  getProjectEndpoint: (call, world) => ({ status: 200, json: { endpoint: endpointView(endpointOf(call, world)) } }),
  updateProjectEndpoint: (call, world) => {
    const endpoint = endpointOf(call, world)
    const { project } = endpoint.branch
    const wish = call.json.endpoint as Partial<EndpointWish> & { readonly branch_id?: string }
    const size = sizeOf(wish, endpoint.size)
    const branch = wish.branch_id === undefined ? endpoint.branch : findBranch(project, world, wish.branch_id)
    if (branch !== endpoint.branch && endpoint.type === 'read_write') requireNoWriter(branch, world)
    // A name is not the compute's own matter.
    const { name = endpoint.name, ...own } = wish
    if (Object.keys(own).length > 0) requireQuiet(project, world)
    endpoint.branch = branch
    endpoint.size = size
    endpoint.settings = { ...endpoint.settings, ...wish.settings }
    endpoint.poolerEnabled = wish.pooler_enabled ?? endpoint.poolerEnabled
    endpoint.disabled = wish.disabled ?? endpoint.disabled
    endpoint.name = name
    endpoint.updatedAt = world.now()
    return answer(endpoint, Object.keys(own).length > 0 ? following(endpoint) : [], world)
  },
  deleteProjectEndpoint: (call, world) => {
    const project = projectOf(call, world)
    const endpoint = world.state.endpoints.get(call.parameters.endpoint_id ?? '')
    if (endpoint?.branch.project !== project) return { status: 204 }
    const done = (): void => void world.state.endpoints.delete(endpoint.id)
    return answer(endpoint, [{ ...at(endpoint), action: 'suspend_compute', done }], world)
  },
  startProjectEndpoint: (call, world) => {
    const endpoint = endpointOf(call, world)
    if (endpoint.disabled) throw unprocessable('endpoint is disabled')
    const isAwake = endpoint.currentState === 'active' && !endpoint.pendingState
    return answer(endpoint, isAwake ? [] : [starting(endpoint)], world)
  },
  suspendProjectEndpoint: (call, world) => {
    const endpoint = endpointOf(call, world)
    // Neon's own words.
    if (endpoint.pendingState) throw new NeonProblem(423, 'endpoint is in some transitive state, could not suspend')
    const isAsleep = endpoint.currentState === 'idle'
    return answer(endpoint, isAsleep ? [] : [{ ...at(endpoint), action: 'suspend_compute' }], world)
  },
  restartProjectEndpoint: (call, world) => {
    const endpoint = endpointOf(call, world)
    if (endpoint.disabled) throw unprocessable('endpoint is disabled')
    const isAsleep = endpoint.currentState === 'idle'
    const suspend: Plan[] = isAsleep ? [] : [{ ...at(endpoint), action: 'suspend_compute' }]
    return answer(endpoint, [...suspend, starting(endpoint)], world)
  },
}

/** What lets a compute follow its new settings; one that is disabled sleeps. */
function following(endpoint: NeonEndpoint): Plan[] {
  if (!endpoint.disabled) return configure(endpoint)
  return endpoint.currentState === 'active' ? [{ ...at(endpoint), action: 'suspend_compute' }] : []
}

function endpointOf(call: Call, world: NeonWorld): NeonEndpoint {
  return findEndpoint(projectOf(call, world), world, call.parameters.endpoint_id ?? '')
}

function at({ id, branch }: NeonEndpoint): Pick<Plan, 'branchId' | 'endpointId'> {
  return { branchId: branch.id, endpointId: id }
}

function answer(endpoint: NeonEndpoint, plans: readonly Plan[], world: NeonWorld) {
  const operations = schedule(endpoint.branch.project, world, plans)
  return { status: 200, json: { endpoint: endpointView(endpoint), operations: operations.map(operationView) } }
}

function requireNoWriter(branch: NeonBranch, { state }: NeonWorld): void {
  if (writerOf(state, branch)) throw conflict('read_write endpoint already exists')
}
