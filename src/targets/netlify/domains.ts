import type { Context } from '../../spec/context.js'
import type { DnsRecord, DomainStatus } from '../../spec/domain.js'
import type { Site } from '../../spec/release.js'
import type { TargetDomains } from '../../spec/target.js'
import { areCounterparts, type ParsedDomains } from '../../toolkit/domain-settings.js'
import { closed, saidIn } from '../../toolkit/parse-reply.js'
import { resolverOf } from '../../toolkit/resolve-dns.js'
import { settleDomains } from '../../toolkit/settle-domains.js'
import { addDomains } from './add-domains.js'
import type { NetlifyApi } from './api.js'
import { checkDns, readZones, recordsOf } from './domain-records.js'
import { certificateOf, certificateSchema, type DomainSite, domainSiteSchema, readCertificate } from './domain-site.js'

/** Milliseconds between two requests for a certificate: who issues them counts those that fail. */
const certificatePause = 30_000

/** What the domains of a site are set up with. */
export interface DomainAccess {
  readonly api: NetlifyApi
  /** Name of the target. */
  readonly target: string
  readonly domains: ParsedDomains
}

/** Adds domains to a site, follows their DNS, asks for the certificate and forces HTTPS. */
export function netlifyDomains(access: DomainAccess): Pick<TargetDomains, 'settle' | 'check'> {
  const { api, domains } = access

  const read = (site: Site, context: Context) =>
    api.json(context, domainSiteSchema, `read the domains of ${site.name}`, 'GET', `/sites/${site.id}`)

  return {
    async settle(site, context) {
      const watch = createWatch(access, context)
      await addDomains(api, await read(site, context), domains, context)
      let current: DomainSite | undefined
      return settleDomains({
        provider: 'netlify',
        timeLimit: domains.wait,
        context,
        async look() {
          current = await read(site, context)
          return watch.look(current)
        },
        act: async (statuses) => (current ? watch.act(current, statuses) : false),
        isSettled: ({ dns, certificate, httpsForced }) =>
          (dns === 'ready' || dns === 'unknown') && certificate === 'issued' && (httpsForced || !domains.forceHttps),
      })
    },
    async check(site, context) {
      return createWatch(access, context).look(await read(site, context))
    },
  }
}

/** Looks at domains again and again, and does what can be done. */
function createWatch({ api, target, domains }: DomainAccess, context: Context) {
  const { names, primary, forceHttps } = domains
  const resolve = resolverOf(context)
  let records: ReadonlyMap<string, readonly DnsRecord[]> | undefined
  let refusal: string | null = null
  let asked = Number.NEGATIVE_INFINITY

  async function readRecords(site: DomainSite): Promise<ReadonlyMap<string, readonly DnsRecord[]>> {
    const zones = await readZones(api, site, context)
    const entries = names.map(async (name) => [name, await recordsOf(name, site, zones, resolve)] as const)
    return new Map(await Promise.all(entries))
  }

  /** @returns whether Netlify has begun to get one. */
  async function askForCertificate(site: DomainSite): Promise<boolean> {
    const { clock } = context
    if (clock.now() - asked < certificatePause) return false
    asked = clock.now()
    const purpose = `get a certificate for ${site.name}`
    // Twice comes to the same; 422 says that the DNS is not ready in Netlify's eyes.
    const call = { accept: [422], idempotent: true }
    const answer = await api.ask(context, certificateSchema, purpose, 'POST', `/sites/${site.id}/ssl`, call)
    refusal = 'value' in answer ? null : `Netlify gives no certificate yet: ${closed(saidIn(answer.other.bytes))}`
    return 'value' in answer
  }

  return {
    async look(site: DomainSite): Promise<readonly DomainStatus[]> {
      const certificate = await readCertificate(api, site, context)
      records ??= await readRecords(site)
      const known = records
      const added = new Set([site.custom_domain, ...(site.domain_aliases ?? [])])
      return Promise.all(
        names.map(async (domain): Promise<DomainStatus> => {
          const own = known.get(domain) ?? []
          const { problem, ...finding } = await checkDns(own, resolve)
          const state = certificateOf(certificate, domain)
          const isAdded = added.has(domain) || (areCounterparts(domain, primary) && added.has(primary))
          const missing = isAdded ? null : `The domain ${domain} is not one of ${site.name} yet.`
          return {
            ...{ target, domain, primary: domain === primary, ...finding, records: own, certificate: state },
            httpsForced: state === 'issued' && site.force_ssl === true,
            problem: missing ?? problem ?? (state === 'issued' ? null : refusal),
          }
        }),
      )
    },
    async act(site: DomainSite, statuses: readonly DomainStatus[]): Promise<boolean> {
      const isLacking = statuses.some(
        ({ dns, certificate }) =>
          (dns === 'ready' || dns === 'unknown') && (certificate === 'none' || certificate === 'failed'),
      )
      if (isLacking) return askForCertificate(site)
      const isServed = statuses.every(({ certificate }) => certificate === 'issued')
      if (!isServed || !forceHttps || site.force_ssl === true) return false
      const call = { json: { force_ssl: true }, accept: [422], idempotent: true }
      const purpose = `force HTTPS for ${site.name}`
      const answer = await api.ask(context, domainSiteSchema, purpose, 'PATCH', `/sites/${site.id}`, call)
      refusal = 'value' in answer ? null : `Netlify does not force HTTPS yet: ${closed(saidIn(answer.other.bytes))}`
      return 'value' in answer
    },
  }
}
