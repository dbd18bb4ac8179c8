import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDesk } from '../toolkit/desk.js'
import { page, Stage } from './stage.js'

/** Bundles an example as an edge platform would, without anything of Node's, and loads it. */
async function load(file: string): Promise<{ default: unknown; config?: unknown }> {
  const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url))
  const result = await build({
    entryPoints: [path(`examples/edge-relay/${file}`)],
    alias: { 'tabship/relay': path('src/relay/index.ts') },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    write: false,
  })
  const [output] = result.outputFiles
  return import(`data:text/javascript;base64,${Buffer.from(output?.contents ?? []).toString('base64')}`)
}

const init = { headers: { origin: 'https://ide.example' } }

describe('the example of a relay', () => {
  it('is a Cloudflare Worker', async () => {
    const { default: worker } = await load('worker.js')
    const { fetch } = worker as { fetch(request: Request): Promise<Response> }
    const response = await fetch(new Request('https://relay.example/github.com/login', init))
    expect(response.headers.get('x-relay-error')).toBe('relay-path-refused')
  })

  it('is a Netlify Edge Function, under the path that it is mounted at', async () => {
    const { default: handler, config } = await load('netlify/edge-functions/relay.js')
    expect(config).toEqual({ path: '/relay/*' })
    const relay = handler as (request: Request) => Promise<Response>
    const response = await relay(new Request('https://ide.example/relay/github.com/login', init))
    expect(response.headers.get('x-relay-error')).toBe('relay-path-refused')
  })

  describe('as a page uses it', () => {
    type Handler = (request: Request) => Promise<Response>
    afterEach(() => void vi.unstubAllGlobals())

    it.each([
      ['at an address of its own', '/', async () => ((await load('worker.js')).default as { fetch: Handler }).fetch],
      ['beside the page', '/relay', async () => (await load('netlify/edge-functions/relay.js')).default as Handler],
    ])('%s carries requests that the hosts refuse it', async (_where, relay, loadHandler) => {
      await using stage = new Stage()
      const provider = await stage.provider(async (request, response) => {
        let body = ''
        for await (const chunk of request.setEncoding('utf8')) body += chunk
        response.end(`${request.method} ${request.url} ${request.headers.authorization} ${body}`.trim())
      })
      const edge = await stage.edge(await loadHandler())
      const net = globalThis.fetch
      const asked: string[] = []
      // The net of the edge: the providers, both of them on loopback.
      vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
        asked.push(url)
        return net(url.replace(/^https:\/\/[^/]+/, provider.url), init)
      })
      // The net of the page: the relay alone, with the origin that a browser adds.
      const pageFetch: typeof fetch = (input, init) => {
        if (!String(input).startsWith(edge.url)) return Promise.reject(new TypeError('Failed to fetch'))
        const headers = new Headers(init?.headers)
        headers.set('origin', page)
        return net(input, { ...init, headers })
      }
      const desk = createDesk({ fetch: pageFetch, relay: new URL(relay, edge.url).href })
      const authorization = async () => 'Basic eDp0b2tlbi0xMjM0'
      const git = 'https://github.com/acme/shop.git'
      const files = 'https://api.netlify.com/api/v1/deploys/1/files'
      const requests = [
        { url: `${git}/info/refs?service=git-receive-pack` },
        { url: `${git}/git-receive-pack`, method: 'POST', body: 'pack' },
        { url: `${files}/a%20b.html`, method: 'PUT', body: '<p>' },
      ] as const
      const said: string[] = []
      for (const request of requests) {
        const reply = await desk.send({ ...request, authorization })
        said.push(new TextDecoder().decode(reply.bytes))
      }
      expect(asked).toEqual(requests.map(({ url }) => url))
      expect(said).toEqual([
        'GET /acme/shop.git/info/refs?service=git-receive-pack Basic eDp0b2tlbi0xMjM0',
        'POST /acme/shop.git/git-receive-pack Basic eDp0b2tlbi0xMjM0 pack',
        'PUT /api/v1/deploys/1/files/a%20b.html Basic eDp0b2tlbi0xMjM0 <p>',
      ])
      expect(desk.events).toMatchObject([{ type: 'transport-change' }, { type: 'transport-change' }])
    })
  })
})
