import { randomUUID } from 'node:crypto'

/** Lets any page read the API's answers, and these headers of them (`config/application.rb` of GitLab). */
const crossOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': [
    'Link, X-Total, X-Total-Pages, X-Per-Page, X-Page, X-Next-Page, X-Prev-Page, X-Gitlab-Blob-Id, X-Gitlab-Commit-Id',
    'X-Gitlab-Content-Sha256, X-Gitlab-Encoding, X-Gitlab-File-Name, X-Gitlab-File-Path, X-Gitlab-Last-Commit-Id',
    'X-Gitlab-Ref, X-Gitlab-Size',
  ].join(', '),
}

/** The API's answer to a preflight, as rack-cors gives it with `headers: :any` and `methods: :any`. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 200,
    headers: {
      ...crossOrigin,
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD',
      'Access-Control-Allow-Headers': request.headers.get('access-control-request-headers') ?? '',
      'Access-Control-Max-Age': '7200',
    },
  })
}

/** What an answer is made of. */
export interface Answer {
  readonly status: number
  /** JSON. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Makes the response: JSON with the headers of every answer of the API. */
export function respond(request: Request, answer: Answer): Response {
  const headers = new Headers({
    ...crossOrigin,
    'Cache-Control': 'max-age=0, private, must-revalidate',
    'Content-Type': 'application/json',
    Vary: 'Origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': randomUUID().replaceAll('-', '').toUpperCase().slice(0, 26),
    ...answer.headers,
  })
  const body = request.method === 'HEAD' ? null : JSON.stringify(answer.body)
  return new Response(body, { status: answer.status, headers })
}
