import type { NeonWorld } from './call.js'
import { platformOf, proxyHost } from './hosts.js'
import type { Json, NeonOrganization, NeonProject } from './state.js'
import { time } from './views.js'

/** What the API says of what is nowhere said. */
const never = '0001-01-01T00:00:00Z'

/** An organization as the lists of a user show it. */
export function organizationView({ id, account, createdAt }: NeonOrganization): Json {
  return {
    id,
    name: account.name,
    handle: `${account.login}-${id}`,
    plan: 'free_v3',
    created_at: time(createdAt),
    managed_by: 'console',
    updated_at: time(createdAt),
  }
}

function commonProjectView(project: NeonProject): Json {
  const { organization, regionId } = project
  return {
    id: project.id,
    platform_id: platformOf(regionId),
    region_id: regionId,
    name: project.name,
    provisioner: 'k8s-neonvm',
    default_endpoint_settings: project.endpointSettings,
    settings: project.settings,
    pg_version: project.pgVersion,
    proxy_host: proxyHost(regionId),
    branch_logical_size_limit: 512,
    branch_logical_size_limit_bytes: 512 * 1024 * 1024,
    store_passwords: project.storePasswords,
    creation_source: 'console',
    history_retention_seconds: project.historyRetentionSeconds,
    created_at: time(project.createdAt),
    updated_at: time(project.updatedAt),
    cpu_used_sec: 0,
    owner_id: organization.id,
    org_id: organization.id,
  }
}

/** A project as lists show it. */
export function projectItemView(project: NeonProject): Json {
  const { organization } = project
  return {
    ...commonProjectView(project),
    active_time: 0,
    synthetic_storage_size: 0,
    org_name: organization.account.name,
  }
}

/** A project as it is shown where it has been made or changed. */
export function projectView(project: NeonProject): Json {
  return {
    ...commonProjectView(project),
    data_storage_bytes_hour: 0,
    data_transfer_bytes: 0,
    written_data_bytes: 0,
    compute_time_seconds: 0,
    active_time_seconds: 0,
    consumption_period_start: never,
    consumption_period_end: never,
  }
}

/** A project as the endpoint for it alone shows it. */
export function wholeProjectView(project: NeonProject, { limits }: NeonWorld): Json {
  const { email, name } = project.organization.account
  const start = new Date(project.createdAt)
  return {
    ...projectView(project),
    synthetic_storage_size: 0,
    consumption_period_start: time(project.createdAt),
    consumption_period_end: time(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)),
    owner: { email, name, branches_limit: finite(limits.branches), subscription_type: 'free_v3' },
  }
}

/** A limit as a number that JSON can hold. */
export function finite(limit: number): number {
  return Math.min(limit, 2 ** 31 - 1)
}
