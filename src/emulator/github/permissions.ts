import type { Account, Credential } from '../accounts.js'
import type { EmulatedRepository } from './repositories.js'

/** What someone may do with a repository; each includes those before it. */
export type Permission = 'none' | 'pull' | 'push' | 'admin'

const order: readonly Permission[] = ['none', 'pull', 'push', 'admin']

/** Whether a permission is at least another. */
export function allows(has: Permission, needed: Permission): boolean {
  return order.indexOf(has) >= order.indexOf(needed)
}

/** What a user is to a repository, whatever token they hold. */
export function roleOf(repository: EmulatedRepository, user: Account): Permission {
  if (repository.owner.members.includes(user.login)) return 'admin'
  return repository.collaborators.get(user.login) ?? (repository.private ? 'none' : 'pull')
}

/**
 * What a token may do with a repository: without the scope `repo` no more than anyone may.
 *
 * @param credential `undefined`: nobody is signed in
 */
export function permissionOf(repository: EmulatedRepository, credential: Credential | undefined): Permission {
  const anyone = repository.private ? 'none' : 'pull'
  return credential?.scopes.includes('repo') ? roleOf(repository, credential.user) : anyone
}
