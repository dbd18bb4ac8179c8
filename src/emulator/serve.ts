import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { generate } from 'selfsigned'
import { type AnsweredSockets, type Bindings, cut, cutWhereItFails } from './cut.js'
import { isLoopbackName, isOwnOrigin } from './loopback.js'

/** A provider as the emulator sees it: a standard request in, a standard response out. */
export type Handler = (request: Request) => Promise<Response> | Response

/** Private key and certificate in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** How a handler is served. */
export interface ServeOptions {
  /** @default 0, which takes a free one */
  readonly port?: number
  /** @default '127.0.0.1' */
  readonly hostname?: string
  /**
   * HTTP/2 over TLS, with HTTP/1.1 for clients that ask for it: browsers open only six connections to an HTTP/1.1 host.
   * `true` makes a certificate of its own.
   *
   * @default false
   */
  readonly http2?: boolean | Certificate
  /** Other names that it may be called by. @default none */
  readonly isName?: (hostname: string) => boolean
  /**
   * Pages that may ask beside those on loopback, by their origins; others are answered 403. Where it is left out, every page may.
   *
   * @default every page may ask
   */
  readonly origins?: readonly string[] | undefined
}

/** A handler that is being served. */
export interface Served {
  /** Its origin, for example `http://127.0.0.1:43117`. */
  readonly url: string
  readonly port: number
  /** The server itself. */
  readonly server: HttpServer | Http2SecureServer
  /** Hands over requests for another protocol, such as WebSocket, of those whom the handler would answer; others get 403. */
  onUpgrade(listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void
  /** Stops listening, ends every open socket, and resolves when the port is free. */
  close(): Promise<void>
}

/** Thrown by a handler to cut the connection instead of answering. */
export class ConnectionReset extends Error {
  override readonly name = 'ConnectionReset'
  /** What is sent before the connection is cut; its header `Content-Length` may promise more than its body has. */
  readonly after: Response | undefined

  constructor(options: { readonly after?: Response } = {}) {
    super('The connection was cut')
    this.after = options.after
  }
}

/**
 * Makes a self-signed certificate for `localhost`, `*.localhost` and `127.0.0.1`.
 *
 * @returns the certificate, valid for a year
 */
export async function createCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: '*.localhost' },
          { type: 2, value: '*.vercel.localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { key: made.private, cert: made.cert }
}

/**
 * Serves a handler on loopback, to those who call it by a name of loopback (`127.0.0.1`, `[::1]`, `localhost`, `*.localhost`) or one
 * that `isName` knows.
 * All others are answered 403, for they may be pages whose own name was made to lead here (DNS rebinding).
 *
 * @throws the system's error where the port is taken.
 */
export async function serve(handler: Handler, options: ServeOptions = {}): Promise<Served> {
  const { port = 0, hostname = '127.0.0.1', http2 = false, isName = () => false, origins } = options
  const certificate = http2 === true ? await createCertificate() : http2
  const refuse = (name: string, origin: string | null) => refusal(name, origin, isName, origins)
  const fetch = (request: Request, bindings: Bindings): Promise<Response> =>
    answer(handler, request, bindings, answered, refuse(new URL(request.url).hostname, request.headers.get('Origin')))
  const common = { fetch, hostname, overrideGlobalObjects: false }
  const server = (
    certificate
      ? createAdaptorServer({
          ...common,
          createServer: createSecureServer,
          serverOptions: { ...certificate, allowHTTP1: true },
        })
      : createAdaptorServer(common)
  ) as HttpServer | Http2SecureServer

  const answered = new WeakSet<Socket>()
  server.on('request', ({ socket }, outgoing) => outgoing.once('finish', () => answered.add(socket)))
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = (server.address() as AddressInfo).port
  return {
    // Without the port where it goes without saying, as origins are written.
    url: new URL(`${certificate ? 'https' : 'http'}://${hostname}:${bound}`).origin,
    port: bound,
    server,
    onUpgrade: (listener) => {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const { host = '', origin = null } = request.headers
        const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
        if (refuse(name, origin) === undefined) listener(request, socket, head)
        else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Why a request is not answered; `undefined` where it is. */
function refusal(
  hostname: string,
  origin: string | null,
  isName: (hostname: string) => boolean,
  origins: readonly string[] | undefined,
): string | undefined {
  if (!isLoopbackName(hostname) && !isName(hostname)) return 'The emulator is served to names of loopback only.'
  if (origins === undefined || origin === null || isOwnOrigin(origin, origins, isName)) return undefined
  return `The emulator answers pages on loopback only: name ${origin} in its option \`origins\` if this page is yours.`
}

async function answer(
  handler: Handler,
  request: Request,
  bindings: Bindings,
  answered: AnsweredSockets,
  refused: string | undefined,
): Promise<Response> {
  if (refused !== undefined) return new Response(`${refused}\n`, { status: 403 })
  try {
    return cutWhereItFails(await handler(request), bindings, answered)
  } catch (error) {
    // Whoever asked has gone, in the middle of the body: there is nobody to answer, and nothing is wrong here.
    if (bindings.incoming.aborted) return RESPONSE_ALREADY_SENT
    if (!(error instanceof ConnectionReset)) {
      console.error(error)
      return new Response('The emulator failed: see its log.\n', { status: 500 })
    }
    await cut(bindings, answered, error.after)
    return RESPONSE_ALREADY_SENT
  }
}
