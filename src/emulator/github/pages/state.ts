import type { Account } from '../../accounts.js'
import type { EmulatedRepository } from '../repositories.js'

/** Files of a site: bytes by path, without a slash at the start. */
export type SiteFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

/** How far a build from a branch is. */
export type BuildStatus = 'queued' | 'building' | 'built' | 'errored'

/** A build of a site from its branch. Times are milliseconds since the epoch. */
export interface PagesBuild {
  readonly id: number
  readonly commit: string
  readonly pusher: Account
  readonly createdAt: number
  status: BuildStatus
  error: string | null
  updatedAt: number
  /** What it publishes; `undefined` where it will fail. */
  readonly files: SiteFiles | undefined
  /** The domain that a file `CNAME` among them names. */
  readonly cname: string | null
}

/** How far a certificate is: the contract's names for it. */
export type CertificateState =
  | 'new'
  | 'authorization_created'
  | 'authorization_pending'
  | 'authorized'
  | 'issued'
  | 'uploaded'
  | 'approved'
  | 'errored'

/** What a site is about to serve. */
export interface ArrivingFiles {
  readonly files: SiteFiles
  readonly commit: string
  /** When it is published. */
  readonly at: number
}

/** The site of a repository. */
export interface PagesSite {
  readonly repository: EmulatedRepository
  buildType: 'legacy' | 'workflow'
  source: { readonly branch: string; readonly path: '/' | '/docs' }
  cname: string | null
  /** When the domain was set: its certificate is made from then on. */
  cnameSince: number
  /** What became of the certificate, where that is not what time makes of it. */
  certificate: CertificateState | undefined
  httpsEnforced: boolean
  readonly builds: PagesBuild[]
  /** When its address answers at the earliest. */
  readonly servedFrom: number
  /** What is published and not served yet, the newest last. */
  readonly arriving: ArrivingFiles[]
  /** What is served. */
  files: SiteFiles | undefined
  /** The commit that is served. */
  commit: string | null
  publishedAt: number
}

/** Milliseconds that things take, so that clients really poll. */
export interface PagesDelays {
  /** From a push to `building`. @default 20 */
  readonly building?: number
  /** From `building` to `built`. @default 150 */
  readonly built?: number
  /** Of each step of a certificate. @default 50 */
  readonly certificate?: number
  /** From a site's creation until its address answers anything but 404. @default 0 */
  readonly site?: number
  /** From `built`, or from the end of a workflow's deployment, until the address serves it. @default 0 */
  readonly propagation?: number
}
