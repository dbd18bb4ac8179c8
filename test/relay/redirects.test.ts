import { describe, expect, it } from 'vitest'
import { page, refusal, Stage } from './stage.js'

const init = { headers: { origin: page, authorization: 'Bearer token' } }
const refused = { status: 502, code: 'relay-redirect-refused', header: 'relay-redirect-refused' }

describe('redirects', () => {
  it('are followed within what is allowed, and the page learns where the answer is from', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => {
      const rest = Number(request.url?.slice(1))
      if (rest > 0) response.writeHead(302, { location: `/${rest - 1}` })
      response.end(request.headers.authorization)
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const response = await fetch(`${relay.url}/${provider.host}/3`, init)
    expect(await response.text()).toBe('Bearer token')
    expect(response.headers.get('x-relay-url')).toBe(`${provider.url}/0`)
    expect(await refusal(await fetch(`${relay.url}/${provider.host}/4`, init))).toEqual(refused)
  })

  it('to another origin lose the token', async () => {
    await using stage = new Stage()
    const second = await stage.provider((request, response) => response.end(`${request.headers.authorization}`))
    const first = await stage.provider((_request, response) => {
      response.writeHead(307, { location: `${second.url}/x` }).end()
    })
    const relay = await stage.relay({ allow: [{ origin: first.url }, { origin: second.url }] })
    const response = await fetch(`${relay.url}/${first.host}/`, init)
    expect(await response.text()).toBe('undefined')
  })

  it('out of what is allowed are refused, and never fetched', async () => {
    await using stage = new Stage()
    const asked: (string | undefined)[] = []
    const outside = await stage.provider((request, response) => {
      asked.push(request.url)
      response.end('secret')
    })
    const targets = [`${outside.url}/`, '/admin', 'http://user:secret@127.0.0.1/v1/', 'file:///etc/hosts', 'http://[']
    for (const location of targets) {
      const provider = await stage.provider((_request, response) => response.writeHead(302, { location }).end())
      const relay = await stage.relay({ allow: [{ origin: provider.url, paths: [/\/v1\/.*/] }] })
      const response = await fetch(`${relay.url}/${provider.host}/v1/`, init)
      const text = await response.clone().text()
      expect(await refusal(response)).toEqual(refused)
      expect(text).not.toContain('secret')
    }
    expect(asked).toEqual([])
  })

  it('of requests that change something are refused', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((_request, response) => response.writeHead(307, { location: '/b' }).end())
    const relay = await stage.relay({ allow: [{ origin: provider.url, methods: ['POST'] }] })
    const response = await fetch(`${relay.url}/${provider.host}/a`, { ...init, method: 'POST', body: 'x' })
    expect(await refusal(response)).toEqual(refused)
  })
})
