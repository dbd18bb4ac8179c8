import type { Artifact } from './artifact.js'
import type { Context, Reply, RequestOptions } from './context.js'
import type { HostBuilds } from './host-build.js'
import type { HostDeployments } from './host-deployment.js'
import type { HostLink } from './host-link.js'
import type { RequestEstimate } from './plan.js'
import type { HostPullRequests } from './publication.js'
import type { RepositorySetup } from './repository-setup.js'
import type { Schema } from './schema.js'

/** A repository, found or created, with the commit that a branch stood at. JSON-safe. */
export interface Repository {
  /** `owner/name` as the host spells it. */
  readonly fullName: string
  /** Its page for people. */
  readonly url: string
  readonly defaultBranch: string
  /** Whether this deployment made it. */
  readonly created: boolean
  /** Object id that each branch of interest stands at; `null` where the branch does not exist yet. */
  readonly heads: Readonly<Record<string, string | null>>
}

/** Author or committer of a commit. */
export interface Person {
  readonly name: string
  readonly email: string
}

/** What a commit is made of: the whole content of a branch, so that files missing here are deleted there. */
export interface CommitInput {
  readonly repository: Repository
  readonly branch: string
  readonly artifacts: readonly Artifact[]
  /**
   * Paths that exist in the project but are not read, such as secrets, and links where nothing tells where they lead: they stay
   * as the branch has them.
   */
  readonly keep: readonly string[]
  readonly message: string
  /** Id of the deployment: goes into the commit as a trailer, by which later deployments know it as theirs. */
  readonly deployment: string
  /** `null`: the owner of the token. */
  readonly author: Person | null
  /** Milliseconds since the epoch; author and committer date, so that a repeated commit is the same object. */
  readonly date: number
  /** The commit that the branch must still be at; `null`: it must not exist. Anything else is a conflict. */
  readonly expectedHead: string | null
  /**
   * Whether the caller said that the project is based on `expectedHead`. Otherwise a commit that no deployment made must not
   * lose any of its content.
   */
  readonly based: boolean
  /** Where a branch begins that does not exist yet, and the branch that this commit is of. @default a commit without a parent */
  readonly startFrom?: { readonly oid: string; readonly branch: string } | undefined
  /** Asked where the branch holds work that the project does not know. @default stop */
  readonly onConflict?: ((conflict: BranchConflict) => ConflictChoice | Promise<ConflictChoice>) | undefined
}

/**
 * What becomes of a commit to a branch that has moved: `rebase` puts it on top of what others committed, where both touch
 * different files; `branch` puts it on a branch of its own and opens a pull request; `stop` ends the deployment. Nobody's commit is
 * ever lost.
 */
export type ConflictChoice = 'stop' | 'rebase' | 'branch'

/** A branch that holds work that the project does not know. JSON-safe. */
export interface BranchConflict {
  readonly branch: string
  /** The commit that the branch was expected at; `null`: it was not to exist, or nobody knows what the project is based on. */
  readonly expected: string | null
  /** The commit that it is at. */
  readonly found: string
  /** Who made that commit, and what its message begins with; `null` where the host did not tell. */
  readonly author: string | null
  readonly subject: string | null
  /** ISO 8601. */
  readonly date: string | null
  /** Its page for people. */
  readonly url: string | null
  /** What both have changed, where a rebase has been tried; otherwise `null`. */
  readonly paths: readonly string[] | null
  /** What can be chosen instead of `stop`. */
  readonly choices: readonly ConflictChoice[]
}

/** A pull request, or what the host calls it. JSON-safe. */
export interface PullRequest {
  readonly number: number
  /** Its page for people. */
  readonly url: string
}

/** How many files a commit adds, changes and deletes, against its parent. */
export interface Changes {
  readonly added: number
  readonly changed: number
  readonly deleted: number
}

/** A commit that the branch now stands at. JSON-safe. */
export interface Commit {
  readonly oid: string
  readonly parent: string | null
  readonly branch: string
  /** Its page for people. */
  readonly url: string
  readonly changes: Changes
  /** `false` where the branch already held exactly this content and no commit was made. */
  readonly created: boolean
  /** Opened because the branch that it was meant for had moved. */
  readonly pullRequest?: PullRequest | undefined
}

