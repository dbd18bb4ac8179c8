import type { TokenSource } from '../../../spec/context.js'

/** Secrets and variables of Actions by their names: letters, digits and `_`, not beginning with a digit or `GITHUB_`. */
export interface VaultOptions {
  /** They are sealed for GitHub in the tab, and put again in each deployment: GitHub shows them to nobody, so that none can be compared. */
  readonly secrets?: Readonly<Record<string, TokenSource>>
  readonly variables?: Readonly<Record<string, string>>
}

/** An environment that Actions deploy to. What is not given stays as it is. */
export interface EnvironmentOptions extends VaultOptions {
  /** Who must approve what is deployed there, one of them at least: `login`, or `organization/team`. At most 6. */
  readonly reviewers?: readonly string[]
  /** Minutes that what is deployed there waits, up to 43,200 (30 days). */
  readonly waitTimer?: number
  /** Whether nobody may approve their own. */
  readonly preventSelfReview?: boolean
  /** Branches that may deploy there: those with rules against pushes, or those that fit a pattern such as `release/*`. */
  readonly branches?: 'protected' | readonly string[]
}

/** What may not happen to a branch. */
export interface ProtectionOptions {
  /** @default the default branch */
  readonly branch?: string
  /** Approving reviews that a pull request needs; 0: a pull request is needed, and no review; at most 10. @default pushes without one are allowed */
  readonly reviews?: number
  /** Checks that must have passed. @default none */
  readonly checks?: readonly string[]
  /** Whether it may be rewritten. @default false */
  readonly allowForcePushes?: boolean
  /** Whether it may be deleted. @default false */
  readonly allowDeletion?: boolean
  /**
   * Who need not keep to it. A deployment that commits straight to a branch which wants reviews is one of an administrator then;
   * with `nobody` the next one is refused.
   * @default 'administrators'
   */
  readonly bypass?: 'administrators' | 'nobody'
}

/** A webhook, known again by its address. */
export interface WebhookOptions {
  readonly url: string
  /** By GitHub's names for them; `*`: all. @default ['push'] */
  readonly events?: readonly string[]
  /** What GitHub signs with. It is sent when the hook is made, or changed: GitHub shows it to nobody. */
  readonly secret?: TokenSource
}

/** A key that reads, or writes, this repository alone; known again by the key itself. */
export interface DeployKeyOptions {
  readonly title: string
  /** Public, as in `id_ed25519.pub`. */
  readonly key: string
  /** @default true */
  readonly readOnly?: boolean
}

/** How a repository is to be set up. Nothing is removed that is not named here; topics are one thing, replaced as a whole. */
export interface SetupOptions extends VaultOptions {
  /** `internal` is for repositories of organizations of an enterprise. */
  readonly visibility?: 'private' | 'public' | 'internal'
  /** In one line, at most 350 characters. */
  readonly description?: string
  /** An address of `http` or `https`; an empty text: none. */
  readonly homepage?: string
  readonly topics?: readonly string[]
  /** A branch that is there already, or that the deployment commits to. */
  readonly defaultBranch?: string
  readonly protection?: ProtectionOptions
  readonly environments?: Readonly<Record<string, EnvironmentOptions>>
  readonly webhooks?: readonly WebhookOptions[]
  readonly deployKeys?: readonly DeployKeyOptions[]
}

/** As zod gives it: what is not there may also be `undefined`. */
type Loose<Options> = {
  readonly [Name in keyof Options]: Partial<Pick<Options, Name>> extends Pick<Options, Name>
    ? Options[Name] | undefined
    : Options[Name]
}
type Filled<Options, Names extends keyof Options> = Loose<Omit<Options, Names>> & Required<Pick<Options, Names>>

/** {@link SetupOptions} as they are worked with. */
export interface ParsedSetup
  extends Loose<Omit<SetupOptions, 'protection' | 'environments' | 'webhooks' | 'deployKeys'>> {
  readonly protection?:
    | Filled<ProtectionOptions, 'checks' | 'allowForcePushes' | 'allowDeletion' | 'bypass'>
    | undefined
  readonly environments?: Readonly<Record<string, Loose<EnvironmentOptions>>> | undefined
  readonly webhooks?: readonly Filled<WebhookOptions, 'events'>[] | undefined
  readonly deployKeys?: readonly Filled<DeployKeyOptions, 'readOnly'>[] | undefined
}
