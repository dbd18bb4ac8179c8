import { randomBytes, randomUUID } from 'node:crypto'

/** A user or an organisation; on Netlify each is a team of its own. */
export interface Account {
  readonly kind: 'user' | 'organization'
  /** Positive integer, as GitHub counts them. */
  readonly id: number
  /** 24 hex digits, as Netlify counts them. */
  readonly netlifyId: string
  /** Name in addresses: the login on GitHub, the slug on Netlify. */
  readonly login: string
  readonly name: string
  readonly email: string
  /** Logins of the users who may act for it; for a user, itself. */
  readonly members: readonly string[]
}

/** What a token may do: GitHub's scopes, and `netlify` for writing on Netlify. */
export type Scope = 'repo' | 'workflow' | 'user' | 'read:org' | 'netlify'

/** A token and whose it is. */
export interface Credential {
  readonly token: string
  readonly user: Account
  readonly scopes: readonly Scope[]
}

/** Everyone whom the emulated providers know. Tokens are new in each run. */
export interface Accounts {
  readonly owner: Account
  /** The owner is a member, the stranger is not. */
  readonly organization: Account
  /** A second user, for names that are taken by someone else. */
  readonly stranger: Account
  readonly all: readonly Account[]
  readonly credentials: {
    /** The owner's token with every scope. */
    readonly owner: Credential
    /** The owner's token without any scope: every provider knows it and lets it change nothing. */
    readonly powerless: Credential
    /** The owner's token without the scope `workflow`. */
    readonly withoutWorkflow: Credential
    /** The stranger's token with every scope. */
    readonly stranger: Credential
  }
  /** Whose a token is; `undefined` for a wrong one. */
  authenticate(token: string): Credential | undefined
  /** The account of that name, in any case. */
  find(login: string): Account | undefined
  /** The accounts that a user may act for: itself first. */
  accountsOf(user: Account): readonly Account[]
}

const everyScope: readonly Scope[] = ['repo', 'workflow', 'user', 'read:org', 'netlify']

/** Makes the accounts of one run. */
export function createAccounts(): Accounts {
  const account = (kind: Account['kind'], id: number, login: string, name: string, members: string[]): Account => {
    const netlifyId = randomUUID().replaceAll('-', '').slice(0, 24)
    return { kind, id, netlifyId, login, name, email: `${login}@example.com`, members }
  }
  const owner = account('user', 1, 'owner', 'Owner', ['owner'])
  const organization = account('organization', 2, 'organization', 'Organization', ['owner'])
  const stranger = account('user', 3, 'stranger', 'Stranger', ['stranger'])
  const all = [owner, organization, stranger]
  const credential = (user: Account, scopes: readonly Scope[]): Credential => {
    return { token: `emulated_${randomBytes(20).toString('hex')}`, user, scopes }
  }
  const credentials = {
    owner: credential(owner, everyScope),
    powerless: credential(owner, []),
    withoutWorkflow: credential(
      owner,
      everyScope.filter((scope) => scope !== 'workflow'),
    ),
    stranger: credential(stranger, everyScope),
  }
  return {
    owner,
    organization,
    stranger,
    all,
    credentials,
    authenticate: (token) => Object.values(credentials).find((one) => one.token === token),
    find: (login) => all.find((one) => one.login.toLowerCase() === login.toLowerCase()),
    accountsOf: (user) => all.filter((one) => one.members.includes(user.login)),
  }
}
