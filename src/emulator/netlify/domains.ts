import type { EmulatedRecordType } from '../dns.js'
import type { NetlifyWorld } from './call.js'
import { NetlifyFailure } from './failure.js'
import type { NetlifyCertificate, NetlifySite } from './state.js'

/** Netlify's docs, "Configure external DNS": where names without a CNAME lead. */
const addresses = ['75.2.60.5', '99.83.231.61']

/** Asks the DNS as it is now. */
export type Resolve = (name: string, type: EmulatedRecordType) => readonly string[]

/** The domains that a site is served under: its own, its aliases, and the counterpart of its own with or without `www`. */
export function domainsOf({ settings }: NetlifySite): readonly string[] {
  const own = settings.custom_domain as string | undefined
  const aliases = (settings.domain_aliases ?? []) as readonly string[]
  return own === undefined ? aliases : [...new Set([own, counterpartOf(own), ...aliases])]
}

/** Netlify's docs, "Multiple domains": the other one redirects to the primary one. Of names with more labels there is none. */
function counterpartOf(domain: string): string {
  if (domain.startsWith('www.')) return domain.slice(4)
  return domain.split('.').length === 2 ? `www.${domain}` : domain
}

/** Whether the DNS leads a domain to the site. */
export function isLed(domain: string, site: NetlifySite, { address, resolve, state }: NetlifyWorld): boolean {
  const zone = [...state.zones.values()].find(({ name }) => domain === name || domain.endsWith(`.${name}`))
  if (zone && resolve(zone.name, 'NS').some((server) => zone.servers.includes(server))) return true
  const own = new URL(address(site.name)).hostname
  if (resolve(domain, 'CNAME').includes(own)) return true
  return resolve(domain, 'A').some((found) => addresses.includes(found))
}

/** The certificate of a site as it is now. */
export function certificateOf(
  site: NetlifySite,
  { clock }: NetlifyWorld,
): (NetlifyCertificate & { readonly state: 'issued' | 'pending' }) | undefined {
  const { certificate } = site
  if (!certificate) return undefined
  const isIssued = clock.now() >= certificate.issuedAt
  return { ...certificate, state: isIssued ? 'issued' : 'pending' }
}

/** Whether HTTPS works for every domain of the site. */
export function isCertified(site: NetlifySite, world: NetlifyWorld): boolean {
  const own = site.settings.custom_domain as string | undefined
  const certificate = certificateOf(site, world)
  return own === undefined || (certificate?.state === 'issued' && certificate.domains.includes(own))
}

/**
 * Checks the domains that a site is to have.
 * @throws NetlifyFailure with 422: names that are none, names of other sites, HTTPS without a certificate
 */
export function checkDomains(
  site: NetlifySite,
  settings: Readonly<Record<string, unknown>>,
  world: NetlifyWorld,
): void {
  const wanted = { ...site, settings: { ...site.settings, ...settings } }
  const fields = ['custom_domain', 'domain_aliases'] as const
  for (const field of fields) {
    for (const domain of [settings[field] ?? []].flat() as string[]) {
      if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+$/.test(domain))
        throw refused(field, 'is invalid')
      // All hosts below a domain belong to whom it belongs to (answers.netlify.com, "Subdomains on different accounts").
      const taken = [...world.state.sites.values()].some(
        (other) =>
          other.id !== site.id &&
          domainsOf(other).some(
            (one) => one === domain || (other.account !== site.account && domain.endsWith(`.${one}`)),
          ),
      )
      if (taken) throw refused(field, 'must be unique')
    }
  }
  if (settings.force_ssl === true && !isCertified(wanted, world)) {
    throw refused('force_ssl', 'needs a certificate for the custom domain')
  }
}

/** As a name that can't be had is refused, which is against the published contract (github.com/netlify/open-api issue 377). */
function refused(field: string, reason: string): NetlifyFailure {
  return new NetlifyFailure(422, `${field} ${reason}`, { errors: { [field]: [reason] } })
}
