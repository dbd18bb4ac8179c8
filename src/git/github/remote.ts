import type { Context } from '../../spec/context.js'
import type { CommitRemote } from '../push/commit-remote.js'
import { fallbackRemote } from '../push/fallback-remote.js'
import type { GitConnection } from '../push/http-client.js'
import { packRemote } from '../push/pack-remote.js'
import type { GithubApi } from './api.js'
import { apiRemote } from './api-remote.js'
import { isPartOf } from './repository.js'

/** A branch of a repository, and the ways to it. */
export interface GithubRemoteOptions {
  readonly api: GithubApi
  /** How git itself is reached; `direct` only where it sends CORS headers, or where there is no browser. */
  readonly connection: GitConnection
  /** Address of the repository for git, ending in `.git`. */
  readonly url: string
  /** `owner/name` */
  readonly fullName: string
  readonly branch: string
}

/**
 * The quickest way to a branch: git's own protocol where there is a relay and it can be reached, otherwise GitHub's API, which
 * answers pages itself and takes far longer where many files are new.
 */
export function githubRemote(options: GithubRemoteOptions, context: Context): CommitRemote {
  const { api, connection, url, fullName, branch } = options
  const holds = (head: string, oid: string) => isPartOf(api, fullName, oid, head, context)
  const byApi = apiRemote({ api, fullName, branch, place: url }, context)
  const byGit = packRemote({ url, branch, holds, connection, place: url }, context)
  if (connection.transport === 'direct') return byGit
  return context.relay ? fallbackRemote(byGit, byApi, context) : byApi
}
