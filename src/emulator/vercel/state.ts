import type { Account } from '../accounts.js'

/** States of a deployment that this emulator passes through. */
export type ReadyState = 'QUEUED' | 'INITIALIZING' | 'BUILDING' | 'READY' | 'ERROR' | 'CANCELED' | 'BLOCKED'

/** JSON as the API reads and writes it. */
export type Json = Record<string, unknown>

/** One file of a deployment. */
export interface DeploymentFile {
  readonly sha1: string
  readonly size: number
  /** As `stat` tells it, type included; a symbolic link's content is where it leads. */
  readonly mode: number
}

/** Files by path, without a slash at the start. */
export type DeploymentFiles = ReadonlyMap<string, DeploymentFile>

/** A line that was written while a deployment was built. */
export interface BuildEvent {
  readonly id: string
  readonly type: 'stdout' | 'stderr' | 'command' | 'deployment-state'
  readonly at: number
  readonly text: string
}

/** Why a deployment did not come to be. */
export interface DeploymentError {
  readonly code: string
  readonly message: string
}

/** One deployment of a project. Times are milliseconds since the epoch, as all times here. */
export interface VercelDeployment {
  /** `dpl_` and 28 letters or digits. */
  readonly id: string
  readonly project: VercelProject
  readonly user: Account
  /** Whose uploads its files are among; a project may be handed over later. */
  readonly owner: Account
  /** Its own host below `vercel.localhost`, without port: `shop-h3k9x0q2a-owner`. */
  readonly label: string
  /** `undefined`: a preview. */
  readonly target: 'production' | undefined
  readonly customEnvironment: CustomEnvironment | undefined
  readonly files: DeploymentFiles
  /** Whether its files are a Build Output tree. */
  readonly prebuilt: boolean
  /** What a build by the provider made of its files: a Build Output tree, or with `folder` what is to be served as it is. */
  built: { readonly files: DeploymentFiles; readonly folder: string | undefined } | undefined
  /** Whether production names lead to it, or once did. */
  wasProduction: boolean
  /** Whether production names are to be left alone when it is ready. */
  readonly isStaged: boolean
  readonly meta: Readonly<Record<string, string>>
  readonly gitSource: Json | undefined
  readonly projectSettings: Json
  /** What the request says of what otherwise stands in `vercel.json`. */
  readonly configuration: Json
  /** Beside the project's own variables: of the request. */
  readonly environment: Readonly<Record<string, string>>
  readonly createdAt: number
  readyState: ReadyState
  /** Every state so far, in order. */
  readonly states: ReadyState[]
  buildingAt: number | undefined
  readyAt: number | undefined
  canceledAt: number | undefined
  error: DeploymentError | undefined
  aliasAssignedAt: number | undefined
  aliasError: DeploymentError | undefined
  /** Whole hosts, without port where they are custom domains. */
  readonly alias: string[]
  readonly events: BuildEvent[]
  readonly source: 'cli' | 'git' | 'redeploy' | undefined
}

/** Where a variable of a project is for. */
export type EnvironmentTarget = 'production' | 'preview' | 'development'

/** One environment variable. */
export interface VercelVariable {
  readonly id: string
  key: string
  value: string
  type: 'plain' | 'encrypted' | 'sensitive' | 'system'
  target: EnvironmentTarget[]
  customEnvironmentIds: string[]
  gitBranch: string | undefined
  comment: string | undefined
  readonly createdAt: number
  updatedAt: number
}

/** An environment beside production, preview and development. */
export interface CustomEnvironment {
  readonly id: string
  slug: string
  description: string | undefined
  branchMatcher: { readonly type: string; readonly pattern: string } | undefined
  readonly createdAt: number
  updatedAt: number
}

/** A domain of a project. */
export interface VercelDomain {
  readonly id: string
  readonly name: string
  readonly project: VercelProject
  readonly createdAt: number
  /** Since when its DNS and its ownership were in order; the certificate follows. */
  configuredAt: number | undefined
  verified: boolean
  /** What a TXT record at `_vercel.<apex>` has to say where the domain is another account's. */
  readonly challenge: string | undefined
  /** Of the certificate that it is to have. */
  readonly certificateId: string
  gitBranch: string | null
  customEnvironmentId: string | null
  redirect: string | null
  redirectStatusCode: number | null
  updatedAt: number
}

/** A name that leads to a deployment. */
export interface VercelAlias {
  readonly uid: string
  /** A whole host: `shop.vercel.localhost` or a custom domain. */
  readonly name: string
  readonly project: VercelProject
  deployment: VercelDeployment
  /** What visitors still see until `visibleAt`; `undefined`: nothing. */
  before: VercelDeployment | undefined
  visibleAt: number
  redirect: string | null
  readonly createdAt: number
  updatedAt: number
}

/** The last wish to let the production domains lead elsewhere. */
export interface AliasRequest {
  readonly type: 'promote' | 'rollback'
  readonly fromDeployment: VercelDeployment | undefined
  readonly toDeployment: VercelDeployment
  readonly requestedAt: number
  jobStatus: 'pending' | 'in-progress' | 'succeeded' | 'failed'
}

/** One project. */
export interface VercelProject {
  readonly id: string
  /** A user, or an organization as a team. */
  account: Account
  name: string
  /** Settings that are kept and shown as they came. */
  settings: Json
  link: Json | undefined
  readonly variables: Map<string, VercelVariable>
  readonly environments: Map<string, CustomEnvironment>
  /** Secrets that let automation pass its protection, with when they were made. */
  readonly bypasses: Map<string, { readonly createdAt: number; readonly createdBy: Account }>
  /** What its production domains lead to. */
  production: VercelDeployment | undefined
  lastAliasRequest: AliasRequest | undefined
  /** Set by a rollback: new production deployments are then not promoted by themselves. */
  rolledBack: boolean
  readonly createdAt: number
  updatedAt: number
}

/** A code by which a project may be handed over. */
export interface TransferRequest {
  readonly code: string
  readonly project: VercelProject
  readonly createdAt: number
}

/** Everything that the emulated Vercel knows. */
export interface VercelState {
  /** By id, oldest first, as all maps here. */
  readonly projects: Map<string, VercelProject>
  readonly deployments: Map<string, VercelDeployment>
  /** By host. */
  readonly aliases: Map<string, VercelAlias>
  /** By name. */
  readonly domains: Map<string, VercelDomain>
  /** By code. */
  readonly transfers: Map<string, TransferRequest>
  /** Bytes by SHA-1, one store for each account's login. */
  readonly contents: Map<string, Map<string, Uint8Array<ArrayBuffer>>>
}

/** Makes the state of a Vercel without projects. */
export function createState(): VercelState {
  return {
    projects: new Map(),
    deployments: new Map(),
    aliases: new Map(),
    domains: new Map(),
    transfers: new Map(),
    contents: new Map(),
  }
}

/** The bytes that an account has uploaded. */
export function contentsOf(state: VercelState, account: Account): Map<string, Uint8Array<ArrayBuffer>> {
  const contents = state.contents.get(account.login) ?? new Map<string, Uint8Array<ArrayBuffer>>()
  state.contents.set(account.login, contents)
  return contents
}

/** The deployments of a project, latest first. */
export function deploymentsOf(state: VercelState, project: VercelProject): VercelDeployment[] {
  return [...state.deployments.values()].filter((deployment) => deployment.project === project).reverse()
}

/** The id by which the API knows a user or a team. */
export function accountId(account: Account): string {
  return account.kind === 'user' ? account.netlifyId : `team_${account.netlifyId}`
}
