import { defined, text } from '../json-values.js'
import { type Call, type DnsRecord, type Endpoints, paginate, projectOf, type VercelWorld } from './call.js'
import { siteDomain } from './hosts.js'
import { createId } from './ids.js'
import { notFound, VercelProblem } from './problem.js'
import type { Json, VercelDomain } from './state.js'

/** Where the DNS of a domain is to lead (docs, "Adding & Configuring a Custom Domain"). */
const address = '76.76.21.21'
const canonicalName = 'cname.vercel-dns.com'

/** Domains of projects, by the contract's operation ids. */
export const domainEndpoints: Endpoints = {
  getProjectDomains: (call, world) => {
    const project = projectOf(call, world)
    const { query } = call
    const branch = query.get('gitBranch')
    const domains = [...world.state.domains.values()].filter(
      (domain) =>
        domain.project === project &&
        (query.get('production') !== 'true' || domain.gitBranch === null) &&
        (branch === null || domain.gitBranch === branch) &&
        (query.get('verified') === null || String(domain.verified) === query.get('verified')),
    )
    // Latest first, as the SDK says of `order`.
    const ordered = query.get('order') === 'ASC' ? domains : domains.reverse()
    const { page, pagination } = paginate(call, ordered, ({ createdAt }) => createdAt)
    return { status: 200, json: { domains: page.map((domain) => domainView(domain, world)), pagination } }
  },
  addProjectDomain: (call, world) => {
    const project = projectOf(call, world)
    const { state, now, stamp } = world
    const name = text(call.json.name)?.toLowerCase() ?? ''
    refuseName(call, world, name)
    const isForeign = [...state.domains.values()].some(
      (domain) => apexOf(domain.name) === apexOf(name) && domain.project.account !== call.account && !isSite(name),
    )
    const domain: VercelDomain = {
      id: createId(world.random, '', 24),
      name,
      project,
      createdAt: stamp(),
      configuredAt: undefined,
      verified: !isForeign,
      challenge: isForeign ? `vc-domain-verify=${name},${world.random.hex(10)}` : undefined,
      certificateId: createId(world.random, 'cert_', 24),
      gitBranch: text(call.json.gitBranch) ?? null,
      customEnvironmentId: text(call.json.customEnvironmentId) ?? null,
      redirect: text(call.json.redirect) ?? null,
      redirectStatusCode: (call.json.redirectStatusCode ?? null) as number | null,
      updatedAt: now(),
    }
    state.domains.set(name, domain)
    const { production } = project
    if (production && domain.gitBranch === null && domain.customEnvironmentId === null && domain.verified) {
      world.aliases.point(name, production, now())
    }
    return { status: 200, json: domainView(domain, world) }
  },
  getProjectDomain: (call, world) => ({ status: 200, json: domainView(domainOf(call, world), world) }),
  updateProjectDomain: (call, world) => {
    const domain = domainOf(call, world)
    const { gitBranch, redirect, redirectStatusCode } = call.json
    if (gitBranch !== undefined) domain.gitBranch = text(gitBranch) ?? null
    if (redirect !== undefined) domain.redirect = text(redirect) ?? null
    if (redirectStatusCode !== undefined) domain.redirectStatusCode = redirectStatusCode as number | null
    domain.updatedAt = world.now()
    return { status: 200, json: domainView(domain, world) }
  },
  removeProjectDomain: (call, world) => {
    const domain = domainOf(call, world)
    world.state.domains.delete(domain.name)
    world.state.aliases.delete(domain.name)
    return { status: 200, json: {} }
  },
  verifyProjectDomain: (call, world) => {
    const domain = domainOf(call, world)
    const { challenge, name, project } = domain
    if (challenge !== undefined && !domain.verified) {
      const host = `_vercel.${apexOf(name)}`
      const said = world.dns().filter((record) => record.type === 'TXT' && record.name === host)
      if (!said.some(({ value }) => value === challenge)) {
        const code = said.length > 0 ? 'existing_project_domain' : 'missing_txt_record'
        throw new VercelProblem(400, code, `Domain ${host} is missing required TXT Record "${challenge}"`)
      }
      domain.verified = true
      if (project.production && domain.gitBranch === null) world.aliases.point(name, project.production, world.now())
    }
    return { status: 200, json: domainView(domain, world) }
  },
  getCerts: (call, world) => {
    const certs = certificatesOf(call, world)
    return { status: 200, json: { certs, pagination: { count: certs.length, next: null, prev: null } } }
  },
  getDomainConfig: (call, world) => {
    const name = (call.parameters.domain ?? '').toLowerCase()
    const configuredBy = configuredByOf(name, world.dns())
    return {
      status: 200,
      json: {
        configuredBy,
        acceptedChallenges: configuredBy === null ? [] : ['http-01'],
        recommendedIPv4: [{ rank: 1, value: [address] }],
        recommendedCNAME: [{ rank: 1, value: `${canonicalName}.` }],
        misconfigured: configuredBy === null,
      },
    }
  },
}

