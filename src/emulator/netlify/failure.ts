/** Thrown by an endpoint to answer with an error in the provider's own words. */
export class NetlifyFailure extends Error {
  override readonly name = 'NetlifyFailure'
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, message: string, body: Record<string, unknown> = { code: status, message }) {
    super(message)
    this.status = status
    this.body = body
  }
}

/** The answer for what is not there, or is somebody else's. */
export function notFound(): NetlifyFailure {
  return new NetlifyFailure(404, 'Not Found')
}

/** The answer where a limit is used up. */
export function rateLimited(): NetlifyFailure {
  return new NetlifyFailure(429, 'API rate limit exceeded')
}

/** The answer to a token that is not known, or to none. */
export function unauthorized(): NetlifyFailure {
  return new NetlifyFailure(401, 'Access Denied')
}

/**
 * The answer to a site's name that can't be had. It has no `message`, against the published contract
 * (github.com/netlify/open-api issue 377).
 */
export function nameRefused(reason: string): NetlifyFailure {
  return new NetlifyFailure(422, reason, { errors: { subdomain: [reason] } })
}
