import type { Context } from '../../spec/context.js'
import { resolverOf } from '../../toolkit/resolve-dns.js'
import type { NetlifyApi, NetlifySite } from './api.js'
import { checkDns, readZones, recordsOf } from './domain-records.js'
import { certificateOf, ownHost, readCertificate } from './domain-site.js'

/**
 * The address of a site that answers. As soon as a site has a domain of its own, Netlify calls it by that, whether its DNS leads there
 * or not: until there is a certificate, which needs the DNS, the address below Netlify's own domain is the one. With a certificate the
 * domain counts, also where the DNS can't be asked, or names somebody's proxy in front of Netlify; but not where it has no records.
 */
export async function readAddress(api: NetlifyApi, site: NetlifySite, context: Context): Promise<string> {
  const address = site.ssl_url || site.url
  const domain = site.custom_domain
  if (!domain || new URL(address).hostname !== domain) return address
  const say = (text: string) => void context.report({ type: 'log-line', source: 'provider', text })
  const own = addressOf(site, address)
  const instead = `${own} is where the release is published and looked at.`
  const certificate = certificateOf(await readCertificate(api, site, context), domain)
  if (certificate !== 'issued') {
    const state = certificate === 'none' ? 'has none yet' : certificate === 'failed' ? 'got none' : 'is getting one'
    say(`${domain} needs a certificate, and Netlify ${state}: ${instead}`)
    return own
  }
  const resolve = resolverOf(context)
  const zones = await readZones(api, site, context)
  const { dns, found } = await checkDns(await recordsOf(domain, site, zones, resolve), resolve)
  if (dns === 'missing') {
    say(`The DNS has no records for ${domain}: ${instead}`)
    return own
  }
  if (dns === 'wrong') {
    const why = 'Netlify has a certificate for it, and a proxy may stand in front: the release is looked at there.'
    say(`The DNS of ${domain} says ${found.join(', ')}, which is none of Netlify's places. ${why}`)
  }
  return address
}

function addressOf(site: NetlifySite, like: string): string {
  const host = ownHost(site)
  if (!host.endsWith('.localhost')) return `https://${host}`
  const { protocol, port } = new URL(like)
  return `${protocol}//${host}${port && `:${port}`}`
}
