import * as z from 'zod/mini'

/** What is saved of a build before it does the next thing. */
export type BuildCheckpoint =
  /** A run is about to be started. */
  | {
      readonly kind: 'intent'
      /** `owner/name` */
      readonly repository: string
      readonly file: string
      /** Id of the deployment. */
      readonly deployment: string
    }
  /** A push has started a run, which is about to be found. */
  | {
      readonly kind: 'push'
      /** `owner/name` */
      readonly repository: string
      readonly branch: string
      readonly commit: string
      readonly file: string
    }
  | {
      readonly kind: 'run'
      readonly id: number
      /** `owner/name` */
      readonly repository: string
      readonly attempt: number
      /** Whether it ended otherwise than well, or was canceled, and its user was told so: then it is started again. */
      readonly told: boolean
    }

const text = z.string()

/** Reads a {@link BuildCheckpoint} back. */
export const buildCheckpointSchema: z.ZodMiniType<BuildCheckpoint> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('intent'), repository: text, file: text, deployment: text }),
  z.object({ kind: z.literal('push'), repository: text, branch: text, commit: text, file: text }),
  z.object({ kind: z.literal('run'), id: z.number(), repository: text, attempt: z.number(), told: z.boolean() }),
])
