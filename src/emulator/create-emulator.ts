import type { RelayOptions } from '../relay/options.js'
import { gitSmartHttp } from '../relay/presets.js'
import { createRelay } from '../relay/relay.js'
import { createAccounts } from './accounts.js'
import { checkOptions } from './check-options.js'
import { createDashboard, createDashboardToken, dashboardUrl } from './dashboard/dashboard.js'
import { createInspect } from './dashboard/inspect.js'
import type { Emulator } from './emulator.js'
import type { EmulatorOptions } from './emulator-options.js'
import { createFaultInjection } from './faults/faults.js'
import type { EmulatedProvider } from './faults/rules.js'
import { createGenerations } from './generations.js'
import { createLocalFetch } from './local-fetch.js'
import { isOwnOrigin } from './loopback.js'
import { logPath, serveLogs } from './netlify/builds/log-socket.js'
import { profiled, readableApis } from './profile.js'
import { createProviders, type Providers } from './providers.js'
import { createRandom } from './random.js'
import { createRuntime } from './runtime/runtime.js'
import { createCertificate, type Handler, type Served, type ServeOptions, serve } from './serve.js'
import { isSimulated, watchFetch } from './simulated-clock.js'
import { siteDomain } from './vercel/hosts.js'

/**
 * Starts an emulator: Netlify, Vercel, GitHub and git, GitLab, Neon, a relay and a WebContainer runtime, each on a port of its own on 127.0.0.1.
 * It is a development tool: it runs the workflows, builds and functions that it is given on this machine and as its user.
 *
 * @throws TypeError where an option or a rule of `faults` is wrong, and the system's error where a port is taken; nothing is left running then.
 * @example
 * const emulator = await createEmulator({ seed: 1 })
 * const target = netlify({ auth: emulator.token, site: 'shop', apiUrl: emulator.netlify.url })
 */
