import type { Accounts, Credential, Scope } from '../accounts.js'
import type { GithubUrls } from './account-replies.js'
import type { Actions } from './actions/actions.js'
import type { DataLimits } from './data-limits.js'
import type { Downloads } from './downloads.js'
import type { Git } from './git-process.js'
import type { Answer } from './headers.js'
import type { NextId } from './ids.js'
import type { Pages } from './pages/pages.js'
import { allows, type Permission, permissionOf } from './permissions.js'
import { emptyRepository, GithubProblem, notFound } from './problem.js'
import type { PushWatch } from './push-watch.js'
import type { RateLimits } from './rate-limits.js'
import { isEmpty } from './read-git.js'
import type { EmulatedRepository, RepositoryStore } from './repositories.js'

/** What every endpoint works on. */
export interface GithubWorld {
  readonly accounts: Accounts
  readonly repositories: RepositoryStore
  readonly git: Git
  /** How much the Git Data API takes at once. */
  readonly limits: DataLimits
  readonly urls: () => GithubUrls
  readonly actions: Actions
  readonly pages: Pages
  readonly downloads: Downloads
  readonly rateLimits: RateLimits
  /** The number of what is made: of a hook, a key, a comment. */
  readonly nextId: NextId
  /** Told wherever a ref may have moved. */
  readonly watch: PushWatch
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** One request to an endpoint, already found to be as the contract asks. */
export interface Call extends GithubWorld {
  readonly request: Request
  /** Of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** An object; empty where the request has no body. */
  readonly body: Readonly<Record<string, unknown>>
  /** `undefined`: nobody is signed in. */
  readonly credential: Credential | undefined
}

/** What is behind one operation of the contract. */
export interface Endpoint {
  /** Its page below https://docs.github.com/rest/, as error bodies name it. */
  readonly page: string
  /** Value of `X-Accepted-OAuth-Scopes`. @default '' */
  readonly accepts?: string
  /** Whether a token is needed. @default false */
  readonly signedIn?: boolean
  /** Scope without which GitHub answers 404. */
  readonly scope?: Scope
  answer(call: Call): Promise<Answer>
}

/** Endpoints by their operation's id in the contract. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/** The one who calls. @throws GithubProblem 401 where nobody is signed in. */
export function callerOf({ credential }: Call): Credential {
  if (!credential) throw new GithubProblem(401, 'Requires authentication')
  return credential
}

/**
 * The repository that the path names.
 *
 * @throws GithubProblem 404 where it is not there or hidden from the caller, 403 where the caller may only read it.
 */
export function repositoryOf(call: Call, needed: Exclude<Permission, 'none'> = 'pull'): EmulatedRepository {
  const { owner = '', repo = '' } = call.parameters
  const repository = call.repositories.find(owner, repo)
  const permission = repository ? permissionOf(repository, call.credential) : 'none'
  if (!repository || !allows(permission, 'pull')) throw notFound()
  if (!allows(permission, needed)) {
    throw new GithubProblem(403, 'Must have admin rights to Repository.')
  }
  return repository
}

/**
 * The repository that the path names, for what needs a commit in it. To those who may not push, GitHub hides what is only for
 * those who may.
 *
 * @throws GithubProblem 404 also where the caller may not push but must, 403 where it is archived, 409 where it has no commit.
 */
export async function filledRepositoryOf(call: Call, needed: 'pull' | 'push' = 'pull'): Promise<EmulatedRepository> {
  const repository = needed === 'push' ? pushableRepositoryOf(call) : repositoryOf(call)
  // What was made a moment ago is not everywhere yet.
  if (call.now() < repository.foundFrom || (await isEmpty(call.git, repository))) throw emptyRepository()
  return repository
}

/** The same, whether it has a commit or not. @throws GithubProblem 404, or 403 where it is archived. */
export function pushableRepositoryOf(call: Call): EmulatedRepository {
  const repository = repositoryOf(call)
  if (!allows(permissionOf(repository, call.credential), 'push')) throw notFound()
  if (repository.archived) throw new GithubProblem(403, 'Repository was archived so is read-only.')
  return repository
}
