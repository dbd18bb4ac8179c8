import * as z from 'zod/mini'
import { OptionsError } from './errors/options-error.js'
import type { DomainStatus } from './spec/domain.js'
import { accessTarget, siteOf, type TargetOptions, targetFields } from './target-verbs.js'
import { nameOf } from './toolkit/name-of.js'
import { parseOptions } from './toolkit/parse-options.js'

/**
 * Tells how far the domains of a target are: their DNS, their certificates. Changes nothing, and deploys nothing.
 * @returns one for each of the target's domains, the primary one first.
 * @throws OptionsError `options-invalid`, `domains-missing` where the target was told of none, `site-missing`; and what requests throw
 * @example const statuses = await checkDomains({ target: netlify({ auth, site: 'acme-shop', domains: ['www.acme.com'] }) })
 */
export async function checkDomains(options: TargetOptions): Promise<readonly DomainStatus[]> {
  parseOptions(z.strictObject(targetFields), options, 'checkDomains')
  const { target, context } = accessTarget(options, 'checkDomains')
  const { domains } = target
  if (!domains) {
    throw new OptionsError({
      code: 'domains-missing',
      message: `The target ${nameOf(target.name)} was told of no domains.`,
      hint: 'Give the target its option domains, as for the deployment.',
      details: { target: target.name },
    })
  }
  return domains.check(await siteOf(target, context), context)
}
