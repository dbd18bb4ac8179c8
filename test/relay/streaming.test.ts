import { describe, expect, it } from 'vitest'
import { page, promise, refusal, Stage } from './stage.js'

const mebibyte = 1024 * 1024
const headers = { origin: page }

/** Node's fetch wants to be told that it may send before it has read the body to its end. */
type Sending = RequestInit & { duplex: 'half' }

/** A body of so many mebibytes that counts what was taken of it. */
function upload(mebibytes: number): { body: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken === mebibytes * mebibyte) return controller.close()
        taken += mebibyte
        controller.enqueue(new Uint8Array(mebibyte))
      },
    },
    { highWaterMark: 0 },
  )
  return { body, taken: () => taken }
}

describe('bodies', () => {
  it('reach the page while the provider is still sending', async () => {
    await using stage = new Stage()
    let finish = (): void => undefined
    const provider = await stage.provider((_request, response) => {
      response.write('first')
      finish = () => response.end('last')
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const response = await fetch(`${relay.url}/${provider.host}/`, { headers })
    const received: string[] = []
    for await (const chunk of response.body ?? []) {
      received.push(Buffer.from(chunk).toString())
      finish()
    }
    expect(received).toEqual(['first', 'last'])
  })

  it.each(['declared', 'unknown'])(
    'of %s length reach the provider while the page is still sending',
    async (length) => {
      await using stage = new Stage()
      const { body, taken } = upload(96)
      let received = 0
      let underWay = 0
      let declared: string | undefined
      const provider = await stage.provider(async (request, response) => {
        declared = request.headers['content-length']
        for await (const chunk of request) {
          received += chunk.length
          underWay = Math.max(underWay, taken() - received)
        }
        response.end(String(received))
      })
      const relay = await stage.relay({ allow: [{ origin: provider.url, methods: ['PUT'] }] })
      const size = String(96 * mebibyte)
      const sent = length === 'declared' ? { ...headers, 'content-length': size } : headers
      const put: Sending = { method: 'PUT', headers: sent, body, duplex: 'half' }
      const response = await fetch(`${relay.url}/${provider.host}/`, put)
      expect(await response.text()).toBe(size)
      expect(declared).toBe(length === 'declared' ? size : undefined)
      expect(underWay).toBeLessThan(32 * mebibyte)
    },
  )

  it('larger than the limit are refused, whether or not they say so', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => {
      request.resume().on('end', () => response.end())
    })
    const put = async (body: BodyInit): Promise<Response> => {
      const allow = [{ origin: provider.url, methods: ['PUT'] }]
      const relay = await stage.relay({ allow, maxRequestBytes: 2 * mebibyte })
      const init: Sending = { method: 'PUT', headers, body, duplex: 'half' }
      return fetch(`${relay.url}/${provider.host}/`, init)
    }
    const code = 'relay-body-too-large'
    const refused = { status: 413, code, header: code }
    expect(await refusal(await put(new Uint8Array(2 * mebibyte + 1)))).toEqual(refused)
    expect(await refusal(await put(upload(3).body))).toEqual(refused)
    expect((await put(new Uint8Array(2 * mebibyte))).status).toBe(200)
    expect((await put(upload(2).body)).status).toBe(200)
  })

  it('of a page that goes away end at the provider: while it waits for the answer', async () => {
    await using stage = new Stage()
    const closed = promise<boolean>()
    const asked = promise()
    const provider = await stage.provider((_request, response) => {
      response.once('close', () => closed.keep(response.writableFinished))
      asked.keep()
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const leaving = new AbortController()
    const answer = fetch(`${relay.url}/${provider.host}/`, { headers, signal: leaving.signal })
    await asked.kept
    leaving.abort()
    await expect(answer).rejects.toThrow()
    expect(await closed.kept).toBe(false)
  })

  it('of a page that goes away end at the provider: while it reads the answer', async () => {
    await using stage = new Stage()
    const closed = promise<boolean>()
    const provider = await stage.provider((_request, response) => {
      response.once('close', () => closed.keep(response.writableFinished))
      response.write('first')
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }] })
    const leaving = new AbortController()
    const response = await fetch(`${relay.url}/${provider.host}/`, { headers, signal: leaving.signal })
    leaving.abort()
    await expect(response.text()).rejects.toThrow()
    expect(await closed.kept).toBe(false)
  })

  it.each(['breaks off', 'leaves hanging'])('that the provider %s break off for the page', async (what) => {
    await using stage = new Stage()
    const provider = await stage.provider((_request, response) => {
      response.setHeader('content-length', 100)
      response.write('part', () => {
        if (what === 'breaks off') response.destroy()
      })
    })
    const relay = await stage.relay({ allow: [{ origin: provider.url }], timeLimit: 200 })
    const response = await fetch(`${relay.url}/${provider.host}/`, { headers })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })
})
