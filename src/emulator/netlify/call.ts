import type { Account, Accounts, Credential } from '../accounts.js'
import { pageLinks } from '../page-links.js'
import type { Random } from '../random.js'
import type { NetlifyBuilder } from './builds/builder.js'
import type { NetlifyRepositories } from './builds/state.js'
import type { NetlifyDelays } from './delays.js'
import type { Resolve } from './domains.js'
import { notFound } from './failure.js'
import type { Machine } from './machine.js'
import type { NetlifyDeploy, NetlifySite, NetlifyState } from './state.js'
import type { SiteAddress } from './views.js'

/** What all endpoints work on. */
export interface NetlifyWorld {
  readonly state: NetlifyState
  readonly machine: Machine
  readonly accounts: Accounts
  readonly clock: { now(): number }
  /** Where ids and names come from. */
  readonly random: Random
  readonly address: SiteAddress
  readonly builder: NetlifyBuilder
  /** Repositories that sites may be linked to; `undefined`: none. */
  readonly repositories: NetlifyRepositories | undefined
  /** Asks the DNS as it is now. */
  readonly resolve: Resolve
  /** A time for what is new, never the same twice. */
  readonly stamp: () => number
  /** Whether plans let the scopes of variables be chosen. */
  readonly granularScopes: boolean
  /** Milliseconds that things take. */
  readonly delays: Required<NetlifyDelays>
}

/** One request that has been authenticated and checked against the contract. */
export interface Call {
  readonly credential: Credential
  /** A site that may be seen without an account. */
  readonly guest?: NetlifySite | undefined
  /** Parameters of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The parsed body; `{}` where there is none. */
  readonly json: Readonly<Record<string, unknown>>
  /** The body of an upload. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Whether the body is a zip archive of a site. */
  readonly isArchive: boolean
  /** Address of the request, for links to other pages of a list. */
  readonly url: URL
}

/** What an endpoint answers. */
export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What the emulator does for one endpoint of the contract. */
export type Endpoint = (call: Call, world: NetlifyWorld) => Answer | Promise<Answer>

/** The sites that a caller may see, oldest first. */
export function visibleSites(call: Call, { state, accounts }: NetlifyWorld): NetlifySite[] {
  const own: readonly Account[] = accounts.accountsOf(call.credential.user)
  return [...state.sites.values()].filter((site) => own.includes(site.account) || site === call.guest)
}

/**
 * Finds the site of a call by its id or by its domain, as the API does: `<name>.netlify.app`, and here `<name>.localhost` too.
 * A bare name finds nothing.
 *
 * @throws NetlifyFailure with 404, also for a site of somebody else.
 */
export function siteOf(call: Call, world: NetlifyWorld): NetlifySite {
  const id = call.parameters.site_id ?? ''
  const name = /^([^.]+)\.(?:netlify\.app|localhost)$/i.exec(id)?.[1]?.toLowerCase()
  const site = visibleSites(call, world).find((one) => one.id === id || one.name === name)
  if (!site) throw notFound()
  return site
}

/**
 * Finds the deploy of a call.
 *
 * @throws NetlifyFailure with 404, also for a deploy of another site than the path names.
 */
export function deployOf(call: Call, world: NetlifyWorld): NetlifyDeploy {
  const deploy = world.state.deploys.get(call.parameters.deploy_id ?? '')
  const own = call.parameters.site_id === undefined ? undefined : siteOf(call, world)
  if (!deploy || !visibleSites(call, world).includes(deploy.site) || (own && own !== deploy.site)) throw notFound()
  return deploy
}

/** One page of a list, with the header `Link` where there are others. */
export function page<Item>(call: Call, items: readonly Item[], view: (item: Item) => unknown): Answer {
  const size = Math.min(Math.max(Number(call.query.get('per_page') ?? 100), 1), 100)
  const last = Math.max(Math.ceil(items.length / size), 1)
  const number = Math.max(Number(call.query.get('page') ?? 1), 1)
  const links = pageLinks(call.url.href, {
    ...(number > 1 && { first: 1, prev: Math.min(number - 1, last) }),
    ...(number < last && { next: number + 1, last }),
  })
  const headers = links === undefined ? {} : { Link: links }
  return { status: 200, json: items.slice((number - 1) * size, number * size).map(view), headers }
}
