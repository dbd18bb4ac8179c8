import type { RelayOptions } from '../relay/options.js'
import { gitSmartHttp } from '../relay/presets.js'
import { createRelay } from '../relay/relay.js'
import { createAccounts } from './accounts.js'
import { type ContractDocument, createContract } from './contract.js'
import githubContract from './contracts/github.json' with { type: 'json' }
import { createDns } from './dns.js'
import type { Emulator } from './emulator.js'
import type { EmulatorOptions } from './emulator-options.js'
import { createFaultInjection } from './faults/faults.js'
import type { EmulatedProvider } from './faults/rules.js'
import { createGithub } from './github/github.js'
import { createGitlab } from './gitlab/gitlab.js'
import { createLocalFetch } from './local-fetch.js'
import { netlifyRepositories } from './netlify/builds/github-repositories.js'
import { logPath } from './netlify/builds/log-socket.js'
import { createNetlify } from './netlify/netlify.js'
import { createRuntime } from './runtime/runtime.js'
import { createCertificate, type Handler, type Served, type ServeOptions, serve } from './serve.js'
import { githubRepositories } from './vercel/github-repositories.js'
import { siteDomain } from './vercel/hosts.js'
import { createVercel } from './vercel/vercel.js'

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
