import type { IncomingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { page, Stage } from './stage.js'

describe('headers', () => {
  it('reach the provider only where it needs them: no cookie, no page, no address of the client', async () => {
    await using stage = new Stage()
    let seen: IncomingHttpHeaders = {}
    const provider = await stage.provider((request, response) => {
      seen = request.headers
      response.end()
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const headers = {
      origin: page,
      referer: `${page}/project`,
      cookie: 'session=1',
      authorization: 'Bearer token',
      accept: 'application/json',
      'git-protocol': 'version=2',
      'if-none-match': '"1"',
      range: 'bytes=0-1',
      'x-forwarded-for': '192.0.2.1',
      'x-github-api-version': '2022-11-28',
      'x-own': 'yes',
    }
    await fetch(`${relay.url}/${provider.host}/`, { headers })
    expect(seen).toMatchObject({
      authorization: 'Bearer token',
      accept: 'application/json',
      'git-protocol': 'version=2',
      'if-none-match': '"1"',
      range: 'bytes=0-1',
      'x-github-api-version': '2022-11-28',
      host: provider.host,
    })
    expect(seen['user-agent']).toMatch(/^git\//)
    for (const name of ['origin', 'referer', 'cookie', 'x-forwarded-for', 'x-own'])
      expect(seen).not.toHaveProperty(name)
  })

  it('reach the page only where it needs them: no cookie, nothing that acts on the relay’s origin', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((_request, response) => {
      response.setHeader('set-cookie', ['session=1', 'more=2'])
      response.setHeader('x-ratelimit-remaining', '7')
      response.setHeader('strict-transport-security', 'max-age=1')
      response.setHeader('clear-site-data', '"*"')
      response.setHeader('www-authenticate', 'Basic')
      response.setHeader('access-control-allow-origin', '*')
      response.setHeader('access-control-allow-credentials', 'true')
      response.writeHead(401).end('{}')
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const { headers, status } = await fetch(`${relay.url}/${provider.host}/`, { headers: { origin: page } })
    expect(status).toBe(401)
    expect(headers.get('x-ratelimit-remaining')).toBe('7')
    expect(headers.get('access-control-allow-origin')).toBe(page)
    for (const name of [
      'set-cookie',
      'strict-transport-security',
      'clear-site-data',
      'www-authenticate',
      'access-control-allow-credentials',
    ]) {
      expect(headers.has(name)).toBe(false)
    }
  })

  it('give the length of what arrives, also where the provider packed it', async () => {
    await using stage = new Stage()
    const text = 'tabship '.repeat(1_000)
    const provider = await stage.provider((request, response) => {
      const packed = request.url === '/packed' ? gzipSync(text) : text
      if (packed !== text) response.setHeader('content-encoding', 'gzip')
      response.setHeader('content-length', packed.length)
      response.end(packed)
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const init = { headers: { origin: page } }
    const plain = await fetch(`${relay.url}/${provider.host}/plain`, init)
    expect(plain.headers.get('content-length')).toBe(String(text.length))
    expect(await plain.text()).toBe(text)
    const packed = await fetch(`${relay.url}/${provider.host}/packed`, init)
    expect(packed.headers.has('content-encoding')).toBe(false)
    expect(await packed.text()).toBe(text)
  })

  it('are all there is to answers without a body', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => {
      if (request.method === 'HEAD') response.setHeader('content-length', 12)
      response.writeHead(request.method === 'HEAD' ? 200 : 304, { etag: '"1"' }).end()
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const head = await fetch(`${relay.url}/${provider.host}/`, { method: 'HEAD', headers: { origin: page } })
    expect(head.headers.get('content-length')).toBe('12')
    const unchanged = await fetch(`${relay.url}/${provider.host}/`, {
      headers: { origin: page, 'if-none-match': '"1"' },
    })
    expect(unchanged.status).toBe(304)
    expect(unchanged.headers.get('etag')).toBe('"1"')
  })
})
