import { AuthError } from '../../errors/auth-error.js'
import type { Context } from '../../spec/context.js'
import type { DnsRecord, DomainStatus } from '../../spec/domain.js'
import type { Site } from '../../spec/release.js'
import type { TargetDomains } from '../../spec/target.js'
import { checkRecord } from '../../toolkit/check-records.js'
import { hostIn } from '../../toolkit/dns-zone.js'
import type { ParsedDomains } from '../../toolkit/domain-settings.js'
import { closed } from '../../toolkit/parse-reply.js'
import { resolverOf } from '../../toolkit/resolve-dns.js'
import { settleDomains } from '../../toolkit/settle-domains.js'
import { addDomains, findDomain, placeOf } from './add-domains.js'
import type { VercelApi } from './api.js'
import {
  certificatesSchema,
  configSchema,
  type DomainConfig,
  domainSchema,
  type ProjectDomain,
} from './domain-schemas.js'

/** Vercel's docs, "Adding & Configuring a Custom Domain": for all projects, where it recommends nothing of its own. */
const generalAddress = '76.76.21.21'
const generalName = 'cname.vercel-dns.com'

/** What the domains of a project are set up with. */
export interface DomainAccess {
  readonly api: VercelApi
  /** Name of the target. */
  readonly target: string
  readonly domains: ParsedDomains
}

/** Adds domains to a project and follows their ownership, DNS and certificates. Vercel gets those, and forces HTTPS, by itself. */
export function vercelDomains(access: DomainAccess): Pick<TargetDomains, 'settle' | 'check'> {
  const { api, domains } = access
  return {
    async settle(site, context) {
      await addDomains(api, site, domains, context)
      return settleDomains({
        provider: 'vercel',
        timeLimit: domains.wait,
        context,
        look: () => look(access, site, context),
        act: (statuses) => verify(access, site, statuses, context),
        isSettled: ({ dns, certificate }) => (dns === 'ready' || dns === 'unknown') && certificate === 'issued',
      })
    },
    check: (site, context) => look(access, site, context),
  }
}

async function look(
  { api, target, domains }: DomainAccess,
  site: Site,
  context: Context,
): Promise<readonly DomainStatus[]> {
  const { names, primary } = domains
  const resolve = resolverOf(context)
  const found = await Promise.all(
    names.map(async (name) => {
      const domain = await findDomain(api, site, name, context)
      const config = await api.json(
        context,
        configSchema,
        `check the domain ${name}`,
        'GET',
        `/v6/domains/${name}/config`,
      )
      return { name, domain, config }
    }),
  )
  const isAny = found.some(({ domain, config }) => domain?.verified === true && !config.misconfigured)
  const certificates = isAny ? await readCertificates(api, names, context) : { names: [], problem: null }
  return Promise.all(
    found.map(async ({ name, domain, config }): Promise<DomainStatus> => {
      const records = recordsOf(name, domain, config)
      const [traffic] = records
      const recommended = config.recommendedCNAME.map(({ value }) => value.replace(/\.$/, ''))
      const addresses = [generalAddress, ...config.recommendedIPv4.flatMap(({ value }) => value)]
      const isCanonical = (one: string) => /(?:^|\.)vercel-dns(?:-\d+)?\.com$/.test(one)
      const finding = traffic
        ? await checkRecord(traffic, { addresses, names: recommended, isCanonical }, resolve)
        : ({ dns: 'unknown', found: [], problem: null } as const)
      const isVerified = domain?.verified === true
      const isIssued = isVerified && certificates.names.some((one) => covers(one, name))
      const isReady = isVerified && !config.misconfigured
      return {
        ...{ target, domain: name, primary: name === primary, records },
        // Vercel sees it served, whatever stands in between, such as somebody else's proxy.
        ...(isReady ? { ...finding, dns: 'ready' } : finding),
        certificate: isIssued ? 'issued' : isReady ? 'pending' : 'none',
        httpsForced: isIssued,
        problem:
          problemOf(name, site, domain, names) ?? (isIssued ? null : isReady ? certificates.problem : finding.problem),
      }
    }),
  )
}

