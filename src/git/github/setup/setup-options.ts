import * as z from 'zod/mini'
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
  /** Approving reviews that a pull request needs; 0: a pull request is needed, and no review. @default pushes without one are allowed */
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
  /** @default ['push'] */
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
  readonly visibility?: 'private' | 'public' | 'internal'
  readonly description?: string
  readonly homepage?: string
  readonly topics?: readonly string[]
  /** A branch that exists once the commit stands. */
  readonly defaultBranch?: string
  readonly protection?: ProtectionOptions
  readonly environments?: Readonly<Record<string, EnvironmentOptions>>
  readonly webhooks?: readonly WebhookOptions[]
  readonly deployKeys?: readonly DeployKeyOptions[]
}

const text = z.string().check(z.minLength(1))
const branch = text
const source = z.union([text, z.custom<TokenSource>((value) => typeof value === 'function')], {
  error: 'must be a text, or a function that gives one',
})
/** GitHub Docs, "Naming your secrets". */
const name = z
  .string()
  .check(z.regex(/^(?!github_)[a-z_]\w*$/i, 'letters, digits and "_", not beginning with a digit or GITHUB_'))
const vault = {
  secrets: z.optional(z.record(name, source)),
  variables: z.optional(z.record(name, z.string())),
}
/** GitHub Docs, "Classifying your repository with topics". */
const topic = z.string().check(z.regex(/^[a-z\d][a-z\d-]{0,49}$/, 'small letters, digits and "-", at most 50'))
/** GitHub Docs, "About custom repository roles" and "Managing teams": the names that addresses can have. */
const reviewer = z.string().check(z.regex(/^[a-z\d][a-z\d-]*(?:\/[a-z\d][\w.-]*)?$/i, 'login or organization/team'))

const environment = z.strictObject({
  ...vault,
  reviewers: z.optional(z.array(reviewer).check(z.maxLength(6))),
  waitTimer: z.optional(z.int().check(z.minimum(0), z.maximum(43_200))),
  preventSelfReview: z.optional(z.boolean()),
  branches: z.optional(
    z.union([z.literal('protected'), z.array(branch).check(z.minLength(1))], {
      error: "must be 'protected' or a list of patterns",
    }),
  ),
})

const protection = z.strictObject({
  branch: z.optional(branch),
  // GitHub's own bounds of the rule `pull_request`.
  reviews: z.optional(z.int().check(z.minimum(0), z.maximum(10))),
  checks: z._default(z.array(text), []),
  allowForcePushes: z._default(z.boolean(), false),
  allowDeletion: z._default(z.boolean(), false),
  bypass: z._default(z.enum(['administrators', 'nobody']), 'administrators'),
})

const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  events: z._default(z.array(text).check(z.minLength(1)), ['push']),
  secret: z.optional(source),
})

const deployKey = z.strictObject({
  title: text,
  key: z.string().check(z.regex(/^\s*(?:ssh-|ecdsa-|sk-)\S+\s+[A-Za-z\d+/]+=*(?:\s.*)?$/, 'a public key of OpenSSH')),
  readOnly: z._default(z.boolean(), true),
})

/** Reads {@link SetupOptions}, with what goes without saying filled in. */
export const setupSchema: z.ZodMiniType<ParsedSetup> = z.strictObject({
  ...vault,
  visibility: z.optional(z.enum(['private', 'public', 'internal'])),
  // GitHub refuses control characters, and cuts nothing (its own words: "description control characters are not allowed").
  description: z.optional(z.string().check(z.maxLength(350))),
  homepage: z.optional(z.string().check(z.maxLength(255))),
  topics: z.optional(z.array(topic).check(z.maxLength(20))),
  defaultBranch: z.optional(branch),
  protection: z.optional(protection),
  environments: z.optional(z.record(text.check(z.maxLength(255)), environment)),
  webhooks: z.optional(z.array(webhook)),
  deployKeys: z.optional(z.array(deployKey)),
})

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
