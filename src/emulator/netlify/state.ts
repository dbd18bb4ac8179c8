import { randomBytes } from 'node:crypto'
import type { Account } from '../accounts.js'

/** States of a deploy that this emulator passes through; Netlify's contract knows some more. */
export type DeployState =
  | 'new'
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
  errorMessage: string | undefined
  /** SHA-1 by path, without leading slash; `undefined` until the digest has come. */
  files: ReadonlyMap<string, string> | undefined
  /** Digests that are still to be uploaded; `undefined` until the provider has compared them. */
  required: Set<string> | undefined
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
  readonly account: Account
  readonly user: Account
  /** Unique among all sites of all accounts. */
  name: string
  /** Settings that are kept and shown as they came. */
  settings: Record<string, unknown>
  /** What its address serves; `undefined`: 404. */
  published: NetlifyDeploy | undefined
  /** What was published before, oldest first. */
  readonly history: NetlifyDeploy[]
  /** What the address of each branch serves, by {@link branchLabel}. */
  readonly branches: Map<string, NetlifyDeploy>
  readonly createdAt: number
  updatedAt: number
}

/** Everything that the emulated Netlify knows. */
export interface NetlifyState {
  /** By id, oldest first. */
  readonly sites: Map<string, NetlifySite>
  /** By id, oldest first. */
  readonly deploys: Map<string, NetlifyDeploy>
  /** Bytes by SHA-1, one store for each account's login. */
  readonly contents: Map<string, Map<string, Uint8Array<ArrayBuffer>>>
}

/** Makes the state of a Netlify without sites. */
export function createState(): NetlifyState {
  return { sites: new Map(), deploys: new Map(), contents: new Map() }
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
export function createObjectId(): string {
  return randomBytes(12).toString('hex')
}

/** A branch's name as it stands in an address: `feature/cart` is `feature-cart`. */
export function branchLabel(branch: string): string {
  return branch.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}
