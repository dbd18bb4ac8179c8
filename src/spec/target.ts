import type { Artifact, ArtifactSet } from './artifact.js'
import type { Context } from './context.js'
import type { DomainStatus } from './domain.js'
import type { Commit, GitHost, Repository } from './git-host.js'
import type { ApprovalChoice, HostApproval } from './host-build.js'
import type { HostOutput } from './host-output.js'
import type { RequestEstimate } from './plan.js'
import type { Project } from './project.js'
import type { Environment, PublishedRelease, Release, Site } from './release.js'
import type { SetupChange } from './repository-setup.js'
import type { HostRules, TargetRules } from './rules.js'
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
  /** What to do where a preview answers with 401, because its host shows it only to members of the team. */
  readonly hidden?: string
}

/** What the provider builds, on its own machines. */
export interface ProviderBuild {
  readonly project: Project
  /** Folder of the project below the root of what is sent or committed; `.` is the root itself. */
  readonly folder: string
  /** Environment variables of the commands. */
  readonly env: Readonly<Record<string, string>>
  /** What is built, where it was committed in the same deployment; the provider may take it from there. */
  readonly source: { readonly repository: Repository; readonly commit: Commit } | null
}

/** What a release is made of. */
export interface PublishInput {
  readonly site: Site
  /** What was built; with {@link PublishInput.build} what is to be built. */
  readonly artifacts: ArtifactSet
  /** Given where the provider builds. @default it was built here */
  readonly build?: ProviderBuild | undefined
  /** What {@link Target.known} says. @default it is not known what the provider has */
  readonly known?: ReadonlySet<string> | undefined
  /** Redirects and headers, the user's own and those that were asked for. @default none */
  readonly rules?: HostRules | undefined
  readonly environment: Environment
  /** Shown in the provider's list of deployments. */
  readonly title: string
  /** Id of the deployment: by it and the files, an earlier try of the same release is known again. */
  readonly deployment: string
  /** Asked wherever what publishes waits for an approval that the owner of the token may give. @default wait */
  readonly onApproval?: ((approval: HostApproval) => ApprovalChoice | Promise<ApprovalChoice>) | undefined
}

/** What is configured, and what it may need. */
export interface ConfigureInput {
  readonly site: Site
  readonly environment: Environment
  readonly project: Project
  /** The repository of the same deployment, prepared; `null` where nothing is committed. */
  readonly repository: Repository | null
}

/** Variables, build settings, a linked repository: a capability of targets that were told to. */
export interface TargetConfiguration {
  /** What will be looked at, in one line: `sets 3 variables, links acme/shop`. */
  readonly description: string
  readonly requests: RequestEstimate
  /** Reads, and writes only what differs; reports each setting as `setting-ready`. Idempotent. Removes nothing unasked. */
  apply(input: ConfigureInput, context: Context): Promise<readonly SetupChange[]>
}

/** Domains of one's own: a capability of targets that were told of any. */
export interface TargetDomains {
  /** All of them, the primary one first. */
  readonly names: readonly string[]
  readonly requests: RequestEstimate
  /** Milliseconds to wait for DNS and certificates; what is not there then is a warning. */
  readonly timeLimit: number
  /**
   * Adds the domains to the site, tells each one's records as `domain-status`, and waits until they are served or the time is over.
   * Idempotent. Removes no domain.
   */
  settle(site: Site, context: Context): Promise<readonly DomainStatus[]>
  /** How far they are; changes nothing. */
  check(site: Site, context: Context): Promise<readonly DomainStatus[]>
}

