import { getRemoteInfo } from 'isomorphic-git'
import http from 'isomorphic-git/http/node'
import { describe, expect, it } from 'vitest'
import { type AllowRule, createRelay, gitSmartHttp, type RelayOptions } from '../../src/relay/index.js'
import { page, refusal, Stage } from './stage.js'

const fromPage = { headers: { origin: page } }

describe('a relay', () => {
  it('carries a request to the host that its path names, and the answer back to the page', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => {
      response.writeHead(201, { 'content-type': 'text/plain', etag: '"1"' }).end(`${request.method} ${request.url}`)
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const response = await fetch(`${relay.url}/${provider.host}/a%20b/c?d=e&f`, fromPage)
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('GET /a%20b/c?d=e&f')
    expect(response.headers.get('etag')).toBe('"1"')
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(response.headers.has('x-relay-error')).toBe(false)
  })

  it("is a corsProxy of isomorphic-git's", async () => {
    await using stage = new Stage()
    const oid = 'a'.repeat(40)
    const provider = await stage.provider((request, response) => {
      if (request.url !== '/acme/shop.git/info/refs?service=git-upload-pack') return response.writeHead(404).end()
      const reference = `${oid} refs/heads/main\0agent=git/2\n`
      const length = (reference.length + 4).toString(16).padStart(4, '0')
      response.setHeader('content-type', 'application/x-git-upload-pack-advertisement')
      return response.end(`001e# service=git-upload-pack\n0000${length}${reference}0000`)
    })
    const relay = await stage.relay({ allow: gitSmartHttp(provider.url) })
    const url = `${provider.url}/acme/shop.git`
    const remote = await getRemoteInfo({ http, url, corsProxy: relay.url, headers: { origin: page } })
    expect(remote.refs).toEqual({ heads: { main: oid } })
  })

  it('can live under a path of the page’s own server', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => response.end(request.url))
    const relay = await stage.relay({ allow: [{ origin: provider.url }], prefix: '/api/relay' })
    const response = await fetch(`${relay.url}/api/relay/${provider.host}/x`, fromPage)
    expect(await response.text()).toBe('/x')
    const elsewhere = await fetch(`${relay.url}/${provider.host}/x`, fromPage)
    expect(await refusal(elsewhere)).toEqual({ status: 404, code: 'relay-not-found', header: 'relay-not-found' })
  })

  it('tells a provider’s own errors from its own', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((_request, response) => {
      response.writeHead(403, { 'x-relay-error': 'forged' }).end('no')
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const response = await fetch(`${relay.url}/${provider.host}/`, fromPage)
    expect(response.status).toBe(403)
    expect(response.headers.has('x-relay-error')).toBe(false)
  })

  it('answers in JSON with 502 when the provider can not be reached', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request) => request.socket.destroy())
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const response = await fetch(`${relay.url}/${provider.host}/`, fromPage)
    const code = 'relay-upstream-unreachable'
    expect(await refusal(response)).toEqual({ status: 502, code, header: code })
    expect(response.headers.get('access-control-allow-origin')).toBe(page)
  })

  it('answers with 504 when the provider is silent for too long', async () => {
    await using stage = new Stage()
    const provider = await stage.provider(() => undefined)
    const relay = await stage.relay({ allow: [{ origin: provider.url }], timeLimit: 50 })
    const code = 'relay-upstream-timeout'
    const response = await fetch(`${relay.url}/${provider.host}/`, fromPage)
    expect(await refusal(response)).toEqual({ status: 504, code, header: code })
  })

  it.each<[string, Partial<RelayOptions>]>([
    ['an origin with a path', { allow: [{ origin: 'https://github.com/acme' }] }],
    ['a wildcard inside a name', { allow: [{ origin: 'https://a*.netlify.app' }] }],
    ['a wildcard alone', { allow: [{ origin: 'https://*' }] }],
    ['another scheme', { allow: [{ origin: 'ftp://github.com' }] }],
    ['a method in small letters', { allow: [{ origin: 'https://github.com', methods: ['get'] }] }],
    ['no rule', { allow: [] }],
    ['any page by a star', { pageOrigins: ['*'] }],
    ['a page with a path', { pageOrigins: ['https://ide.example/'] }],
    ['a prefix that ends in a slash', { prefix: '/relay/' }],
    ['a negative limit', { timeLimit: -1 }],
    ['a misspelt name in a rule', { allow: [{ origin: 'https://github.com', path: [/\/acme\/.*/] } as AllowRule] }],
    ['a misspelt option', { maxRequestByte: 1 } as Partial<RelayOptions>],
  ])('can not be made with %s', (_what, wrong) => {
    const options = { allow: [{ origin: 'https://github.com' }], pageOrigins: [page], ...wrong }
    expect(() => createRelay(options)).toThrow(TypeError)
  })
})
