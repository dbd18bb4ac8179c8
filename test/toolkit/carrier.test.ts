import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { page, Stage, type TestServer } from '../relay/stage.js'
import { createDesk } from './desk.js'

interface Scene {
  readonly provider: TestServer
  readonly relay: TestServer
  /** Requests that reached the provider, with the way they came. */
  readonly arrived: string[]
  /** Requests that the page sent: `direct GET`, `relay GET`. */
  readonly sent: string[]
  /** A page's fetch. The provider refuses its origin as long as `refuses` says so: all methods, or those named. */
  readonly fetch: typeof fetch
  refuses: boolean | readonly string[]
}

/** A provider and a real relay to it, and a page that a browser keeps from one of them. */
async function scene(stage: Stage, listener: RequestListener = (_request, response) => response.end('ok')) {
  const arrived: string[] = []
  const sent: string[] = []
  const provider = await stage.provider((request, response) => {
    arrived.push(`${request.headers['user-agent']?.includes('relay') ? 'relay' : 'direct'} ${request.method}`)
    listener(request, response)
  })
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
  const relay = await stage.relay({ allow: [{ origin: provider.url, methods, paths: [/\/open.*/] }] })
  const made: Scene = {
    provider,
    relay,
    arrived,
    sent,
    refuses: true,
    fetch: (input, init) => {
      const direct = String(input).startsWith(provider.url)
      sent.push(`${direct ? 'direct' : 'relay'} ${init?.method}`)
      const { refuses } = made
      if (direct && (refuses === true || (refuses || []).includes(init?.method ?? '')))
        return Promise.reject(new TypeError('Failed to fetch'))
      const headers = new Headers(init?.headers)
      headers.set('origin', page)
      return fetch(input, { ...init, headers })
    },
  }
  return made
}

