import type { RelayOptions } from '../relay/options.js'
import { gitSmartHttp } from '../relay/presets.js'
import { createRelay } from '../relay/relay.js'
import { type Accounts, createAccounts } from './accounts.js'
import { type ContractDocument, createContract } from './contract.js'
import githubContract from './contracts/github.json' with { type: 'json' }
import { createDns, type EmulatedRecordType } from './dns.js'
import type { EmulatorOptions } from './emulator-options.js'
import { createFaultInjection, type Faults } from './faults/faults.js'
import type { LoggedRequest } from './faults/request-log.js'
import type { EmulatedProvider } from './faults/rules.js'
import { createGithub, type GithubState } from './github/github.js'
import { createGitlab, type GitlabState } from './gitlab/gitlab.js'
import { createLocalFetch } from './local-fetch.js'
import { netlifyRepositories } from './netlify/builds/github-repositories.js'
import { logPath } from './netlify/builds/log-socket.js'
import { createNetlify } from './netlify/netlify.js'
import type { NetlifyState } from './netlify/state.js'
import { createRuntime } from './runtime/runtime.js'
import { type Certificate, createCertificate, type Handler, type Served, type ServeOptions, serve } from './serve.js'
import { githubRepositories } from './vercel/github-repositories.js'
import { siteDomain } from './vercel/hosts.js'
import type { DeploymentError, VercelState } from './vercel/state.js'
import { createVercel } from './vercel/vercel.js'

/** Everything that a deployment talks to, on loopback. */
export interface Emulator {
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
  /** Ends everything and removes what is on disk. */
  close(): Promise<void>
}

/**
 * Starts an emulator: Netlify, Vercel, GitHub and git, GitLab, a relay and a WebContainer runtime, each on a port of its own on 127.0.0.1.
 *
 * @throws TypeError where a rule of `faults` is wrong, and the system's error where a port is taken; nothing is left running then.
 * @example
 * const emulator = await createEmulator()
 * const target = netlify({ auth: emulator.token, site: 'shop', apiUrl: emulator.netlify.url })
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port, http2 = false, clock = Date } = options
  const { faults, log, inject } = createFaultInjection(clock, {
    netlify: options.netlify?.cors !== false,
    vercel: options.vercel?.cors !== false,
  })
  for (const rule of options.faults ?? []) faults.add(rule)
  const accounts = createAccounts()
  const { credentials } = accounts
  const certificate = http2 ? await createCertificate() : undefined
  const localFetch = createLocalFetch(certificate)
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one()
  }
  const portAt = (offset: number): number => (port === undefined || port === 0 ? 0 : port + offset)
  const start = async (
    provider: EmulatedProvider,
    handler: Handler,
    offset: number,
    names: Pick<ServeOptions, 'isName'> = {},
  ): Promise<Served> => {
    const base: ServeOptions = { port: portAt(offset), ...names }
    const served = await serve(inject(provider, handler), certificate ? { ...base, http2: certificate } : base)
    closers.push(served.close)
    return served
  }

  try {
    // Each provider shows addresses of others, so it asks for them when it is asked.
    const siteUrl = (label: string): string => sites.url.replace('127.0.0.1', `${label}.localhost`)
    const pagesOrigin = (owner: string): string => pages.url.replace('127.0.0.1', `${owner}.localhost`)
    const dns = createDns()
    const netlify = createNetlify({
      ...options.netlify,
      accounts,
      clock,
      address: siteUrl,
      resolve: dns.resolve,
      repositories: netlifyRepositories(() => github.state.repositories),
    })
    closers.push(netlify.close)
    const github = await createGithub({
      ...options.github,
      accounts,
      contract: createContract(githubContract as ContractDocument),
      urls: () => ({ api: githubApi.url, web: git.url }),
      pagesOrigin,
      now: () => clock.now(),
      pushed: async (push) => {
        await netlify.pushed(push)
        await vercel.pushed(push)
      },
      pulled: (pull) => netlify.pulled(pull),
    })
    closers.push(github.close)
    const gitlab = await createGitlab({
      ...options.gitlab,
      accounts,
      url: () => gitlabServer.url,
      now: () => clock.now(),
    })
    closers.push(gitlab.close)
    const vercel = createVercel({
      ...options.vercel,
      dns: () => [...dns.records(), ...(options.vercel?.dns?.() ?? [])],
      accounts,
      repositories: githubRepositories(() => github.state.repositories),
      sitesUrl: () => vercelSites.url,
      now: () => clock.now(),
    })
    closers.push(vercel.close)
    const netlifyApi = await start('netlify', netlify.api, 0)
    netlify.serveLogs(netlifyApi.server)
    const githubApi = await start('github', github.api, 1)
    const git = await start('git', github.git, 2)
    const sites = await start('sites', netlify.sites, 5, { isName: netlify.isDomain })
    const gitlabServer = await start('gitlab', gitlab.handler, 6)
    const pages = await start('sites', github.pages, 7, { isName: github.isPagesDomain })
    const vercelApi = await start('vercel', vercel.api, 8)
    const vercelSites = await start('sites', vercel.sites, 9, { isName: vercel.isDomain })
    const resolver = await start('dns', dns.handler, 10)
    const vercelUrl = (label: string): string => vercelSites.url.replace('127.0.0.1', `${label}.${siteDomain}`)
    const allow: RelayOptions['allow'] = [
      { origin: netlifyApi.url, methods: apiMethods },
      { origin: githubApi.url, methods: apiMethods },
      ...gitSmartHttp(git.url),
      { origin: git.url, paths: [/\/_downloads\/.*/] },
      ...gitSmartHttp(gitlabServer.url),
      { origin: vercelApi.url, methods: apiMethods },
      { origin: siteUrl('*') },
      { origin: vercelUrl('*') },
      { origin: pagesOrigin('*') },
    ]
    const relay = await start('relay', createRelay({ allow, pageOrigins: isLoopbackPage, fetch: localFetch }), 3)
    const runtime = await createRuntime({ ...options.runtime, port: portAt(4) })
    closers.push(runtime.close)
    return {
      netlify: {
        url: `${netlifyApi.url}/api/v1`,
        logsUrl: `${netlifyApi.url.replace('http', 'ws')}${logPath}`,
        get state() {
          return netlify.state
        },
        siteUrl,
        fail: netlify.fail,
      },
      github: { url: githubApi.url, state: github.state },
      pages: { siteUrl: pagesOrigin },
      git: { url: git.url },
      gitlab: { url: gitlabServer.url, state: gitlab.state },
      vercel: {
        url: vercelApi.url,
        get state() {
          return vercel.state
        },
        siteUrl: vercelUrl,
        fail: vercel.fail,
        failAlias: vercel.failAlias,
      },
      dns: { url: resolver.url, set: dns.set },
      relay: { url: relay.url },
      runtime: { url: runtime.url },
      faults,
      get requests() {
        return log.requests
      },
      clearRequests: log.clear,
      accounts,
      token: credentials.owner.token,
      otherTokens: {
        powerless: credentials.powerless.token,
        withoutWorkflow: credentials.withoutWorkflow.token,
        stranger: credentials.stranger.token,
      },
      certificate,
      fetch: localFetch,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const apiMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

// Programs send no origin; pages of this machine may come from any port.
function isLoopbackPage(origin: string | null): boolean {
  if (origin === null) return true
  if (!URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]' || hostname.endsWith('.localhost')
}
