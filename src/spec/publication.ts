import type { Context } from './context.js'
import type { Commit, PullRequest, Repository } from './git-host.js'
import type { RequestEstimate } from './plan.js'
import type { Environment } from './release.js'

/** How far one target's release of a commit is. JSON-safe. */
export interface PublicationState {
  /** Name of the target. */
  readonly target: string
  readonly state: 'deploying' | 'live' | 'verified' | 'failed'
  /** Address of the release; `null` before it is live. */
  readonly url: string | null
}

/** What people who look at a pull request are told of a commit that is being published. */
export interface Publication {
  readonly repository: Repository
  readonly commit: Commit
  readonly environment: Environment
  readonly targets: readonly PublicationState[]
  /** Why it failed; `null` where it did not. */
  readonly problem: string | null
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** Where a host tells people what became of a commit, on its pull request: a capability of hosts that were told to. */
export interface HostPullRequests {
  readonly requests: RequestEstimate
  /** The pull request of a commit; `null` where there is none. */
  find(
    input: { readonly repository: Repository; readonly commit: Commit },
    context: Context,
  ): Promise<PullRequest | null>
  /** Says how far the publication is, in place of what was said before. Idempotent. */
  tell(pullRequest: PullRequest, publication: Publication, context: Context): Promise<void>
}
