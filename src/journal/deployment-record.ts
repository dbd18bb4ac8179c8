import * as z from 'zod/mini'
import { errorInfo } from '../events/part-schemas.js'
import type { ErrorInfo } from '../spec/error.js'

/** Version of what this code writes. Entries of a higher one are left alone. */
export const recordVersion = 1

/** What the journal keeps of a deployment as a whole. JSON-safe, without a token. */
export interface DeploymentRecord {
  readonly version: typeof recordVersion
  readonly id: string
  /** Version of the library that began it. */
  readonly library: string
  /** Milliseconds since the epoch; the date of its commits. */
  readonly startedAt: number
  readonly changedAt: number
  /** `running` too where it was interrupted: only the tab that runs it knows. */
  readonly state: 'running' | 'success' | 'failure' | 'canceled'
  readonly targets: readonly RecordedTarget[]
  readonly git: RecordedGit | null
  /** The options that are plain values. */
  readonly options: Readonly<Record<string, unknown>>
  /** Names of options that held a secret, and were not written down for it. */
  readonly withheld: readonly string[]
  /** Names of the variables that the build was given; their values are not kept. */
  readonly environmentNames: readonly string[]
  /** Those of them whose values are secret. */
  readonly secretNames: readonly string[]
  /** Whether its plan was to be agreed on. */
  readonly asks: boolean
  /** Names of the targets that it has published on. */
  readonly published: readonly string[]
  /** Branches that it has committed to. */
  readonly committed: readonly string[]
  /** Address of the first release, once it is known. */
  readonly url: string | null
  /** Why it ended, where it did not end well. */
  readonly error: ErrorInfo | null
}

/** A git host as far as a later run must know it again. */
export interface RecordedGit {
  readonly name: string
  readonly repository: string
  readonly resource: string
}

/** A target as far as a later run must know it again. */
export interface RecordedTarget {
  readonly name: string
  readonly site: string
  readonly resource: string
}

export const recordSchema: z.ZodMiniType<DeploymentRecord> = z.object({
  version: z.literal(recordVersion),
  id: z.string(),
  library: z.string(),
  startedAt: z.number(),
  changedAt: z.number(),
  state: z.enum(['running', 'success', 'failure', 'canceled']),
  targets: z.array(z.object({ name: z.string(), site: z.string(), resource: z.string() })),
  git: z.nullable(z.object({ name: z.string(), repository: z.string(), resource: z.string() })),
  options: z.record(z.string(), z.unknown()),
  withheld: z.array(z.string()),
  environmentNames: z.array(z.string()),
  secretNames: z.array(z.string()),
  asks: z.boolean(),
  published: z.array(z.string()),
  committed: z.array(z.string()),
  url: z.nullable(z.string()),
  error: z.nullable(errorInfo),
})
