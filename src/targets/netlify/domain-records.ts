import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { ResolveDns } from '../../spec/dns.js'
import type { DnsRecord } from '../../spec/domain.js'
import { checkRecord, type DnsFinding } from '../../toolkit/check-records.js'
import { hostIn, zoneOf } from '../../toolkit/dns-zone.js'
import type { NetlifyApi } from './api.js'
import { type DomainSite, ownHost } from './domain-site.js'

/** Netlify's docs, "Configure external DNS": of the load balancer that names without a CNAME lead to. */
const address = '75.2.60.5'
const loadBalancer = 'apex-loadbalancer.netlify.com'

const zonesSchema = z.array(z.object({ name: z.string(), dns_servers: z.optional(z.nullable(z.array(z.string()))) }))

/** A zone that Netlify's own name servers serve. */
export interface NetlifyZone {
  readonly name: string
  readonly servers: readonly string[]
}

/** The zones of a site at Netlify DNS, where the token may see any. */
export async function readZones(api: NetlifyApi, site: DomainSite, context: Context): Promise<readonly NetlifyZone[]> {
  const purpose = `read the DNS zones of ${site.name}`
  const answer = await api.ask(context, zonesSchema, purpose, 'GET', `/sites/${site.id}/dns`, { accept: [404, 422] })
  if (!('value' in answer)) return []
  return answer.value.map(({ name, dns_servers: servers }) => ({ name: name.toLowerCase(), servers: servers ?? [] }))
}

/** The records that lead a domain to a site: those of the nearest zone at Netlify DNS are its name servers alone. */
export async function recordsOf(
  domain: string,
  site: DomainSite,
  zones: readonly NetlifyZone[],
  resolve: ResolveDns,
): Promise<readonly DnsRecord[]> {
  const own = zones.find(({ name, servers }) => servers.length > 0 && (domain === name || domain.endsWith(`.${name}`)))
  if (own) {
    return own.servers.map((value) => ({ type: 'NS', name: own.name, host: '@', value, purpose: 'traffic' }))
  }
  const zone = await zoneOf(domain, resolve)
  const place = { name: domain, host: hostIn(zone, domain), purpose: 'traffic' } as const
  // A zone itself can have no CNAME (RFC 1034, 3.6.2).
  return [domain === zone ? { ...place, type: 'A', value: address } : { ...place, type: 'CNAME', value: ownHost(site) }]
}

/** What the DNS says of a domain, held against its records. */
export async function checkDns(records: readonly DnsRecord[], resolve: ResolveDns): Promise<DnsFinding> {
  const [record] = records
  if (!record) return { dns: 'unknown', found: [], problem: null }
  if (record.type !== 'NS') return checkRecord(record, { addresses: [address], names: [loadBalancer] }, resolve)
  const servers = await resolve(record.name, 'NS').catch(() => undefined)
  if (!servers) return { dns: 'unknown', found: [], problem: 'The DNS could not be asked.' }
  const found = servers.map((server) => `NS ${server}`)
  const isOurs = records.some(({ value }) => servers.includes(value))
  return { dns: isOurs ? 'ready' : servers.length > 0 ? 'wrong' : 'missing', found, problem: null }
}
