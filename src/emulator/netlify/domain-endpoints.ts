import { type Call, type Endpoint, type NetlifyWorld, siteOf } from './call.js'
import { certificateOf, domainsOf, isLed } from './domains.js'
import { NetlifyFailure, notFound } from './failure.js'
import { createObjectId, type NetlifyZone } from './state.js'
import type { Json } from './views.js'

/** Milliseconds: certificates of Let's Encrypt hold for 90 days. */
const validity = 90 * 24 * 3_600_000

/** Certificates and DNS zones, by the contract's operation ids. */
export const domainEndpoints: Readonly<Record<string, Endpoint>> = {
  showSiteTLSCertificate: (call, world) => {
    const view = certificateView(call, world)
    if (!view) throw notFound()
    return { status: 200, json: view }
  },
  provisionSiteTLSCertificate: (call, world) => {
    const site = siteOf(call, world)
    const own = site.settings.custom_domain as string | undefined
    if (own === undefined || !isLed(own, site, world)) throw new NetlifyFailure(422, 'bad dns for custom domain')
    const domains = domainsOf(site).filter((domain) => isLed(domain, site, world))
    const known = site.certificate
    if (!known || domains.some((domain) => !known.domains.includes(domain))) {
      const now = world.clock.now()
      site.certificate = { domains, createdAt: now, issuedAt: now + world.delays.certificate }
    }
    return { status: 200, json: certificateView(call, world) }
  },
  getDNSForSite: (call, world) => {
    const site = siteOf(call, world)
    const zones = [...world.state.zones.values()].filter((zone) => zone.site === site)
    return { status: 200, json: zones.map(zoneView) }
  },
  createDnsZone: (call, world) => {
    const site = siteOf({ ...call, parameters: { site_id: String(call.json.site_id ?? '') } }, world)
    const name = String(call.json.name ?? '').toLowerCase()
    if ([...world.state.zones.values()].some((zone) => zone.name === name)) {
      throw new NetlifyFailure(422, 'Zone exists on another account')
    }
    const servers = [1, 2, 3, 4].map((number) => `dns${number}.p0${number}.nsone.net`)
    const zone: NetlifyZone = { id: createObjectId(world.random), name, site, servers }
    world.state.zones.set(zone.id, zone)
    return { status: 201, json: zoneView(zone) }
  },
}

function certificateView(call: Call, world: NetlifyWorld): Json | undefined {
  const certificate = certificateOf(siteOf(call, world), world)
  if (!certificate) return undefined
  const { state, domains, createdAt, issuedAt } = certificate
  const time = (milliseconds: number) => new Date(milliseconds).toISOString()
  return {
    state,
    domains,
    created_at: time(createdAt),
    updated_at: time(issuedAt),
    expires_at: time(issuedAt + validity),
  }
}

function zoneView({ id, name, site, servers }: NetlifyZone): Json {
  return { id, name, site_id: site.id, account_slug: site.account.login, dns_servers: servers, records: [] }
}