describe('a host that sends no CORS headers', () => {
  it('is asked through the relay from the second try on, and the page is told once', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider, sent } = await scene(stage, (request, response) => response.end(request.url))
    const desk = createDesk({ fetch, relay: `${relay.url}/` })
    const url = `${provider.url}/open/a%20b?c=d`
    for (let time = 0; time < 3; time += 1) {
      const reply = await desk.send({ url })
      expect(new TextDecoder().decode(reply.bytes)).toBe('/open/a%20b?c=d')
      expect(reply.url).toBe(url)
    }
    expect(sent).toEqual(['direct GET', 'relay GET', 'relay GET', 'relay GET'])
    expect(desk.events).toEqual([
      {
        type: 'transport-change',
        provider: 'netlify',
        transport: 'relay',
        reason: `${provider.host} could not be reached straight from this page`,
      },
    ])
  })

  it('is told of once, however many requests find out side by side', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider } = await scene(stage)
    const desk = createDesk({ fetch, relay: relay.url })
    await Promise.all(Array.from({ length: 6 }, () => desk.send({ url: `${provider.url}/open` })))
    expect(desk.events.map(({ type }) => type)).toEqual(['transport-change'])
  })

  it('gets what changes things through the relay once that is known', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider, sent } = await scene(stage)
    const desk = createDesk({ fetch, relay: relay.url })
    await desk.send({ url: `${provider.url}/open` })
    await desk.send({ url: `${provider.url}/open`, method: 'POST', json: {} })
    expect(sent.slice(2)).toEqual(['relay POST'])
  })

  it.each([{ method: 'POST' }, { method: 'PATCH' }, { method: 'PUT', idempotent: false }] as const)(
    'never gets a request both ways that must not be repeated: %o',
    async (request) => {
      await using stage = new Stage()
      const { fetch, relay, provider, sent } = await scene(stage)
      const desk = createDesk({ fetch, relay: relay.url })
      await expect(desk.send({ url: `${provider.url}/open`, ...request })).rejects.toMatchObject({
        code: 'network-unreachable',
        hint: expect.stringContaining("set transport: 'relay' for netlify"),
      })
      expect(sent).toEqual([`direct ${request.method}`])
    },
  )

  it.each([{ method: 'PUT' }, { method: 'DELETE' }, { method: 'POST', idempotent: true }] as const)(
    'gets what may be repeated through the relay, although it lets pages read: %o',
    async (request) => {
      await using stage = new Stage()
      const { method } = request
      const made = await scene(stage)
      made.refuses = [method]
      const { host, url } = made.provider
      const desk = createDesk({ fetch: made.fetch, relay: made.relay.url })
      await desk.send({ url: `${url}/open` })
      await desk.send({ url: `${url}/open`, ...request })
      await desk.send({ url: `${url}/open`, ...request })
      await desk.send({ url: `${url}/open` })
      expect(made.sent).toEqual(['direct GET', `direct ${method}`, `relay ${method}`, `relay ${method}`, 'direct GET'])
      const reason = `${host} could not be reached straight from this page with ${method}`
      expect(desk.events).toEqual([{ type: 'transport-change', provider: 'netlify', transport: 'relay', reason }])
    },
  )

  it('gets a POST through the relay once files are known to need it, unless a POST got through straight', async () => {
    await using stage = new Stage()
    const made = await scene(stage)
    made.refuses = ['PUT']
    for (const first of ['GET', 'POST'] as const) {
      const desk = createDesk({ fetch: made.fetch, relay: made.relay.url })
      const url = `${made.provider.url}/open`
      await desk.send({ url, method: first })
      await desk.send({ url, method: 'PUT' })
      await desk.send({ url, method: 'POST' })
    }
    const tries = ['direct PUT', 'relay PUT']
    expect(made.sent).toEqual(['direct GET', ...tries, 'relay POST', 'direct POST', ...tries, 'direct POST'])
  })

  it('is no matter of the relay where the caller wants it straight', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider, sent } = await scene(stage)
    const desk = createDesk({ fetch, relay: relay.url, policy: { attempts: 1, base: 0, most: 0, patience: 0 } })
    const asked = desk.send({ url: `${provider.url}/open`, transport: 'direct' })
    await expect(asked).rejects.toMatchObject({ code: 'network-unreachable' })
    expect(sent).toEqual(['direct GET'])
  })

  it('is advised to have a relay where there is none', async () => {
    await using stage = new Stage()
    const { fetch, provider } = await scene(stage)
    const asked = createDesk({ fetch }).send({ url: `${provider.url}/open` })
    await expect(asked).rejects.toMatchObject({ hint: expect.stringContaining('set the option relay') })
  })
})

