import type { Changes } from '../../spec/git-host.js'
import type { Base, RememberedBase } from './base.js'
import type { CommitRemote } from './commit-remote.js'
import type { CommitContent, ComposedCommit } from './compose-commit.js'
import type { TreeFile } from './trees.js'

/** A commit that was, or is about to be, put on a branch. */
export interface PushAttempt {
  readonly oid: string
  readonly parent: string | null
}

/** A commit that is to become the tip of a branch. */
export interface LandCommit extends CommitContent {
  readonly branch: string
  /** The commit that the branch is at; `null` where the branch does not exist. */
  readonly expectedHead: string | null
  /** What an earlier run of this deployment pushed last, or was about to; `undefined` where it expected another head. */
  readonly attempted: PushAttempt | undefined
  /** Called before the push. */
  attempt(attempt: PushAttempt): Promise<void>
  /** Whether to commit on top of what others committed, where they changed other paths than this commit does. @default false */
  readonly rebase?: boolean
  /** A commit that the branch begins at, where `expectedHead` is `null`. @default a commit without a parent */
  readonly startAt?: string
  /** Whether a branch is also begun where it would hold just what it begins at. @default false */
  readonly allowEmpty?: boolean
  /** The branch that the project stands on, where it is another one: what was left there last is what the project knows. */
  readonly origin?: string
}

/** What became of a push. */
export type PushOutcome =
  | {
      readonly result: 'pushed'
      readonly oid: string
      readonly parent: string | null
      readonly changes: Changes
      /** The tip that it was put on top of, where the project was not based on it. */
      readonly onto?: string
    }
  | { readonly result: 'unchanged'; readonly oid: string }
  /** The commit at `oid` was made by somebody else, and the commit would lose content of it: nothing was changed. */
  | {
      readonly result: 'foreign'
      readonly oid: string
      readonly changes: Changes
      /** What the last deployment from here left there; `null`: nothing is known. */
      readonly left: string | null
    }
  /**
   * The branch is not, or no longer, where it was expected: nothing was changed. `null`: there is no such branch any more.
   * @param paths Those that both have changed, where it was to be rebased.
   */
  | { readonly result: 'moved'; readonly oid: string | null; readonly paths?: readonly string[] }

/** A commit to send, or what came of it already. */
export type Next = PushOutcome | ReadyCommit

/** A commit that is to be sent. */
export interface ReadyCommit extends ComposedCommit {
  /** Where the branch stands that is to stand at this commit; `null` where it does not exist yet. */
  readonly from: string | null
  readonly onto?: string
  /** What the project holds of it, where it also holds work of others. */
  readonly project?: ReadonlyMap<string, TreeFile>
}

/** What a commit is composed with. */
export interface Work {
  readonly push: LandCommit
  readonly remote: CommitRemote
  readonly again: boolean
  /** What the branch was left at by the last deployment from here. */
  readonly recalled: Pick<RememberedBase, 'oid' | 'project'> | undefined
  baseAt(oid: string): Promise<Base>
}
