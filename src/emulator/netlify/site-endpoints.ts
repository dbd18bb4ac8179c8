import type { Account } from '../accounts.js'
import { buildSettingsOf } from './builds/settings.js'
import { type Call, type Endpoint, type NetlifyWorld, page, siteOf, visibleSites } from './call.js'
import { checkDomains } from './domains.js'
import { NetlifyFailure, nameRefused, notFound } from './failure.js'
import { makeSiteName } from './site-name.js'
import type { NetlifySite } from './state.js'
import { accountView, siteView, userView } from './views.js'

/** Settings of a site that a caller may write and gets back as they came. */
const writableSettings = [
  'build_settings',
  'custom_domain',
  'domain_aliases',
  'force_ssl',
  'functions_region',
  'notification_email',
  'processing_settings',
]

const addSite = (call: Call, world: NetlifyWorld, account: Account) => {
  const now = world.clock.now()
  const site: NetlifySite = {
    id: world.random.uuid(),
    account,
    user: call.credential.user,
    name: freeName(call, world),
    settings: settingsOf(call),
    published: undefined,
    lagging: new Map(),
    history: [],
    branches: new Map(),
    createdAt: now,
    updatedAt: now,
  }
  checkDomains(site, site.settings, world)
  world.state.sites.set(site.id, site)
  return { status: 201, json: siteView(site, world.address) }
}

/** Users, teams and sites, by the contract's operation ids. */
export const siteEndpoints: Readonly<Record<string, Endpoint>> = {
  getCurrentUser: (call, world) => {
    return { status: 200, json: userView(call.credential.user, visibleSites(call, world).length) }
  },
  listAccountsForUser: (call, { accounts }) => {
    return { status: 200, json: accounts.accountsOf(call.credential.user).map(accountView) }
  },
  listSites: (call, world) => {
    const filter = call.query.get('filter') ?? 'all'
    const sites = filter === 'guest' ? [] : visibleSites(call, world)
    return page(call, named(call, sites), (site) => siteView(site, world.address))
  },
  listSitesForAccount: (call, world) => {
    const account = accountOf(call, world)
    const sites = visibleSites(call, world).filter((site) => site.account === account)
    return page(call, named(call, sites), (site) => siteView(site, world.address))
  },
  createSite: (call, world) => addSite(call, world, call.credential.user),
  createSiteInTeam: (call, world) => addSite(call, world, accountOf(call, world)),
  getSite: (call, world) => {
    // The CLI asks for a site that is nobody's yet before it claims it (`netlify claim`), and gives up where it is not shown.
    const unclaimed = world.state.sites.get(call.parameters.site_id ?? '')
    const site = unclaimed?.drop ? unclaimed : siteOf(call, world)
    return { status: 200, json: siteView(site, world.address) }
  },
  updateSite: (call, world) => {
    const site = siteOf(call, world)
    if (call.json.name !== undefined && call.json.name !== site.name) site.name = freeName(call, world)
    const settings = { ...settingsOf(call) }
    // What is not named of them stays; a repository is linked as a whole.
    if (call.json.repo === undefined && settings.build_settings)
      settings.build_settings = { ...buildSettingsOf(site), ...settings.build_settings }
    checkDomains(site, settings, world)
    // Without a certificate for it nothing is redirected to HTTPS.
    const isNewDomain = settings.custom_domain !== undefined && settings.custom_domain !== site.settings.custom_domain
    site.settings = { ...site.settings, ...(isNewDomain && { force_ssl: false }), ...settings }
    site.updatedAt = world.clock.now()
    return { status: 200, json: siteView(site, world.address) }
  },
  deleteSite: (call, world) => {
    const site = siteOf(call, world)
    world.state.sites.delete(site.id)
    for (const [id, deploy] of world.state.deploys) if (deploy.site === site) world.state.deploys.delete(id)
    return { status: 204 }
  },
  rollbackSiteDeploy: (call, world) => {
    const site = siteOf(call, world)
    const previous = site.history.pop()
    if (!previous) throw new NetlifyFailure(422, 'There is no earlier deploy to roll back to')
    world.machine.serve(previous)
    return { status: 204 }
  },
}

function accountOf(call: Call, { accounts }: NetlifyWorld): Account {
  const account = accounts.find(call.parameters.account_slug ?? '')
  if (!account?.members.includes(call.credential.user.login)) throw notFound()
  return account
}

function named(call: Call, sites: readonly NetlifySite[]): NetlifySite[] {
  const part = call.query.get('name')?.toLowerCase() ?? ''
  return sites.filter((site) => site.name.includes(part))
}

function settingsOf(call: Call): Record<string, unknown> {
  const { repo, ...json } = call.json
  const given = repo === undefined ? json : { ...json, build_settings: repo }
  return Object.fromEntries(Object.entries(given).filter(([key]) => writableSettings.includes(key)))
}

function freeName(call: Call, { state, random }: NetlifyWorld): string {
  const name = call.json.name === undefined ? makeSiteName(random) : String(call.json.name)
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(name)) {
    throw nameRefused('can only contain alphanumeric characters and hyphens')
  }
  const lower = name.toLowerCase()
  if ([...state.sites.values()].some((site) => site.name === lower)) throw nameRefused('must be unique')
  return lower
}
