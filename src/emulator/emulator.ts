import type { Accounts } from './accounts.js'
import type { EmulatorStateView } from './dashboard/state-view.js'
import type { EmulatedRecordType } from './dns.js'
import type { Faults } from './faults/faults.js'
import type { LoggedRequest } from './faults/request-log.js'
import type { GithubState } from './github/github.js'
import type { GitlabState } from './gitlab/gitlab.js'
import type { NeonState } from './neon/state.js'
import type { NetlifyState } from './netlify/state.js'
import type { Certificate } from './serve.js'
import type { DeploymentError, VercelState } from './vercel/state.js'

/** Where everything is, and the owner's token: plain JSON, for pages and other programs. `tabship emulate --json` prints the same. */
export interface EmulatorAddresses {
  readonly netlify: string
  readonly github: string
  readonly git: string
  readonly gitlab: string
  readonly vercel: string
  /** The owner's Pages. */
  readonly pages: string
  readonly neon: string
  readonly dns: string
  readonly relay: string
  readonly runtime: string
  readonly token: string
  /** {@link Emulator.url} */
  readonly page: string
}

/** Everything that a deployment talks to, on loopback. */
export interface Emulator {
  /** Its page, which shows sites, repositories, deployments and requests while they come, with the token that lets it read them. */
  readonly url: string
  /** All of the addresses below in one object. */
  readonly addresses: EmulatorAddresses
  readonly netlify: {
    /** Base address of the API, with its prefix: `http://127.0.0.1:<port>/api/v1`. */
    readonly url: string
    /** Address of the WebSocket that tells the logs of builds. */
    readonly logsUrl: string
    /** What it knows, with everything done that is due by now. */
    readonly state: NetlifyState
    /** The address of a site by name, or of a deploy by `<deploy>--<name>`. */
    siteUrl(label: string): string
    /** Lets a deploy fail, as a provider's own trouble would. */
    fail(deployId: string, message: string): void
  }
  /** GitHub's REST API. */
  readonly github: { readonly url: string; readonly state: GithubState }
  /** GitHub Pages: the address of an owner's sites, `http://<owner>.localhost:<port>`; that of a repository's is below it. */
  readonly pages: { siteUrl(owner: string): string }
  /** GitHub's git over HTTP: `<url>/<owner>/<name>.git`. No CORS: pages need the relay. */
  readonly git: { readonly url: string }
  /** GitLab: its API below `/api/v4`, and git without CORS at `<url>/<group>/<name>.git`. */
  readonly gitlab: { readonly url: string; readonly state: GitlabState }
  readonly vercel: {
    /** Origin of the API; its paths begin with a version. */
    readonly url: string
    /** What it knows, with everything done that is due by now. */
    readonly state: VercelState
    /** The address of a site by its label: `shop`, or that of one deployment. */
    siteUrl(label: string): string
    /** Lets a deployment end in failure, as a provider's own trouble would. */
    fail(deploymentId: string, error: DeploymentError, state?: 'ERROR' | 'BLOCKED'): void
    /** Lets the next deployment of a project that becomes ready have no aliases. */
    failAlias(projectId: string, error: DeploymentError): void
  }
  /** Neon's management API; no Postgres is behind it yet. */
  readonly neon: {
    /** Base address of the API, with its prefix: `http://127.0.0.1:<port>/api/v2`. */
    readonly url: string
    /** What it knows, with everything done that is due by now. */
    readonly state: NeonState
    /** Lets an operation that runs fail, for good or to be tried again. @throws where no such operation runs */
    fail(operationId: string, message: string, forGood?: boolean): void
  }
  /** The DNS, which its users ask over HTTPS and the providers in their own way. Nothing is set at first. */
  readonly dns: {
    /** Address of the resolver: for `dns` of `deploy`. */
    readonly url: string
    /** Sets all records of one type of a name; an empty list removes them. */
    set(name: string, type: EmulatedRecordType, values: readonly string[]): void
  }
  /** A relay that lets pages on loopback reach the emulated providers and their sites. */
  readonly relay: { readonly url: string }
  /** The WebContainer runtime: `globalThis.WEBCONTAINER_API_IFRAME_URL` for the client of `@webcontainer/api`. */
  readonly runtime: { readonly url: string }
  /** What goes wrong at the providers, the sites and the relay. */
  readonly faults: Faults
  /**
   * Every request to them in order of arrival, the last 10,000. Preflights (`OPTIONS`) are left out where no fault hits them;
   * the runtime's are no provider's.
   */
  readonly requests: readonly LoggedRequest[]
  /** Begins `requests` anew, with index 0; a list that was taken before stays as it is. */
  clearRequests(): void
  /** Calls the listener whenever a request has arrived or ended, and when `requests` begins anew. @returns a function that ends that */
  onRequest(listener: () => void): () => void
  readonly accounts: Accounts
  /** The owner's token, with every right at every provider. */
  readonly token: string
  /** Tokens by what is special about them. */
  readonly otherTokens: {
    /** Known, but without any right. */
    readonly powerless: string
    /** May not write GitHub's workflows. */
    readonly withoutWorkflow: string
    /** Another user's. */
    readonly stranger: string
  }
  /** The certificate that everything is served with; only with HTTP/2. */
  readonly certificate: Certificate | undefined
  /** A `fetch` for Node that reaches the sites (`*.localhost`) and trusts the certificate. */
  readonly fetch: typeof fetch
  /** What it holds at this moment, as plain JSON: the same that the page at `url` shows, and `GET /state` of that server answers. */
  inspect(): Promise<EmulatorStateView>
  /**
   * Forgets all that was done: sites, repositories, deployments, DNS records, requests, faults and what limits have counted. Addresses, accounts and
   * tokens stay; the faults that it was made with are armed anew, and with a seed the same ids come again. Containers of the runtime are left
   * alone.
   */
  reset(): Promise<void>
  /** Ends everything and removes what is on disk. */
  close(): Promise<void>
  /** The same as `close`: for `await using emulator = await createEmulator()`. */
  [Symbol.asyncDispose](): Promise<void>
}
