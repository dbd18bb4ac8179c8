import type { Context } from '../../spec/context.js'
import { resolverOf } from '../../toolkit/resolve-dns.js'
import type { NetlifyApi, NetlifySite } from './api.js'
import { checkDns, readZones, recordsOf } from './domain-records.js'
import { certificateOf, ownHost, readCertificate } from './domain-site.js'

/**
 * The address of a site that answers. As soon as a site has a domain of its own, Netlify calls it by that, whether its DNS leads there
 * or not: until it does, and has a certificate, the address below Netlify's own domain is the one.
 */
export async function readAddress(api: NetlifyApi, site: NetlifySite, context: Context): Promise<string> {
  const address = site.ssl_url || site.url
  const domain = site.custom_domain
  if (!domain || new URL(address).hostname !== domain) return address
  const certificate = certificateOf(await readCertificate(api, site, context), domain)
  if (certificate === 'issued') {
    const resolve = resolverOf(context)
    const zones = await readZones(api, site, context)
    const { dns } = await checkDns(await recordsOf(domain, site, zones, resolve), resolve)
    if (dns === 'ready') return address
  }
  const own = addressOf(site, address)
  const text = `${domain} does not lead to Netlify yet: ${own} is where the release is published and looked at.`
  context.report({ type: 'log-line', source: 'provider', text })
  return own
}

function addressOf(site: NetlifySite, like: string): string {
  const host = ownHost(site)
  if (!host.endsWith('.localhost')) return `https://${host}`
  const { protocol, port } = new URL(like)
  return `${protocol}//${host}${port && `:${port}`}`
}
