import type { Account, Team } from '../../accounts.js'

/** A pair of X25519 keys: secrets are sealed for the public one. */
export interface SealingKeys {
  readonly id: string
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** A secret or a variable of Actions; a secret's value as it was before it was sealed. Times are milliseconds since the epoch. */
export interface StoredValue {
  readonly name: string
  readonly value: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** Where secrets and variables of Actions are kept, by their names in capitals: a repository, or one environment of it. */
export interface Vault {
  readonly secrets: Map<string, StoredValue>
  readonly variables: Map<string, StoredValue>
  /** Made when they are first asked for. */
  keys: SealingKeys | undefined
}

/** An environment of a repository. */
export interface EmulatedEnvironment extends Vault {
  readonly id: number
  readonly name: string
  readonly createdAt: number
  updatedAt: number
  /** Minutes. */
  waitTimer: number
  preventSelfReview: boolean
  reviewers: readonly EnvironmentReviewer[]
  /** Which branches may deploy; `null`: all. */
  branches: 'protected' | 'custom' | null
  readonly branchPolicies: { readonly id: number; readonly name: string; readonly type: 'branch' | 'tag' }[]
}

/** Someone who must approve a deployment. */
export type EnvironmentReviewer =
  | { readonly type: 'User'; readonly reviewer: Account }
  | { readonly type: 'Team'; readonly reviewer: Team }

/** A webhook. */
export interface EmulatedHook {
  readonly id: number
  readonly createdAt: number
  updatedAt: number
  active: boolean
  events: readonly string[]
  config: {
    readonly url: string
    readonly content_type: string
    readonly insecure_ssl: string
    readonly secret?: string
  }
}

/** A key that may read, or write, this repository alone. */
export interface EmulatedDeployKey {
  readonly id: number
  readonly title: string
  /** Without its comment. */
  readonly key: string
  readonly readOnly: boolean
  readonly addedBy: string
  readonly createdAt: number
}

/** What a deployment came to, as someone said. */
export interface EmulatedDeploymentStatus {
  readonly id: number
  readonly state: 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success'
  readonly description: string
  readonly environment: string
  readonly environmentUrl: string
  readonly logUrl: string
  readonly creator: Account
  readonly createdAt: number
}

/** A deployment of a commit to an environment, as GitHub shows it. */
export interface EmulatedDeployment {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly task: string
  readonly payload: unknown
  readonly environment: string
  readonly description: string | null
  readonly transient: boolean
  readonly production: boolean
  readonly creator: Account
  readonly createdAt: number
  /** The newest last. */
  readonly statuses: EmulatedDeploymentStatus[]
}

/** The classic protection of one branch. */
export interface BranchProtection {
  /** Approving reviews that a pull request needs; `null`: no pull request is needed. */
  readonly reviews: Readonly<Record<string, unknown>> | null
  readonly checks: { readonly strict: boolean; readonly contexts: readonly string[] } | null
  readonly enforceAdmins: boolean
  readonly allowForcePushes: boolean
  readonly allowDeletions: boolean
  readonly linearHistory: boolean
  readonly lockBranch: boolean
}

/** A rule of a ruleset, as it was sent. */
export interface Rule {
  readonly type: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** A set of rules for the branches that its patterns name. */
export interface EmulatedRuleset {
  readonly id: number
  readonly createdAt: number
  updatedAt: number
  name: string
  target: string
  enforcement: string
  include: readonly string[]
  exclude: readonly string[]
  bypass: readonly Readonly<Record<string, unknown>>[]
  rules: readonly Rule[]
}

/** How a repository is set up, for tests to look at and to change. */
export interface RepositorySetup extends Vault {
  /** Whether its owner pays for what GitHub's free plan has for public repositories only. */
  paid: boolean
  topics: readonly string[]
  /** Classic protections by branch. */
  readonly protections: Map<string, BranchProtection>
  readonly rulesets: EmulatedRuleset[]
  /** By name in lower case. */
  readonly environments: Map<string, EmulatedEnvironment>
  readonly hooks: EmulatedHook[]
  readonly deployKeys: EmulatedDeployKey[]
  /** The newest last. */
  readonly deployments: EmulatedDeployment[]
}

/** An empty place for secrets and variables. */
export function createVault(): Vault {
  return { secrets: new Map(), variables: new Map(), keys: undefined }
}

/** How a repository is set up that was just made. */
export function createSetup(): RepositorySetup {
  return {
    ...createVault(),
    paid: false,
    topics: [],
    protections: new Map(),
    rulesets: [],
    environments: new Map(),
    hooks: [],
    deployKeys: [],
    deployments: [],
  }
}
