import type { Account } from '../accounts.js'
import type { NeonTimeline } from './timelines.js'

/** JSON as the API reads and writes it. */
export type Json = Record<string, unknown>

/** States of an operation that this emulator passes through. */
export type OperationStatus = 'scheduling' | 'running' | 'finished' | 'failed' | 'error' | 'cancelled'

/** What an operation does. */
export type OperationAction =
  | 'create_timeline'
  | 'create_branch'
  | 'start_compute'
  | 'suspend_compute'
  | 'apply_config'
  | 'timeline_archive'
  | 'delete_timeline'

/** An organization, which all projects belong to; a user's own account is one as well. Times here are milliseconds since the epoch. */
export interface NeonOrganization {
  /** For example `org-royal-sun-91776391`. */
  readonly id: string
  readonly account: Account
  readonly createdAt: number
}

/** One project. */
export interface NeonProject {
  /** For example `shy-bird-12345678`. */
  readonly id: string
  readonly organization: NeonOrganization
  name: string
  /** For example `aws-us-east-2`. */
  readonly regionId: string
  readonly pgVersion: number
  /** Whether passwords can be revealed later. */
  readonly storePasswords: boolean
  historyRetentionSeconds: number
  /** Settings that are kept and shown as they came. */
  settings: Json
  endpointSettings: EndpointSettings
  defaultBranchId: string
  readonly createdAt: number
  updatedAt: number
}

/** How large a compute is and when it falls asleep. */
export interface EndpointSettings {
  readonly autoscaling_limit_min_cu: number
  readonly autoscaling_limit_max_cu: number
  /** 0: after five minutes; -1: never. */
  readonly suspend_timeout_seconds: number
}

/** One branch of a project. */
export interface NeonBranch {
  /** For example `br-green-mode-afe3fl9y`. */
  readonly id: string
  readonly project: NeonProject
  name: string
  /** `undefined`: a root. */
  parent: NeonBranch | undefined
  /** The point in the parent's history that it began from. */
  parentAt: number | undefined
  /** Its data; a restore puts another one in its place. */
  timeline: NeonTimeline
  /** `init`, `resetting`, `ready` or `archived`. */
  currentState: string
  pendingState: string | undefined
  stateChangedAt: number
  protected: boolean
  readonly initSource: 'parent-data' | 'schema-only'
  readonly annotation: Readonly<Record<string, string>>
  readonly createdAt: number
  updatedAt: number
  expiresAt: number | undefined
  lastResetAt: number | undefined
  /** Of a branch that was made from a snapshot. */
  restored: { status: 'restored' | 'finalized'; readonly snapshotId: string; readonly target: NeonBranch } | undefined
}

/** A compute that serves a branch. */
export interface NeonEndpoint {
  /** For example `ep-round-unit-afbn7qv4`; its host begins with it. */
  readonly id: string
  branch: NeonBranch
  readonly type: 'read_write' | 'read_only'
  name: string | undefined
  currentState: 'init' | 'active' | 'idle'
  pendingState: 'active' | 'idle' | undefined
  disabled: boolean
  poolerEnabled: boolean
  size: EndpointSettings
  settings: Json
  readonly createdAt: number
  updatedAt: number
  startedAt: number | undefined
  suspendedAt: number | undefined
  /** When it last had something to do. */
  lastActiveAt: number | undefined
}

/** One step of what the control plane does for a request, or by itself. */
export interface NeonOperation {
  /** A UUID. */
  readonly id: string
  readonly project: NeonProject
  readonly branchId: string | undefined
  readonly endpointId: string | undefined
  readonly action: OperationAction
  status: OperationStatus
  /** Every status so far, in order. */
  readonly statuses: OperationStatus[]
  error: string | undefined
  failures: number
  retryAt: number | undefined
  /** Microseconds since the epoch, no two the same: lists are cut by it. */
  readonly order: number
  readonly createdAt: number
  updatedAt: number
}

/** A copy of a branch that no compute serves. */
export interface NeonSnapshot {
  /** For example `snap-quiet-meadow-a5b6c7d8`. */
  readonly id: string
  readonly project: NeonProject
  name: string
  readonly source: NeonBranch
  readonly timeline: NeonTimeline
  /** The point in the source's history. */
  readonly at: number
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

/** Everything that the emulated Neon knows; maps are by id, oldest first, where nothing else is said. */
export interface NeonState {
  /** Ids of users, which are UUIDs, by login. */
  readonly users: ReadonlyMap<string, string>
  readonly organizations: Map<string, NeonOrganization>
  readonly projects: Map<string, NeonProject>
  readonly branches: Map<string, NeonBranch>
  readonly endpoints: Map<string, NeonEndpoint>
  readonly operations: Map<string, NeonOperation>
  readonly snapshots: Map<string, NeonSnapshot>
}

/** Makes the state of a Neon without projects. */
export function createState(users: ReadonlyMap<string, string>, organizations: readonly NeonOrganization[]): NeonState {
  return {
    users,
    organizations: new Map(organizations.map((one) => [one.id, one])),
    projects: new Map(),
    branches: new Map(),
    endpoints: new Map(),
    operations: new Map(),
    snapshots: new Map(),
  }
}

/** The branches of a project, oldest first. */
export function branchesOf(state: NeonState, project: NeonProject): NeonBranch[] {
  return [...state.branches.values()].filter((branch) => branch.project === project)
}

/** The computes of a branch, oldest first. */
export function endpointsOf(state: NeonState, branch: NeonBranch): NeonEndpoint[] {
  return [...state.endpoints.values()].filter((endpoint) => endpoint.branch === branch)
}

/** The compute through which a branch is written. */
export function writerOf(state: NeonState, branch: NeonBranch): NeonEndpoint | undefined {
  return endpointsOf(state, branch).find(({ type }) => type === 'read_write')
}
