import type { Context } from './context.js'
import type { Repository } from './git-host.js'
import type { RequestEstimate } from './plan.js'

/** One setting of a repository, compared with what is wanted, and made or changed where it differed. JSON-safe. */
export interface SetupChange {
  /** Its kind as the host calls it: `topics`, `secret`, `webhook`. */
  readonly setting: string
  /** Which one, where there may be more: the name of a secret. Never a secret itself. */
  readonly name: string
  readonly change: 'created' | 'changed' | 'unchanged' | 'removed'
  /** Name of the target whose setting it is; absent for a setting of the repository. */
  readonly target?: string | undefined
}

/** Before the commit: what its checks and workflows need to be there. After it: what needs the branch, or would stand in its way. */
export type SetupPhase = 'before-commit' | 'after-commit'

/** How a repository is set up: a capability of hosts that were told how. */
export interface RepositorySetup {
  /** What will be looked at, a line each. */
  readonly settings: readonly { readonly phase: SetupPhase; readonly description: string }[]
  requests(phase: SetupPhase): RequestEstimate
  /** Reads, and writes only what differs; reports each setting as `setting-ready`. Idempotent. */
  apply(phase: SetupPhase, repository: Repository, context: Context): Promise<readonly SetupChange[]>
}
