import * as z from 'zod/mini'
import type { Artifact } from '../../spec/artifact.js'
import type { EventBody } from '../../spec/event.js'
import { domainDiffers, domainInvalid } from './problems.js'

/** A domain that a site can be given. Those of github.io are GitHub's to give. */
export const domainName: z.ZodMiniString = z.string().check(
  z.regex(
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)$/i,
    'a domain of your own: www.example.com',
  ),
  z.refine((name) => !/(?:^|\.)github\.io$/i.test(name), 'a domain of your own, and none of github.io'),
)

/** The file by which a branch says what domain it has. */
export const domainFile = 'CNAME'

/**
 * The domain that is wanted: the option's, or that of the file CNAME, which frameworks copy into the output.
 *
 * @returns `undefined` where the site keeps the one that it has.
 * @throws OptionsError `domain-invalid`
 */
export async function wantedDomain(
  artifacts: readonly Artifact[],
  option: string | undefined,
  report: (event: EventBody) => void,
): Promise<string | undefined> {
  const file = artifacts.find(({ path }) => path === domainFile)
  if (!file) return option
  const text = new TextDecoder().decode(await file.read()).trim()
  if (!z.safeParse(domainName, text).success) throw domainInvalid(text)
  if (option === undefined) return text
  if (option.toLowerCase() !== text.toLowerCase()) report(domainDiffers(text, option))
  return option
}
