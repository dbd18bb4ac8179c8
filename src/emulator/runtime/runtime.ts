import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { type WebSocket, WebSocketServer } from 'ws'
import { serve } from '../serve.js'
import { headlessPage } from './page.js'
import { serveSession } from './session.js'

/** How the runtime is served. */
export interface RuntimeOptions {
  /**
   * Port on 127.0.0.1.
   * @default 0, which takes a free one
   */
  port?: number
  /**
   * Whether native addons may be loaded in its containers.
   * @default false, as in a WebContainer
   */
  addons?: boolean
  /** Further environment variables of every process. */
  env?: Record<string, string>
  /**
   * Origins, besides those on loopback, whose pages may boot containers. They may then run programs on this machine.
   * @default []
   */
  origins?: string[]
}

/** A running WebContainer runtime. */
export interface Runtime {
  /** What `globalThis.WEBCONTAINER_API_IFRAME_URL` must be before `WebContainer.boot()`. */
  readonly url: string
  /** Opens the connection behind the page; the page has it, so that clients needn't know it. */
  readonly token: string
  /** Ends every container and stops to listen. */
  close(): Promise<void>
}

/** Largest message from a page, in bytes: a whole tree is mounted by one. */
const maxPayload = 1024 ** 3

/**
 * Serves a stand-in for the WebContainer runtime, which the unmodified client of `@webcontainer/api` 1.6.4 drives: real
 * folders and real processes on this machine, one container for each `boot()`, gone when its page is.
 *
 * For development only. It binds to 127.0.0.1, answers to loopback names only, gives its page only to frames of pages on
 * loopback (`frame-ancestors`, `Sec-Fetch-*`), and takes connections only from that page, with a random token. What remains:
 * any page on loopback may boot a container, any program on this machine may read the token, and what runs in a container
 * has the rights of the user.
 *
 * @throws the system's error where the port is taken.
 * @example
 * ```ts
 * const runtime = await createRuntime()
 * // in the page, before WebContainer.boot():
 * globalThis.WEBCONTAINER_API_IFRAME_URL = runtime.url
 * ```
 */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const { port = 0, origins = [], addons = false, env = {} } = options
  const token = randomBytes(32).toString('base64url')
  const comlink = await readFile(createRequire(import.meta.url).resolve('comlink/dist/esm/comlink.mjs'))
  const handler = async (request: Request): Promise<Response> => {
    const { pathname, host } = new URL(request.url)
    if (!isLoopbackHost(host)) return refuse(403, 'This address is served to loopback only.')
    if (request.method !== 'GET') return refuse(405, 'Only GET is served here.')
    if (pathname === '/comlink.mjs') return new Response(comlink, { headers: { 'content-type': 'text/javascript' } })
    if (pathname !== '/headless') return refuse(404, 'The runtime is at /headless.')
    return isFrame(request)
      ? servePage(token, host, origins)
      : refuse(403, 'This page is meant for a frame on loopback.')
  }

  const served = await serve(handler, { port })
  const ownHosts = [`127.0.0.1:${served.port}`, `localhost:${served.port}`]
  const sockets = new WebSocketServer({ noServer: true, maxPayload })
  const sessions = new Set<Promise<void>>()
  served.server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (!mayConnect(request, token, ownHosts)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (connection: WebSocket) => {
      const session = serveSession(connection, { addons, env })
      sessions.add(session)
      void session.finally(() => sessions.delete(session))
    })
  })
  return {
    url: served.url,
    token,
    close: async () => {
      for (const connection of sockets.clients) connection.terminate()
      await Promise.all([...sessions, served.close()])
    },
  }
}

function servePage(token: string, host: string, origins: readonly string[]): Response {
  const nonce = randomBytes(16).toString('base64url')
  const loopback = ['localhost', '127.0.0.1', '*.localhost'].flatMap((name) => [
    `http://${name}:*`,
    `https://${name}:*`,
  ])
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `connect-src ws://${host}`,
    `frame-ancestors ${[...loopback, ...origins].join(' ')}`,
  ]
  return new Response(headlessPage(token, nonce), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy.join('; '),
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
      'referrer-policy': 'no-referrer',
    },
  })
}

/** Browsers that say what a page is for must say that it is for a frame; `frame-ancestors` sees to whose frame. */
function isFrame({ headers }: Request): boolean {
  const destination = headers.get('sec-fetch-dest')
  return destination === null || destination === 'iframe' || destination === 'frame'
}

function mayConnect({ headers, url }: IncomingMessage, token: string, ownHosts: readonly string[]): boolean {
  const { host = '', origin } = headers
  if (!ownHosts.includes(host) || origin !== `http://${host}`) return false
  const { pathname, searchParams } = new URL(url ?? '/', `http://${host}`)
  const given = Buffer.from(searchParams.get('token') ?? '')
  const expected = Buffer.from(token)
  return pathname === '/container' && given.length === expected.length && timingSafeEqual(given, expected)
}

function isLoopbackHost(host: string): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host)
}

function refuse(status: number, reason: string): Response {
  return new Response(`${reason}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
