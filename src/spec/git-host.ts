import type { Artifact } from './artifact.js'
import type { Context } from './context.js'
import type { RequestEstimate } from './plan.js'
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
  /** Paths that exist in the project but are not read, such as symbolic links and secrets: they stay as the branch has them. */
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
  /** How many requests {@link GitHost.prepare} and {@link GitHost.commit} will send. */
  readonly requests: { readonly prepare: RequestEstimate; readonly commit: RequestEstimate }
  /** Finds the repository or creates it, and reads the heads of its default branch and of `branches`. Idempotent. */
  prepare(
    input: {
      readonly branches: readonly string[]
      /** Owner of the repository that an earlier run of the deployment prepared: another one would make it another repository. */
      readonly owner?: string
    },
    context: Context<Checkpoint>,
  ): Promise<Repository>
  /** Whether a repository that an earlier run prepared is still there. */
  confirmRepository(repository: Repository, context: Context<Checkpoint>): Promise<boolean>
  /** Whether a commit that an earlier run made is still part of its branch. */
  confirmCommit(commit: Commit, repository: Repository, context: Context<Checkpoint>): Promise<boolean>
  /** Commits the content to the branch; never rewrites what is there. */
  commit(input: CommitInput, context: Context<Checkpoint>): Promise<Commit>
}