describe('a host that answers pages', () => {
  it('is asked straight, and stays so when it fails once', async () => {
    await using stage = new Stage()
    const made = await scene(stage)
    const desk = createDesk({ fetch: made.fetch, relay: made.relay.url }, (desk) => {
      made.refuses = false
      void desk.clock.advance(500)
    })
    made.refuses = false
    await desk.send({ url: `${made.provider.url}/open` })
    made.refuses = true
    await desk.send({ url: `${made.provider.url}/open` })
    expect(made.sent).toEqual(['direct GET', 'direct GET', 'direct GET'])
    expect(desk.events).toMatchObject([{ type: 'request-retry', reason: 'network-unreachable' }])
  })

  it('is asked straight again where a relay without a rule for it was tried', async () => {
    await using stage = new Stage()
    const made = await scene(stage)
    const desk = createDesk({ fetch: made.fetch, relay: made.relay.url }, (desk) => {
      made.refuses = false
      void desk.clock.advance(500)
    })
    made.refuses = false
    const url = `${made.provider.url}/closed`
    await desk.send({ url })
    made.refuses = true
    await desk.send({ url, method: 'PUT' })
    expect(made.sent).toEqual(['direct GET', 'direct PUT', 'relay PUT', 'direct PUT'])
    expect(desk.events).toMatchObject([{ type: 'request-retry', reason: 'network-unreachable' }])
  })

  it('is not given up for the relay because an answer broke off', async () => {
    await using stage = new Stage()
    let answers = 0
    const made = await scene(stage, (_request, response) => {
      answers += 1
      if (answers > 1) return response.end('ok')
      response.writeHead(200, { 'content-length': '10' })
      return response.write('half', () => response.destroy())
    })
    made.refuses = false
    const desk = createDesk({ fetch: made.fetch, relay: made.relay.url })
    await desk.send({ url: `${made.provider.url}/open` })
    expect(made.arrived).toEqual(['direct GET', 'direct GET'])
    expect(desk.events).toMatchObject([{ type: 'request-retry', reason: 'reply-incomplete' }])
  })

  it('is asked through the relay alone where the caller wants that', async () => {
    await using stage = new Stage()
    const made = await scene(stage)
    made.refuses = false
    const desk = createDesk({ fetch: made.fetch, relay: made.relay.url })
    await desk.send({ url: `${made.provider.url}/open`, transport: 'relay', method: 'POST' })
    expect(made.arrived).toEqual(['relay POST'])
    expect(desk.events).toEqual([])
  })

  it('needs no relay where there is none, as outside a browser', async () => {
    await using stage = new Stage()
    const made = await scene(stage)
    made.refuses = false
    await createDesk({ fetch: made.fetch }).send({ url: `${made.provider.url}/open`, transport: 'relay' })
    expect(made.arrived).toEqual(['direct GET'])
  })

  it('answers with its own errors through the relay too', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider } = await scene(stage, (_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}')
    })
    const asked = createDesk({ fetch, relay: relay.url }).send({ url: `${provider.url}/open` })
    await expect(asked).rejects.toMatchObject({ code: 'token-rejected', details: { said: 'Bad credentials' } })
  })
})

describe('what can not be reached', () => {
  const once = { attempts: 1, base: 0, most: 0, patience: 0 }

  it('is the provider, which refuses the connection', async () => {
    await using stage = new Stage()
    const { url, host, close } = await stage.provider(() => undefined)
    await close()
    const desk = createDesk()
    await expect(desk.send({ url })).rejects.toMatchObject({
      name: 'RequestError',
      code: 'network-unreachable',
      retryable: true,
      message: `${host} could not be reached to list the sites.`,
      details: { provider: 'netlify', host },
    })
    expect(desk.events).toHaveLength(4)
  })

  it('is the relay', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider } = await scene(stage)
    await relay.close()
    const asked = createDesk({ fetch, relay: relay.url, policy: once }).send({ url: `${provider.url}/open` })
    await expect(asked).rejects.toMatchObject({
      name: 'RequestError',
      code: 'relay-unreachable',
      retryable: true,
      details: { relay: relay.url },
      hint: expect.stringContaining('option relay'),
    })
  })

  it('is the provider, from the relay', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider } = await scene(stage, (request) => request.socket.destroy())
    const asked = createDesk({ fetch, relay: relay.url, policy: once }).send({ url: `${provider.url}/open` })
    await expect(asked).rejects.toMatchObject({
      code: 'network-unreachable',
      retryable: true,
      message: expect.stringContaining(`through the relay ${relay.url}`),
      details: { refusal: 'relay-upstream-unreachable', status: 502 },
    })
  })

  it('is what the relay does not allow; it is asked only once', async () => {
    await using stage = new Stage()
    const { fetch, relay, provider, sent } = await scene(stage)
    const desk = createDesk({ fetch, relay: relay.url })
    await expect(desk.send({ url: `${provider.url}/closed` })).rejects.toMatchObject({
      name: 'RequestError',
      code: 'relay-refused',
      retryable: false,
      message: expect.stringContaining('relay-path-refused'),
      hint: expect.stringContaining('allow-list'),
      details: { refusal: 'relay-path-refused', status: 403 },
    })
    expect(sent).toEqual(['direct GET', 'relay GET'])
    // A refusal teaches nothing about the way: what the relay allows may still be found.
    expect(desk.events).toEqual([])
    await desk.send({ url: `${provider.url}/open` })
    expect(desk.events).toMatchObject([{ type: 'transport-change' }])
  })
})
