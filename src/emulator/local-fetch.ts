import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Certificate } from './serve.js'

const mostRedirects = 20
const withoutBody = new Set([204, 205, 304])

/**
 * Makes a `fetch` for Node that reaches the emulator's sites: names under `localhost` lead to 127.0.0.1, which browsers know
 * and many resolvers don't, and the emulator's own certificate is trusted. Other addresses go to the global `fetch`.
 *
 * @param certificate the one that the emulator serves with; only needed with HTTP/2.
 */
export function createLocalFetch(certificate?: Certificate): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
    let url = new URL(request.url)
    let method = request.method
    let payload = body
    const headers = new Headers(request.headers)
    for (let redirects = 0; ; redirects += 1) {
      if (!isLocal(url)) {
        const next = { method, headers, redirect: request.redirect, signal: request.signal }
        return fetch(url, payload === undefined ? next : { ...next, body: payload })
      }
      const answer = await send(url, method, headers, payload, request.signal, certificate)
      const location = answer.statusCode && answer.statusCode >= 300 ? answer.headers.location : undefined
      if (location === undefined || request.redirect === 'manual')
        return toResponse(answer, url, redirects > 0, method, request.signal)
      answer.resume()
      if (request.redirect === 'error') throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') })
      if (redirects >= mostRedirects) throw new TypeError('fetch failed', { cause: new Error('too many redirects') })
      const next = new URL(location, url)
      if (next.origin !== url.origin) headers.delete('Authorization')
      if (
        answer.statusCode === 303 ||
        (method === 'POST' && (answer.statusCode === 301 || answer.statusCode === 302))
      ) {
        method = method === 'HEAD' ? 'HEAD' : 'GET'
        payload = undefined
        headers.delete('Content-Type')
      }
      url = next
    }
  }
}

function isLocal({ hostname }: URL): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname.endsWith('.localhost')
}

function send(
  url: URL,
  method: string,
  headers: Headers,
  body: Uint8Array | undefined,
  signal: AbortSignal,
  certificate: Certificate | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: url.pathname + url.search,
      method,
      // What Node's own fetch says of itself: GitHub answers nobody who says nothing.
      headers: { accept: '*/*', 'user-agent': 'node', ...Object.fromEntries(headers), host: url.host },
    }
    // The name is not checked: the only key that is trusted is the emulator's own, and it is reached on loopback.
    const servername = url.hostname === '127.0.0.1' ? '' : url.hostname
    const secure = { ...options, servername, checkServerIdentity: () => undefined }
    const outgoing =
      url.protocol === 'https:'
        ? requestHttps(certificate ? { ...secure, ca: certificate.cert } : secure)
        : requestHttp(options)
    // Not the option `signal`: it destroys with an error, which a connection that is just given back hands to nobody.
    const abort = () => outgoing.destroy()
    const release = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    outgoing.once('close', release)
    outgoing.once('response', (answer) => {
      answer.once('end', release)
      // Whoever reads the body gets the error; where nobody has begun to, it must not end the process.
      answer.on('error', () => undefined)
      resolve(answer)
    })
    outgoing.once('error', (error) => {
      reject(signal.aborted ? signal.reason : new TypeError('fetch failed', { cause: error }))
    })
    if (signal.aborted) abort()
    outgoing.end(body)
  })
}

function toResponse(
  answer: IncomingMessage,
  url: URL,
  redirected: boolean,
  method: string,
  signal: AbortSignal,
): Response {
  const headers = new Headers()
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    headers.append(answer.rawHeaders[index] ?? '', answer.rawHeaders[index + 1] ?? '')
  }
  const status = answer.statusCode ?? 500
  const isEmpty = withoutBody.has(status) || method === 'HEAD'
  if (isEmpty) answer.resume()
  const body = isEmpty ? null : toBody(answer, signal)
  const response = new Response(body, { status, statusText: answer.statusMessage ?? '', headers })
  // A response that is made here has no address of its own.
  return Object.defineProperties(response, { url: { value: url.href }, redirected: { value: redirected } })
}

/** A body that fails as that of the real `fetch` does: with a TypeError where it breaks off, with the reason of an abort. */
function toBody(answer: IncomingMessage, signal: AbortSignal): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(new Uint8Array(value))
      } catch (error) {
        controller.error(signal.aborted ? signal.reason : new TypeError('terminated', { cause: error }))
      }
    },
    cancel: () => void answer.destroy(),
  })
}
