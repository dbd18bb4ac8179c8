import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:http2'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLocalFetch } from '../../src/emulator/local-fetch.js'
import { ConnectionReset, createCertificate, type Served, serve } from '../../src/emulator/serve.js'

let served: Served
afterEach(() => served.close())

describe('serve', () => {
  it('gives a handler standard requests and sends its responses', async () => {
    served = await serve(async (request) => Response.json([request.method, request.url, await request.text()]))
    const response = await fetch(`${served.url}/a%20b?x=1`, { method: 'POST', body: 'hello' })
    expect(await response.json()).toEqual(['POST', `${served.url}/a%20b?x=1`, 'hello'])
  })

  /** Status of the answer to a request for the host, which fetch would not send as it is. */
  async function statusFor(host: string): Promise<number | undefined> {
    const sent = request(served.url, { headers: { host } }).end()
    const [response]: IncomingMessage[] = await once(sent, 'response')
    response?.resume()
    return response?.statusCode
  }

  it('answers those who call it by a name of loopback, and no others, whose names may have been made to lead here', async () => {
    let reached = 0
    served = await serve(() => {
      reached += 1
      return new Response()
    })
    const { port } = served
    const loopback = ['127.0.0.1', '[::1]', 'localhost', 'LOCALHOST', 'shop.localhost', 'a--b.c.localhost']
    for (const host of loopback) {
      expect([host, await statusFor(host), await statusFor(`${host}:${port}`)]).toEqual([host, 200, 200])
    }
    const others = ['rebound.example', 'localhost.example', 'notlocalhost', '127.0.0.1.example', '192.168.0.7', '[::2]']
    for (const host of others) {
      expect([host, await statusFor(host), await statusFor(`${host}:${port}`)]).toEqual([host, 403, 403])
    }
    expect(reached).toBe(2 * loopback.length)
  })

  it('refuses other names over HTTP/2 too', async () => {
    const certificate = await createCertificate()
    served = await serve(() => new Response(), { http2: certificate })
    const session = connect(served.url.replace('127.0.0.1', 'localhost'), { ca: certificate.cert })
    const stream = session.request({ ':path': '/', ':authority': `rebound.example:${served.port}` })
    stream.resume()
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(403)
    session.destroy()
  })

  it('ends connections that are still open when it closes', async () => {
    served = await serve(
      () => new Response(new ReadableStream({ start: (control) => control.enqueue(new Uint8Array(1)) })),
    )
    const response = await fetch(served.url)
    const body = response.arrayBuffer()
    await served.close()
    await expect(body).rejects.toThrow()
    await expect(fetch(served.url)).rejects.toThrow()
  })

  it('cuts the connection where a handler asks for it', async () => {
    served = await serve(() => {
      throw new ConnectionReset()
    })
    await expect(fetch(served.url)).rejects.toThrow('fetch failed')
  })

  it('sends a part of an answer before the cut where there is one', async () => {
    const headers = { 'Content-Length': '10' }
    served = await serve(() => {
      throw new ConnectionReset({ after: new Response('half', { status: 201, headers }) })
    })
    const response = await fetch(served.url)
    expect([response.status, response.headers.get('Content-Length')]).toEqual([201, '10'])
    await expect(response.text()).rejects.toThrow(TypeError)
  })

  it('cuts the connection without a word where the body of an answer fails', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    served = await serve(() => {
      let pulls = 0
      const pull = (control: ReadableStreamDefaultController): void => {
        pulls += 1
        if (pulls > 3) control.error(new Error('out of bytes'))
        else control.enqueue(new Uint8Array(10))
      }
      return new Response(new ReadableStream({ pull }))
    })
    const read = fetch(served.url).then((response) => response.text())
    await expect(read).rejects.toThrow(TypeError)
    expect(log).not.toHaveBeenCalled()
    log.mockRestore()
  })

  it('answers 500 and says why in its log when a handler fails', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    served = await serve(() => {
      throw new Error('out of order')
    })
    expect((await fetch(served.url)).status).toBe(500)
    expect(log.mock.calls[0]?.[0]).toMatchObject({ message: 'out of order' })
    log.mockRestore()
  })

  it('keeps quiet about a client that goes away in the middle of its body', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    let begin = (): void => undefined
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    let end = (_error: unknown): void => undefined
    const ended = new Promise((resolve) => {
      end = resolve
    })
    served = await serve(async (request) => {
      begin()
      const text = await request.text().catch((error: unknown) => {
        end(error)
        throw error
      })
      return new Response(text)
    })
    const controller = new AbortController()
    const body = new ReadableStream({ start: (control) => control.enqueue(new Uint8Array(1)) })
    const options = { method: 'POST', body, duplex: 'half', signal: controller.signal } as RequestInit
    const pending = fetch(served.url, options)
    await begun
    controller.abort()
    await expect(pending).rejects.toThrow()
    expect(await ended).toBeInstanceOf(Error)
    await served.close()
    expect(log).not.toHaveBeenCalled()
    log.mockRestore()
  })

  it('refuses a port that is taken', async () => {
    served = await serve(() => new Response())
    await expect(serve(() => new Response(), { port: served.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('speaks HTTP/2 over its own certificate, and HTTP/1.1 to those who ask for it', async () => {
    const certificate = await createCertificate()
    served = await serve((request) => new Response(request.url), { http2: certificate })
    const session = connect(served.url.replace('127.0.0.1', 'localhost'), { ca: certificate.cert })
    const stream = session.request({ ':path': '/two' })
    const status = new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])))
    stream.resume()
    expect(await status).toBe(200)
    session.destroy()
    const response = await createLocalFetch(certificate)(`https://shop.localhost:${served.port}/one`)
    expect(await response.text()).toBe(`https://shop.localhost:${served.port}/one`)
  })

  it('is not trusted without its certificate', async () => {
    served = await serve(() => new Response(), { http2: true })
    await expect(createLocalFetch()(served.url)).rejects.toThrow('fetch failed')
  })
})

