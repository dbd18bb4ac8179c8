import { ConflictError } from '../../errors/conflict-error.js'
import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import { domainRefused, domainTaken } from '../../toolkit/domain-problems.js'
import { areCounterparts, type ParsedDomains } from '../../toolkit/domain-settings.js'
import type { VercelApi } from './api.js'
import { domainSchema, type ProjectDomain } from './domain-schemas.js'

/** Permanent, and keeping the method: what Vercel's own pages suggest between a domain and its `www`. */
const redirectStatusCode = 308

/**
 * Adds the domains that a project does not have. The counterpart of the primary one, with or without `www`, redirects to it; the others
 * serve the same. Of those that are there, redirects are changed where they would lead visitors away. One that shows a branch or a
 * custom environment is somebody's doing: it stays so, and nothing is changed at all.
 * @throws ConflictError `domain-taken`; OptionsError `domain-refused`
 */
export async function addDomains(
  api: VercelApi,
  site: Site,
  { names, primary }: ParsedDomains,
  context: Context,
): Promise<void> {
  const present = new Map<string, ProjectDomain>()
  for (const name of names) {
    const found = await findDomain(api, site, name, context)
    const place = found && placeOf(found)
    if (place !== undefined) throw domainTied(site, name, place)
    if (found) present.set(name, found)
  }
  // The primary one first: others can only redirect to one that is there.
  for (const name of names) {
    const redirect = areCounterparts(name, primary) ? primary : null
    const found = present.get(name)
    if (!found) await add(api, site, { name, redirect }, context)
    else if ((found.redirect || null) !== redirect && (redirect !== null || name === primary)) {
      const json = { redirect, ...(redirect !== null && { redirectStatusCode }) }
      const purpose = `change where the domain ${name} leads`
      const path = `/v9/projects/${site.id}/domains/${name}`
      await api.json(context, domainSchema, purpose, 'PATCH', path, { json, idempotent: true })
    }
  }
}

/** What a domain shows in place of production; `undefined`: production. */
export function placeOf({ gitBranch, customEnvironmentId }: ProjectDomain): string | undefined {
  if (gitBranch) return `the branch ${gitBranch}`
  return customEnvironmentId ? `the custom environment ${customEnvironmentId}` : undefined
}

/** @returns `undefined` where the project does not have it. */
export async function findDomain(
  api: VercelApi,
  site: Site,
  name: string,
  context: Context,
): Promise<ProjectDomain | undefined> {
  const path = `/v9/projects/${site.id}/domains/${name}`
  const answer = await api.ask(context, domainSchema, `read the domain ${name}`, 'GET', path, { accept: [404] })
  return 'value' in answer ? answer.value : undefined
}

async function add(
  api: VercelApi,
  site: Site,
  { name, redirect }: { readonly name: string; readonly redirect: string | null },
  context: Context,
): Promise<void> {
  const json = { name, ...(redirect !== null && { redirect, redirectStatusCode }) }
  const path = `/v10/projects/${site.id}/domains`
  // Whether it was added is plain from asking, so a lost answer does no harm.
  const call = { json, accept: [400, 409], idempotent: true }
  const answer = await api.ask(context, domainSchema, `add the domain ${name}`, 'POST', path, call)
  if ('value' in answer) return
  // Another tab may have added it in between, or this one with a request whose answer was lost.
  if (await findDomain(api, site, name, context)) return
  const { code, message } = answer.problem()
  const refused = { provider: 'Vercel', site: site.name, domain: name, said: message || code }
  if (!/in_use|taken|conflict/.test(code)) throw domainRefused(refused)
  throw domainTaken(refused, answer.status === 409 ? 'another account' : 'another project of this account')
}

function domainTied({ name }: Site, domain: string, place: string): ConflictError {
  return new ConflictError({
    code: 'domain-taken',
    message: `The domain ${domain} shows ${place} of ${name} on Vercel, and not what is published.`,
    hint: 'Give it to production on the page of the project at Vercel, under Settings, Domains, or choose another domain. No domain was changed.',
    details: { site: name, domain, place },
  })
}