/** @param names of all domains that lead to the site */
function problemOf(
  name: string,
  site: Site,
  domain: ProjectDomain | undefined,
  names: readonly string[],
): string | null {
  if (!domain) return `The domain ${name} is not one of ${site.name} yet.`
  const place = placeOf(domain)
  if (place !== undefined) return `The domain ${name} shows ${place} of ${site.name}, and not what is published.`
  const { redirect, apexName, verified } = domain
  if (redirect && !names.includes(redirect)) return `The domain ${name} redirects to ${redirect}.`
  if (verified) return null
  return `Another account on Vercel has used ${apexName}: a TXT record has to prove that ${name} is yours.`
}

function recordsOf(name: string, domain: ProjectDomain | undefined, config: DomainConfig): readonly DnsRecord[] {
  const zone = domain?.apexName.toLowerCase() ?? name
  const best = <Item extends { readonly rank: number }>(items: readonly Item[]) =>
    [...items].sort((one, other) => one.rank - other.rank)[0]
  const address = best(config.recommendedIPv4)?.value[0] ?? generalAddress
  const canonical = (best(config.recommendedCNAME)?.value ?? generalName).replace(/\.$/, '')
  const place = { name, host: hostIn(zone, name), purpose: 'traffic' } as const
  const traffic: DnsRecord =
    name === zone ? { ...place, type: 'A', value: address } : { ...place, type: 'CNAME', value: canonical }
  const proofs = domain?.verified === false ? (domain.verification ?? []) : []
  const ownership = proofs
    .filter(({ type }) => type === 'TXT')
    .map((proof): DnsRecord => {
      const host = hostIn(zone, proof.domain)
      return { type: 'TXT', name: proof.domain, host, value: proof.value, purpose: 'ownership' }
    })
  return [traffic, ...ownership]
}

/** Asks Vercel to look for the proofs of ownership. @returns whether any was found. */
async function verify(
  { api }: DomainAccess,
  site: Site,
  statuses: readonly DomainStatus[],
  context: Context,
): Promise<boolean> {
  let isAny = false
  for (const { domain, records } of statuses) {
    if (!records.some(({ purpose }) => purpose === 'ownership')) continue
    const path = `/v9/projects/${site.id}/domains/${domain}/verify`
    const call = { accept: [400], idempotent: true }
    const answer = await api.ask(context, domainSchema, `verify the domain ${domain}`, 'POST', path, call)
    isAny ||= 'value' in answer && answer.value.verified
  }
  return isAny
}

/** Pages of certificates that are looked through: the latest come first, and those of an account may be thousands. */
const mostPages = 5

/** The names that the certificates of the account are for. A token of narrow scope may not see them. */
async function readCertificates(
  api: VercelApi,
  wanted: readonly string[],
  context: Context,
): Promise<{ readonly names: readonly string[]; readonly problem: string | null }> {
  const names: string[] = []
  let until: number | null | undefined
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const query = `limit=100${until ? `&until=${until}` : ''}`
      const { certs, pagination } = await api.json(
        context,
        certificatesSchema,
        'list the certificates',
        'GET',
        `/v8/certs?${query}`,
      )
      names.push(...certs.flatMap(({ cns }) => cns))
      until = pagination?.next
      if (!until || wanted.every((name) => names.some((one) => covers(one, name)))) break
    }
    return { names, problem: null }
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'token-forbidden')) throw error
    return { names, problem: `Whether there is a certificate is not known: ${closed(error.message)}` }
  }
}

function covers(certified: string, name: string): boolean {
  return certified === name || (certified.startsWith('*.') && name.slice(name.indexOf('.') + 1) === certified.slice(2))
}
