import type { Artifact, ArtifactSet } from './artifact.js'
import type { Context } from './context.js'
import type { RequestEstimate } from './plan.js'
import type { Environment, Release, Site } from './release.js'
import type { Schema } from './schema.js'

/** What a release is made of. */
export interface PublishInput {
  readonly site: Site
  readonly artifacts: ArtifactSet
  readonly environment: Environment
  /** Shown in the provider's list of deployments. */
  readonly title: string
  /** Id of the deployment: by it and the files, an earlier try of the same release is known again. */
  readonly deployment: string
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
  /** Finds the site or creates it. Idempotent: adopts what an earlier try made. */
  prepare(input: { readonly environment: Environment }, context: Context<Checkpoint>): Promise<Site>
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
