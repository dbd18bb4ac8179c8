import type { EmulatorClock } from './faults/faults.js'
import type { FaultRule } from './faults/rules.js'
import type { GithubOptions } from './github/github.js'
import type { NetlifyLimits } from './netlify/limits.js'
import type { NetlifyDelays } from './netlify/machine.js'
import type { RuntimeOptions } from './runtime/runtime.js'
import type { DnsRecord } from './vercel/call.js'
import type { VercelLimits } from './vercel/limits.js'
import type { VercelDelays } from './vercel/machine.js'

/** How an emulator is made. */
export interface EmulatorOptions {
  /** Port of the Netlify API; GitHub's API, git, the relay, the runtime, the sites, GitLab, GitHub Pages, Vercel's API, its sites and the DNS follow in this order. @default free ones */
  readonly port?: number
  /**
   * HTTP/2 over TLS with a certificate made for this run, as the providers speak it; the runtime stays on HTTP/1.1.
   *
   * @default false
   */
  readonly http2?: boolean
  /** The time at the providers, which their answers tell as well. @default the system's */
  readonly clock?: EmulatorClock
  /** What goes wrong from the start. @default nothing */
  readonly faults?: readonly FaultRule[]
  readonly netlify?: {
    /** Whether plans let the scopes of variables be chosen, as paid ones do. @default true */
    readonly granularScopes?: boolean
    readonly delays?: NetlifyDelays
    readonly limits?: NetlifyLimits
    /** Whether pages may read the API's answers. @default true */
    readonly cors?: boolean
  }
  readonly github?: {
    /** Whether GitHub's limits refuse requests. @default false */
    readonly rateLimits?: boolean
    /** How long builds and certificates of Pages take. */
    readonly pages?: NonNullable<GithubOptions['pages']>
    /** How long jobs of Actions may take. The steps of workflows that are pushed are run on this machine, as its user. */
    readonly actions?: NonNullable<GithubOptions['actions']>
  }
  readonly vercel?: {
    readonly delays?: VercelDelays
    readonly limits?: VercelLimits
    /** Whether pages may read the API's answers. @default true */
    readonly cors?: boolean
    /** Whether Vercel's app is installed on GitHub, which linking a repository needs. @default true */
    readonly githubApp?: boolean
    /** Whether new projects let nobody but their team see their previews, as Vercel's own do. @default false */
    readonly protectPreviews?: boolean
    /** What the DNS says to Vercel, as it is when it is asked for. @default nothing */
    readonly dns?: () => readonly DnsRecord[]
  }
  readonly gitlab?: {
    /** Whether GitLab.com's limits refuse requests. @default false */
    readonly rateLimits?: boolean
  }
  readonly runtime?: Omit<RuntimeOptions, 'port'>
}
