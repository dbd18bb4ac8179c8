import { OptionsError } from '../errors/options-error.js'
import type { ResolveDns } from '../spec/dns.js'
import type { DnsRecord, DomainStatus } from '../spec/domain.js'
import { closed } from './parse-reply.js'

/** What the DNS of a name says of it. */
export type DnsFinding = Pick<DomainStatus, 'dns' | 'found' | 'problem'>

/** Where a name may lead, beside what its records ask for. */
export interface AcceptedPlaces {
  /** Addresses that lead to the provider, too. */
  readonly addresses?: readonly string[]
  /** Names whose addresses do: of its load balancer. */
  readonly names?: readonly string[]
  /** Whether a canonical name is one of the provider's. @default only those of the records are */
  isCanonical?(name: string): boolean
}

/**
 * Holds what the DNS says of a name against the record that leads there. Registrars flatten aliases to the addresses behind them, so
 * that an address of the right place counts as well as its name.
 */
export async function checkRecord(
  { type, name, value }: DnsRecord,
  { addresses = [], names = [], isCanonical = () => false }: AcceptedPlaces,
  resolve: ResolveDns,
): Promise<DnsFinding> {
  try {
    const canonical = await resolve(name, 'CNAME')
    const found = canonical.map((one) => `CNAME ${one}`)
    if (canonical.some((one) => one === value || names.includes(one) || isCanonical(one))) return ready(found)
    const own = await resolve(name, 'A')
    found.push(...own.map((one) => `A ${one}`))
    const right = [...addresses, ...(type === 'A' ? [value] : [])]
    if (own.some((one) => right.includes(one))) return ready(found)
    // Asked for only where it matters: addresses of load balancers change.
    for (const place of own.length > 0 ? [...names, ...(type === 'A' ? [] : [value])] : []) {
      const behind = await resolve(place, 'A')
      if (own.some((one) => behind.includes(one))) return ready(found)
    }
    return { dns: found.length > 0 ? 'wrong' : 'missing', found, problem: null }
  } catch (error) {
    if (error instanceof OptionsError) throw error
    // No reason to fail: the provider asks the DNS for itself.
    const problem = `The DNS could not be asked: ${error instanceof Error ? closed(error.message) : 'no reason is known.'}`
    return { dns: 'unknown', found: [], problem }
  }
}

function ready(found: readonly string[]): DnsFinding {
  return { dns: 'ready', found, problem: null }
}
