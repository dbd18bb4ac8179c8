import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** Headers for a server in a container: it sees itself as `localhost`, which dev servers that check their host accept. */
export function inwardHeaders(headers: IncomingHttpHeaders, target: URL): OutgoingHttpHeaders {
  const outside = `http://${headers.host}`
  const inside = `http://localhost:${target.port}`
  const result: OutgoingHttpHeaders = { ...headers, host: `localhost:${target.port}` }
  if (headers.origin === outside) result.origin = inside
  if (headers.referer?.startsWith(`${outside}/`)) result.referer = inside + headers.referer.slice(outside.length)
  return result
}

/** Headers for the page: it may frame the answer under cross-origin isolation, and redirects stay in the preview. */
export function outwardHeaders(
  headers: IncomingHttpHeaders,
  target: URL,
  host: string,
  coep: 'require-corp' | 'credentialless' | 'none',
): OutgoingHttpHeaders {
  const { 'transfer-encoding': _, ...rest } = headers
  const result: OutgoingHttpHeaders = { 'cross-origin-resource-policy': 'cross-origin', ...rest }
  if (coep !== 'none') result['cross-origin-embedder-policy'] ??= coep
  if (headers.location) {
    const inside = new RegExp(`^http://(localhost|127\\.0\\.0\\.1|\\[::1\\]):${target.port}(?=/|$)`)
    result.location = headers.location.replace(inside, `http://${host}`)
  }
  return result
}
