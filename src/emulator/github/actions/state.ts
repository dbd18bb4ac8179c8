import type { Account } from '../../accounts.js'
import type { CommitObject } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import type { Value } from './expressions/values.js'
import type { JobLog } from './job-log.js'
import type { Workflow } from './workflow.js'

/** How far a run or a job is. */
export type RunStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'pending'

/** What came of a run, a job or a step. */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped'

/** A workflow that GitHub has come to know: on the default branch, or by a run of it. */
export interface WorkflowRecord {
  readonly id: number
  readonly repository: EmulatedRepository
  /** `.github/workflows/build.yml` */
  readonly path: string
  name: string
  /** Milliseconds since the epoch, as are all times here. */
  readonly createdAt: number
  updatedAt: number
  /** How many runs it has had. */
  runs: number
}

/** What started a run. */
export interface RunCause {
  readonly event: 'push' | 'workflow_dispatch' | 'pull_request'
  /** `refs/heads/main` */
  readonly ref: string
  readonly sha: string
  readonly actor: Account
  /** `github.event` */
  readonly payload: Readonly<Record<string, Value>>
  /** `inputs` */
  readonly inputs: Readonly<Record<string, Value>>
  /** Branches of a pull request. */
  readonly head?: string
  readonly base?: string
}

/** A run of a workflow. */
export interface RunRecord extends RunCause {
  readonly id: number
  readonly number: number
  readonly workflow: WorkflowRecord
  readonly repository: EmulatedRepository
  /** The one that it runs. */
  readonly commit: CommitObject
  /** `undefined` where the file is invalid. */
  readonly definition: Workflow | undefined
  /** What is wrong with the file. */
  readonly problem: string | undefined
  title: string
  status: RunStatus
  conclusion: Conclusion | null
  attempt: number
  triggeredBy: Account
  readonly createdAt: number
  startedAt: number
  updatedAt: number
  /** Of all attempts, in the order in which they were made. */
  readonly jobs: JobRecord[]
}

/** A step of a job. */
export interface StepRecord {
  readonly number: number
  name: string
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: Conclusion | null
  startedAt: number | null
  completedAt: number | null
}

/** Why a job has not begun although it might. */
export interface Waiting {
  readonly environment: string
  readonly since: number
  /** Approved, or in need of nobody's approval. */
  approved: boolean
}

/** A job of an attempt of a run. */
export interface JobRecord {
  readonly id: number
  /** Its name in the file. */
  readonly key: string
  name: string
  readonly run: RunRecord
  readonly attempt: number
  status: RunStatus
  conclusion: Conclusion | null
  readonly createdAt: number
  startedAt: number
  completedAt: number | null
  readonly labels: readonly string[]
  readonly steps: StepRecord[]
  readonly log: JobLog
  /** The environment that it deploys to, and where. */
  environment: { readonly name: string; url: string | null } | undefined
  waiting: Waiting | undefined
  outputs: Readonly<Record<string, string>>
}

/** Something that a run kept. */
export interface ArtifactRecord {
  readonly id: number
  readonly name: string
  readonly run: RunRecord
  /** The zip archive. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly createdAt: number
  readonly expiresAt: number
}

/** A review of a job that waited for one. */
export interface ReviewRecord {
  readonly run: RunRecord
  readonly environment: string
  readonly state: 'approved' | 'rejected'
  readonly comment: string
  readonly user: Account
}

/** Milliseconds that Actions take. */
export interface ActionsDelays {
  /** From the start of a run until lists tell of it. @default 0 */
  readonly run?: number
  /** From when a job may begin until a machine takes it. @default 0 */
  readonly queued?: number
}

/** What Actions know, for tests to look at. */
export interface ActionsState {
  readonly workflows: WorkflowRecord[]
  readonly runs: RunRecord[]
  readonly artifacts: ArtifactRecord[]
  readonly reviews: ReviewRecord[]
}
