/** Request headers that reach the provider. Everything else stays here: cookies, Origin, Referer, addresses of the client. */
const passedToProvider = [
  'accept',
  'authorization',
  'content-encoding',
  'content-type',
  'git-protocol',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'range',
  'x-github-api-version',
]

/** Answer headers that reach the page. */
const passedToPage = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'link',
  'retry-after',
  'x-accepted-github-permissions',
  'x-accepted-oauth-scopes',
  'x-github-media-type',
  'x-github-request-id',
  'x-github-sso',
  'x-nf-request-id',
  'x-oauth-scopes',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-ratelimit-resource',
  'x-ratelimit-used',
]

const exposed = [...passedToPage, 'x-relay-error', 'x-relay-url'].join(', ')

/** Headers for the provider. */
export function providerHeaders(request: Request): Headers {
  const headers = pick(request.headers, passedToProvider)
  // GitHub refuses API requests without a user agent, and serves git below names without `.git` only to agents `git/…`.
  headers.set('user-agent', 'git/tabship-relay')
  return headers
}

/** Headers that every answer bears. `page` is the origin that may read it; `null` for none. */
export function ownHeaders(page: string | null): Headers {
  const headers = new Headers({
    'cache-control': 'no-store',
    // What comes from elsewhere is data: opened as a page, it must not act with the rights of the relay's origin.
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
  })
  if (page !== null) {
    headers.set('access-control-allow-origin', page)
    headers.set('access-control-expose-headers', exposed)
  }
  return headers
}

/** Headers of a provider's answer as the page gets them. */
export function pageHeaders(answer: Response, page: string | null): Headers {
  const headers = pick(answer.headers, passedToPage)
  // The platform's fetch has decoded the body, so its encoded length is no longer true.
  if (answer.headers.has('content-encoding')) headers.delete('content-length')
  for (const [name, value] of ownHeaders(page)) headers.set(name, value)
  return headers
}

/** The answer to a browser that asks whether a page may send a request. */
export function preflight(page: string, methods: readonly string[]): Response {
  const headers = ownHeaders(page)
  headers.set('access-control-allow-methods', methods.join(', '))
  headers.set('access-control-allow-headers', passedToProvider.join(', '))
  headers.set('access-control-max-age', '86400')
  return new Response(null, { status: 204, headers })
}

function pick(from: Headers, names: readonly string[]): Headers {
  const headers = new Headers()
  for (const name of names) {
    const value = from.get(name)
    if (value !== null) headers.set(name, value)
  }
  return headers
}
