import type { Context } from '../../spec/context.js'
import { domainRefused, domainTaken } from '../../toolkit/domain-problems.js'
import { areCounterparts, type ParsedDomains } from '../../toolkit/domain-settings.js'
import { saidIn } from '../../toolkit/parse-reply.js'
import type { NetlifyApi } from './api.js'
import { type DomainSite, domainSiteSchema } from './domain-site.js'

/**
 * Adds the domains that a site does not have. What it has stays: a domain that was the primary one becomes an alias. The counterpart
 * of the primary one, with or without `www`, is Netlify's own matter: it redirects to the primary one (docs, "Multiple domains").
 * @throws ConflictError `domain-taken`; OptionsError `domain-refused`
 */
export async function addDomains(
  api: NetlifyApi,
  site: DomainSite,
  { names, primary }: ParsedDomains,
  context: Context,
): Promise<DomainSite> {
  let current = site
  const former = current.custom_domain || null
  if (former !== primary) {
    const aliases = aliasesOf(current).filter((one) => one !== primary)
    const kept = former !== null && !areCounterparts(former, primary) ? [...aliases, former] : aliases
    current = await change(api, current, primary, { custom_domain: primary, domain_aliases: kept }, context)
  }
  for (const name of names) {
    const aliases = aliasesOf(current)
    if (name === primary || areCounterparts(name, primary) || aliases.includes(name)) continue
    // One by one, so that a refusal is known to be of this one.
    current = await change(api, current, name, { domain_aliases: [...aliases, name] }, context)
  }
  return current
}

function aliasesOf({ domain_aliases: aliases }: DomainSite): readonly string[] {
  return aliases ?? []
}

async function change(
  api: NetlifyApi,
  site: DomainSite,
  domain: string,
  json: { readonly custom_domain?: string; readonly domain_aliases: readonly string[] },
  context: Context,
): Promise<DomainSite> {
  const purpose = `add the domain ${domain}`
  const call = { json, accept: [409, 422], idempotent: true }
  const answer = await api.ask(context, domainSiteSchema, purpose, 'PATCH', `/sites/${site.id}`, call)
  if ('value' in answer) return answer.value
  const refused = { provider: 'Netlify', site: site.name, domain, said: saidIn(answer.other.bytes) }
  // `{"errors": {"custom_domain": ["must be unique"]}}` (answers.netlify.com, "Subdomains on different accounts").
  throw /unique|taken|owned|in use/i.test(refused.said)
    ? domainTaken(refused, 'another site, or to another account,')
    : domainRefused(refused)
}