/** What becomes of releases after they were published: a capability. */
export interface TargetReleases {
  /** The site, where it is there. */
  find(context: Context): Promise<Site | undefined>
  /** Id of what the address that everyone knows serves; `null` for nothing. */
  live(site: Site, context: Context): Promise<string | null>
  /**
   * Whether releases went live in the order that the list tells; not where somebody has led the address back, or ahead.
   * @default they did
   */
  isOrdered?(site: Site, context: Context): Promise<boolean>
  /** The latest first. */
  list(site: Site, context: Context): AsyncIterable<PublishedRelease>
  /**
   * Leads the address that everyone knows to a release that is there, without building or sending anything, and waits until the
   * provider says that it does. Idempotent.
   * @param way `promote`: one that was a preview; `restore`: one that was live before. Both mean the same to some providers.
   */
  publish(id: string, site: Site, way: 'promote' | 'restore', context: Context): Promise<Release>
  /** Keeps the address at what it serves, whatever is published; `false` lets it follow again. */
  lock(locked: boolean, site: Site, context: Context): Promise<void>
  /** Removes a release. One that is gone already is no error; one that is live is refused. */
  remove(id: string, site: Site, context: Context): Promise<void>
}

/** What a provider takes, as far as it tells. `null`: not told, or not limited. */
export interface TargetLimits {
  /** Files of one release. */
  readonly files: number | null
  /** Files of one folder. */
  readonly filesPerFolder: number | null
  /** Bytes of one file. */
  readonly fileSize: number | null
  /** Deployments of an account in 24 hours. */
  readonly deploymentsPerDay: number | null
  /** Files that an account may send in 24 hours. */
  readonly uploadsPerDay: number | null
  /** For whom the limits of an account are: `on the Hobby plan`. */
  readonly scope: string
}

/** What this browser has done with an account in the last 24 hours. */
export interface TargetUsage {
  readonly deployments: number
  readonly uploads: number
}

/** How a release will travel, and what that costs. */
export interface PublishEstimate {
  /** In a few words: `by digest`, `as one archive`, `inline`. */
  readonly way: string
  readonly requests: RequestEstimate
  /** Files that are sent one by one. */
  readonly uploads: number
  /** Milliseconds. */
  readonly duration: number
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
  /**
   * Foresees how the files travel, by their number and sizes and what the provider is known to have: for the plan. Asks nobody.
   * @default what {@link Target.requests} says
   */
  estimate?(input: Pick<PublishInput, 'artifacts' | 'environment' | 'known'>): PublishEstimate
  /** Digests of what the provider has, as far as this browser knows; `undefined` where it knows nothing. Asks nobody. */
  known?(site: Site, context: Pick<Context, 'cache'>): Promise<ReadonlySet<string> | undefined>
  readonly limits?: TargetLimits | undefined
  /** Asks nobody. */
  usage?(context: Pick<Context, 'cache' | 'clock'>): Promise<TargetUsage>
  /**
   * In which ways texts may be compressed ahead: it answers with `app.js.br` or `app.js.gz` beside `app.js` where a browser takes that.
   * @default it compresses by itself
   */
  readonly precompressed?: readonly ('br' | 'gzip')[] | undefined
  /** What it makes of redirects and headers. @default nothing */
  readonly rules?: TargetRules | undefined
  /** Whether {@link PublishInput.build} is taken, and by what name people know what builds. */
  readonly builds?:
    | {
        readonly name: string
        /** Whether variables can be given for one build. @default false */
        readonly env?: boolean | undefined
      }
    | undefined
  readonly configuration?: TargetConfiguration | undefined
  readonly domains?: TargetDomains | undefined
  readonly releases?: TargetReleases | undefined
  /** The git host that it is to be linked to, where it was given one. */
  readonly linked?: GitHost | undefined
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
  /** What builds leave for it beside or in place of files that any host serves. @default it serves files alone */
  readonly output?: HostOutput | undefined
  /**
   * The files as visitors get them, where those are not just the files that were built: for the verification.
   * @param set All that was published.
   */
  served?(artifacts: readonly Artifact[], set: ArtifactSet): Promise<readonly Artifact[]>
  /**
   * What it answers besides files, by running what was published: `first-page`, the address of the site as well as others; `others`,
   * where that is not known. @default nothing
   */
  renders?(set: ArtifactSet): Promise<'first-page' | 'others' | undefined>
  /** Stops the remote deployment that the checkpoint points to. */
  cancel?(checkpoint: Checkpoint, context: Context<Checkpoint>): Promise<void>
}
