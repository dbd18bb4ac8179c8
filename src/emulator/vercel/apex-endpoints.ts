import type { Call, Endpoints, VercelWorld } from './call.js'
import { apexOf } from './domain-endpoints.js'
import { siteDomain } from './hosts.js'
import { forbidden, notFound } from './problem.js'
import { accountId, type VercelDomain } from './state.js'

/** Domains as accounts have them, by the contract's operation ids: the CLI looks there before it sets an alias. */
export const apexEndpoints: Endpoints = {
  getDomain: (call, world) => {
    const domain = knownDomain(call, world)
    const { account, credential } = call
    const { user } = credential
    return {
      status: 200,
      json: {
        domain: {
          id: domain.id,
          name: apexOf(domain.name),
          boughtAt: null,
          createdAt: domain.createdAt,
          creator: { id: accountId(user), email: user.email, username: user.login },
          echMode: 'auto',
          expiresAt: null,
          intendedNameservers: ['ns1.vercel-dns.com', 'ns2.vercel-dns.com'],
          nameservers: [],
          // Nobody's DNS is with the emulator.
          serviceType: 'external',
          suffix: false,
          teamId: account.kind === 'user' ? null : accountId(account),
          userId: accountId(user),
          verified: domain.verified,
        },
      },
    }
  },
}

/** The first domain that the account has at the same apex. */
function knownDomain({ account, parameters }: Call, { state }: VercelWorld): VercelDomain {
  const name = (parameters.domain ?? '').toLowerCase()
  const known = [...state.domains.values()].filter(
    (domain) => !domain.name.endsWith(`.${siteDomain}`) && apexOf(domain.name) === apexOf(name),
  )
  const own = known.find(({ project }) => project.account === account)
  if (own) return own
  throw known.length > 0 ? forbidden() : notFound(`The domain "${name}" was not found.`)
}
