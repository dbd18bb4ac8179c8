import type { Context } from './context.js'
import type { Commit, Repository } from './git-host.js'
import type { RequestEstimate } from './plan.js'

/** What a host shows of a commit that is being published. */
export interface HostDeploymentInput {
  readonly repository: Repository
  readonly commit: Commit
  /** Of the host's own list: `production`, `preview`. */
  readonly environment: string
  readonly isProduction: boolean
  /** Id of the deployment: by it, what an earlier try told is known again. */
  readonly deployment: string
}

/** A deployment as the host keeps it. JSON-safe. */
export interface HostDeployment {
  readonly id: string
  readonly repository: string
  readonly environment: string
}

/** What became of it. */
export type HostDeploymentOutcome =
  | { readonly state: 'success'; readonly url: string }
  | { readonly state: 'failure'; readonly description: string }

/** Where a host shows which commit is live: a capability of hosts that were told to. */
export interface HostDeployments {
  readonly requests: { readonly begin: RequestEstimate; readonly end: RequestEstimate }
  /** Says that a commit is being published. Idempotent. */
  begin(input: HostDeploymentInput, context: Context): Promise<HostDeployment>
  /** Says what became of it. Idempotent. */
  end(deployment: HostDeployment, outcome: HostDeploymentOutcome, context: Context): Promise<void>
}
