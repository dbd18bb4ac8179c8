import type { DnsOptions } from './dns.js'
import type { EmulatorClock } from './faults/faults.js'
import type { FaultRule } from './faults/rules.js'
import type { GithubDelays } from './github/delays.js'
import type { GithubOptions } from './github/github.js'
import type { GitlabDelays } from './gitlab/delays.js'
import type { NeonDelays } from './neon/delays.js'
import type { NeonLimits } from './neon/limits.js'
import type { NetlifyDelays } from './netlify/delays.js'
import type { NetlifyCors } from './netlify/headers.js'
import type { NetlifyLimits } from './netlify/limits.js'
import type { RuntimeOptions } from './runtime/runtime.js'
import type { DnsRecord } from './vercel/call.js'
import type { VercelDelays } from './vercel/delays.js'
import type { VercelCors } from './vercel/headers.js'
import type { VercelLimits } from './vercel/limits.js'

/** How an emulator is made. */
export interface EmulatorOptions {
  /** Port of the Netlify API; GitHub's API, git, the relay, the runtime, the sites, GitLab, GitHub Pages, Vercel's API, its sites, the DNS, Neon and the dashboard follow in this order. @default free ones */
  readonly port?: number
  /**
   * HTTP/2 over TLS with a certificate made for this run, as the providers speak it; the runtime stays on HTTP/1.1.
   *
   * @default false
   */
  readonly http2?: boolean
  /**
   * Makes the ids, names and codes that the providers make up the same in each run that asks for the same things in the same order. Tokens
   * are new in each run all the same.
   *
   * @default others in each run
   */
  readonly seed?: string | number
  /** The time at the providers, which their answers tell as well: for example `createSimulatedClock()`. @default the system's */
  readonly clock?: EmulatorClock
  /**
   * How much the providers let their users wait and refuse them. `quick`: each state for some milliseconds, and generous limits. `realistic`:
   * the delays, the lag between an answer and what the world sees of it, and the limits of free plans, as far as they are known. To be used with a
   * simulated clock, or with patience.
   *
   * @default 'quick'
   */
  readonly profile?: 'quick' | 'realistic'
  /**
   * What pages may read: what is known or thought of each provider, or with `strictest` nothing but the answers of GitHub's API, of which alone it
   * is documented, and of the relay. Other APIs, the DNS and sites then send no CORS headers but those that a site sets itself.
   *
   * @default 'known'
   */
  readonly cors?: 'known' | 'strictest'
  /**
   * Origins of pages that may use it beside those on loopback, for example that of your IDE. Others are answered 403.
   *
   * @default none
   */
  readonly origins?: readonly string[]
  /** What goes wrong from the start. @default nothing */
  readonly faults?: readonly FaultRule[]
  readonly netlify?: {
    /** Whether plans let the scopes of variables be chosen, as paid ones do. @default true */
    readonly granularScopes?: boolean
    readonly delays?: NetlifyDelays
    readonly limits?: NetlifyLimits
    /**
     * Which of the API's answers pages may read: all, none, or with `no-uploads` all but those to uploads of files and functions. Of the real
     * one it is not confirmed; of uploads nothing is known.
     *
     * @default true
     */
    readonly cors?: NetlifyCors
  }
  readonly github?: {
    /** Whether GitHub's limits refuse requests. @default false */
    readonly rateLimits?: boolean
    /** How long things take. @default as short as tests like it */
    readonly delays?: GithubDelays
    /** How long builds and certificates of Pages take. */
    readonly pages?: NonNullable<GithubOptions['pages']>
    /** How long jobs of Actions may take. The steps of workflows that are pushed are run on this machine, as its user. */
    readonly actions?: NonNullable<GithubOptions['actions']>
  }
  readonly vercel?: {
    readonly delays?: VercelDelays
    readonly limits?: VercelLimits
    /**
     * Which pages may use the API: all, none, or with `no-upload-headers` those that send no headers but `Authorization` and `Content-Type`, which
     * the upload of a file needs. Of the real one it is not confirmed.
     *
     * @default true
     */
    readonly cors?: VercelCors
    /** Whether pages of other origins may read the files of sites, which the real ones let them. @default true */
    readonly siteCors?: boolean
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
    /** Whether pages may read the API's answers. @default true */
    readonly cors?: boolean
    /** How long what it does in the background takes. @default no time */
    readonly delays?: GitlabDelays
  }
  readonly neon?: {
    readonly delays?: NeonDelays
    readonly limits?: NeonLimits
    /** Whether pages may read the API's answers. @default false */
    readonly cors?: boolean
  }
  readonly dns?: DnsOptions
  readonly runtime?: Omit<RuntimeOptions, 'port'>
}
