import type { Context } from './context.js'
import type { Commit, Repository } from './git-host.js'
import type { RequestEstimate } from './plan.js'
import type { Project } from './project.js'
import type { Schema } from './schema.js'

/** What a host is told to write a recipe from: the file by which its machines build the project. */
export interface HostRecipeInput {
  readonly project: Project
  /** Folder of the project below the root of the repository; `.` is the root itself. */
  readonly folder: string
  /** What is committed, below the root of the repository. */
  readonly paths: readonly string[]
  /** Name of the recipe's file. */
  readonly file: string
  /** Environment variables of the commands. Everyone who may read the repository reads them. */
  readonly env: Readonly<Record<string, string>>
  /** Names of secrets that the host keeps, which the commands get under the same names. */
  readonly secrets: readonly string[]
  /** Of the host's environments, whose rules (reviewers, a wait) then hold for the build. */
  readonly environment: string | undefined
  /** What the host calls the machine; `undefined`: its usual one. */
  readonly machine: string | undefined
  /** Milliseconds that each command may take. */
  readonly timeLimit: number
}

/** A file that goes into the commit. */
export interface HostRecipe {
  /** Below the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A run on a host's own machines: a build, or a publication. JSON-safe. */
export interface HostRun {
  readonly id: string
  /** `owner/name` */
  readonly repository: string
  /** From 1; a run that is started again counts on. */
  readonly attempt: number
  /** Its page for people. */
  readonly url: string
}

/** When a part of a run began and ended, by the host's clock and as finely as it tells; milliseconds since the epoch. */
export interface HostTimes {
  /** `null` before it begins. */
  readonly startedAt: number | null
  /** `null` before its end. */
  readonly endedAt: number | null
}

/** A part of a run that one machine does. JSON-safe. */
export interface HostJob extends HostTimes {
  readonly id: string
  readonly name: string
  /** As the host calls it: `queued`, `waiting`, `in_progress`, `completed`. */
  readonly state: string
  /** What it came to: `success`, `failure`, `cancelled`; `null` before its end. */
  readonly conclusion: string | null
  /** Its page for people. */
  readonly url: string | null
}

/** One step of a job. JSON-safe. */
export interface HostJobStep extends HostTimes {
  /** Id of the job. */
  readonly job: string
  /** From 1. */
  readonly number: number
  readonly name: string
  readonly state: string
  readonly conclusion: string | null
}

/** A run that waits until somebody lets it go on, or until a time has passed. JSON-safe. */
export interface HostApproval {
  /** Id of the run. */
  readonly run: string
  /** The host's environments that it waits for. */
  readonly environments: readonly string[]
  /** Who may decide, one of them at least: `login`, or `team`. Empty where only a time has to pass. */
  readonly reviewers: readonly string[]
  /** Whether the owner of the token may decide for all of the environments. */
  readonly canDecide: boolean
  /** Milliseconds since the epoch at which the wait of the environments is over; `null` where there is none. */
  readonly until: number | null
  /** Where people decide. */
  readonly url: string
}

/** `wait`: somebody else decides, or it is decided on the host's own page. */
export type ApprovalChoice = 'approve' | 'reject' | 'wait'

/** What is built. */
export interface HostBuildInput {
  readonly repository: Repository
  /** Holds the recipe. */
  readonly commit: Commit
  /** Name of the recipe's file. */
  readonly file: string
  /** Names of the secrets that the commands get, which the host has to keep. */
  readonly secrets: readonly string[]
  /** Of the host's environments, whose secrets they may be, too. */
  readonly environment: string | undefined
  /** Id of the deployment: by it, a run that an earlier try started is known again. */
  readonly deployment: string
  /** Asked wherever the run waits for an approval that the owner of the token may give. @default wait */
  readonly onApproval?: ((approval: HostApproval) => ApprovalChoice | Promise<ApprovalChoice>) | undefined
}

/** A push that starts a build by itself. */
export interface HostPushInput {
  /** `owner/name` */
  readonly repository: string
  readonly branch: string
  /** Id of the commit that was pushed, or was there already. */
  readonly commit: string
  /** Name of the recipe's file. */
  readonly file: string
  /** Whether a run is started again that has ended before: none, where the push is new; else one that came to nothing, or any. */
  readonly again: 'never' | 'failed' | 'always'
  /** Asked wherever the run waits for an approval that the owner of the token may give. @default wait */
  readonly onApproval?: ((approval: HostApproval) => ApprovalChoice | Promise<ApprovalChoice>) | undefined
}

/** What a run came to. */
export interface HostBuildOutcome {
  readonly run: HostRun
  /** `rejected`: nobody let it go on; `blocked`: the host wants something of its user first; `empty`: it left no output. */
  readonly result: 'success' | 'empty' | 'failure' | 'timeout' | 'canceled' | 'rejected' | 'blocked'
  /** The job and the step that it failed in, where the host tells. */
  readonly job: string | null
  readonly step: string | null
  /** The last lines of that job's log, where they could be had. */
  readonly log: readonly string[]
}

/** Builds on the host's own machines: a capability. */
export interface HostBuilds<Checkpoint = unknown> {
  /** As people know it: `GitHub Actions`. */
  readonly name: string
  /** Reads back what {@link HostBuilds.run} saved. */
  readonly checkpoint: Schema<Checkpoint>
  readonly requests: { readonly run: RequestEstimate; readonly fetch: RequestEstimate }
  /** Writes the recipe. Pure. */
  recipe(input: HostRecipeInput): HostRecipe
  /** Whether a file in the recipe's place was written by {@link HostBuilds.recipe}, and may be replaced. */
  ownsRecipe(text: string): boolean
  /**
   * Starts the run, or finds the one that an earlier try started, and follows it to its end. One that would lack a secret is not
   * started. Reports `run-start`, `run-job`,
   * `run-step`, `approval-wait` and `approval-end`. A run that has failed, and whose failure was told, is started again.
   */
  run(input: HostBuildInput, context: Context<Checkpoint>): Promise<HostBuildOutcome>
  /** Finds the run that a push has started, and follows it as {@link HostBuilds.run} does. */
  follow(input: HostPushInput, context: Context<Checkpoint>): Promise<HostBuildOutcome>
  /** Whether what a run made can still be fetched. */
  confirm(run: HostRun, context: Context<Checkpoint>): Promise<boolean>
  /** The output folder as a zip archive, checked against the host's own digest. */
  fetch(run: HostRun, context: Context): Promise<Uint8Array<ArrayBuffer>>
  /** Stops the run that the checkpoint points to. */
  cancel(checkpoint: Checkpoint, context: Context<Checkpoint>): Promise<void>
}
