import * as z from 'zod/mini'

/** What a git host saves of a step before it does it. */
export type Checkpoint = RepositoryCheckpoint | CommitCheckpoint

/** A repository that is about to be created. */
export interface RepositoryCheckpoint {
  readonly kind: 'repository'
  /** Full name of a repository that was not there. */
  readonly creating: string
}

/** A commit that is about to be pushed: by it, it is known again, should the answer never come. */
export interface CommitCheckpoint {
  readonly kind: 'commit'
  /** Asked anew, the owner of the token may have another name, or the token another owner. */
  readonly author: { readonly name: string; readonly email: string }
  readonly expectedHead: string | null
  /** The expected head, or an earlier commit of the same deployment on top of it. */
  readonly parent: string | null
  readonly oid: string
  /** What was chosen where the branch had moved. */
  readonly choice?: 'rebase' | 'branch' | undefined
  /** Where a new branch begins. */
  readonly startAt?: string | undefined
  /** Where the branch of its own stood; `null`: there was none. */
  readonly ownHead?: string | null | undefined
}

const oid = z.nullable(z.string())

/** Reads a {@link Checkpoint} back. */
export const checkpointSchema: z.ZodMiniType<Checkpoint> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('repository'), creating: z.string() }),
  z.object({
    kind: z.literal('commit'),
    author: z.object({ name: z.string(), email: z.string() }),
    expectedHead: oid,
    parent: oid,
    oid: z.string(),
    choice: z.optional(z.enum(['rebase', 'branch'])),
    startAt: z.optional(z.string()),
    ownHead: z.optional(oid),
  }),
])
