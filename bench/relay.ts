import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createRelay } from '../src/relay/index.js'
import type { Benchmark, Peer } from './harness.js'

const size = 32 // MiB
const page = 'http://ide.localhost'

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function peer(name: string, url: string): Peer {
  const body = new Uint8Array(size * 1024 * 1024)
  return {
    name,
    async run() {
      const signal = AbortSignal.timeout(60_000)
      const response = await fetch(url, { method: 'PUT', body, headers: { origin: page }, signal })
      const received = Number(await response.text())
      if (received !== body.length) throw new Error(`${received} bytes of ${body.length} arrived`)
      return size
    },
  }
}

/** What the relay costs: an upload through it beside the same upload straight to the provider. */
export const relayUpload: Benchmark = {
  name: `upload of ${size} MiB`,
  unit: 'MiB',
  async open() {
    const provider = createServer(async (request, response) => {
      let received = 0
      for await (const chunk of request) received += chunk.length
      response.end(String(received))
    })
    const host = await listen(provider)
    const handler = createRelay({ allow: [{ origin: `http://${host}`, methods: ['PUT'] }], pageOrigins: [page] })
    const relay = createAdaptorServer({ fetch: handler }) as Server
    const relayHost = await listen(relay)
    return {
      peers: [peer('through the relay', `http://${relayHost}/${host}/`), peer('straight', `http://${host}/`)],
      async close() {
        for (const server of [relay, provider]) {
          server.closeAllConnections()
          await new Promise((resolve) => server.close(resolve))
        }
      },
    }
  },
}
