import * as z from 'zod/mini'
import type { Schema } from '../../spec/schema.js'

/** What of a release without an account is known before it is asked for. */
interface Begun {
  /** The token that goes on with the site and claims it, sealed: nobody else can read it. */
  readonly token: string
  /** SHA-1 of all paths and digests. */
  readonly manifest: string
}

/** A site is about to be made, or was by a request without an answer. */
interface IntentCheckpoint extends Begun {
  readonly kind: 'intent'
}

/** A site is there, and its deployment under way. */
export interface SiteCheckpoint extends Begun {
  readonly kind: 'deploy'
  /** Id of the site. */
  readonly site: string
  /** The first label of its address. */
  readonly name: string
  /** Id of the deployment. */
  readonly deploy: string
  /** When Netlify removes it unless it is claimed: milliseconds since the epoch. */
  readonly expiresAt: number
  /** Digests that Netlify asked for. */
  readonly required: readonly string[]
  /** Digests whose files have arrived. */
  readonly sent: readonly string[]
}

/** What a run without an account saves, for a later one to go on with. */
export type DropCheckpoint = IntentCheckpoint | SiteCheckpoint

const begun = { token: z.string(), manifest: z.string() }
const digests = z.array(z.string())

export const dropCheckpointSchema: Schema<DropCheckpoint> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('intent'), ...begun }),
  z.object({
    kind: z.literal('deploy'),
    ...begun,
    site: z.string(),
    name: z.string(),
    deploy: z.string(),
    expiresAt: z.number(),
    required: digests,
    sent: digests,
  }),
])
