/** How many requests a step will send to a provider. `most` is `null` where only the files, once built, can tell. */
export interface RequestEstimate {
  readonly least: number
  readonly most: number | null
}

/** What a step says of itself before it runs. */
export interface PlanLine {
  /** What it will do, in one line for people. */
  readonly description: string
  /** Number of files it handles; 0 for a step that handles none, `null` when only the build can tell. */
  readonly files: number | null
  /** Bytes of those files. */
  readonly bytes: number | null
  /** `null` for a step that talks to no provider. */
  readonly requests: RequestEstimate | null
  /** Expected milliseconds: the weight of the step in the overall progress. */
  readonly duration: number
  /** How its files travel, in a few words; absent where there is but one way. */
  readonly way?: string | undefined
}

/** One line of a plan, in its place in the graph. */
export interface PlanStep extends PlanLine {
  readonly id: string
  readonly title: string
  /** Ids of the steps that must have ended before this one starts. */
  readonly needs: readonly string[]
}

/** Something that does not stop a deployment, but that its user should know. */
export interface Warning {
  /** Stable machine-readable code, for example `rewrite-missing`. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint: string
}

/** What a deployment is going to do, before it does anything: JSON-safe, and made without touching a network. */
export interface Plan {
  readonly steps: readonly PlanStep[]
  readonly warnings: readonly Warning[]
}
