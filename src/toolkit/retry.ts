import type { Clock, Reply, RequestOptions } from '../spec/context.js'

/** The waits between tries: how many, how long, and what a provider asked for. */
export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number
  /** Milliseconds: the first wait is drawn from 0 to this, each next one from twice as much. */
  readonly base: number
  /** Milliseconds: no drawn wait is longer. */
  readonly most: number
  /** Milliseconds: a provider that asks for a longer wait has run out of quota, and the caller is told instead. */
  readonly patience: number
}

/** Five tries within about a minute. */
export const defaultRetryPolicy: RetryPolicy = { attempts: 5, base: 500, most: 15_000, patience: 60_000 }

/** Full jitter: a random share of the exponentially growing wait, so that many tabs do not return at the same moment. */
export function backoff(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(policy.most, policy.base * 2 ** (attempt - 1)))
}

/** Whether the request may be sent twice without doing its work twice. */
export function isIdempotent(options: Pick<RequestOptions, 'method' | 'idempotent'>): boolean {
  return options.idempotent ?? !['POST', 'PATCH'].includes(options.method)
}

/** Milliseconds: what GitHub wants where its secondary limit comes without a time ("wait for at least one minute"). */
const secondaryWait = 60_000

/**
 * Milliseconds that a provider asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else the reset time of
 * an exhausted `X-RateLimit-*` budget in Unix seconds, else a minute where GitHub names its secondary limit; `undefined` where
 * it asks for nothing.
 */
export function requestedWait({ status, headers, bytes }: Reply, clock: Clock): number | undefined {
  const after = headers.get('retry-after')
  if (after !== null) {
    const seconds = Number(after)
    const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - clock.now()
    if (Number.isFinite(wait)) return Math.max(0, wait)
  }
  if (headers.get('x-ratelimit-remaining') === '0') {
    const reset = Number(headers.get('x-ratelimit-reset'))
    if (Number.isFinite(reset) && reset > 0) return Math.max(0, reset * 1000 - clock.now())
  }
  const limits = status === 403 || status === 429
  if (limits && /secondary rate limit|abuse detection/i.test(new TextDecoder().decode(bytes))) return secondaryWait
  return undefined
}
