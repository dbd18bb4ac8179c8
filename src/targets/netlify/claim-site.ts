import * as z from 'zod/mini'
import { AuthError } from '../../errors/auth-error.js'
import { ConflictError } from '../../errors/conflict-error.js'
import type { Clock, TokenSource, Transport } from '../../spec/context.js'
import type { Claim } from '../../spec/release.js'
import type { Schema } from '../../spec/schema.js'
import { askJson } from '../../toolkit/ask-json.js'
import { isAnswerLost } from '../../toolkit/create-or-adopt.js'
import { parseOptions } from '../../toolkit/parse-options.js'
import { closed, saidIn } from '../../toolkit/parse-reply.js'
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
  auth: z.optional(z.unknown()),
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

const ownedSchema = z.object({ account_id: z.string() })
const accountsSchema = z.array(z.object({ id: z.string() }))

/**
 * Lets a user who has signed in meanwhile own a site that was published without an account, without leaving the page. Where the answer
 * is lost, or the claim was used, it looks whether the site is theirs.
 * @throws OptionsError `options-invalid`; ConflictError `claim-refused` where the site is somebody else's or gone; and what requests throw
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
  const context = { request: createRequests({ fetch, relay, clock, redactor })({ signal, report: () => undefined }) }
  const base = apiUrl.replace(/\/+$/, '')
  const call = { provider: 'netlify', transport, authorization: async () => `Bearer ${await token.reveal()}` }
  const name = url.pathname.split('/').at(-1) ?? ''

  /** A claim that came through and whose answer was lost, in this call or an earlier one, has made the site theirs. */
  async function isTheirs(): Promise<boolean> {
    const ask = async <Value>(purpose: string, path: string, schema: Schema<Value>) =>
      askJson(context, schema, { ...call, purpose, method: 'GET', url: base + path, accept: [403, 404] })
    const site = await ask('tell whose the site is', `/sites/${encodeURIComponent(claim.site)}`, ownedSchema)
    if (!('value' in site)) return false
    // Whoever may see a site need not own it.
    const accounts = await ask('list the accounts', '/accounts', accountsSchema)
    return 'value' in accounts && accounts.value.some(({ id }) => id === site.value.account_id)
  }

  const claimed: ClaimedSite = { id: claim.site, name }
  const answer = await context
    .request({
      ...{ ...call, purpose: 'let the site be claimed', method: 'POST', url: `${base}/drop/claim` },
      json: { site: claim.site, token: dropToken },
      accept: [400, 404, 409, 410, 422],
      // What a second claim is refused for is looked into.
      idempotent: true,
    })
    .catch(async (error: unknown) => {
      const isRejected = error instanceof AuthError && error.code === 'token-rejected'
      if ((isRejected || isAnswerLost(error)) && (await isTheirs())) return undefined
      // A claim that has expired is refused as a token is; that the user's own is good has just been seen.
      throw isRejected ? claimRefused(String(error.details.said), 401) : error
    })
  if (!answer || answer.status < 300 || (await isTheirs())) return claimed
  throw claimRefused(redactor.redact(saidIn(answer.bytes)), answer.status)
}

function claimRefused(said: string, status: number): ConflictError {
  return new ConflictError({
    code: 'claim-refused',
    message: `Netlify does not let the site be claimed: status ${status}, ${closed(said)}`,
    hint: 'It was claimed before, or it is gone: sites without an account last 60 minutes. Publish it again.',
    details: { status, said },
  })
}
