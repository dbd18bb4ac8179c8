import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { GitHost } from '../../spec/git-host.js'
import type { HostBuilds } from '../../spec/host-build.js'
import type { Schema } from '../../spec/schema.js'

/** What a run saves, for a later one to go on with. */
export type Checkpoint =
  /** The repository is about to be made, as the host itself has saved; or its site is, with `pages`. */
  | { readonly kind: 'site'; readonly pages?: boolean | undefined; readonly host?: unknown }
  /** The files are about to be committed. */
  | {
      readonly kind: 'commit'
      /** Milliseconds since the epoch: a repeated commit is the same object. */
      readonly date: number
      /** The commit that the branch was at. */
      readonly head: string | null
      readonly host?: unknown
      /** The run that publishes a commit, as the host itself has saved. */
      readonly run?: { readonly commit: string; readonly saved: unknown } | undefined
    }

export const checkpointSchema: Schema<Checkpoint> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('site'), pages: z.optional(z.boolean()), host: z.optional(z.unknown()) }),
  z.object({
    kind: z.literal('commit'),
    date: z.number(),
    head: z.nullable(z.string()),
    host: z.optional(z.unknown()),
    run: z.optional(z.object({ commit: z.string(), saved: z.unknown() })),
  }),
])

/** The context that the host is given: what it saves is kept within what the target saves. */
export function hostContext(host: GitHost, context: Context<Checkpoint>, own: Checkpoint): Context {
  const { saved } = context
  const earlier = saved?.kind === own.kind ? saved.host : undefined
  return {
    ...context,
    saved: earlier === undefined ? undefined : host.checkpoint.parse(earlier),
    save: (checkpoint) => context.save({ ...own, host: checkpoint }),
  }
}

/** The same for the run that publishes a commit. @param latest What the target has saved last. */
export function buildContext(
  builds: HostBuilds,
  context: Context<Checkpoint>,
  commit: string,
  latest: Checkpoint,
): Context {
  const known = latest.kind === 'commit' && latest.run?.commit === commit ? latest.run : undefined
  return {
    ...context,
    saved: known && builds.checkpoint.parse(known.saved),
    save: (saved) => context.save(latest.kind === 'commit' ? { ...latest, run: { commit, saved } } : latest),
  }
}
