import { createHash, randomBytes } from 'node:crypto'

/**
 * What rack-cors adds for a page of any origin, and what it lets that page read (`config/application.rb` of GitLab): neither
 * `Retry-After` nor the `RateLimit-*` are among it.
 */
const crossOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'Access-Control-Expose-Headers': [
    'Link, X-Total, X-Total-Pages, X-Per-Page, X-Page, X-Next-Page, X-Prev-Page, X-Gitlab-Blob-Id, X-Gitlab-Commit-Id',
    'X-Gitlab-Content-Sha256, X-Gitlab-Encoding, X-Gitlab-File-Name, X-Gitlab-File-Path, X-Gitlab-Last-Commit-Id',
    'X-Gitlab-Ref, X-Gitlab-Size',
  ].join(', '),
  'Access-Control-Max-Age': '7200',
}

/** Whether a browser asks what a page may send. Other requests of that method are the API's. */
export function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method')
}

/** The API's answer to a preflight, as rack-cors gives it with `headers: :any` and `methods: :any`. */
export function preflight(request: Request): Response {
  const allowed = request.headers.get('access-control-request-headers')
  return new Response(null, {
    status: 200,
    headers: { ...crossOrigin, ...(allowed !== null && { 'Access-Control-Allow-Headers': allowed }), Vary: 'Origin' },
  })
}

/** What an answer is made of. */
export interface Answer {
  readonly status: number
  /** JSON; a string is plain text, and `undefined` is no body. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Makes the response: JSON with the headers of every answer of the API, `304` where the client has it already.
 *
 * @param cors whether pages may read it
 */
export function respond(request: Request, answer: Answer, cors: boolean): Response {
  const id = requestId()
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  const headers = new Headers({
    ...(cors && request.headers.has('origin') && crossOrigin),
    'Cache-Control': answer.status < 300 ? 'max-age=0, private, must-revalidate' : 'no-cache',
    ...(text !== undefined && { 'Content-Type': typeof answer.body === 'string' ? 'text/plain' : 'application/json' }),
    Vary: 'Origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Gitlab-Meta': JSON.stringify({ correlation_id: id, version: '1' }),
    'X-Request-Id': id,
    ...answer.headers,
  })
  if (answer.status < 300 && text !== undefined) {
    // As Rack::ETag and Rack::ConditionalGet do for all of Rails.
    const etag = `W/"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`
    headers.set('ETag', etag)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (isRead && answer.status === 200 && request.headers.get('if-none-match') === etag) {
      headers.delete('Content-Type')
      return new Response(null, { status: 304, headers })
    }
  }
  return new Response(request.method === 'HEAD' ? null : (text ?? null), { status: answer.status, headers })
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID, which is what GitLab calls its requests by: 26 letters of Crockford's alphabet, of which the first is at most 7. */
function requestId(): string {
  const drawn = [...randomBytes(26)].map((byte) => letters[byte % 32] ?? '')
  return `01${drawn.slice(2).join('')}`
}
