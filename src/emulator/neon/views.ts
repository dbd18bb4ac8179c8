import { defined } from '../json-values.js'
import { connectionUri, hostOf, proxyHost } from './hosts.js'
import { lsnAt } from './points-in-time.js'
import type { Json, NeonBranch, NeonEndpoint, NeonOperation, NeonSnapshot } from './state.js'
import { contentOf, type NeonDatabase, type NeonRole } from './timelines.js'

/** A time as the API tells it, in whole seconds. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** A branch. */
export function branchView(branch: NeonBranch): Json {
  const { parent, parentAt, restored, project } = branch
  const isDefault = project.defaultBranchId === branch.id
  return defined({
    id: branch.id,
    project_id: project.id,
    parent_id: parent?.id,
    parent_lsn: parentAt === undefined ? undefined : lsnAt(project, parentAt),
    parent_timestamp: parentAt === undefined ? undefined : time(parentAt),
    name: branch.name,
    current_state: branch.currentState,
    pending_state: branch.pendingState,
    state_changed_at: time(branch.stateChangedAt),
    creation_source: 'console',
    primary: isDefault,
    default: isDefault,
    protected: branch.protected,
    cpu_used_sec: 0,
    compute_time_seconds: 0,
    active_time_seconds: 0,
    written_data_bytes: 0,
    data_transfer_bytes: 0,
    created_at: time(branch.createdAt),
    updated_at: time(branch.updatedAt),
    expires_at: branch.expiresAt === undefined ? undefined : time(branch.expiresAt),
    last_reset_at: branch.lastResetAt === undefined ? undefined : time(branch.lastResetAt),
    init_source: branch.initSource,
    restore_status: restored?.status,
    restored_from: restored?.snapshotId,
    restored_as: restored?.target.id,
  })
}

/** A compute. */
export function endpointView(endpoint: NeonEndpoint): Json {
  const { branch, size } = endpoint
  const { project } = branch
  const at = (value: number | undefined): string | undefined => (value === undefined ? undefined : time(value))
  return defined({
    host: hostOf(endpoint.id, project.regionId),
    id: endpoint.id,
    name: endpoint.name,
    project_id: project.id,
    branch_id: branch.id,
    ...size,
    region_id: project.regionId,
    type: endpoint.type,
    current_state: endpoint.currentState,
    pending_state: endpoint.pendingState,
    settings: endpoint.settings,
    pooler_enabled: endpoint.poolerEnabled,
    pooler_mode: 'transaction',
    disabled: endpoint.disabled,
    passwordless_access: true,
    last_active: at(endpoint.lastActiveAt),
    creation_source: 'console',
    created_at: time(endpoint.createdAt),
    updated_at: time(endpoint.updatedAt),
    started_at: at(endpoint.startedAt),
    suspended_at: at(endpoint.suspendedAt),
    proxy_host: proxyHost(project.regionId),
    provisioner: 'k8s-neonvm',
  })
}

/** An operation. */
export function operationView(operation: NeonOperation): Json {
  return defined({
    id: operation.id,
    project_id: operation.project.id,
    branch_id: operation.branchId,
    endpoint_id: operation.endpointId,
    action: operation.action,
    status: operation.status,
    error: operation.error,
    failures_count: operation.failures,
    retry_at: operation.retryAt === undefined ? undefined : time(operation.retryAt),
    created_at: time(operation.createdAt),
    updated_at: time(operation.updatedAt),
    total_duration_ms: Math.round(operation.updatedAt - operation.createdAt),
  })
}

/** A role, with its password only where that has just been made. */
export function roleView(role: NeonRole, branch: NeonBranch, password = false): Json {
  return defined({
    branch_id: branch.id,
    name: role.name,
    password: password && role.canLogin ? role.password : undefined,
    protected: false,
    authentication_method: role.canLogin ? 'password' : 'no_login',
    created_at: time(role.createdAt),
    updated_at: time(role.updatedAt),
  })
}

/** A database. */
export function databaseView(database: NeonDatabase, branch: NeonBranch): Json {
  return {
    id: database.id,
    branch_id: branch.id,
    name: database.name,
    owner_name: database.ownerName,
    created_at: time(database.createdAt),
    updated_at: time(database.updatedAt),
  }
}

/** How each database of a branch is reached by its owner through a compute. */
export function connectionView({ id, branch }: NeonEndpoint): Json[] {
  const { roles, databases } = contentOf(branch.timeline)
  const { regionId } = branch.project
  return [...databases.values()].flatMap((database) => {
    const role = roles.get(database.ownerName)
    if (!role) return []
    const host = hostOf(id, regionId)
    const parameters = {
      database: database.name,
      password: role.password,
      role: role.name,
      host,
      pooler_host: hostOf(id, regionId, true),
    }
    const uri = connectionUri(role, database, host, { password: true, parameters: 'sslmode=require' })
    return [{ connection_uri: uri, connection_parameters: parameters }]
  })
}

/** A snapshot. */
export function snapshotView(snapshot: NeonSnapshot): Json {
  const { project, source, at, expiresAt } = snapshot
  return defined({
    id: snapshot.id,
    name: snapshot.name,
    lsn: lsnAt(project, at),
    timestamp: time(at),
    source_branch_id: source.id,
    created_at: time(snapshot.createdAt),
    expires_at: expiresAt === undefined ? undefined : time(expiresAt),
    manual: true,
  })
}
