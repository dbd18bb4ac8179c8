import * as z from 'zod/mini'
import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { domainStatus } from '../events/part-schemas.js'
import type { DomainStatus } from '../spec/domain.js'
import type { Site } from '../spec/release.js'
import type { Target, TargetDomains } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'

/**
 * Adds domains of one's own, tells the records to set, and waits for DNS and certificates.
 * @param after What must have ended well before.
 */
export function domainStep(
  { target, domains }: { readonly target: Target; readonly domains: TargetDomains },
  needs: { site: Step<Site> },
  after: readonly Step<unknown>[],
): Step<readonly DomainStatus[]> {
  return defineStep({
    id: `domain-${target.name}`,
    title: `Settle the domains on ${nameOf(target.name)}`,
    needs,
    after,
    line: {
      description: `leads ${domains.names.join(', ')} there, waits for DNS and certificate`,
      files: 0,
      bytes: 0,
      requests: domains.requests,
      duration: 5000,
    },
    timeLimit: domains.timeLimit + 5 * 60_000,
    result: jsonResult(z.array(domainStatus)),
    run: ({ site }, context) => domains.settle(site, context),
    summarize: (all) => {
      const ready = all.filter(({ dns, certificate }) => dns === 'ready' && certificate === 'issued').length
      return ready === all.length
        ? `${all.map(({ domain }) => domain).join(', ')} with certificate`
        : `${ready} of ${all.length} domains are ready`
    },
  })
}
