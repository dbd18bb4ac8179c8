import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

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
})
