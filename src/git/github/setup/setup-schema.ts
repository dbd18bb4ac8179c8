import * as z from 'zod/mini'
import type { TokenSource } from '../../../spec/context.js'
import { branchName } from '../../../toolkit/branch-name.js'
import {
  branchPattern,
  descriptionText,
  differing,
  differingNames,
  homepageText,
  hookEvent,
  vaultText,
} from './setup-checks.js'
import type { ParsedSetup } from './setup-options.js'

const text = z.string().check(z.minLength(1))
const source = z.union(
  [vaultText.check(z.minLength(1)), z.custom<TokenSource>((value) => typeof value === 'function')],
  {
    error: 'a text, or a function that gives one',
  },
)
/** GitHub Docs, "Naming your secrets". */
const name = z
  .string()
  .check(z.regex(/^(?!github_)[a-z_]\w*$/i, 'letters, digits and "_", not beginning with a digit or GITHUB_'))
const vault = {
  secrets: z.optional(z.record(name, source).check(differingNames)),
  variables: z.optional(z.record(name, vaultText).check(differingNames)),
}
/** GitHub Docs, "Classifying your repository with topics". */
const topic = z.string().check(z.regex(/^[a-z\d][a-z\d-]{0,49}$/, 'small letters, digits and "-", at most 50'))
/** GitHub Docs, "About custom repository roles" and "Managing teams": the names that addresses can have. */
const reviewer = z.string().check(z.regex(/^[a-z\d][a-z\d-]*(?:\/[a-z\d][\w.-]*)?$/i, 'login or organization/team'))
const reviewers = z.array(reviewer).check(
  z.maxLength(6),
  differing((one) => one.toLowerCase(), 'a reviewer who is not in the list already'),
)

const environment = z.strictObject({
  ...vault,
  reviewers: z.optional(reviewers),
  waitTimer: z.optional(z.int().check(z.minimum(0), z.maximum(43_200))),
  preventSelfReview: z.optional(z.boolean()),
  branches: z.optional(
    z.union([z.literal('protected'), z.array(branchPattern).check(z.minLength(1))], {
      error: "'protected' or a list of patterns",
    }),
  ),
})

const protection = z.strictObject({
  branch: z.optional(branchPattern),
  // The contract's own bounds of the rule `pull_request` of rulesets. The 6 of GitHub's pages are those of the classic protection.
  reviews: z.optional(z.int().check(z.minimum(0), z.maximum(10))),
  checks: z._default(z.array(text), []),
  allowForcePushes: z._default(z.boolean(), false),
  allowDeletion: z._default(z.boolean(), false),
  bypass: z._default(z.enum(['administrators', 'nobody']), 'administrators'),
})

const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'an address that starts with http:// or https://' }),
  events: z._default(z.array(hookEvent).check(z.minLength(1)), ['push']),
  secret: z.optional(source),
})

const deployKey = z.strictObject({
  title: text,
  key: z.string().check(z.regex(/^\s*(?:ssh-|ecdsa-|sk-)\S+\s+[A-Za-z\d+/]+=*(?:\s.*)?$/, 'a public key of OpenSSH')),
  readOnly: z._default(z.boolean(), true),
})

/** Reads {@link SetupOptions}, with what goes without saying filled in. */
export const setupSchema: z.ZodMiniType<ParsedSetup> = z.strictObject({
  ...vault,
  visibility: z.optional(z.enum(['private', 'public', 'internal'])),
  description: z.optional(descriptionText),
  homepage: z.optional(homepageText),
  topics: z.optional(z.array(topic).check(z.maxLength(20))),
  defaultBranch: z.optional(branchName),
  protection: z.optional(protection),
  environments: z.optional(z.record(text.check(z.maxLength(255)), environment).check(differingNames)),
  webhooks: z.optional(
    z.array(webhook).check(differing(({ url }) => url, 'an address that no other webhook of the list has', ['url'])),
  ),
  deployKeys: z.optional(
    z.array(deployKey).check(differing(({ key }) => materialOf(key), 'a key that is not in the list already', ['key'])),
  ),
})

/** What a public key is known by: type and bytes, without its comment. */
export function materialOf(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ')
}
