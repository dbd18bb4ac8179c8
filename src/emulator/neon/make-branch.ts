import type { NeonWorld } from './call.js'
import type { Ids } from './ids.js'
import type { Plan } from './machine.js'
import { unprocessable } from './problem.js'
import type { EndpointSettings, Json, NeonBranch, NeonEndpoint, NeonProject, NeonSnapshot } from './state.js'
import { createTimeline, type NeonContent, type NeonRole, type NeonTimeline } from './timelines.js'

/** What a branch begins with, beside what every new one has. */
export interface BranchBeginning {
  /** @default a new one */
  readonly id?: string
  readonly project: NeonProject
  /** @default its id */
  readonly name?: string | undefined
  readonly timeline: NeonTimeline
  readonly parent?: NeonBranch | undefined
  readonly parentAt?: number | undefined
  readonly protected?: boolean | undefined
  readonly initSource?: NeonBranch['initSource']
  readonly annotation?: Readonly<Record<string, string>> | undefined
  readonly expiresAt?: number | undefined
  readonly restoredFrom?: { readonly snapshot: NeonSnapshot; readonly target: NeonBranch }
}

/** Makes a branch that is being initialized, and adds it to the state. */
export function addBranch(beginning: BranchBeginning, { state, ids, now }: NeonWorld): NeonBranch {
  const { id = ids.branch() } = beginning
  const at = now()
  const { snapshot, target } = beginning.restoredFrom ?? {}
  const branch: NeonBranch = {
    id,
    project: beginning.project,
    name: beginning.name ?? id,
    parent: beginning.parent,
    parentAt: beginning.parentAt,
    timeline: beginning.timeline,
    currentState: 'init',
    pendingState: 'ready',
    stateChangedAt: at,
    protected: beginning.protected ?? false,
    initSource: beginning.initSource ?? 'parent-data',
    annotation: beginning.annotation ?? {},
    createdAt: at,
    updatedAt: at,
    expiresAt: beginning.expiresAt,
    lastResetAt: undefined,
    restored: snapshot && target ? { status: 'restored', snapshotId: snapshot.id, target } : undefined,
  }
  state.branches.set(id, branch)
  return branch
}

/** What a request says of a compute. */
export interface EndpointWish {
  readonly type: 'read_write' | 'read_only'
  readonly name?: string
  readonly disabled?: boolean
  readonly pooler_enabled?: boolean
  readonly settings?: Json
  readonly autoscaling_limit_min_cu?: number
  readonly autoscaling_limit_max_cu?: number
  readonly suspend_timeout_seconds?: number
}

/** Makes a compute that starts, and adds it to the state; what the request does not say is as the project says. */
export function addEndpoint(branch: NeonBranch, wish: EndpointWish, { state, ids, now }: NeonWorld): NeonEndpoint {
  const endpoint: NeonEndpoint = {
    id: ids.endpoint(),
    branch,
    type: wish.type,
    name: wish.name,
    currentState: 'init',
    pendingState: 'active',
    disabled: wish.disabled ?? false,
    poolerEnabled: wish.pooler_enabled ?? false,
    size: sizeOf(wish, branch.project.endpointSettings),
    settings: wish.settings ?? {},
    createdAt: now(),
    updatedAt: now(),
    startedAt: undefined,
    suspendedAt: undefined,
    lastActiveAt: undefined,
  }
  state.endpoints.set(endpoint.id, endpoint)
  return endpoint
}

/** How large a compute is to be. @throws NeonProblem with 422 where the limits contradict each other */
export function sizeOf(wish: Partial<EndpointSettings>, otherwise: EndpointSettings): EndpointSettings {
  const { autoscaling_limit_min_cu: least = otherwise.autoscaling_limit_min_cu } = wish
  const most = wish.autoscaling_limit_max_cu ?? Math.max(least, otherwise.autoscaling_limit_max_cu)
  if (least > most) {
    throw unprocessable('autoscaling_limit_min_cu must not be greater than autoscaling_limit_max_cu')
  }
  const { suspend_timeout_seconds: timeout = otherwise.suspend_timeout_seconds } = wish
  // The contract says the range, and in words that what is between never and a minute is none.
  if (timeout > 0 && timeout < 60) throw unprocessable('suspend_timeout_seconds must be at least 60')
  return { autoscaling_limit_min_cu: least, autoscaling_limit_max_cu: most, suspend_timeout_seconds: timeout }
}

/** What lets a new compute start. */
export function starting({ id, branch }: NeonEndpoint): Plan {
  return { action: 'start_compute', branchId: branch.id, endpointId: id }
}

/**
 * Begins a new timeline with what another one had at a time. Roles keep their passwords, but for those of a protected branch
 * (neon.com/docs, "Protected branches").
 */
export function copyTimeline(
  source: { readonly timeline: NeonTimeline; readonly protected?: boolean },
  { at, content }: { readonly at: number; readonly content: NeonContent },
  { ids, now }: NeonWorld,
): NeonTimeline {
  const copied = copyContent(content, { ids, at: now(), newPasswords: source.protected ?? false })
  return createTimeline(ids.timeline(), at, copied, { timeline: source.timeline, at })
}

function copyContent(
  { roles, databases }: NeonContent,
  { ids, at, newPasswords }: { readonly ids: Ids; readonly at: number; readonly newPasswords: boolean },
): NeonContent {
  const times = { createdAt: at, updatedAt: at }
  return {
    roles: new Map(
      [...roles].map(([name, role]) => {
        const password = newPasswords ? ids.password() : role.password
        return [name, { ...role, ...times, password, formerPassword: undefined }]
      }),
    ),
    databases: new Map([...databases].map(([name, one]) => [name, { ...one, ...times, id: ids.database() }])),
  }
}

/** A role with a new password. */
export function createRole(name: string, { ids, now }: NeonWorld, canLogin = true): NeonRole {
  const at = now()
  return { name, password: ids.password(), formerPassword: undefined, canLogin, createdAt: at, updatedAt: at }
}
