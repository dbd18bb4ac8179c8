import { OptionsError } from '../../errors/options-error.js'
import type { Context } from '../../spec/context.js'
import type { Commit, CommitInput, Person } from '../../spec/git-host.js'
import type { Checkpoint } from '../checkpoint.js'
import type { GitConnection } from '../push/http-client.js'
import { landCommit } from '../push/land-commit.js'
import type { PushAttempt } from '../push/landing.js'
import { type CommitSettler, settleCommit } from '../settle-commit.js'
import type { GithubApi } from './api.js'
import { openPullRequest } from './pull-requests.js'
import { githubRemote } from './remote.js'
import { isPartOf, readHead } from './repository.js'
import { explainPush } from './rights/explain-push.js'
import type { TokenScopes } from './rights/token-scopes.js'
import { readStanding } from './standing.js'
import { readUser } from './user.js'
import { wholeChanges } from './whole-changes.js'

/** How GitHub is reached. */
export interface GithubReach {
  readonly api: GithubApi
  readonly connection: GitConnection
  /** Address below which repositories lie for git, without a slash at its end. */
  readonly gitUrl: string
  readonly scopes: TokenScopes
  /** Whether a repository that had to be made is private. */
  readonly isPrivate: boolean
}

/** Commits by the quickest way there is, and settles what it meets there. */
export async function commitToGithub(
  input: CommitInput,
  { api, connection, gitUrl, scopes, isPrivate }: GithubReach,
  context: Context<Checkpoint>,
): Promise<Commit> {
  const { repository, expectedHead } = input
  const { fullName } = repository
  const saved = context.saved?.kind === 'commit' ? context.saved : undefined
  const author = input.author ?? saved?.author ?? (await authorOf(api, context))
  const earlier = saved?.expectedHead === expectedHead ? saved : undefined
  const settler: CommitSettler = {
    holds: (head, oid) => isPartOf(api, fullName, oid, head, context),
    land: async ({ choice, ...landing }) => {
      const { branch, startAt, ownHead } = landing
      const chosen = { ...(choice && { choice, startAt }), ...(ownHead !== undefined && { ownHead }) }
      const push = {
        ...{ ...input, ...landing, author },
        attempted: earlier?.choice === choice ? earlier : undefined,
        attempt: (attempt: PushAttempt) =>
          context.save({ kind: 'commit', author, expectedHead, ...attempt, ...chosen }),
      }
      const url = `${gitUrl}/${fullName}.git`
      const remote = githubRemote({ api, connection, url, fullName, branch }, context)
      const landed = landCommit(push, remote, context).catch((error: unknown) => {
        throw explainPush(error, isPrivate, { fullName, web: gitUrl, known: scopes.known })
      })
      return wholeChanges(await landed, { ...landing, files: input.artifacts.length })
    },
    standing: (oid) => readStanding(api, fullName, oid, context),
    pageOf: (oid) => `${repository.url}/commit/${oid}`,
    headOf: (branch) => readHead(api, fullName, branch, context),
    proposal: 'pull request',
    propose: (pull) => openPullRequest(api, { fullName, ...pull }, context),
  }
  return settleCommit({ ...input, author }, earlier, settler, context)
}

/** GitHub's own address for people who hide theirs (GitHub Docs, "Setting your commit email address"). */
async function authorOf(api: GithubApi, context: Context): Promise<Person> {
  const user = await readUser(api, context)
  if (user === null) {
    throw new OptionsError({
      code: 'author-missing',
      message:
        'this token belongs to no user (it may be of an app), so it is not known who the author of the commit is',
      hint: 'Give the author: commit.author with name and email.',
    })
  }
  const { login, id, name } = user
  return { name: name || login, email: `${id}+${login}@users.noreply.github.com` }
}
