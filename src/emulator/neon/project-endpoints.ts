import {
  type Call,
  defaultBranch,
  type Endpoints,
  findBranch,
  findEndpoint,
  type NeonWorld,
  organizationOf,
  projectOf,
  requireQuiet,
  writer,
} from './call.js'
import { connectionUri, hostOf, regions } from './hosts.js'
import { addBranch, addEndpoint, createRole, sizeOf, starting } from './make-branch.js'
import { requireDatabaseName, requireRoleName } from './names.js'
import { NeonProblem, notFound, unprocessable } from './problem.js'
import { projectItemView, projectView, wholeProjectView } from './project-views.js'
import type { EndpointSettings, Json, NeonBranch, NeonProject } from './state.js'
import { contentOf, createTimeline, type NeonDatabase } from './timelines.js'
import { branchView, connectionView, databaseView, endpointView, operationView, roleView } from './views.js'

interface ProjectWish {
  readonly name?: string
  readonly org_id?: string
  readonly region_id?: string
  readonly pg_version?: number
  readonly store_passwords?: boolean
  readonly history_retention_seconds?: number
  readonly settings?: Json
  readonly default_endpoint_settings?: Partial<EndpointSettings>
  readonly autoscaling_limit_min_cu?: number
  readonly autoscaling_limit_max_cu?: number
  readonly branch?: {
    readonly name?: string
    readonly role_name?: string
    readonly database_name?: string
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** Projects, by the contract's operation ids. */
export const projectEndpoints: Endpoints = {
  listProjects: (call, world) => {
    const { query } = call
    const organization = organizationOf(call, world, query.get('org_id'))
    const search = query.get('search') ?? ''
    // The projects that were deleted are gone here: none can be recovered.
    const isRecovery = query.get('recoverable') === 'true'
    const fitting = [...world.state.projects.values()]
      .filter((one) => one.organization === organization && !isRecovery)
      .filter(({ id, name }) => id.includes(search) || name.includes(search))
      .reverse()
    const cursor = query.get('cursor')
    const start = cursor ? fitting.findIndex(({ id }) => id === cursor) + 1 : 0
    if (cursor && start === 0) throw new NeonProblem(400, 'invalid cursor')
    const page = fitting.slice(start, start + Number(query.get('limit') ?? 10))
    const last = page.at(-1)
    return {
      status: 200,
      json: {
        projects: page.map(projectItemView),
        unavailable_project_ids: [],
        // Clients go on until a page is shorter than they asked for, or empty: the last one has a cursor as well.
        ...(last ? { pagination: { cursor: last.id } } : {}),
        applications: {},
        integrations: {},
      },
    }
  },
  createProject: (call, world) => {
    const wish = call.json.project as ProjectWish
    const { project, branch } = addProject(call, world, wish)
    const endpoint = addEndpoint(branch, { type: 'read_write' }, world)
    const operations = world.machine.schedule(project, [
      { action: 'create_timeline', branchId: branch.id },
      starting(endpoint),
    ])
    const { roles, databases } = contentOf(branch.timeline)
    return {
      status: 201,
      json: {
        project: projectView(project),
        connection_uris: connectionView(endpoint),
        roles: [...roles.values()].map((role) => roleView(role, branch, true)),
        databases: [...databases.values()].map((database) => databaseView(database, branch)),
        operations: operations.map(operationView),
        branch: branchView(branch),
        endpoints: [endpointView(endpoint)],
      },
    }
  },
  getProject: (call, world) => ({ status: 200, json: { project: wholeProjectView(projectOf(call, world), world) } }),
  updateProject: (call, world) => {
    const project = projectOf(call, world)
    const wish = call.json.project as ProjectWish
    project.endpointSettings = sizeOf(wish.default_endpoint_settings ?? {}, project.endpointSettings)
    project.name = wish.name ?? project.name
    project.settings = { ...project.settings, ...wish.settings }
    project.historyRetentionSeconds = wish.history_retention_seconds ?? project.historyRetentionSeconds
    project.updatedAt = world.now()
    return { status: 200, json: { project: projectView(project), operations: [] } }
  },
  deleteProject: (call, world) => {
    const project = projectOf(call, world)
    requireQuiet(project, world)
    removeProject(project, world)
    return { status: 200, json: { project: projectView(project) } }
  },
  getConnectionURI: (call, world) => {
    const project = projectOf(call, world)
    const { query } = call
    const branchId = query.get('branch_id')
    const branch = branchId ? findBranch(project, world, branchId) : defaultBranch(project, world)
    const endpointId = query.get('endpoint_id')
    const endpoint = endpointId ? findEndpoint(project, world, endpointId) : writer(branch, world)
    if (branchId && endpoint.branch !== branch) throw notFound('endpoint')
    const { roles, databases } = contentOf(endpoint.branch.timeline)
    const role = roles.get(query.get('role_name') ?? '')
    if (!role) throw notFound('role')
    const database = databases.get(query.get('database_name') ?? '')
    if (!database) throw notFound('database')
    const host = hostOf(endpoint.id, project.regionId, query.get('pooled') === 'true')
    const password = project.storePasswords && role.canLogin
    const parameters = 'channel_binding=require&sslmode=require'
    return { status: 200, json: { uri: connectionUri(role, database, host, { password, parameters }) } }
  },
}

const defaultSettings: Json = {
  allowed_ips: { ips: [], protected_branches_only: false },
  enable_logical_replication: false,
  maintenance_window: { weekdays: [5], start_time: '07:00', end_time: '08:00' },
  block_public_connections: false,
  block_vpc_connections: false,
  hipaa: false,
}

const smallestCompute: EndpointSettings = {
  autoscaling_limit_min_cu: 0.25,
  autoscaling_limit_max_cu: 0.25,
  suspend_timeout_seconds: 0,
}

function addProject(
  call: Call,
  world: NeonWorld,
  wish: ProjectWish,
): { readonly project: NeonProject; readonly branch: NeonBranch } {
  const { state, ids, limits } = world
  const organization = organizationOf(call, world, wish.org_id)
  const { region_id: regionId = regions[0]?.id ?? '', branch: first = {} } = wish
  if (!regions.some(({ id }) => id === regionId)) throw unprocessable(`region ${regionId} is not supported`)
  const { default_endpoint_settings: size, autoscaling_limit_min_cu: least, autoscaling_limit_max_cu: most } = wish
  const older = {
    ...(least ? { autoscaling_limit_min_cu: least } : {}),
    ...(most ? { autoscaling_limit_max_cu: most } : {}),
  }
  const endpointSettings = sizeOf({ ...older, ...size }, smallestCompute)
  const databaseName = requireDatabaseName(first.database_name ?? 'neondb')
  const role = createRole(requireRoleName(first.role_name ?? `${databaseName}_owner`), world)
  const owned = [...state.projects.values()].filter((one) => one.organization === organization)
  if (owned.length >= limits.projects) throw unprocessable('projects limit exceeded', 'PROJECTS_LIMIT_EXCEEDED')
  const id = ids.project()
  const at = world.now()
  const times = { createdAt: at, updatedAt: at }
  const project: NeonProject = {
    id,
    organization,
    name: wish.name ?? id,
    regionId,
    pgVersion: wish.pg_version ?? 17,
    storePasswords: wish.store_passwords ?? true,
    historyRetentionSeconds: wish.history_retention_seconds ?? 86_400,
    settings: { ...defaultSettings, ...wish.settings },
    endpointSettings,
    defaultBranchId: ids.branch(),
    ...times,
  }
  const database: NeonDatabase = { id: ids.database(), name: databaseName, ownerName: role.name, ...times }
  const content = { roles: new Map([[role.name, role]]), databases: new Map([[databaseName, database]]) }
  const branch = addBranch(
    {
      id: project.defaultBranchId,
      project,
      name: first.name ?? 'main',
      timeline: createTimeline(ids.timeline(), at, content),
      annotation: first.annotations,
    },
    world,
  )
  state.projects.set(id, project)
  return { project, branch }
}

function removeProject(project: NeonProject, { state, machine }: NeonWorld): void {
  machine.forget(project)
  state.projects.delete(project.id)
  for (const [id, endpoint] of state.endpoints) if (endpoint.branch.project === project) state.endpoints.delete(id)
  for (const map of [state.branches, state.operations, state.snapshots]) {
    for (const [id, one] of map as Map<string, { readonly project: NeonProject }>) {
      if (one.project === project) map.delete(id)
    }
  }
}
