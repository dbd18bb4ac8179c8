import {
  branchOf,
  defaultBranch,
  type Endpoints,
  findBranch,
  type NeonWorld,
  projectOf,
  requireFreeName,
  requireQuiet,
  requireRoomForBranch,
  schedule,
} from './call.js'
import type { Plan } from './machine.js'
import { addBranch, addEndpoint, copyTimeline, type EndpointWish, starting } from './make-branch.js'
import { pageOfBranches } from './page-of-branches.js'
import { parseExpiry, pointInTime } from './points-in-time.js'
import { conflict, type NeonProblem, unprocessable } from './problem.js'
import { branchesOf, endpointsOf, type Json, type NeonBranch, type NeonProject } from './state.js'
import { contentOf } from './timelines.js'
import { branchView, connectionView, databaseView, endpointView, operationView, roleView, time } from './views.js'

interface BranchWish {
  readonly name?: string
  readonly parent_id?: string
  readonly parent_lsn?: string
  readonly parent_timestamp?: string
  readonly protected?: boolean
  readonly archived?: boolean
  readonly init_source?: string
  readonly expires_at?: string | null
}

/** Branches, by the contract's operation ids. */
export const branchEndpoints: Endpoints = {
  listProjectBranches: (call, world) => {
    const project = projectOf(call, world)
    const { page, pagination } = pageOfBranches(fitting(project, call.query.get('search'), world), call.query)
    const annotated = page.filter(({ annotation }) => Object.keys(annotation).length > 0)
    const annotations = Object.fromEntries(annotated.map((branch) => [branch.id, annotationView(branch)]))
    return { status: 200, json: { branches: page.map(branchView), annotations, pagination } }
  },
  countProjectBranches: (call, world) => {
    const count = fitting(projectOf(call, world), call.query.get('search'), world).length
    return { status: 200, json: { count } }
  },
  createProjectBranch: (call, world) => {
    const project = projectOf(call, world)
    const branch = createBranch(project, call.json, world)
    const wishes = (call.json.endpoints ?? []) as EndpointWish[]
    const endpoints = wishes.map((wish) => addEndpoint(branch, wish, world))
    const plans: Plan[] = [{ action: 'create_branch', branchId: branch.id }, ...endpoints.map(starting)]
    if ((call.json.branch as BranchWish | undefined)?.archived) {
      plans.push({ action: 'timeline_archive', branchId: branch.id })
    }
    const operations = world.machine.schedule(project, plans)
    const { roles, databases } = contentOf(branch.timeline)
    const writer = endpoints.find(({ type }) => type === 'read_write')
    return {
      status: 201,
      json: {
        branch: branchView(branch),
        endpoints: endpoints.map(endpointView),
        operations: operations.map(operationView),
        roles: [...roles.values()].map((role) => roleView(role, branch, project.storePasswords)),
        databases: [...databases.values()].map((database) => databaseView(database, branch)),
        ...(writer ? { connection_uris: connectionView(writer) } : {}),
      },
    }
  },
  getProjectBranch: (call, world) => {
    const branch = branchOf(call, world)
    return { status: 200, json: { branch: branchView(branch), annotation: annotationView(branch) } }
  },
  updateProjectBranch: (call, world) => {
    const branch = branchOf(call, world)
    const wish = call.json.branch as BranchWish
    const expiresAt = wish.expires_at ? parseExpiry(wish.expires_at, world) : undefined
    if (wish.name !== undefined) requireFreeName(branch.project, world, wish.name, branch)
    branch.name = wish.name ?? branch.name
    branch.protected = wish.protected ?? branch.protected
    if (wish.expires_at !== undefined) expire(branch, expiresAt, world)
    branch.updatedAt = world.now()
    return { status: 200, json: { branch: branchView(branch), operations: [] } }
  },
  deleteProjectBranch: (call, world) => {
    const project = projectOf(call, world)
    const branch = world.state.branches.get(call.parameters.branch_id ?? '')
    if (branch?.project !== project) return { status: 204 }
    const problem = reasonToKeep(branch, world)
    if (problem) throw problem
    const operations = schedule(project, world, removal(branch, world))
    return { status: 200, json: { branch: branchView(branch), operations: operations.map(operationView) } }
  },
  setDefaultProjectBranch: (call, world) => {
    const branch = branchOf(call, world)
    branch.project.defaultBranchId = branch.id
    branch.updatedAt = world.now()
    return { status: 200, json: { branch: branchView(branch), operations: [] } }
  },
}

