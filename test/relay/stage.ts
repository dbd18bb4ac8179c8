import { once } from 'node:events'
import { createServer, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createRelay, type RelayOptions } from '../../src/relay/index.js'

export const page = 'https://ide.example'

/** A server of the test, on loopback. */
export interface TestServer {
  readonly url: string
  /** Host and port. */
  readonly host: string
  close(): Promise<void>
}

async function listen(server: Server): Promise<TestServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Servers that end with the test that opened them. */
export class Stage implements AsyncDisposable {
  readonly #servers: TestServer[] = []

  /** A provider, which does what the test says. */
  async provider(listener: RequestListener): Promise<TestServer> {
    return this.#keep(await listen(createServer(listener)))
  }

  /** A relay that pages of `https://ide.example` may use. */
  async relay(options: Partial<RelayOptions> & Pick<RelayOptions, 'allow'>): Promise<TestServer> {
    return this.edge(createRelay({ pageOrigins: [page], ...options }))
  }

  /** An edge platform that runs a handler. */
  async edge(handler: (request: Request) => Promise<Response>): Promise<TestServer> {
    return this.#keep(await listen(createAdaptorServer({ fetch: handler }) as Server))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()))
  }

  #keep(server: TestServer): TestServer {
    this.#servers.push(server)
    return server
  }
}

/** Sends a path as it is written, which fetch would tidy first. */
export async function sendRaw(server: TestServer, path: string): Promise<{ status: number; code: string | undefined }> {
  const sent = request(server.url, { path, headers: { origin: page } })
  sent.end()
  const [response] = await once(sent, 'response')
  response.resume()
  return { status: response.statusCode, code: response.headers['x-relay-error'] }
}

/** What the relay says of a refusal. */
export async function refusal(response: Response): Promise<{ status: number; code: unknown; header: string | null }> {
  const body = await response.json()
  return { status: response.status, code: body.error.code, header: response.headers.get('x-relay-error') }
}

/** A promise and the way to keep it. */
export function promise<Value = void>(): { kept: Promise<Value>; keep: (value: Value) => void } {
  let keep: (value: Value) => void = () => undefined
  const kept = new Promise<Value>((resolve) => {
    keep = resolve
  })
  return { kept, keep }
}
