import type { RequestEstimate } from '../spec/plan.js'
import type { TargetDomains } from '../spec/target.js'
import type { ParsedDomains } from './domain-settings.js'

/** A capability that is loaded with its first use; none where no domains are given. */
export function lazyDomains(
  domains: ParsedDomains | undefined,
  requests: RequestEstimate,
  load: (domains: ParsedDomains) => Promise<Pick<TargetDomains, 'settle' | 'check'>>,
): TargetDomains | undefined {
  if (!domains) return undefined
  const { names, wait } = domains
  return {
    names,
    requests,
    timeLimit: wait,
    settle: async (...asked) => (await load(domains)).settle(...asked),
    check: async (...asked) => (await load(domains)).check(...asked),
  }
}