/** What is planned, as far as it is known before anything is built. */
export interface AccessInput {
  /** `undefined`: the default branch. */
  readonly branch: string | undefined
  /** All branches that are committed to, as far as they are named. @default nothing is set up, and so none matters */
  readonly branches?: readonly string[]
  readonly artifacts: readonly Artifact[]
  /** Whether anything is published, so that there is something to show of it. @default false */
  readonly publishes?: boolean
}

/** What a token may do, compared with what is planned: a capability of hosts that tell. */
export interface HostAccess {
  /** What must be asked before anything is built or written; empty: nothing. */
  needs(input: AccessInput): readonly string[]
  readonly requests: RequestEstimate
  /** @throws AuthError that names what the token lacks. */
  check(input: AccessInput, context: Context): Promise<void>
}

/** A question to the host's own API. The path begins with a slash, behind the API's address. */
export interface HostRequest
  extends Pick<RequestOptions, 'purpose' | 'method' | 'json' | 'accept' | 'idempotent' | 'timeLimit' | 'check'> {
  readonly path: string
}

/** The port of a git host. */
export interface GitHost<Checkpoint = unknown> {
  readonly name: string
  /** `owner/name`, or `name` for the owner of the token. */
  readonly repository: string
  /** The place that {@link GitHost.repository} names, in one spelling, with its host: `api.github.com acme/shop`. */
  readonly resource: string
  readonly checkpoint: Schema<Checkpoint>
  /** Texts that must never be shown, as far as they are known: its tokens. */
  secrets?(): readonly string[]
  readonly access?: HostAccess | undefined
  readonly setup?: RepositorySetup | undefined
  readonly deployments?: HostDeployments | undefined
  readonly pullRequests?: HostPullRequests | undefined
  readonly builds?: HostBuilds | undefined
  readonly link?: HostLink | undefined
  /** How many requests {@link GitHost.prepare} and {@link GitHost.commit} will send. */
  readonly requests: { readonly prepare: RequestEstimate; readonly commit: RequestEstimate }
  /**
   * Refuses files that the host does not take, before anything is sent.
   * @param way Whether there is a relay: without one, it may take less.
   * @throws OptionsError `file-too-large`
   */
  admit?(artifacts: readonly Artifact[], way?: { readonly relay: boolean }): void
  /** Foresees a commit before anything is known of the branch: at the most, all of it is new there. */
  estimate?(input: {
    /** `null`: only the build can tell. */
    readonly artifacts: readonly Artifact[] | null
    /** Whether there is a relay. */
    readonly relay: boolean
  }): {
    readonly requests: RequestEstimate
    /** Milliseconds. */
    readonly duration: number
    /** What the plan adds to its line; empty, or beginning with a comma. */
    readonly note: string
  }
  /** Finds the repository or creates it, and reads the heads of its default branch and of `branches`. Idempotent. */
  prepare(
    input: {
      readonly branches: readonly string[]
      /** Owner of the repository that an earlier run of the deployment prepared: another one would make it another repository. */
      readonly owner?: string
      /** Size of the largest commit that is to come, as far as it is known. */
      readonly bytes?: number
      /**
       * Whether only the heads of `branches` are wanted, of which there are some: a host may leave out the default branch then, and
       * judge by the others whether it is new.
       * @default false
       */
      readonly only?: boolean
    },
    context: Context<Checkpoint>,
  ): Promise<Repository>
  /** Whether a repository that an earlier run prepared is still there. */
  confirmRepository(repository: Repository, context: Context<Checkpoint>): Promise<boolean>
  /** Whether a commit that an earlier run made is still part of its branch. */
  confirmCommit(commit: Commit, repository: Repository, context: Context<Checkpoint>): Promise<boolean>
  /** Commits the content to the branch; never rewrites what is there. */
  commit(input: CommitInput, context: Context<Checkpoint>): Promise<Commit>
  /** Asks the host's own API, with the host's authorization: a capability, for what builds on the host. */
  request?(request: HostRequest, context: Context): Promise<Reply>
}
