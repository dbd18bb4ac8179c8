import type { Accounts } from '../accounts.js'
import type { Handler } from '../serve.js'
import { createNetlifyApi, type NetlifyApiOptions } from './api.js'
import type { NetlifyWorld } from './call.js'
import { createMachine, type NetlifyDelays } from './machine.js'
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
}

/** An emulated Netlify: its API, its sites, and what it knows. */
export interface Netlify {
  /** The API, under `/api/v1`. */
  readonly api: Handler
  /** The published sites, told apart by host. */
  readonly sites: Handler
  /** What it knows, with everything done that is due by now. */
  readonly state: NetlifyState
  /**
   * Lets a deploy fail, as a provider's own trouble would.
   *
   * @throws where there is no such deploy.
   */
  fail(deployId: string, message: string): void
}

/** Makes an emulated Netlify without sites. */
export function createNetlify(options: NetlifyOptions): Netlify {
  const { accounts, address, clock = Date } = options
  const state = createState()
  const machine = createMachine(state, clock, options.delays ?? {})
  const world: NetlifyWorld = { state, machine, accounts, clock, address }
  return {
    api: createNetlifyApi(world, options),
    sites: createNetlifySites(world),
    get state() {
      machine.settle()
      return state
    },
    fail(deployId, message) {
      machine.settle()
      const deploy = state.deploys.get(deployId)
      if (!deploy) throw new Error(`The emulated Netlify has no deploy ${deployId}`)
      machine.fail(deploy, message)
    },
  }
}