function fitting(project: NeonProject, search: string | null, { state }: NeonWorld): NeonBranch[] {
  return branchesOf(state, project).filter(({ id, name }) => id.includes(search ?? '') || name.includes(search ?? ''))
}

function createBranch(project: NeonProject, json: Json, world: NeonWorld): NeonBranch {
  const wish = (json.branch ?? {}) as BranchWish
  const source = wish.parent_id ? findBranch(project, world, wish.parent_id) : defaultBranch(project, world)
  const { init_source: initSource = 'parent-data' } = wish
  if (initSource !== 'parent-data' && initSource !== 'schema-only') {
    throw unprocessable(`init_source ${initSource} is not supported`)
  }
  const point = pointInTime(source, { timestamp: wish.parent_timestamp, lsn: wish.parent_lsn }, world)
  const expiresAt = wish.expires_at ? parseExpiry(wish.expires_at, world) : undefined
  const writers = ((json.endpoints ?? []) as EndpointWish[]).filter(({ type }) => type === 'read_write')
  if (writers.length > 1) throw conflict('read_write endpoint already exists')
  if (wish.name !== undefined) requireFreeName(project, world, wish.name)
  requireQuiet(project, world)
  requireRoomForBranch(project, world)
  const branch = addBranch(
    {
      project,
      name: wish.name,
      timeline: copyTimeline(source, point, world),
      // One with the schema alone is a root of its own.
      ...(initSource === 'parent-data' ? { parent: source, parentAt: point.at } : {}),
      initSource,
      protected: wish.protected,
      annotation: json.annotation_value as Readonly<Record<string, string>> | undefined,
    },
    world,
  )
  if (expiresAt !== undefined) expire(branch, expiresAt, world)
  return branch
}

// Which branches stay is the contract's; what is said of them is not published, but for protected ones.
function reasonToKeep(branch: NeonBranch, { state }: NeonWorld): NeonProblem | undefined {
  const { project } = branch
  if (branch.protected) return unprocessable('cannot delete protected branch')
  if (project.defaultBranchId === branch.id) return unprocessable('cannot delete the default branch of a project')
  const hasChildren = branchesOf(state, project).some(({ parent }) => parent === branch)
  return hasChildren ? unprocessable('cannot delete a branch that has child branches') : undefined
}

/** What deletes a branch; it is there until that has been done. */
function removal(branch: NeonBranch, { state }: NeonWorld): Plan[] {
  const endpoints = endpointsOf(state, branch)
  const awake = endpoints.filter(({ currentState }) => currentState !== 'idle')
  return [
    ...awake.map(({ id }): Plan => ({ action: 'suspend_compute', branchId: branch.id, endpointId: id })),
    {
      action: 'delete_timeline',
      branchId: branch.id,
      done: () => {
        for (const { id } of endpointsOf(state, branch)) state.endpoints.delete(id)
        state.branches.delete(branch.id)
      },
    },
  ]
}

function expire(branch: NeonBranch, expiresAt: number | undefined, world: NeonWorld): void {
  branch.expiresAt = expiresAt
  if (expiresAt === undefined) return
  const { machine, state } = world
  machine.later(branch.project, expiresAt, (at) => {
    const isDue = branch.expiresAt === expiresAt && state.branches.has(branch.id)
    if (isDue && !reasonToKeep(branch, world)) machine.schedule(branch.project, removal(branch, world), at)
  })
}

function annotationView(branch: NeonBranch): Json {
  return {
    object: { type: 'console/branch', id: branch.id },
    value: branch.annotation,
    created_at: time(branch.createdAt),
    updated_at: time(branch.createdAt),
  }
}
