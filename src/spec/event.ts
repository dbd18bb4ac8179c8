import type { ExcludedFile } from './artifact.js'
import type { DomainStatus } from './domain.js'
import type { ErrorInfo } from './error.js'
import type { Commit, Repository } from './git-host.js'
import type { ApprovalChoice, HostApproval, HostJob, HostJobStep, HostRun } from './host-build.js'
import type { OptimizedFiles } from './image-optimizer.js'
import type { Plan, RequestEstimate, Warning } from './plan.js'
import type { Project } from './project.js'
import type { Release, Site, Verification } from './release.js'
import type { SetupChange } from './repository-setup.js'

/** What every event carries beside its own fields. */
export interface EventStamp {
  /** Position in the stream of its deployment, from 0, without gaps. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Id of the deployment. */
  readonly deployment: string
  /** Id of the step that it belongs to; `null` for the deployment as a whole. */
  readonly step: string | null
}

/** What a deployment came to. */
export interface DeploymentResult {
  /** `planned` for a dry run: nothing was done. */
  readonly outcome: 'deployed' | 'planned'
  /** Address of the first target's release; `null` where nothing was published. */
  readonly url: string | null
  readonly plan: Plan
  readonly releases: readonly Release[]
  readonly commits: readonly Commit[]
  readonly verifications: readonly Verification[]
  /** How the repository and the sites were set up, where that was asked for. */
  readonly settings: readonly SetupChange[]
  /** How far domains of one's own are, where any were given. */
  readonly domains: readonly DomainStatus[]
}

/** The facts that a deployment reports, without their stamp: one union, told apart by `type`. */
export type EventBody =
  | {
      readonly type: 'deployment-start'
      /** Version of this union. Types, fields and values may be added to it; see `parseEvent`. */
      readonly version: 1
      readonly targets: readonly string[]
      readonly git: string | null
    }
  | {
      /** A deployment that was interrupted, or that failed, goes on; its earlier events come before. */
      readonly type: 'deployment-resume'
      /** In what it differs from when it began, a line for each: the library's version, options, the plan. */
      readonly differences: readonly string[]
    }
  | { readonly type: 'project-detect'; readonly project: Project }
  | { readonly type: 'plan-create'; readonly plan: Plan }
  | {
      readonly type: 'plan-update'
      readonly files: number
      readonly bytes: number
      readonly requests: RequestEstimate | null
      /** How the files travel, in a few words; absent where the target knows but one way. */
      readonly way?: string | undefined
      /** Expected milliseconds. */
      readonly duration?: number | undefined
    }
  | { readonly type: 'step-start'; readonly title: string }
  | {
      readonly type: 'step-progress'
      readonly done: number
      readonly total: number
      readonly unit: 'files' | 'bytes' | 'requests' | 'steps'
    }
  | { readonly type: 'step-end'; readonly duration: number; readonly summary: string }
  | { readonly type: 'step-error'; readonly duration: number; readonly error: ErrorInfo }
  | { readonly type: 'step-cancel'; readonly duration: number }
  /** An earlier run ended the step, and its provider confirmed what came of it: it is not run again. */
  | { readonly type: 'step-skip'; readonly title: string; readonly summary: string }
  | { readonly type: 'process-start'; readonly process: string; readonly command: string }
  | { readonly type: 'process-output'; readonly process: string; readonly data: string }
  | {
      readonly type: 'process-end'
      readonly process: string
      /** `null` where it was stopped or lost. */
      readonly exitCode: number | null
      readonly reason: 'exit' | 'timeout' | 'idle' | 'abort' | 'lost'
    }
  | { readonly type: 'log-line'; readonly source: 'process' | 'git' | 'provider'; readonly text: string }
  | {
      /** A run on the host's own machines, which builds or publishes, was started or was found again; `step` tells whose it is. */
      readonly type: 'run-start'
      /** As people know what runs it: `GitHub Actions`. */
      readonly host: string
      readonly run: HostRun
      readonly adopted: boolean
    }
  | { readonly type: 'run-job'; readonly run: string; readonly job: HostJob }
  | { readonly type: 'run-step'; readonly run: string; readonly jobStep: HostJobStep }
  /** A run waits: for somebody who lets it go on, or for a time to pass. */
  | { readonly type: 'approval-wait'; readonly approval: HostApproval }
  | {
      /** It waits no more. */
      readonly type: 'approval-end'
      readonly run: string
      readonly environments: readonly string[]
      /** What was decided here; `null` where it was decided elsewhere, or the time has passed. */
      readonly decision: Exclude<ApprovalChoice, 'wait'> | null
    }
  | { readonly type: 'files-exclude'; readonly folder: string; readonly files: readonly ExcludedFile[] }
  | { readonly type: 'files-collect'; readonly folder: string; readonly files: number; readonly bytes: number }
  /** What was saved by making images smaller. */
  | ({ readonly type: 'files-optimize' } & OptimizedFiles)
  | { readonly type: 'repository-ready'; readonly repository: Repository }
  /** A setting of the repository, or of a target's site, is as it is wanted. */
  | ({ readonly type: 'setting-ready' } & SetupChange)
  | { readonly type: 'commit-ready'; readonly commit: Commit }
  | { readonly type: 'site-ready'; readonly target: string; readonly site: Site }
  | { readonly type: 'upload-start'; readonly target: string; readonly files: number; readonly bytes: number }
  | { readonly type: 'release-state'; readonly target: string; readonly id: string; readonly state: string }
  | { readonly type: 'release-create'; readonly release: Release }
  | { readonly type: 'release-verify'; readonly verification: Verification }
  | {
      /** The address that everyone knows was led to another release that was there: promoted, or taken back. */
      readonly type: 'release-switch'
      readonly release: Release
      readonly way: 'promote' | 'restore'
    }
  /** How far a domain is; told whenever that changes. */
  | { readonly type: 'domain-status'; readonly status: DomainStatus }
  | {
      readonly type: 'request-retry'
      readonly provider: string
      readonly purpose: string
      readonly attempt: number
      /** Milliseconds since the epoch at which the next try starts. */
      readonly until: number
      readonly reason: string
    }
  | {
      /** A request waits before it is sent, because its provider has had enough of this account for now. */
      readonly type: 'request-wait'
      readonly provider: string
      readonly purpose: string
      /** Milliseconds since the epoch at which it is sent. */
      readonly until: number
      readonly reason: string
    }
  /** The device has no network: nothing fails for it, everything waits. */
  | { readonly type: 'network-offline' }
  | {
      readonly type: 'network-online'
      /** Milliseconds without a network. */
      readonly duration: number
    }
  | {
      /** An entry of the journal could not be read and was set aside: kept, but no longer looked at. */
      readonly type: 'journal-set-aside'
      /** Its key. */
      readonly entry: string
      readonly reason: 'corrupt' | 'newer'
      readonly message: string
    }
  | {
      readonly type: 'transport-change'
      readonly provider: string
      readonly transport: string
      readonly reason: string
    }
  | ({ readonly type: 'warning' } & Warning)
  | {
      readonly type: 'deployment-end'
      readonly outcome: 'success'
      readonly result: DeploymentResult
      readonly duration: number
    }
  | {
      readonly type: 'deployment-end'
      readonly outcome: 'failure' | 'canceled'
      readonly error: ErrorInfo
      readonly duration: number
    }

/** One fact of a deployment. JSON-safe, numbered, free of secrets; `deployment-end` comes exactly once, and last. */
export type DeploymentEvent = EventStamp & EventBody