describe('the local fetch', () => {
  it('reaches names under localhost and keeps them as the host', async () => {
    served = await serve((request) => new Response(request.headers.get('Host')))
    const response = await createLocalFetch()(`http://shop.localhost:${served.port}/`)
    expect(await response.text()).toBe(`shop.localhost:${served.port}`)
    expect(response.url).toBe(`http://shop.localhost:${served.port}/`)
  })

  it('follows redirects, turns a POST into a GET where HTTP says so, and drops the token at another origin', async () => {
    served = await serve((request) => {
      const { hostname, pathname } = new URL(request.url)
      if (pathname === '/start') return new Response(null, { status: 302, headers: { Location: '/next' } })
      const next = `http://b.localhost:${served.port}/end`
      if (pathname === '/next') return new Response(null, { status: 307, headers: { Location: next } })
      return Response.json([request.method, hostname, request.headers.get('Authorization')])
    })
    const headers = { Authorization: 'Bearer secret' }
    const url = `http://a.localhost:${served.port}/start`
    const response = await createLocalFetch()(url, { method: 'POST', body: 'x', headers })
    expect(await response.json()).toEqual(['GET', 'b.localhost', null])
    expect(response.redirected).toBe(true)
    expect((await createLocalFetch()(url, { redirect: 'manual' })).status).toBe(302)
    await expect(createLocalFetch()(url, { redirect: 'error' })).rejects.toThrow('fetch failed')
  })

  it('stops when it is aborted', async () => {
    served = await serve(() => new Promise<Response>(() => undefined))
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(createLocalFetch()(`http://a.localhost:${served.port}/`, { signal })).rejects.toBe(reason)
    const controller = new AbortController()
    const pending = createLocalFetch()(`http://a.localhost:${served.port}/`, { signal: controller.signal })
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
  })

  it('fails as the real one does where nobody listens', async () => {
    served = await serve(() => new Response())
    await served.close()
    await expect(createLocalFetch()(`http://a.localhost:${served.port}/`)).rejects.toThrow(TypeError)
  })
})
