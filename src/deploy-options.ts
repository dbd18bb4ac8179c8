import type { BuildOptions } from './build-options.js'
import type { HeadersOptions } from './headers-options.js'
import type { OptimizeOptions } from './optimize-options.js'
import type { Container } from './spec/container.js'
import type { Clock, OpenSocket } from './spec/context.js'
import type { DnsSource } from './spec/dns.js'
import type { BranchConflict, ConflictChoice, GitHost, Person } from './spec/git-host.js'
import type { ApprovalChoice, HostApproval } from './spec/host-build.js'
import type { Network } from './spec/network.js'
import type { Plan } from './spec/plan.js'
import type { ProjectOptions } from './spec/project.js'
import type { Environment } from './spec/release.js'
import type { DeploymentStorage } from './spec/storage.js'
import type { Target } from './spec/target.js'

/** What {@link deploy} is told. */
export interface DeployOptions {
  /**
   * Id of the deployment: letters, digits, `-` and `_`, at most 64. A deployment that has begun is never begun again under its id.
   * @default a random UUID
   */
  readonly id?: string
  /** The WebContainer that holds the project, already booted. */
  readonly container: Container
  /** Where the build is published. @default [] */
  readonly targets?: readonly Target[]
  /** Where the project is committed. Without it nothing is committed. */
  readonly git?: GitHost
  /** What is known of the project; anything given is used instead of being detected. */
  readonly project?: ProjectOptions
  /** `'actions'` is short for `{ where: 'actions' }`, and `'provider'` for `{ where: 'provider' }`. */
  readonly build?: BuildOptions | NonNullable<BuildOptions['where']>
  readonly commit?: {
    /** The project's source, the build's output (to a branch of its own), or both. @default 'source' */
    readonly content?: 'source' | 'artifacts' | 'both'
    /** Branch of the source. @default the default branch of the repository */
    readonly branch?: string
    /** Branch of the output. @default 'gh-pages' */
    readonly artifactsBranch?: string
    /** @default 'Deploy <name of the project>' */
    readonly message?: string
    /**
     * Folder that is the root of the repository, relative to the workdir. A project in a sub-folder (`project.root`) is committed
     * with all that stands around it.
     * @default '.'
     */
    readonly root?: string
    /** @default the owner of the token */
    readonly author?: Person
    /**
     * The commit that the project is based on, such as the one of the last deployment; `null`: the branch must not exist. A branch
     * that stands elsewhere is a conflict. Without it, a branch may stand at a commit that this browser or a deployment of the same
     * author has made; one of somebody else is a conflict as soon as any of its content would be lost.
     */
    readonly expectedHead?: string | null
  }
  /**
   * Where the release goes. The repository is committed to in either case: give a preview a `commit.branch` of its own.
   * @default 'production'
   */
  readonly environment?: Environment
  readonly files?: {
    /** Patterns as in .gitignore; what they match is neither committed nor published. */
    readonly exclude?: readonly string[]
    /** Whether source maps are published. @default 'include' */
    readonly sourceMaps?: 'include' | 'exclude'
  }
  /** Headers of the answers, as far as the user's own files say nothing of them. */
  readonly headers?: HeadersOptions
  /** How the output is made smaller. @default false */
  readonly optimize?: OptimizeOptions | false
  /** `false` trusts the provider; otherwise the address is fetched until it serves the release. */
  readonly verify?:
    | false
    | {
        /** Milliseconds. @default 60_000 */
        readonly timeLimit?: number
        /**
         * Whether the release that was live before is made live again where the address does not serve the new one, or does not answer,
         * in time. The deployment fails in either case. @default false
         */
        readonly rollback?: boolean
      }
  /**
   * Address of a relay (see `tabship/relay`), for hosts that pages cannot reach straight: git, and the live site. In a page it
   * may be relative to the page: `/relay`.
   */
  readonly relay?: string
  /** Cancels the deployment when it is aborted. */
  readonly signal?: AbortSignal
  /** Stops after the plan. @default false */
  readonly dryRun?: boolean
  /** Is shown the plan before anything is done; `false` ends the deployment. */
  readonly approve?: (plan: Plan) => boolean | Promise<boolean>
  /**
   * What becomes of the commit where its branch holds work that the project does not know; a function is shown the conflict and
   * chooses. What is published is what was built, in any case.
   * @default 'stop'
   */
  readonly onConflict?: ConflictChoice | ((conflict: BranchConflict) => ConflictChoice | Promise<ConflictChoice>)
  /**
   * Asked where a build or a publication on the git host's own machines waits for an approval that the owner of the token may
   * give. The run is followed meanwhile, and may be decided elsewhere, so it may take its time: until somebody presses a button, say.
   * @default 'wait'
   */
  readonly onApproval?: (approval: HostApproval) => ApprovalChoice | Promise<ApprovalChoice>
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch
  /**
   * How the DNS of domains is asked: a function, or the address of a resolver that answers over HTTPS with `application/dns-json`
   * and lets pages read.
   * @default 'https://cloudflare-dns.com/dns-query'
   */
  readonly dns?: DnsSource
  /**
   * Opens WebSockets, by which some providers tell the log of a build. @default the page's own, where no `fetch` is given
   */
  readonly openSocket?: OpenSocket
  /** @default the real time */
  readonly clock?: Clock
  /**
   * Where the deployment is written down while it runs, so that a closed tab loses nothing. No token is ever among it.
   * @default the browser's: `browserStorage()`; in Node memory, which ends with the deployment
   */
  readonly storage?: DeploymentStorage
  /** Whether there is a network. @default what the browser says */
  readonly network?: Network
}
