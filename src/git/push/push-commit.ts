import type { Context } from '../../spec/context.js'
import type { GitConnection } from './http-client.js'
import { landCommit } from './land-commit.js'
import type { LandCommit, PushOutcome } from './landing.js'
import { packRemote } from './pack-remote.js'

/** A commit that is to become the tip of a branch by a push. */
export interface PushCommit extends LandCommit {
  /** Address of the repository, ending in `.git`. */
  readonly url: string
  /** Whether `head` is the commit `oid`, or stands on it. */
  holds(head: string, oid: string): Promise<boolean>
}

/** Commits by git's own protocol, see {@link landCommit}. */
export function pushCommit(push: PushCommit, connection: GitConnection, context: Context): Promise<PushOutcome> {
  const { url, branch, holds } = push
  return landCommit(push, packRemote({ url, branch, holds, connection, place: url }, context), context)
}
