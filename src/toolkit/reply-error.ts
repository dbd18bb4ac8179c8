import { AuthError } from '../errors/auth-error.js'
import { QuotaError } from '../errors/quota-error.js'
import { RequestError } from '../errors/request-error.js'
import type { TabshipError } from '../errors/tabship-error.js'
import type { Clock, Reply, RequestOptions } from '../spec/context.js'
import { nameOf, sentenceNameOf } from './name-of.js'
import { closed, oneLine } from './parse-reply.js'
import type { Redactor } from './redactor.js'
import { isLimit } from './retry.js'

/**
 * The error that an answer stands for: 401 and 403 are the token's, 429 and an exhausted budget the quota's, all others the
 * request's. The provider's own words go along, without a token that they may quote.
 */
export function replyError(
  reply: Reply,
  options: RequestOptions,
  wait: number | undefined,
  { clock, redactor }: { readonly clock: Clock; readonly redactor: Redactor },
): TabshipError {
  const { provider, purpose } = options
  const said = wordsOf(reply, redactor)
  const details = { provider, status: reply.status, said }
  if (reply.status === 401) {
    return new AuthError({
      code: 'token-rejected',
      message: `${sentenceNameOf(provider)} rejected the token when asked to ${purpose}: ${closed(said)}`,
      hint: `Sign in to ${nameOf(provider)} again, or make a new token: this one is wrong, expired or revoked.`,
      details,
    })
  }
  if (isLimit(reply.status, wait)) {
    const until = wait === undefined ? null : clock.now() + wait
    return new QuotaError({
      code: 'rate-limited',
      message: `${sentenceNameOf(provider)} limits how often it can be asked to ${purpose}: ${closed(said)}`,
      hint: until === null ? 'Wait a few minutes and try again.' : `Try again after ${new Date(until).toISOString()}.`,
      retryable: true,
      details: { ...details, until },
    })
  }
  if (reply.status === 403) {
    return new AuthError({
      code: 'token-forbidden',
      message: `${sentenceNameOf(provider)} does not allow this token to ${purpose}: ${closed(said)}`,
      hint: `Give the token the right to ${purpose}, or use the token of an account that has it.`,
      details,
    })
  }
  return new RequestError({
    code: 'reply-status',
    message: `${sentenceNameOf(provider)} could not ${purpose}: status ${reply.status}, ${closed(said)}`,
    hint:
      reply.status >= 500
        ? `Look at the status page of ${nameOf(provider)} and try again.`
        : 'The message says what it objects to.',
    retryable: reply.status >= 500,
    details,
  })
}

function wordsOf(reply: Reply, redactor: Redactor): string {
  // Before anything is cut: half of a token would not be known for one.
  const text = redactor.redact(new TextDecoder().decode(reply.bytes))
  const words = oneLine(text).slice(0, 200) || 'no explanation'
  const type = reply.headers.get('content-type') ?? ''
  if (!type.includes('json')) return /html/.test(type) ? 'an HTML page' : words
  try {
    const body: unknown = JSON.parse(text)
    const { error, ...top } = (body ?? {}) as {
      message?: unknown
      errors?: unknown
      error?: { message?: unknown } | null
    }
    // Vercel's are inside of `error`.
    const { message = error?.message, errors } = top
    const parts = [typeof message === 'string' ? message : '', errors === undefined ? '' : JSON.stringify(errors)]
    return parts.filter(Boolean).join(' ').slice(0, 300) || words
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return words
  }
}
