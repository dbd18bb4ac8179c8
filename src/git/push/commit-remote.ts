import type { Base } from './base.js'
import type { CommitContent, ComposedCommit } from './compose-commit.js'

/** A repository at its host, as far as commits are put there: by a pack, or by the host's own API. */
export interface CommitRemote {
  /** The provider's name, for messages. */
  readonly provider: string
  /** Name of the repository with its host, under which what is known of it is remembered. */
  readonly place: string
  /** Where the branch stands; `null` where there is none. Asked anew at each call. */
  head(): Promise<string | null>
  /** A commit with its files; `undefined` where there is none. */
  read(oid: string): Promise<Base | undefined>
  /** Whether `head` is the commit `oid`, or stands on it. */
  holds(head: string, oid: string): Promise<boolean>
  /**
   * Makes the first commit of a repository that holds none, where commits can't be put there without one; it bears the trailer of
   * the deployment. `undefined` where the repository holds a commit.
   */
  begin?(content: CommitContent): Promise<string | undefined>
  /**
   * Puts a commit on the branch, which must stand at `from`; `null`: it must not exist. Whether it does is known by {@link CommitRemote.head}, whatever
   * is thrown.
   * @returns the id that the host gave it
   */
  send(commit: ComposedCommit, from: string | null): Promise<string>
}
