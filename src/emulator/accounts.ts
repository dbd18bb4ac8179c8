import { randomBytes } from 'node:crypto'
import { createRandom, type Random } from './random.js'

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

/** A group of members of an organisation. */
export interface Team {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly organization: Account
  /** Logins. */
  readonly members: readonly string[]
}

/** What a token may do: GitHub's scopes, `netlify`, `vercel` and `neon` for writing there, and GitLab's `api`. */
export type Scope =
  | 'repo'
  | 'public_repo'
  | 'repo_deployment'
  | 'admin:repo_hook'
  | 'workflow'
  | 'user'
  | 'read:org'
  | 'netlify'
  | 'vercel'
  | 'neon'
  | 'api'

/** Permissions of one of GitHub's fine-grained tokens by their names in `X-Accepted-GitHub-Permissions`, such as `contents`. */
export type TokenPermissions = Readonly<Record<string, 'read' | 'write'>>

/** A token and whose it is. */
export interface Credential {
  readonly token: string
  readonly user: Account
  readonly scopes: readonly Scope[]
  /** Only of fine-grained tokens and those of apps, which then have no scopes; `metadata` to read goes without saying. */
  readonly permissions?: TokenPermissions
  /** Whether an app acts with it for its user. @default false */
  readonly app?: boolean
}

/** Everyone whom the emulated providers know. Tokens are new in each run. */
export interface Accounts {
  readonly owner: Account
  /** The owner is a member, the stranger is not. */
  readonly organization: Account
  /** A second user, for names that are taken by someone else. */
  readonly stranger: Account
  readonly all: readonly Account[]
  /** The organization's one team, `reviewers`; the owner is in it. */
  readonly teams: readonly Team[]
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
  /** Makes one more token. @param user @default the owner */
  issue(
    rights: { scopes: readonly Scope[] } | { permissions: TokenPermissions; app?: boolean },
    user?: Account,
  ): Credential
  /** Whose a token is; `undefined` for a wrong one. */
  authenticate(token: string): Credential | undefined
  /** The account of that name, in any case. */
  find(login: string): Account | undefined
  /** The accounts that a user may act for: itself first. */
  accountsOf(user: Account): readonly Account[]
}

const everyScope: readonly Scope[] = ['repo', 'workflow', 'user', 'read:org', 'netlify', 'vercel', 'neon', 'api']

/** GitHub's tokens tell by their beginnings what they are ("Behind GitHub's new authentication token formats"). */
const kindOf = ({ app = false }: { readonly app?: boolean }): string => (app ? 'ghu_' : 'github_pat_')

/** Makes the accounts of one run. @param random where their ids come from; tokens are always random */
export function createAccounts(random: Random = createRandom(undefined, 'accounts')): Accounts {
  const account = (kind: Account['kind'], id: number, login: string, name: string, members: string[]): Account => {
    const netlifyId = random.hex(12)
    return { kind, id, netlifyId, login, name, email: `${login}@example.com`, members }
  }
  const owner = account('user', 1, 'owner', 'Owner', ['owner'])
  const organization = account('organization', 2, 'organization', 'Organization', ['owner'])
  const stranger = account('user', 3, 'stranger', 'Stranger', ['stranger'])
  const all = [owner, organization, stranger]
  const teams = [{ id: 4, slug: 'reviewers', name: 'Reviewers', organization, members: ['owner'] }]
  const credential = (user: Account, scopes: readonly Scope[], kind = ''): Credential => {
    return { token: `${kind}emulated_${randomBytes(20).toString('hex')}`, user, scopes }
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
  const issued: Credential[] = Object.values(credentials)
  return {
    owner,
    organization,
    stranger,
    all,
    teams,
    credentials,
    issue: (rights, user = owner) => {
      const made =
        'scopes' in rights ? credential(user, rights.scopes) : { ...credential(user, [], kindOf(rights)), ...rights }
      issued.push(made)
      return made
    },
    authenticate: (token) => issued.find((one) => one.token === token),
    find: (login) => all.find((one) => one.login.toLowerCase() === login.toLowerCase()),
    accountsOf: (user) => all.filter((one) => one.members.includes(user.login)),
  }
}
