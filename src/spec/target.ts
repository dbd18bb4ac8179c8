import type { Artifact, ArtifactSet } from './artifact.js'
import type { Context } from './context.js'
import type { ApprovalChoice, HostApproval } from './host-build.js'
import type { RequestEstimate } from './plan.js'
import type { Environment, Release, Site } from './release.js'
import type { Schema } from './schema.js'

/** What a deployment commits beside what its targets publish. */
export interface PlannedCommit {
  /** The repository, as {@link GitHost.resource} names it. */
  readonly resource: string
  readonly content: 'source' | 'artifacts'
  /** `undefined`: the default branch of the repository. */
  readonly branch: string | undefined
}

/** What a site is for. */
export interface PrepareInput {
  readonly environment: Environment
  /** What the same deployment commits: a target must not write to the same branch. @default nothing */
  readonly commits?: readonly PlannedCommit[]
}

/** What the verification advises, where a host does otherwise than others. */
export interface TargetAdvice {
  /** What to do where links into a single-page app are answered with 404. */
  readonly rewriteMissing?: string
  /** What to do where an address can't be read; `undefined`: what is true of all hosts. */
  unreachable?(url: string): string | undefined
}

/** What a release is made of. */
export interface PublishInput {
  readonly site: Site
  readonly artifacts: ArtifactSet
  readonly environment: Environment
  /** Shown in the provider's list of deployments. */
  readonly title: string
  /** Id of the deployment: by it and the files, an earlier try of the same release is known again. */
  readonly deployment: string
  /** Asked wherever what publishes waits for an approval that the owner of the token may give. @default wait */
  readonly onApproval?: ((approval: HostApproval) => ApprovalChoice | Promise<ApprovalChoice>) | undefined
}

/** The port of a place to publish to. Required members are few; optional members are capabilities. */
export interface Target<Checkpoint = unknown> {
  /** Unique among the targets of one deployment. */
  readonly name: string
  /** What the user calls the place it publishes to, for the plan: a site's name or id. */
  readonly site: string
  /**
   * What no two deployments may write at the same time: the place that {@link Target.site} names, in one spelling, with its
   * provider; `api.netlify.com acme-shop`.
   */
  readonly resource: string
  /** Reads back what {@link Target.prepare} or {@link Target.publish} saved: one schema serves both. */
  readonly checkpoint: Schema<Checkpoint>
  /** Texts that must never be shown, as far as they are known: its tokens. */
  secrets?(): readonly string[]
  /** How many requests it sends, repetitions not counted. */
  readonly requests: {
    readonly prepare: RequestEstimate
    /** @param files `null` before the build. */
    publish(files: number | null): RequestEstimate
  }
  /** What the plan adds to its line of publishing, beginning with a comma. @default nothing */
  readonly note?: string
  readonly advice?: TargetAdvice
  /**
   * Refuses a deployment that it can't be part of, by what is known before anything is asked or done.
   * @throws OptionsError
   */
  admit?(input: PrepareInput): void
  /**
   * Finds the site or creates it, and refuses what {@link Target.publish} would refuse, as far as it is known: nothing is committed
   * before. Idempotent: adopts what an earlier try made.
   */
  prepare(input: PrepareInput, context: Context<Checkpoint>): Promise<Site>
  /** Publishes and waits until the provider says that it serves the release. Sends only what the provider lacks. */
  publish(input: PublishInput, context: Context<Checkpoint>): Promise<Release>
  /** Whether a site that an earlier run prepared is still there. */
  confirmSite(site: Site, context: Context<Checkpoint>): Promise<boolean>
  /** Whether a release that an earlier run published is still there. */
  confirmRelease(release: Release, site: Site, context: Context<Checkpoint>): Promise<boolean>
  /** The files as visitors get them, where those are not just the files that were built: for the verification. */
  served?(artifacts: readonly Artifact[]): Promise<readonly Artifact[]>
  /** Stops the remote deployment that the checkpoint points to. */
  cancel?(checkpoint: Checkpoint, context: Context<Checkpoint>): Promise<void>
}
