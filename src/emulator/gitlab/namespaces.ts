import type { Account, Accounts } from '../accounts.js'

/** Where projects live: a user's own place, a group, or a group in a group. */
export interface Namespace {
  readonly id: number
  readonly kind: 'user' | 'group'
  readonly name: string
  /** The last part of the full path. */
  readonly path: string
  /** `group/subgroup` */
  readonly fullPath: string
  readonly parent: Namespace | null
  /** Whose it is; a subgroup's is its group's. */
  readonly account: Account
}

/** The namespaces of one emulator. */
export interface Namespaces {
  readonly all: readonly Namespace[]
  /** By id or by full path in any case. */
  find(idOrPath: string): Namespace | undefined
  /** Makes a group in a group. */
  createGroup(parent: Namespace, path: string): Namespace
}

/**
 * Makes the namespaces of the accounts: each user's own, and a group for each organisation.
 *
 * @param nextId gives the id of the next one
 */
export function createNamespaces(accounts: Accounts, nextId: () => number): Namespaces {
  const all: Namespace[] = accounts.all.map((account) => ({
    id: nextId(),
    kind: account.kind === 'user' ? 'user' : 'group',
    name: account.name,
    path: account.login,
    fullPath: account.login,
    parent: null,
    account,
  }))
  return {
    all,
    find: (idOrPath) =>
      all.find(({ id, fullPath }) => String(id) === idOrPath || fullPath.toLowerCase() === idOrPath.toLowerCase()),
    createGroup: (parent, path) => {
      const { account } = parent
      const fullPath = `${parent.fullPath}/${path}`
      const made: Namespace = { id: nextId(), kind: 'group', name: path, path, fullPath, parent, account }
      all.push(made)
      return made
    },
  }
}

/** Whether a user may see a namespace by being a member of it, and make projects in it. */
export function isMember({ account }: Namespace, user: Account): boolean {
  return account.members.includes(user.login)
}
