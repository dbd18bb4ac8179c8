import * as z from 'zod/mini'
import type { DomainOptions } from '../spec/domain-options.js'
import { parseOptions } from './parse-options.js'

/** Domains of one's own with every default in place. */
export interface ParsedDomains {
  /** All of them, the primary one first. */
  readonly names: readonly string[]
  readonly primary: string
  readonly forceHttps: boolean
  /** Milliseconds; 0 does not wait. */
  readonly wait: number
}

/** RFC 1035, 2.3.4: labels of at most 63 characters, names of at most 253. */
const domainName = z.string().check(
  z.regex(
    /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'a domain such as www.acme.com: no scheme, no path, lower case, international names in their form xn--…',
  ),
  z.refine(
    (name) => !/\.(?:netlify|vercel)\.app$/.test(name),
    "a domain of your own: what ends with netlify.app or vercel.app is the provider's, so leave it out",
  ),
)
const names = z.array(domainName).check(
  z.minLength(1),
  z.refine((list) => new Set(list).size === list.length, 'a list that names no domain twice'),
)
const settings = z
  .strictObject(
    {
      names,
      primary: z.optional(domainName),
      forceHttps: z._default(z.boolean(), true),
      // An hour is as long as a page may be expected to stay open for it.
      wait: z._default(z.union([z.literal(false), z.number().check(z.nonnegative(), z.maximum(3_600_000))]), 120_000),
    },
    'a list of domains, or an object with their names',
  )
  .check(
    z.refine(({ names: all, primary }) => primary === undefined || all.includes(primary), {
      error: 'one of the names',
      path: ['primary'],
    }),
  )

/**
 * @param option Name of the option, for messages: `netlify.domains`.
 * @returns nothing where no domains are given.
 * @throws OptionsError `options-invalid`
 */
export function parseDomains(given: DomainOptions | undefined, option: string): ParsedDomains | undefined {
  if (given === undefined) return undefined
  const parsed = parseOptions(settings, Array.isArray(given) ? { names: given } : given, option)
  const { names: all, primary = all[0] ?? '', forceHttps, wait } = parsed
  return { names: [primary, ...all.filter((name) => name !== primary)], primary, forceHttps, wait: wait || 0 }
}

/** Whether one of two names is the other one below `www`: the two that visitors take for the same. */
export function areCounterparts(one: string, other: string): boolean {
  return one === `www.${other}` || other === `www.${one}`
}