export async function createEmulator(given: EmulatorOptions = {}): Promise<Emulator> {
  checkOptions(given)
  const options = profiled(given)
  const { port, http2 = false, seed, origins = [] } = options
  const simulated = options.clock && isSimulated(options.clock) ? options.clock : undefined
  const clock = simulated?.provider ?? options.clock ?? Date
  const random = (name: string) => createRandom(seed, name)
  const { faults, log, inject } = createFaultInjection(clock, readableApis(options), random)
  const arm = () => {
    for (const rule of options.faults ?? []) faults.add(rule)
  }
  arm()
  const accounts = createAccounts(createRandom(seed, 'accounts'))
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
    const base: ServeOptions = { port: portAt(offset), origins, ...names }
    const served = await serve(inject(provider, handler), certificate ? { ...base, http2: certificate } : base)
    closers.push(served.close)
    return served
  }

  try {
    const siteUrl = (label: string): string => sites.url.replace('127.0.0.1', `${label}.localhost`)
    const pagesOrigin = (owner: string): string => pages.url.replace('127.0.0.1', `${owner}.localhost`)
    const generations = await createGenerations(() =>
      createProviders(options, accounts, clock, {
        githubApi: () => githubApi.url,
        git: () => git.url,
        gitlab: () => gitlab.url,
        vercelSites: () => vercelSites.url,
        site: siteUrl,
        pages: pagesOrigin,
      }),
    )
    closers.push(generations.close)
    const startOne = (
      provider: EmulatedProvider,
      pick: (providers: Providers) => Handler,
      offset: number,
      isName?: (providers: Providers, hostname: string) => boolean,
    ): Promise<Served> => {
      const names = isName ? { isName: (hostname: string) => isName(generations.current, hostname) } : {}
      return start(provider, generations.handler(pick), offset, names)
    }
    const netlifyApi = await startOne('netlify', ({ netlify }) => netlify.api, 0)
    serveLogs(netlifyApi, (connection, request) => generations.current.netlify.tellLog(connection, request))
    const githubApi = await startOne('github', ({ github }) => github.api, 1)
    const git = await startOne('git', ({ github }) => github.git, 2)
    const sites = await startOne(
      'sites',
      ({ netlify }) => netlify.sites,
      5,
      ({ netlify }, name) => netlify.isDomain(name),
    )
    const gitlab = await startOne('gitlab', (providers) => providers.gitlab.handler, 6)
    const pages = await startOne(
      'sites',
      ({ github }) => github.pages,
      7,
      ({ github }, name) => github.isPagesDomain(name),
    )
    const vercelApi = await startOne('vercel', ({ vercel }) => vercel.api, 8)
    const vercelSites = await startOne(
      'sites',
      ({ vercel }) => vercel.sites,
      9,
      ({ vercel }, name) => vercel.isDomain(name),
    )
    const resolver = await startOne('dns', ({ dns }) => dns.handler, 10)
    const neon = await startOne('neon', (providers) => providers.neon.api, 11)
    const vercelUrl = (label: string): string => vercelSites.url.replace('127.0.0.1', `${label}.${siteDomain}`)
    const allow: RelayOptions['allow'] = [
      { origin: netlifyApi.url, methods: apiMethods },
      { origin: githubApi.url, methods: apiMethods },
      ...gitSmartHttp(git.url),
      { origin: git.url, paths: [/\/_downloads\/.*/] },
      ...gitSmartHttp(gitlab.url),
      { origin: vercelApi.url, methods: apiMethods },
      { origin: neon.url, methods: apiMethods },
      { origin: siteUrl('*') },
      { origin: vercelUrl('*') },
      { origin: pagesOrigin('*') },
    ]
    // Programs send no origin; pages of this machine may come from any port.
    const pageOrigins = (origin: string | null) => origin === null || isOwnOrigin(origin, origins)
    const relay = await start('relay', createRelay({ allow, pageOrigins, fetch: localFetch }), 3)
    const runtime = await createRuntime({ origins: [...origins], ...options.runtime, port: portAt(4) })
    closers.push(runtime.close)
    const dashboardToken = createDashboardToken()
    const page = await serve((request) => dashboard(request), { port: portAt(12) })
    closers.push(page.close)
    const url = dashboardUrl(page.url, dashboardToken)
    const emulator: Omit<Emulator, 'inspect'> = {
      url,
      addresses: {
        netlify: `${netlifyApi.url}/api/v1`,
        github: githubApi.url,
        git: git.url,
        gitlab: gitlab.url,
        vercel: vercelApi.url,
        pages: pagesOrigin(accounts.owner.login),
        neon: `${neon.url}/api/v2`,
        dns: resolver.url,
        relay: relay.url,
        runtime: runtime.url,
        token: credentials.owner.token,
        page: url,
      },
      netlify: {
        url: `${netlifyApi.url}/api/v1`,
        logsUrl: `${netlifyApi.url.replace('http', 'ws')}${logPath}`,
        get state() {
          return generations.current.netlify.state
        },
        siteUrl,
        fail: (id, message) => generations.current.netlify.fail(id, message),
      },
      github: {
        url: githubApi.url,
        get state() {
          return generations.current.github.state
        },
      },
      pages: { siteUrl: pagesOrigin },
      git: { url: git.url },
      gitlab: {
        url: gitlab.url,
        get state() {
          return generations.current.gitlab.state
        },
      },
      vercel: {
        url: vercelApi.url,
        get state() {
          return generations.current.vercel.state
        },
        siteUrl: vercelUrl,
        fail: (id, error, state) => generations.current.vercel.fail(id, error, state),
        failAlias: (id, error) => generations.current.vercel.failAlias(id, error),
      },
      neon: {
        url: `${neon.url}/api/v2`,
        get state() {
          return generations.current.neon.state
        },
        fail: (id, message, forGood) => generations.current.neon.fail(id, message, forGood),
      },
      dns: {
        url: resolver.url,
        set: (name, type, values) => generations.current.dns.set(name, type, values),
      },
      relay: { url: relay.url },
      runtime: { url: runtime.url },
      faults,
      get requests() {
        return log.requests
      },
      clearRequests: log.clear,
      onRequest: log.onChange,
      accounts,
      token: credentials.owner.token,
      otherTokens: {
        powerless: credentials.powerless.token,
        withoutWorkflow: credentials.withoutWorkflow.token,
        stranger: credentials.stranger.token,
      },
      certificate,
      fetch: simulated ? watchFetch(localFetch, simulated) : localFetch,
      reset: async () => {
        await generations.renew()
        faults.clear()
        arm()
        log.clear()
      },
      close,
      [Symbol.asyncDispose]: close,
    }
    const dashboard = createDashboard(emulator, { token: dashboardToken, origins, now: () => clock.now() })
    return Object.assign(emulator, { inspect: createInspect(emulator, () => clock.now()) })
  } catch (error) {
    await close()
    throw error
  }
}

const apiMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
