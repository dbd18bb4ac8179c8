import { createHash, randomBytes } from 'node:crypto'

/** Lets any page read the answers, and these headers of them. */
const crossOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': [
    'ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used',
    'X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval',
    'X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset',
  ].join(', '),
}

/** GitHub's answer to every preflight. The list is closed: a page that sends `Cache-Control` or `Pragma` is stopped. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...crossOrigin,
      'Access-Control-Allow-Headers': [
        'Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding',
        'X-GitHub-OTP, X-Requested-With, User-Agent, GraphQL-Features, X-GitHub-Next-Global-ID, X-GitHub-Api-Version',
      ].join(', '),
      'Access-Control-Allow-Methods': 'GET, POST, PATCH, PUT, DELETE',
      'Access-Control-Max-Age': '86400',
    },
  })
}

/** GitHub's own have five parts; what they mean is not told. */
export function requestId(): string {
  const digits = randomBytes(16).toString('hex').toUpperCase()
  return digits.replace(/^(.{4})(.{6})(.{7})(.{7})(.{8})$/, '$1:$2:$3:$4:$5')
}

/** What an answer is made of. */
export interface Answer {
  readonly status: number
  /** JSON, or bytes and text with a `Content-Type` of their own. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Makes the response: JSON with the headers of every answer of api.github.com, `304` where the client has it already.
 *
 * @param signedIn whether the answer is meant for one user
 */
export function respond(request: Request, answer: Answer, signedIn: boolean): Response {
  const raw = typeof answer.body === 'string' || answer.body instanceof Uint8Array
  const none = answer.body === undefined
  const bytes = Buffer.from(raw ? (answer.body as string | Uint8Array) : none ? '' : JSON.stringify(answer.body))
  const read = request.method === 'GET' || request.method === 'HEAD'
  const headers = new Headers({
    ...crossOrigin,
    'Content-Type': 'application/json; charset=utf-8',
    Server: 'github.com',
    'X-Content-Type-Options': 'nosniff',
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-GitHub-Request-Id': requestId(),
    'x-github-api-version-selected': request.headers.get('x-github-api-version') ?? '2022-11-28',
    ...answer.headers,
  })
  if (read && answer.status === 200) {
    const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`
    headers.set('ETag', etag)
    // GitHub lets browsers keep answers for a minute; clients that poll must know it.
    headers.set('Cache-Control', `${signedIn ? 'private' : 'public'}, max-age=60, s-maxage=60`)
    headers.set('Vary', 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With')
    const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? []
    if (known.includes(etag) || known.includes('*')) return new Response(null, { status: 304, headers })
  }
  if (none) headers.delete('Content-Type')
  return new Response(none || request.method === 'HEAD' ? null : new Uint8Array(bytes), {
    status: answer.status,
    headers,
  })
}
