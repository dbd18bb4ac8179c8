import type { Accounts } from '../accounts.js'
import type { PushedCommit } from '../github/github.js'
import { createRandom, type Random } from '../random.js'
import type { Handler } from '../serve.js'
import { createNetlifyApi, type NetlifyApiOptions } from './api.js'
import { createBuilder } from './builds/builder.js'
import { type TellLog, tellLog } from './builds/log-socket.js'
import { buildPull, buildPush } from './builds/pushes.js'
import type { NetlifyRepositories, PulledCommit } from './builds/state.js'
import type { NetlifyWorld } from './call.js'
import { type NetlifyDelays, quickNetlifyDelays } from './delays.js'
import { domainsOf, type Resolve } from './domains.js'
import { createMachine } from './machine.js'
import { createNetlifySites } from './sites.js'
import { createState, type NetlifyState } from './state.js'
import type { SiteAddress } from './views.js'

/** How an emulated Netlify is made. */
export interface NetlifyOptions extends NetlifyApiOptions {
  readonly accounts: Accounts
  /** Where sites are served. */
  readonly address: SiteAddress
  /** @default the system's */
  readonly clock?: { now(): number }
  readonly delays?: NetlifyDelays
  /** Where ids and names that it makes up come from. @default others each time */
  readonly random?: Random
  /** What the DNS says, as it is when it is asked for. @default nothing */
  readonly resolve?: Resolve
  /** Whether plans let the scopes of variables be chosen, as paid ones do. @default true */
  readonly granularScopes?: boolean
  /** Repositories that sites may be linked to. @default none */
  readonly repositories?: NetlifyRepositories
}

/** An emulated Netlify: its API, its sites, and what it knows. */
export interface Netlify {
  /** The API, under `/api/v1`. */
  readonly api: Handler
  /** The published sites, told apart by host. */
  readonly sites: Handler
  /** What it knows, with everything done that is due by now. */
  readonly state: NetlifyState
  /** Whether a host is a domain of a site's own. */
  isDomain(hostname: string): boolean
  /**
   * Lets a deploy fail, as a provider's own trouble would.
   *
   * @throws where there is no such deploy.
   */
  fail(deployId: string, message: string): void
  /** Builds what was pushed to a repository that sites are linked to. */
  pushed(push: PushedCommit): Promise<void>
  /** Builds the preview of a pull request. */
  pulled(pull: PulledCommit): Promise<void>
  /** Tells the log of a build by a WebSocket. */
  readonly tellLog: TellLog
  /** Ends the processes of functions and builds, and removes their files. */
  close(): Promise<void>
}

/** Makes an emulated Netlify without sites. */
export function createNetlify(options: NetlifyOptions): Netlify {
  const { accounts, address, clock = Date, random = createRandom(undefined, 'netlify') } = options
  const state = createState()
  const delays = { ...quickNetlifyDelays, ...options.delays }
  const machine = createMachine(state, clock, delays)
  const builder = createBuilder()
  let last = 0
  const stamp = (): number => {
    last = Math.max(clock.now(), last + 1)
    return last
  }
  const { resolve = () => [], granularScopes = true } = options
  const world: NetlifyWorld = {
    ...{ state, machine, accounts, clock, random, address, builder, repositories: options.repositories },
    ...{ resolve, stamp, granularScopes, delays },
  }
  const sites = createNetlifySites(world)
  return {
    api: createNetlifyApi(world, options),
    sites: sites.handler,
    get state() {
      machine.settle()
      return state
    },
    isDomain: (hostname) => [...state.sites.values()].some((site) => domainsOf(site).includes(hostname)),
    fail(deployId, message) {
      machine.settle()
      const deploy = state.deploys.get(deployId)
      if (!deploy) throw new Error(`The emulated Netlify has no deploy ${deployId}`)
      machine.fail(deploy, message)
    },
    pushed: (push) => buildPush(push, world),
    pulled: (pull) => buildPull(pull, world),
    tellLog: (connection, request) => tellLog(connection, request, world),
    close: async () => {
      await builder.close()
      await sites.close()
    },
  }
}
