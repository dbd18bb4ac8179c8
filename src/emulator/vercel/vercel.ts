import type { Accounts } from '../accounts.js'
import type { PushedCommit } from '../github/github.js'
import { createRandom, type Random } from '../random.js'
import type { Handler } from '../serve.js'
import { createAliasBook } from './aliases.js'
import { createVercelApi } from './api.js'
import { createBuilder } from './build/builder.js'
import type { DnsRecord, Repositories, VercelWorld } from './call.js'
import { quickVercelDelays, type VercelDelays } from './delays.js'
import { deployPush } from './deploy-push.js'
import type { VercelCors } from './headers.js'
import { createHosts } from './hosts.js'
import { createLimiter, type VercelLimits } from './limits.js'
import { type Build, createMachine, isOver } from './machine.js'
import { checkOutput } from './serving/read-output.js'
import { createVercelSites } from './serving/sites.js'
import { createState, type DeploymentError, type VercelDeployment, type VercelState } from './state.js'

/** How an emulated Vercel is made. */
export interface VercelOptions {
  readonly accounts: Accounts
  /** Origin at which sites are served, on `127.0.0.1`; asked for at each reply, since ports are known late. */
  readonly sitesUrl: () => string
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
  /** Where ids and names that it makes up come from; secrets never do. @default others in each run */
  readonly random?: Random
  readonly delays?: VercelDelays
  readonly limits?: VercelLimits
  /**
   * Whether new projects let nobody but their team see their previews, as the real ones do (docs, "Deployment Protection").
   *
   * @default false
   */
  readonly protectPreviews?: boolean
  /** Which pages may use the API. @default true */
  readonly cors?: VercelCors
  /** Whether pages of other origins may read the files of sites. @default true */
  readonly siteCors?: boolean
  /** What the DNS says, as it is when it is asked for. @default nothing */
  readonly dns?: () => readonly DnsRecord[]
  /** Whether Vercel's app is installed on GitHub, which linking needs. @default true */
  readonly githubApp?: boolean
  /** Repositories that projects may be linked to. @default none */
  readonly repositories?: Repositories
}

/** An emulated Vercel: its API, its sites, and what it knows. */
export interface Vercel {
  readonly api: Handler
  /** The deployments, told apart by host. */
  readonly sites: Handler
  /** What it knows, with everything done that is due by now. */
  readonly state: VercelState
  /** Whether a host is a custom domain of a project. */
  isDomain(hostname: string): boolean
  /** Lets a deployment end in failure, as a provider's own trouble would. @throws where there is none that goes on */
  fail(deploymentId: string, error: DeploymentError, state?: 'ERROR' | 'BLOCKED'): void
  /** Lets the next deployment of a project that becomes ready have no aliases. @throws where there is no such project */
  failAlias(projectId: string, error: DeploymentError): void
  /** Deploys a commit that was pushed to a repository that projects are linked to. */
  pushed(push: PushedCommit): Promise<void>
  /** Ends the processes of functions and builds, and removes their files. */
  close(): Promise<void>
}

/** Makes an emulated Vercel without projects. */
export function createVercel(options: VercelOptions): Vercel {
  const { accounts, sitesUrl, now = Date.now, limits = {}, cors = true, dns = () => [] } = options
  const { random = createRandom(undefined, 'vercel') } = options
  const delays = { ...quickVercelDelays, ...options.delays }
  const state = createState()
  const aliases = createAliasBook({ state, random, propagation: delays.propagation })
  const check = (deployment: VercelDeployment) => checkOutput(state, deployment)
  const builder = createBuilder()
  const build: Build = (deployment, signal) => builder.build(deployment, world, signal)
  const machine = createMachine({ now, delays, random, aliases, check, build })
  const limiter = createLimiter(limits, now)
  const hosts = createHosts(sitesUrl)
  let last = 0
  const stamp = (): number => {
    last = Math.max(now(), last + 1)
    return last
  }
  const { repositories, protectPreviews = false, githubApp = true } = options
  const world: VercelWorld = {
    state,
    machine,
    accounts,
    random,
    limiter,
    hosts,
    now,
    stamp,
    aliases,
    repositories,
    githubApp,
    protectPreviews,
    dns,
  }
  const sites = createVercelSites(world, options.siteCors)
  const running = (id: string): VercelDeployment => {
    machine.settle()
    const deployment = state.deployments.get(id)
    if (!deployment || isOver(deployment)) throw new Error(`The emulated Vercel has no deployment ${id} under way`)
    return deployment
  }
  return {
    api: createVercelApi(world, cors),
    sites: sites.handler,
    get state() {
      machine.settle()
      return state
    },
    isDomain: (hostname) => state.domains.has(hostname),
    fail: (id, error, to = 'ERROR') => machine.end(running(id), to, error),
    failAlias: (id, error) => {
      const project = state.projects.get(id)
      if (!project) throw new Error(`The emulated Vercel has no project ${id}`)
      machine.failAlias(project, error)
    },
    pushed: (push) => deployPush(push, world),
    close: async () => {
      machine.stop()
      await builder.close()
      await sites.close()
    },
  }
}
