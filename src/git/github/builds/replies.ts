import * as z from 'zod/mini'
import type { GithubApi } from '../api.js'
import type { TokenScopes } from '../rights/token-scopes.js'

/** What runs are asked about with. */
export interface BuildTools {
  readonly api: GithubApi
  readonly scopes: TokenScopes
  /** Where GitHub's pages are: `https://github.com`. */
  readonly web: string
}

/** A run (`workflow-run`). */
export interface Run {
  readonly id: number
  readonly status: string | null
  readonly conclusion: string | null
  readonly run_attempt: number
  readonly display_title: string
  readonly html_url: string
  /** Of the workflow's file, in a reusable one with `@` and a ref. */
  readonly path?: string | undefined
}

/** Of a job or a step of it. */
export interface Times {
  readonly started_at?: string | null | undefined
  readonly completed_at?: string | null | undefined
}

/** A job of a run (`job`). */
export interface Job extends Times {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly html_url: string | null
  readonly steps: readonly (Times & {
    readonly number: number
    readonly name: string
    readonly status: string
    readonly conclusion: string | null
  })[]
}

/** What a run waits for (`pending-deployment`). */
export type Pending = readonly {
  readonly environment: { readonly id: number; readonly name: string }
  readonly wait_timer: number
  readonly wait_timer_started_at: string | null
  readonly current_user_can_approve: boolean
  readonly reviewers: readonly {
    readonly reviewer?: { readonly login?: string | undefined; readonly slug?: string | undefined } | undefined
  }[]
}[]

/** A file that a run has left (`artifact`). */
export interface RunArtifact {
  readonly id: number
  readonly size_in_bytes: number
  readonly expired: boolean
  readonly digest?: string | null | undefined
}

const name = z.optional(z.string())
const conclusion = z.nullable(z.string())

export const runSchema: z.ZodMiniType<Run> = z.object({
  id: z.number(),
  status: z.nullable(z.string()),
  conclusion,
  run_attempt: z._default(z.number(), 1),
  display_title: z.string(),
  html_url: z.string(),
  path: name,
})
export const runsSchema: z.ZodMiniType<{ readonly workflow_runs: readonly Run[] }> = z.object({
  workflow_runs: z.array(runSchema),
})

/** What is answered to who starts a run (`workflow-dispatch-response`). */
export const dispatchSchema: z.ZodMiniType<{ readonly workflow_run_id: number }> = z.object({
  workflow_run_id: z.number(),
})

const time = z.optional(z.nullable(z.string()))
const times = { started_at: time, completed_at: time }
const step = z.object({ number: z.number(), name: z.string(), status: z.string(), conclusion, ...times })
export const jobsSchema: z.ZodMiniType<{ readonly jobs: readonly Job[] }> = z.object({
  jobs: z.array(
    z.object({
      ...{ id: z.number(), name: z.string(), status: z.string(), conclusion, html_url: z.nullable(z.string()) },
      ...times,
      steps: z._default(z.array(step), []),
    }),
  ),
})

export const pendingSchema: z.ZodMiniType<Pending> = z.array(
  z.object({
    environment: z.object({ id: z.number(), name: z.string() }),
    wait_timer: z.number(),
    wait_timer_started_at: z.nullable(z.string()),
    current_user_can_approve: z.boolean(),
    reviewers: z.array(z.object({ reviewer: z.optional(z.object({ login: name, slug: name })) })),
  }),
)

export const artifactsSchema: z.ZodMiniType<{ readonly artifacts: readonly RunArtifact[] }> = z.object({
  artifacts: z.array(
    z.object({
      ...{ id: z.number(), size_in_bytes: z.number(), expired: z.boolean() },
      digest: z.optional(z.nullable(z.string())),
    }),
  ),
})
