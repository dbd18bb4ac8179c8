import * as z from 'zod/mini'
import type { Schema } from '../../spec/schema.js'

/** The site was not there and is about to be created. */
interface SiteCheckpoint {
  readonly kind: 'site'
  readonly site: string
}

/** A deployment is about to be created. */
export interface IntentCheckpoint {
  readonly kind: 'intent'
  /** Id of the site. */
  readonly site: string
  /** By it the deployment is found, should the answer never come. */
  readonly marker: string
  /** Id of what the site's address served when publishing first began, `null` for nothing; absent for a preview. */
  readonly before?: string | null | undefined
}

/** A deployment is under way. */
export interface DeployCheckpoint extends Pick<IntentCheckpoint, 'site' | 'before'> {
  readonly kind: 'deploy'
  /** Id of the deployment. */
  readonly deploy: string
  /** SHA-1 of all paths and digests. */
  readonly manifest: string
  /** Digests whose files have arrived. */
  readonly sent: readonly string[]
  /** Whether its source was sent, to be built there. */
  readonly isZipped?: boolean | undefined
  /** Lines of its build's log that have been told. */
  readonly logged?: number | undefined
}

/** What a run saves, for a later one to go on with. */
export type Checkpoint = SiteCheckpoint | IntentCheckpoint | DeployCheckpoint

const site = z.string()
const before = z.optional(z.nullable(z.string()))

export const checkpointSchema: Schema<Checkpoint> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('site'), site }),
  z.object({ kind: z.literal('intent'), site, marker: z.string(), before }),
  z.object({
    kind: z.literal('deploy'),
    site,
    deploy: z.string(),
    manifest: z.string(),
    sent: z.array(z.string()),
    isZipped: z.optional(z.boolean()),
    logged: z.optional(z.number()),
    before,
  }),
])
