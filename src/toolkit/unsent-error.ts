import { QuotaError } from '../errors/quota-error.js'
import { RequestError } from '../errors/request-error.js'
import type { TabshipError } from '../errors/tabship-error.js'
import type { RequestOptions } from '../spec/context.js'
import type { Hold } from './budget.js'
import { nameOf, sentenceNameOf } from './name-of.js'

/** The error of a request that is not sent, because its provider wants none of this account for too long. */
export function heldBack({ provider, purpose }: RequestOptions, { until, reason }: Hold): QuotaError {
  return new QuotaError({
    code: 'rate-limited',
    message: `${sentenceNameOf(provider)} limits how often it can be asked, so it was not asked to ${purpose}: ${reason}`,
    hint: `Try again after ${new Date(until).toISOString()}.`,
    retryable: true,
    details: { provider, reason, until },
  })
}

/**
 * The error of a request that would be repeated, had not too much been repeated already: by the whole deployment, or to its
 * provider by all deployments.
 *
 * @param error What the last try came to.
 * @param retries How often the request itself was repeated.
 */
export function notRepeated(error: TabshipError, by: 'deployment' | 'provider', retries: number): TabshipError {
  const { code, message, retryable, details, cause } = error
  const provider = nameOf(String(details.provider))
  const why =
    by === 'deployment'
      ? 'This deployment has repeated so many requests that it gives up'
      : `So many requests to ${provider} failed that none is repeated for now`
  const hint = `${why}: look at the status page of ${provider}, wait a few minutes and try again.`
  const Kind = error instanceof QuotaError ? QuotaError : RequestError
  return new Kind({ code, message, hint, retryable, details: { ...details, retries, exhausted: by }, cause })
}
