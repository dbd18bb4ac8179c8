import type { Artifact } from '../spec/artifact.js'
import type { Person } from '../spec/git-host.js'

/** A path that a commit writes or, with `oid: null`, deletes. */
export interface TreeChange {
  readonly path: string
  /** As git writes it: `100644`, `100755`, `120000` or `160000`. */
  readonly mode: string
  readonly oid: string | null
}

/** A commit that is ready to be made: its trees and its id are known before anything is sent. */
export interface CommitDraft {
  /** Id that the commit will have. */
  readonly oid: string
  readonly parent: string | null
  /** Id of the parent's root tree. */
  readonly parentTree: string | null
  /** Id of the root tree. */
  readonly tree: string
  /** The final text, with its trailer. */
  readonly message: string
  /** Author and committer, as git can write them. */
  readonly author: Person
  /** Milliseconds since the epoch; in UTC. */
  readonly date: number
  /** What differs from the parent. */
  readonly changes: readonly TreeChange[]
  /** Files whose blobs the parent does not hold, one for each id. */
  readonly blobs: readonly Artifact[]
}
