import * as z from 'zod/mini'
import { ConflictError } from '../../errors/conflict-error.js'
import type { Clock, TokenSource, Transport } from '../../spec/context.js'
import type { Claim } from '../../spec/release.js'
import { parseOptions } from '../../toolkit/parse-options.js'
import { excerpt } from '../../toolkit/parse-reply.js'
import { createRedactor } from '../../toolkit/redactor.js'
import { createRequests } from '../../toolkit/request.js'
import { Secret } from '../../toolkit/secret.js'
import { systemClock } from '../../toolkit/system-clock.js'

/** What {@link claimSite} is told. */
export interface ClaimSiteOptions {
  /** The token of the user who takes the site over, or a function that gives it. */
  readonly auth: TokenSource
  /** `release.claim` of a deployment by `netlify({ anonymous: true })`. */
  readonly claim: Claim
  /** @default 'https://api.netlify.com/api/v1' */
  readonly apiUrl?: string
  /** How the request travels. @default 'auto' */
  readonly transport?: Transport
  /** Address of a relay, as for `deploy`. */
  readonly relay?: string
  readonly signal?: AbortSignal
  /** Sends the request. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch
  /** @default the real time */
  readonly clock?: Clock
}

/** A site that was claimed. Its id is what `netlify({ auth, site })` goes on with, and its name as well. */
export interface ClaimedSite {
  readonly id: string
  /** The first label of its address. */
  readonly name: string
}

const given = z.optional(z.unknown())
const optionsSchema = z.strictObject({
  auth: z.unknown(),
  claim: z.object({
    url: z.url({ protocol: /^https$/ }).check(z.regex(/\/drop\/[^/#]+#drop_token=./, 'the claim of a release')),
    site: z.string().check(z.minLength(1)),
  }),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), 'https://api.netlify.com/api/v1'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
  relay: z.optional(z.url({ protocol: /^https?$/ })),
  signal: given,
  fetch: given,
  clock: given,
})

/**
 * Lets a user who has signed in meanwhile own a site that was published without an account, without leaving the page.
 * @throws OptionsError `options-invalid`; ConflictError `claim-refused` where the site is claimed or gone; and what requests throw
 * @example const { name } = await claimSite({ auth: token, claim: release.claim })
 */
export async function claimSite(options: ClaimSiteOptions): Promise<ClaimedSite> {
  const { claim, apiUrl, transport, relay } = parseOptions(optionsSchema, options, 'claimSite')
  const { auth, fetch = globalThis.fetch.bind(globalThis), clock = systemClock } = options
  const token = new Secret(auth, 'claimSite.auth')
  const url = new URL(claim.url)
  const dropToken = decodeURIComponent(url.hash.slice('#drop_token='.length))
  const redactor = createRedactor()
  redactor.remember(dropToken)
  const signal = options.signal ?? new AbortController().signal
  const request = createRequests({ fetch, relay, clock, redactor })({ signal, report: () => undefined })
  const { status, bytes } = await request({
    ...{ provider: 'netlify', purpose: 'let the site be claimed', method: 'POST', transport },
    url: `${apiUrl.replace(/\/+$/, '')}/drop/claim`,
    authorization: async () => `Bearer ${await token.reveal()}`,
    json: { site: claim.site, token: dropToken },
    accept: [400, 404, 409, 410, 422],
  })
  if (status >= 300) throw claimRefused(redactor.redact(excerpt(bytes)), status)
  return { id: claim.site, name: url.pathname.split('/').at(-1) ?? '' }
}

function claimRefused(said: string, status: number): ConflictError {
  return new ConflictError({
    code: 'claim-refused',
    message: `Netlify does not let the site be claimed: status ${status}, ${said}`,
    hint: 'It was claimed before, or it is gone: sites without an account last 60 minutes. Publish it again.',
    details: { status, said },
  })
}
