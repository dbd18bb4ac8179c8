import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { inwardHeaders, outwardHeaders } from './preview-headers.js'
import { injectInto, messagePath } from './preview-script.js'

/** How a server inside a container is shown. */
export interface PreviewOptions {
  /** Where the server listens. */
  readonly target: URL
  /** Value of Cross-Origin-Embedder-Policy for answers that have none. */
  readonly coep: 'require-corp' | 'credentialless' | 'none'
  /** Tags for HTML pages, or an empty string. */
  readonly html: () => string
  /** Gets what a page reports at {@link messagePath}. */
  readonly onMessage: (message: unknown) => void
}

/** A server inside a container, seen from the page. */
export interface Preview {
  /** Its own origin, for example `http://127.0.0.1:41234`. */
  readonly url: string
  close(): Promise<void>
}

/** Proxies a server to an origin of its own, WebSockets included, so that a cross-origin isolated page can frame it. */
export async function servePreview(options: PreviewOptions): Promise<Preview> {
  const server = createServer((incoming, response) => answer(options, incoming, response))
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (incoming, socket, head) => upgrade(options, incoming, socket, head))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function answer(options: PreviewOptions, incoming: IncomingMessage, response: ServerResponse): void {
  if (!isOwnHost(incoming)) refuse(response, 403, 'This address is served to loopback only.')
  else if (incoming.url === messagePath && incoming.method === 'POST') takeMessage(options, incoming, response)
  else forward(options, incoming, response)
}

function takeMessage({ onMessage }: PreviewOptions, incoming: IncomingMessage, response: ServerResponse): void {
  text(incoming)
    .then((body) => onMessage(JSON.parse(body)))
    .then(() => response.writeHead(204).end())
    .catch(() => refuse(response, 400, 'Not a message.'))
}

function forward(options: PreviewOptions, incoming: IncomingMessage, response: ServerResponse): void {
  const { target, coep } = options
  const tags = options.html()
  const headers = inwardHeaders(incoming.headers, target)
  // What is compressed can't be written into.
  if (tags) headers['accept-encoding'] = 'identity'
  const upstream = request(target, { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers })
  upstream.on('response', (reply) => {
    const status = reply.statusCode ?? 502
    const outward = outwardHeaders(reply.headers, target, incoming.headers.host ?? '', coep)
    if (!tags || !reply.headers['content-type']?.startsWith('text/html')) {
      response.writeHead(status, outward)
      pipeline(reply, response, () => undefined)
      return
    }
    const { 'content-length': _, etag: __, ...changed } = outward
    text(reply).then(
      (html) => response.writeHead(status, changed).end(injectInto(html, tags)),
      () => response.destroy(),
    )
  })
  upstream.on('error', (error) => {
    if (response.headersSent) response.destroy()
    else refuse(response, 502, `The server on port ${target.port} does not answer: ${error.message}`)
  })
  response.once('close', () => upstream.destroy())
  incoming.pipe(upstream)
}

function upgrade({ target }: PreviewOptions, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy())
  if (!isOwnHost(incoming)) {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    return
  }
  const upstream = request(target, { path: incoming.url ?? '/', headers: inwardHeaders(incoming.headers, target) })
  upstream.on('upgrade', (reply, inner, innerHead) => {
    writeHead(socket, reply)
    socket.write(innerHead)
    inner.write(head)
    pipeline(socket, inner, socket, () => undefined)
  })
  upstream.on('response', (reply) => {
    writeHead(socket, reply)
    pipeline(reply, socket, () => undefined)
  })
  upstream.on('error', () => socket.destroy())
  socket.once('close', () => upstream.destroy())
  upstream.end()
}

/** Keeps pages of other sites out that have made their own name point to this machine. */
function isOwnHost({ headers, socket }: IncomingMessage): boolean {
  return headers.host === `127.0.0.1:${socket.localPort}` || headers.host === `localhost:${socket.localPort}`
}

function writeHead(socket: Duplex, reply: IncomingMessage): void {
  const lines = [`HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}`]
  for (let index = 0; index < reply.rawHeaders.length; index += 2) {
    lines.push(`${reply.rawHeaders[index]}: ${reply.rawHeaders[index + 1]}`)
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cross-origin-resource-policy': 'cross-origin',
    'cross-origin-embedder-policy': 'credentialless',
  })
  response.end(`${reason}\n`)
}
