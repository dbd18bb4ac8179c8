import type { Account, Credential } from '../accounts.js'

/** What someone may do with a repository; each includes those before it. */
export type Permission = 'none' | 'pull' | 'push' | 'admin'

/** What decides on who may do what with a repository. */
export interface Guarded {
  readonly owner: { readonly members: readonly string[] }
  readonly collaborators: ReadonlyMap<string, Exclude<Permission, 'none'>>
  readonly private: boolean
}

const order: readonly Permission[] = ['none', 'pull', 'push', 'admin']

/** Whether a permission is at least another. */
export function allows(has: Permission, needed: Permission): boolean {
  return order.indexOf(has) >= order.indexOf(needed)
}

/** What a user is to a repository, whatever token they hold. */
export function roleOf(repository: Guarded, user: Account): Permission {
  if (repository.owner.members.includes(user.login)) return 'admin'
  return repository.collaborators.get(user.login) ?? (repository.private ? 'none' : 'pull')
}

/**
 * What a token may do with a repository: without the scope `repo` no more than anyone may, with `public_repo` alone nothing more
 * where the repository is private. A fine-grained token acts as its user; what it may do of that, `finePermission` tells.
 *
 * @param credential `undefined`: nobody is signed in
 */
export function permissionOf(repository: Guarded, credential: Credential | undefined): Permission {
  const anyone = repository.private ? 'none' : 'pull'
  if (!credential) return anyone
  const { scopes, permissions, user } = credential
  const reaches = scopes.includes('repo') || (scopes.includes('public_repo') && !repository.private)
  return reaches || permissions ? roleOf(repository, user) : anyone
}

/** Whether a token may add or change workflows. */
export function mayWriteWorkflows(credential: Credential | undefined): boolean {
  return credential?.scopes.includes('workflow') || credential?.permissions?.workflows === 'write'
}
