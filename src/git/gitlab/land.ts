import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { CommitRemote } from '../push/commit-remote.js'
import type { GitConnection } from '../push/http-client.js'
import { landCommit } from '../push/land-commit.js'
import type { PushOutcome } from '../push/landing.js'
import { packRemote } from '../push/pack-remote.js'
import type { GitlabApi } from './api.js'
import { type ApiCommit, commitByApi } from './commit-by-api.js'

/** How git is reached. */
export interface GitlabGit extends GitConnection, Pick<CommitRemote, 'holds'> {
  /** Address of the repository, ending in `.git`. */
  readonly url: string
}

/** What a page meets where a host sends no CORS headers, and where its relay is down or does not let git through. */
const closed: ReadonlySet<string> = new Set(['network-unreachable', 'relay-unreachable', 'relay-refused'])

/**
 * The surest way to a branch: git's own protocol, by which a commit is always the same object and is put exactly where it belongs,
 * where there is a relay and git can even be asked where the branch stands; otherwise GitLab's Commits API.
 */
export async function landOnGitlab(
  api: GitlabApi,
  push: ApiCommit,
  { url, holds, ...connection }: GitlabGit,
  context: Context,
): Promise<PushOutcome> {
  const remote = packRemote({ url, branch: push.branch, holds, connection, place: url }, context)
  const byApi = () => commitByApi(api, push, remote, context)
  if (connection.transport === 'direct') return landCommit(push, remote, context)
  if (!context.relay) return byApi()
  let first: Promise<string | null> | undefined = remote.head()
  try {
    await first
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof RequestError) || !closed.has(error.code)) throw error
    const { provider } = connection
    context.report({ type: 'transport-change', provider, transport: 'api', reason: error.message })
    return byApi()
  }
  const head = () => {
    const asked = first ?? remote.head()
    first = undefined
    return asked
  }
  return landCommit(push, { ...remote, head }, context)
}
