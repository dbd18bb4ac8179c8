import { ConflictError } from '../errors/conflict-error.js'
import { OptionsError } from '../errors/options-error.js'
import { closed } from './parse-reply.js'

/** What was said of a domain that could not be added. */
export interface RefusedDomain {
  /** As people write it. */
  readonly provider: string
  readonly site: string
  readonly domain: string
  readonly said: string
}

/** @param owner Whose it is, where that is known: `another project of this account`. */
export function domainTaken({ provider, site, domain, said }: RefusedDomain, owner: string): ConflictError {
  return new ConflictError({
    code: 'domain-taken',
    message: `The domain ${domain} belongs to ${owner} on ${provider}: ${closed(said)}`,
    hint: `Remove it there first, or choose another domain. Where it is yours and you don't know that account, ask ${provider}'s support.`,
    details: { site, domain, said },
  })
}

export function domainRefused({ provider, site, domain, said }: RefusedDomain): OptionsError {
  return new OptionsError({
    code: 'domain-refused',
    message: `${provider} does not take the domain ${domain}: ${closed(said)}`,
    hint: 'The message says what it objects to.',
    details: { site, domain, said },
  })
}
