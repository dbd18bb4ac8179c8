import type { Clock, Reply, RequestOptions } from '../spec/context.js'

/** The waits between tries: how many, how long, and what a provider asked for. */
export interface RetryPolicy {
  /** Tries of one request in all. */
  readonly attempts: number
  /** Milliseconds: the first wait is drawn from 0 to this, each next one from twice as much. */
  readonly base: number
  /** Milliseconds: no drawn wait is longer. */
  readonly most: number
  /** Milliseconds: a provider that asks for a longer wait has run out of quota, and the caller is told instead. */
  readonly patience: number
  /** Repetitions in a whole deployment; see {@link mostRetries}. @default 300 */
  readonly total?: number
}

/** Five tries of a request within about a minute. */
export const defaultRetryPolicy: RetryPolicy = { attempts: 5, base: 500, most: 15_000, patience: 60_000 }

/** Repetitions that a deployment may make: a fixed number, and one more for every ten answers, since large ones lose more. */
export function mostRetries({ total = 300 }: RetryPolicy, answers: number): number {
  return total + Math.floor(answers / 10)
}

/** Full jitter: a random share of the exponentially growing wait, so that many tabs do not return at the same moment. */
export function backoff(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(policy.most, policy.base * 2 ** (attempt - 1)))
}

/** Whether the request may be sent twice without doing its work twice. */
export function isIdempotent(options: Pick<RequestOptions, 'method' | 'idempotent'>): boolean {
  return options.idempotent ?? !['POST', 'PATCH'].includes(options.method)
}

/** Whether the answer is one that its caller wants: 2xx, or a status that it accepts. */
export function isAnswer({ status }: Reply, { accept }: RequestOptions): boolean {
  return (status >= 200 && status < 300) || (accept?.includes(status) ?? false)
}

const repeatable = new Set([408, 425, 429, 500, 502, 503, 504])
/** The statuses that say that nothing was carried out, so that even a creating request may be repeated. */
const notCarriedOut = new Set([425, 429])

/**
 * Whether the request may be sent again after an answer that is none.
 * @param asked Milliseconds that the provider asks to wait; `undefined` where it asks for nothing.
 */
export function mayRepeat({ status }: Reply, options: RequestOptions, asked: number | undefined): boolean {
  if (isLimit(status, asked)) return true
  return repeatable.has(status) && (notCarriedOut.has(status) || isIdempotent(options))
}

/** Whether the status speaks of a limit: GitHub's are 429, or 403 with a wait. */
export function isLimit(status: number, asked: number | undefined): boolean {
  return status === 429 || (status === 403 && asked !== undefined)
}

/** Milliseconds: no provider counts over more than a day, and what is longer comes of a mistaken unit. */
const longestWait = 86_400_000

function bounded(wait: number): number {
  return Math.min(Math.max(0, wait), longestWait)
}

/** Milliseconds: what GitHub wants where its secondary limit comes without a time ("wait for at least one minute"). */
const secondaryWait = 60_000

/**
 * Milliseconds that a provider asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else the reset time of
 * an exhausted `X-RateLimit-*` or `RateLimit-*` budget in Unix seconds, else a minute where GitHub names its secondary limit; `undefined` where
 * it asks for nothing. Points in time are by the provider's own clock where its answer shows it.
 */
export function requestedWait(reply: Reply, clock: Clock): number | undefined {
  const { status, headers, bytes } = reply
  const after = headers.get('retry-after')
  if (after !== null) {
    const seconds = Number(after)
    const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - serverTime(headers, clock)
    if (Number.isFinite(wait)) return bounded(wait)
  }
  const reset = untilReset(headers, clock)
  if (reset !== undefined) return reset
  const limits = status === 403 || status === 429
  if (limits && /secondary rate limit|abuse detection/i.test(new TextDecoder().decode(bytes))) return secondaryWait
  return undefined
}

/** For how long a provider, by this answer, wants no more requests of this account at all, and how it said so. */
export function statedLimit(
  reply: Reply,
  clock: Clock,
): { readonly wait: number; readonly reason: string } | undefined {
  const limits = reply.status === 403 || reply.status === 429
  const wait = limits ? requestedWait(reply, clock) : untilReset(reply.headers, clock)
  if (!wait) return undefined
  return { wait, reason: limits ? `status ${reply.status}` : 'no requests left' }
}

/** Milliseconds until a used-up budget is filled again; `undefined` where there is something left of it, or nothing said. */
function untilReset(headers: Headers, clock: Clock): number | undefined {
  // GitHub's and Vercel's names, and GitLab's ("Rate limit response headers").
  const told = (name: string) => headers.get(`x-ratelimit-${name}`) ?? headers.get(`ratelimit-${name}`)
  if (told('remaining') !== '0') return undefined
  const reset = Number(told('reset'))
  return Number.isFinite(reset) && reset > 0 ? bounded(reset * 1000 - serverTime(headers, clock)) : undefined
}

/** The provider's time, which may differ from the device's by hours; a page can read it only where CORS exposes `Date`. */
function serverTime(headers: Headers, clock: Clock): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? clock.now() : date
}