/** The certificates of an account: Vercel makes one for each domain that is in order. */
function certificatesOf({ account }: Call, world: VercelWorld): Json[] {
  const own = [...world.state.domains.values()].filter(
    (domain) => domain.project.account === account && !isSite(domain.name) && settleDomain(domain, world) === 'ready',
  )
  return own.reverse().map(({ name, certificateId: id, configuredAt = 0 }) => {
    const createdAt = configuredAt + world.machine.delays.certificate
    return { id, cns: [name], createdAt, expiresAt: createdAt + 90 * 86_400_000, autoRenew: true }
  })
}

/** Whether a visitor reaches a domain, and from when on with a certificate; looks at the DNS as it is now. */
export function settleDomain(domain: VercelDomain, world: VercelWorld): 'unreachable' | 'uncertified' | 'ready' {
  if (isSite(domain.name)) return 'ready'
  const isConfigured = configuredByOf(domain.name, world.dns()) !== null
  if (!isConfigured || !domain.verified) {
    domain.configuredAt = undefined
    return 'unreachable'
  }
  domain.configuredAt ??= world.now()
  return world.now() >= domain.configuredAt + world.machine.delays.certificate ? 'ready' : 'uncertified'
}

function isSite(name: string): boolean {
  return name.endsWith(`.${siteDomain}`)
}

function configuredByOf(name: string, records: readonly DnsRecord[]): 'A' | 'CNAME' | null {
  const own = records.filter((record) => record.name.toLowerCase() === name)
  if (own.some(({ type, value }) => type === 'A' && value === address)) return 'A'
  const canonical = own
    .find(({ type }) => type === 'CNAME')
    ?.value.replace(/\.$/, '')
    .toLowerCase()
  return canonical?.endsWith('vercel-dns.com') ? 'CNAME' : null
}

function domainView(domain: VercelDomain, { hosts }: VercelWorld): Json {
  const { challenge, name } = domain
  return defined({
    name: hosts.show(name),
    apexName: isSite(name) ? siteDomain : apexOf(name),
    projectId: domain.project.id,
    redirect: domain.redirect,
    redirectStatusCode: domain.redirectStatusCode,
    gitBranch: domain.gitBranch,
    customEnvironmentId: domain.customEnvironmentId,
    createdAt: domain.createdAt,
    updatedAt: domain.updatedAt,
    verified: domain.verified,
    verification:
      challenge === undefined || domain.verified
        ? undefined
        : [{ type: 'TXT', domain: `_vercel.${apexOf(name)}`, value: challenge, reason: 'pending_domain_verification' }],
  })
}

function domainOf(call: Call, world: VercelWorld): VercelDomain {
  const project = projectOf(call, world)
  const wanted = (call.parameters.domain ?? '').toLowerCase()
  const found = [...world.state.domains.values()].find(
    ({ name }) => name === wanted || world.hosts.show(name) === wanted,
  )
  if (found?.project !== project) throw notFound(`The domain "${wanted}" is not assigned to the project.`)
  return found
}

function refuseName(call: Call, { state }: VercelWorld, name: string): void {
  const isName = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+$/.test(name)
  if (!isName) throw new VercelProblem(400, 'invalid_domain', `The domain "${name}" is not valid.`)
  const known = state.domains.get(name)
  if (!known) return
  if (known.project.account !== call.account) {
    throw new VercelProblem(409, 'domain_already_in_use', `The domain "${name}" is already in use by another account.`)
  }
  const message = `Cannot add ${name} since it's already in use by your account.`
  throw new VercelProblem(400, 'domain_already_in_use', message, { projectId: known.project.id })
}

/** The domain that somebody bought. Good enough for those of tests: what the public suffix list would tell is not known here. */
export function apexOf(name: string): string {
  return name.split('.').slice(-2).join('.')
}
