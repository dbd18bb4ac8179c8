import type { Value } from './expressions/values.js'

type Scalar = string | number | boolean | null
type Text = string | number | boolean
type Texts = Readonly<Record<string, Scalar>>

/** What a job's token may do, by scope, such as `contents` and `pages`. */
export type Permissions =
  | 'read-all'
  | 'write-all'
  | Readonly<Record<string, 'read' | 'write' | 'none'>>
  | null
  | undefined
/** A concurrency group as the file says. */
export type ConcurrencyDefinition =
  | string
  | { readonly group: string; readonly 'cancel-in-progress'?: boolean | string | undefined }
/** `defaults`. */
export interface Defaults {
  readonly run?: { readonly shell?: string | undefined; readonly 'working-directory'?: string | undefined } | undefined
}

/** A step as the file says. */
export interface StepDefinition {
  readonly id?: string | undefined
  readonly name?: Text | undefined
  readonly if?: Scalar | undefined
  readonly run?: string | undefined
  readonly uses?: string | undefined
  readonly with?: Texts | undefined
  readonly env?: Texts | undefined
  readonly shell?: string | undefined
  readonly 'working-directory'?: string | undefined
  readonly 'continue-on-error'?: boolean | string | undefined
  readonly 'timeout-minutes'?: number | string | undefined
}

/** A job as the file says. */
export interface JobDefinition {
  readonly name?: Text | undefined
  readonly needs?: string[] | undefined
  readonly if?: Scalar | undefined
  readonly 'runs-on'?: Value | undefined
  readonly environment?: string | { readonly name: string; readonly url?: string | undefined } | undefined
  readonly permissions?: Permissions
  readonly outputs?: Texts | undefined
  readonly env?: Texts | undefined
  readonly defaults?: Defaults | undefined
  readonly strategy?:
    | {
        readonly matrix?: string | Readonly<Record<string, Value>> | undefined
        readonly 'fail-fast'?: boolean | string | undefined
        readonly 'max-parallel'?: number | string | undefined
      }
    | undefined
  readonly 'continue-on-error'?: boolean | string | undefined
  readonly 'timeout-minutes'?: number | string | undefined
  readonly concurrency?: ConcurrencyDefinition | undefined
  readonly steps?: StepDefinition[] | undefined
  readonly uses?: string | undefined
  readonly with?: Texts | undefined
  readonly secrets?: unknown
  readonly container?: unknown
  readonly services?: unknown
}

/** `branches`, `paths` and the like of `push` and `pull_request`. */
export interface EventFilters {
  readonly branches?: string[] | undefined
  readonly 'branches-ignore'?: string[] | undefined
  readonly tags?: string[] | undefined
  readonly 'tags-ignore'?: string[] | undefined
  readonly paths?: string[] | undefined
  readonly 'paths-ignore'?: string[] | undefined
  readonly types?: string[] | undefined
}

/** An input of `workflow_dispatch`; `null`: nothing is said of it. */
export type InputDefinition = {
  readonly description?: Text | undefined
  readonly required?: boolean | undefined
  readonly default?: Scalar | undefined
  readonly type?: 'string' | 'boolean' | 'choice' | 'number' | 'environment' | undefined
  readonly options?: Text[] | undefined
  readonly deprecationMessage?: string | undefined
} | null

/** A workflow as its file says. */
export interface Workflow {
  readonly name?: Text | undefined
  readonly 'run-name'?: Text | undefined
  readonly on: {
    readonly push?: EventFilters | null | undefined
    readonly pull_request?: EventFilters | null | undefined
    readonly workflow_dispatch?:
      | { readonly inputs?: Readonly<Record<string, InputDefinition>> | null | undefined }
      | null
      | undefined
    readonly [event: string]: unknown
  }
  readonly env?: Texts | undefined
  readonly defaults?: Defaults | undefined
  readonly permissions?: Permissions
  readonly concurrency?: ConcurrencyDefinition | undefined
  readonly jobs: Readonly<Record<string, JobDefinition>>
}
