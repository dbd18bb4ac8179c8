import * as z from 'zod/mini'
import type { Schema } from '../../spec/schema.js'
import type { LogPlace } from './log.js'

/** The project was not there and is about to be created. */
interface SiteCheckpoint {
  readonly kind: 'site'
  readonly project: string
}

/** What is known of a release from its beginning on. */
interface Begun {
  /** Id of the project. */
  readonly project: string
  /** Stands in the deployment's `meta`: by it the deployment is found, should the answer never come. */
  readonly marker: string
  /** Digests whose files have arrived. */
  readonly sent: readonly string[]
  /** Id of what the production domains served when publishing first began, `null` for nothing; absent for a preview. */
  readonly before?: string | null | undefined
}

/** A deployment is about to be created, or was by a request without an answer. */
interface IntentCheckpoint extends Begun {
  readonly kind: 'intent'
}

/** Vercel has said which files it lacks: there is no deployment yet. */
interface FilesCheckpoint extends Begun {
  readonly kind: 'files'
}

/** A deployment is under way. */
export interface DeploymentCheckpoint extends Begun {
  readonly kind: 'deployment'
  /** Id of the deployment. */
  readonly deployment: string
  /** How far the log of its build has been told. */
  readonly logged?: LogPlace | undefined
}

/** What is saved of a release. */
export type BegunCheckpoint = IntentCheckpoint | FilesCheckpoint | DeploymentCheckpoint

/** What a run saves, for a later one to go on with. */
export type Checkpoint = SiteCheckpoint | BegunCheckpoint

const begun = {
  project: z.string(),
  marker: z.string(),
  sent: z.array(z.string()),
  before: z.optional(z.nullable(z.string())),
}

export const checkpointSchema: Schema<Checkpoint> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('site'), project: z.string() }),
  z.object({ kind: z.literal('intent'), ...begun }),
  z.object({ kind: z.literal('files'), ...begun }),
  z.object({
    kind: z.literal('deployment'),
    ...begun,
    deployment: z.string(),
    logged: z.optional(z.object({ since: z.number(), ids: z.array(z.string()) })),
  }),
])
