import type { Account } from '../accounts.js'
import type { Random } from '../random.js'
import type { NetlifyBuild, NetlifyDeployKey } from './builds/state.js'
import type { Drop } from './drop.js'
import type { DeployFunctions } from './functions/deploy-functions.js'
import type { Lag } from './propagation.js'

/** States of a deploy that this emulator passes through; Netlify's contract knows some more. */
export type DeployState =
  | 'new'
  | 'enqueued'
  | 'building'
  | 'preparing'
  | 'prepared'
  | 'uploading'
  | 'uploaded'
  | 'processing'
  | 'processed'
  | 'ready'
  | 'error'

/** One deploy of a site. */
export interface NetlifyDeploy {
  /** 24 hex digits. */
  readonly id: string
  readonly site: NetlifySite
  readonly user: Account
  /** Sticks from the request that created it. */
  readonly draft: boolean
  readonly title: string | undefined
  branch: string | undefined
  framework: string | undefined
  state: DeployState
  /** Every state so far, in order. */
  readonly states: DeployState[]
  /** When each of them began. */
  readonly stateTimes: number[]
  errorMessage: string | undefined
  /** SHA-1 by path, without leading slash; `undefined` until the digest has come. */
  files: ReadonlyMap<string, string> | undefined
  /** Digests that are still to be uploaded; `undefined` until the provider has compared them. */
  required: Set<string> | undefined
  /** `undefined` where its list names none. */
  functions?: DeployFunctions | undefined
  /** What made it, where it was built here. */
  readonly build?: NetlifyBuild | undefined
  /** Whether no later deploy may take its place in production. */
  locked: boolean
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number
  updatedAt: number
  publishedAt: number | undefined
}

/** One site. */
export interface NetlifySite {
  readonly id: string
  /** Others from the moment on at which a site is claimed. */
  account: Account
  user: Account
  /** Unique among all sites of all accounts. */
  name: string
  /** Settings that are kept and shown as they came. */
  settings: Record<string, unknown>
  /** For all its domains. */
  certificate?: NetlifyCertificate | undefined
  /** What its address serves as soon as that has reached the edge; `undefined`: 404. */
  published: NetlifyDeploy | undefined
  /** What addresses go on serving for a while, by their labels: nothing, of a branch or a deploy that is new. */
  readonly lagging: Map<string, Lag>
  /** What was published before, oldest first. */
  readonly history: NetlifyDeploy[]
  /** What the address of each branch serves, by {@link branchLabel}. */
  readonly branches: Map<string, NetlifyDeploy>
  readonly createdAt: number
  updatedAt: number
  /** Of a site that was published without an account and is not claimed yet. */
  drop?: Drop | undefined
}

/** A certificate that was asked for. */
export interface NetlifyCertificate {
  readonly domains: readonly string[]
  readonly createdAt: number
  /** From when on it is there. */
  readonly issuedAt: number
}

/** One value of a variable. */
export interface NetlifyVariableValue {
  readonly id: string
  readonly value: string
  readonly context: string
  /** Name of the branch, where the context is `branch`. */
  readonly parameter: string | undefined
}

/** One environment variable of a site or an account. */
export interface NetlifyVariable {
  readonly key: string
  readonly scopes: readonly string[]
  readonly values: readonly NetlifyVariableValue[]
  readonly isSecret: boolean
  readonly updatedAt: number
}

/** A DNS zone that is served by Netlify's own name servers. */
export interface NetlifyZone {
  readonly id: string
  readonly name: string
  readonly site: NetlifySite
  readonly servers: readonly string[]
}

/** Everything that the emulated Netlify knows. */
export interface NetlifyState {
  /** By id, oldest first. */
  readonly sites: Map<string, NetlifySite>
  /** By id, oldest first. */
  readonly deploys: Map<string, NetlifyDeploy>
  /** By name, for each site's id and each account's login. */
  readonly variables: Map<string, Map<string, NetlifyVariable>>
  /** By id. */
  readonly zones: Map<string, NetlifyZone>
  /** By id, oldest first. */
  readonly deployKeys: Map<string, NetlifyDeployKey>
  /** Bytes by SHA-1, one store for each account's login. */
  readonly contents: Map<string, Map<string, Uint8Array<ArrayBuffer>>>
  /** Tokens for publishing without an account; `undefined` for one that is not used yet. */
  readonly drops: Map<string, NetlifySite | undefined>
}

/** Makes the state of a Netlify without sites. */
export function createState(): NetlifyState {
  return {
    sites: new Map(),
    deploys: new Map(),
    variables: new Map(),
    zones: new Map(),
    deployKeys: new Map(),
    contents: new Map(),
    drops: new Map(),
  }
}

/** The bytes that an account has uploaded. */
export function contentsOf(state: NetlifyState, account: Account): Map<string, Uint8Array<ArrayBuffer>> {
  const contents = state.contents.get(account.login) ?? new Map<string, Uint8Array<ArrayBuffer>>()
  state.contents.set(account.login, contents)
  return contents
}

/** The deploys of a site, latest first. */
export function deploysOf(state: NetlifyState, site: NetlifySite): NetlifyDeploy[] {
  return [...state.deploys.values()].filter((deploy) => deploy.site === site).reverse()
}

/** A new id in the shape that Netlify gives to accounts and deploys. */
export function createObjectId(random: Random): string {
  return random.hex(12)
}

/** A branch's name as it stands in an address: `feature/cart` is `feature-cart`. */
export function branchLabel(branch: string): string {
  return branch.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}
