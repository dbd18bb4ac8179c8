import type { Accounts, Credential } from '../accounts.js'
import type { Ids } from './ids.js'
import type { Limiter, NeonLimits } from './limits.js'
import type { Machine, Plan } from './machine.js'
import { badRequest, NeonProblem, notFound } from './problem.js'
import {
  branchesOf,
  type Json,
  type NeonBranch,
  type NeonEndpoint,
  type NeonOperation,
  type NeonOrganization,
  type NeonProject,
  type NeonState,
  writerOf,
} from './state.js'

/** What all endpoints work on. */
export interface NeonWorld {
  readonly state: NeonState
  readonly machine: Machine
  readonly accounts: Accounts
  readonly limiter: Limiter
  readonly limits: Required<NeonLimits>
  readonly ids: Ids
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** One request that has been authenticated and checked against the contract. */
export interface Call {
  readonly credential: Credential
  /** Parameters of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The parsed body; `{}` where there is none. */
  readonly json: Json
}

/** What an endpoint answers. */
export interface Answer {
  readonly status: number
  readonly json?: unknown
}

/** What the emulator does for one endpoint of the contract. */
export type Endpoint = (call: Call, world: NeonWorld) => Answer

/** Endpoints by their operation's id in the contract. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/** The organizations that the caller is a member of. */
export function organizationsOf({ credential }: Call, { state, accounts }: NeonWorld): NeonOrganization[] {
  const own = accounts.accountsOf(credential.user)
  return [...state.organizations.values()].filter(({ account }) => own.includes(account))
}

/**
 * The organization that a request names. A personal key has to name one, whatever the contract says of it: these are Neon's words.
 *
 * @throws NeonProblem with 400 or 404
 */
export function organizationOf(call: Call, world: NeonWorld, id: string | null | undefined): NeonOrganization {
  if (!id) throw badRequest('org_id is required, you can find it on your organization settings page')
  const found = organizationsOf(call, world).find((one) => one.id === id)
  if (!found) throw notFound('organization')
  return found
}

/** The project that the path names. @throws NeonProblem with 404 */
export function projectOf(call: Call, world: NeonWorld): NeonProject {
  const project = world.state.projects.get(call.parameters.project_id ?? '')
  if (!project || !organizationsOf(call, world).includes(project.organization)) throw notFound('project')
  return project
}

/** The branch of a project. @throws NeonProblem with 404 */
export function findBranch(project: NeonProject, { state }: NeonWorld, id: string): NeonBranch {
  const branch = state.branches.get(id)
  if (branch?.project !== project) throw notFound('branch')
  return branch
}

/** The branch that those mean who name none. */
export function defaultBranch(project: NeonProject, world: NeonWorld): NeonBranch {
  return findBranch(project, world, project.defaultBranchId)
}

/** The branch that the path names. @throws NeonProblem with 404 */
export function branchOf(call: Call, world: NeonWorld): NeonBranch {
  return findBranch(projectOf(call, world), world, call.parameters.branch_id ?? '')
}

/** The compute of a project. @throws NeonProblem with 404 */
export function findEndpoint(project: NeonProject, { state }: NeonWorld, id: string): NeonEndpoint {
  const endpoint = state.endpoints.get(id)
  if (endpoint?.branch.project !== project) throw notFound('endpoint')
  return endpoint
}

/** The compute through which a branch is written. @throws NeonProblem with 404, as Neon answers for its roles and databases */
export function writer(branch: NeonBranch, { state }: NeonWorld): NeonEndpoint {
  const endpoint = writerOf(state, branch)
  if (!endpoint) throw new NeonProblem(404, 'no read-write endpoint for branch')
  return endpoint
}

/** @throws NeonProblem with 423 where operations are under way that others would conflict with; these are Neon's words */
export function requireQuiet(project: NeonProject, { machine }: NeonWorld): void {
  if (!machine.isBusy(project)) return
  const message = 'project already has running conflicting operations, scheduling of new ones is prohibited'
  throw new NeonProblem(423, message)
}

/** Schedules what is to be done for a project that has nothing under way. @throws NeonProblem with 423 */
export function schedule(project: NeonProject, world: NeonWorld, plans: readonly Plan[]): NeonOperation[] {
  if (plans.length === 0) return []
  requireQuiet(project, world)
  return world.machine.schedule(project, plans)
}

/** @throws NeonProblem with 409 where another branch of the project has the name */
export function requireFreeName(project: NeonProject, { state }: NeonWorld, name: string, but?: NeonBranch): void {
  if (!branchesOf(state, project).some((one) => one.name === name && one !== but)) return
  throw new NeonProblem(409, `branch already exists; branch_name:"${name}"`, 'BRANCH_ALREADY_EXISTS')
}

/** @throws NeonProblem with 422 where the project may have no more branches */
export function requireRoomForBranch(project: NeonProject, { state, limits }: NeonWorld): void {
  if (branchesOf(state, project).length < limits.branches) return
  throw new NeonProblem(422, 'branches limit exceeded', 'BRANCHES_LIMIT_EXCEEDED')
}

/** What lets a compute take up a new configuration; one that sleeps is awake for as long as that takes. */
export function configure({ id: endpointId, branch, currentState }: NeonEndpoint, done?: Plan['done']): Plan[] {
  const at = { branchId: branch.id, endpointId }
  const apply: Plan = { ...at, action: 'apply_config', ...(done ? { done } : {}) }
  if (currentState === 'active') return [apply]
  return [{ ...at, action: 'start_compute' }, apply, { ...at, action: 'suspend_compute' }]
}
