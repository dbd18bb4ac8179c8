import type { Account } from '../accounts.js'
import type { Namespace } from './namespaces.js'

type Json = Record<string, unknown>

// When the emulated accounts signed up; of no consequence.
const signUp = '2020-01-01T00:00:00.000Z'

/**
 * A user, as in lists or as their own profile ("Users API", `GET /user`).
 *
 * @param own whether it is the profile of the one who asks
 */
export function accountReply(account: Account, url: string, own = false): Json {
  const basic: Json = {
    id: account.id,
    username: account.login,
    public_email: null,
    name: account.name,
    state: 'active',
    locked: false,
    avatar_url: null,
    web_url: `${url}/${account.login}`,
  }
  if (!own) return basic
  return {
    ...basic,
    created_at: signUp,
    bio: '',
    location: '',
    organization: '',
    job_title: '',
    bot: false,
    last_sign_in_at: null,
    confirmed_at: signUp,
    email: account.email,
    commit_email: account.email,
    theme_id: 1,
    color_scheme_id: 1,
    projects_limit: 100_000,
    current_sign_in_at: null,
    identities: [],
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: true,
    external: false,
    private_profile: false,
  }
}

/** A namespace ("Namespaces API"). */
export function namespaceReply(namespace: Namespace, url: string): Json {
  const { id, name, path, kind, fullPath, parent } = namespace
  const prefix = kind === 'group' ? 'groups/' : ''
  return {
    id,
    name,
    path,
    kind,
    full_path: fullPath,
    parent_id: parent?.id ?? null,
    avatar_url: null,
    web_url: `${url}/${prefix}${fullPath}`,
  }
}

/** A group ("Groups API"). */
export function groupReply(namespace: Namespace, url: string, now: number): Json {
  const { id, name, path, fullPath, parent } = namespace
  return {
    id,
    name,
    path,
    description: '',
    visibility: 'public',
    project_creation_level: 'developer',
    subgroup_creation_level: 'maintainer',
    avatar_url: null,
    web_url: `${url}/groups/${fullPath}`,
    request_access_enabled: true,
    full_name: fullPath.split('/').join(' / '),
    full_path: fullPath,
    parent_id: parent?.id ?? null,
    created_at: new Date(now).toISOString(),
  }
}
