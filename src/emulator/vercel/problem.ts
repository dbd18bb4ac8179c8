import { rateHeaders } from './headers.js'

/** Thrown by an endpoint to answer with an error in Vercel's form: `{ error: { code, message } }`. */
export class VercelProblem extends Error {
  override readonly name = 'VercelProblem'
  readonly status: number
  readonly body: { readonly error: Readonly<Record<string, unknown>> }
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param more further members of `error`, for example the digests that are `missing`
   * @param headers of the answer
   */
  constructor(
    status: number,
    code: string,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.status = status
    this.headers = headers
    this.body = { error: { code, message, ...more } }
  }
}

/** The answer for what is not there, or is somebody else's. */
export function notFound(message = 'Not found'): VercelProblem {
  return new VercelProblem(404, 'not_found', message)
}

/** The answer for what the caller may see but not do, and for a scope that is not the caller's. */
export function forbidden(message = 'Not authorized'): VercelProblem {
  return new VercelProblem(403, 'forbidden', message)
}

/** The answer to a token that is not known: 403, as the CLI's `isInvalidToken` expects. */
export function invalidToken(): VercelProblem {
  return new VercelProblem(403, 'forbidden', 'Not authorized', { invalidToken: true })
}

/**
 * The answer where too much was asked: the body is that of the docs, "Vercel REST API Errors", and the CLI waits as long as `Retry-After`
 * says.
 *
 * @param reset milliseconds since the epoch
 */
export function rateLimited(operation: string, limit: number, reset: number, now: number): VercelProblem {
  const wait = Math.ceil((reset - now) / 1000)
  const message = `The rate limit of ${limit} exceeded for '${operation}'. Try again in ${wait} seconds`
  const left = { remaining: 0, reset: Math.ceil(reset / 1000), resetMs: reset, total: limit }
  const headers = { ...rateHeaders({ limit, remaining: 0, reset }), 'Retry-After': String(wait) }
  return new VercelProblem(429, 'rate_limited', message, { limit: left }, headers)
}

/** The answer to a request that makes no sense. */
export function badRequest(message: string): VercelProblem {
  return new VercelProblem(400, 'bad_request', message)
}
