import { AuthError } from '../errors/auth-error.js'
import { RequestError } from '../errors/request-error.js'
import type { Clock, Reply, RequestOptions, SendRequest } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import { createCarrier } from './carrier.js'
import { nameOf, sentenceNameOf } from './name-of.js'
import type { Redactor } from './redactor.js'
import { replyError } from './reply-error.js'
import { backoff, defaultRetryPolicy, isIdempotent, type RetryPolicy, requestedWait } from './retry.js'
import { withTimeLimit } from './with-time-limit.js'

/** What requests are sent with. */
export interface RequestEnvironment {
  readonly fetch: typeof fetch
  /** Address of the IDE's relay, for hosts that send no CORS headers. */
  readonly relay: string | undefined
  readonly clock: Clock
  readonly redactor: Redactor
  readonly policy?: RetryPolicy
}

/** For whom a request is sent: whose signal ends it, and who is told of waits. */
export interface RequestCaller {
  readonly signal: AbortSignal
  report(event: EventBody): void
}

const repeatable = new Set([408, 425, 429, 500, 502, 503, 504])
/** Milliseconds that a token may take: a function that asks the user takes long, one that hangs takes for ever. */
const tokenLimit = 60_000
/** The statuses that say that nothing was carried out, so that even a creating request may be repeated. */
const notCarriedOut = new Set([425, 429])

/**
 * The only place that fetches. Gives, for each caller, a function that sends a request, repeats it where that is safe, and
 * throws a typed error for every answer that is none.
 */
export function createRequests(environment: RequestEnvironment): (caller: RequestCaller) => SendRequest {
  const { clock, redactor, policy = defaultRetryPolicy } = environment
  const carrier = createCarrier(environment.fetch, environment.relay)

  async function headersOf(options: RequestOptions, { signal }: RequestCaller): Promise<Record<string, string>> {
    const headers: Record<string, string> = { ...options.headers }
    if (options.json !== undefined) headers['content-type'] ??= 'application/json'
    const { authorization } = options
    if (authorization) {
      const expired = () => tokenLate(options)
      const value = await withTimeLimit({ clock, milliseconds: tokenLimit, signal, expired }, () => authorization())
      for (const secret of secretsOf(value)) redactor.remember(secret)
      headers.authorization = value
    }
    return headers
  }

  async function tryOnce(options: RequestOptions, caller: RequestCaller): Promise<Reply> {
    const timeLimit = options.timeLimit ?? 30_000
    const headers = await headersOf(options, caller)
    return withTimeLimit(
      { clock, milliseconds: timeLimit, signal: caller.signal, expired: () => timedOut(options, timeLimit) },
      (signal) => carrier.send(options, { headers, signal, body: bodyOf(options), report: caller.report }),
    )
  }

  return (caller) => async (options) => {
    const idempotent = isIdempotent(options)
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tryOnce(options, caller).catch((error: unknown) => {
        // An abort is the caller's; everything else that was thrown is the network's.
        caller.signal.throwIfAborted()
        if (!(error instanceof RequestError) || !error.retryable || !idempotent || attempt >= policy.attempts)
          throw error
        return error
      })
      const failed = outcome instanceof RequestError
      if (!failed && isAnswer(outcome, options)) return outcome
      const asked = failed ? undefined : requestedWait(outcome, clock)
      if (!failed) {
        const limited = outcome.status === 429 || (outcome.status === 403 && asked !== undefined)
        const again = limited || (repeatable.has(outcome.status) && (idempotent || notCarriedOut.has(outcome.status)))
        if (!again || attempt >= policy.attempts || (asked ?? 0) > policy.patience)
          throw replyError(outcome, options, asked, environment)
      }
      // A time that has passed, by a clock that differs, is no reason to ask without a pause.
      const wait = Math.max(asked ?? 0, backoff(policy, attempt))
      caller.report({
        type: 'request-retry',
        provider: options.provider,
        purpose: options.purpose,
        attempt: attempt + 1,
        until: clock.now() + wait,
        reason: failed ? outcome.code : `status ${outcome.status}`,
      })
      options.onRetry?.()
      await clock.sleep(wait, caller.signal)
    }
  }
}

function isAnswer(reply: Reply, options: RequestOptions): boolean {
  return (reply.status >= 200 && reply.status < 300) || (options.accept?.includes(reply.status) ?? false)
}

/** What must not be seen of an `Authorization`: its credential, and the password inside where that is user and password. */
function secretsOf(authorization: string): string[] {
  const space = authorization.indexOf(' ')
  const credential = authorization.slice(space + 1)
  if (authorization.slice(0, space).toLowerCase() !== 'basic') return [credential]
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(credential)
  const pair = isBase64 ? atob(credential) : ''
  return [credential, pair.slice(pair.indexOf(':') + 1)]
}

function bodyOf(options: RequestOptions): Uint8Array<ArrayBuffer> | string | undefined {
  return options.json === undefined ? options.body : JSON.stringify(options.json)
}

function tokenLate({ provider }: RequestOptions): AuthError {
  return new AuthError({
    code: 'token-unavailable',
    message: `There is no token: the function given as ${provider}.auth gave none within ${tokenLimit / 1000} s.`,
    hint: `Sign the user in again, and see that ${provider}.auth gives the token of the signed-in user.`,
    retryable: true,
    details: { provider, option: `${provider}.auth` },
  })
}

function timedOut(options: RequestOptions, milliseconds: number): RequestError {
  return new RequestError({
    code: 'request-timeout',
    message: `${sentenceNameOf(options.provider)} did not answer the request to ${options.purpose} within ${Math.round(milliseconds / 1000)} s.`,
    hint: `Look at the status page of ${nameOf(options.provider)} and try again.`,
    retryable: true,
    details: { provider: options.provider },
  })
}
