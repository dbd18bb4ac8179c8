import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy } from '../../src/toolkit/retry.js'
import { Stage, type TestServer } from '../relay/stage.js'
import { settled } from '../support/simulated-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { createDesk } from './desk.js'

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown
type Methods = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()
const ok: Answer = (response) => response.end('ok')
const lost: Answer = (_response, request) => request.socket.destroy()

/** A provider that gives one answer after the other, and then the last one again. */
async function answering(stage: Stage, ...answers: Answer[]): Promise<TestServer & { readonly asked: string[] }> {
  const asked: string[] = []
  const provider = await stage.provider(async (request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    asked.push(`${request.method} ${request.url} ${body}`.trim())
    // The time of these tests is the desk's, not the server's.
    response.sendDate = false
    answer?.(response, request)
  })
  return { ...provider, asked }
}

describe('a request', () => {
  it('brings method, headers, authorization and JSON to the provider, and its answer back', async () => {
    await using stage = new Stage()
    const provider = await stage.provider(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      const { authorization, cookie, 'content-type': type, 'x-own': own } = request.headers
      const seen = { method: request.method, url: request.url, authorization, cookie, type, own, body }
      response.writeHead(201, { etag: '"1"' }).end(JSON.stringify(seen))
    })
    const url = `${provider.url}/sites?page=2`
    const reply = await createDesk().send({
      url,
      method: 'POST',
      headers: { 'x-own': 'yes' },
      json: { name: 'shop' },
      authorization: async () => 'Bearer token-1',
    })
    expect({ status: reply.status, url: reply.url, etag: reply.headers.get('etag') }).toEqual({
      status: 201,
      url,
      etag: '"1"',
    })
    expect(JSON.parse(new TextDecoder().decode(reply.bytes))).toEqual({
      method: 'POST',
      url: '/sites?page=2',
      authorization: 'Bearer token-1',
      type: 'application/json',
      own: 'yes',
      body: '{"name":"shop"}',
    })
  })

  it('brings bytes as they are, both ways', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => request.pipe(response))
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256)
    const reply = await createDesk().send({ url: provider.url, method: 'PUT', body: bytes })
    expect(reply.bytes).toEqual(bytes)
  })

  it('is an answer with a status that the caller takes for one', async () => {
    await using stage = new Stage()
    const provider = await answering(stage, status(404))
    const reply = await createDesk().send({ url: provider.url, accept: [404] })
    expect(reply.status).toBe(404)
    await expect(createDesk().send({ url: provider.url })).rejects.toMatchObject({ code: 'reply-status' })
  })
})

describe('a request that fails in passing', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('with status %i is repeated', async (code) => {
    await using stage = new Stage()
    const provider = await answering(stage, status(code), status(code), ok)
    const desk = createDesk()
    const reply = await desk.send({ url: provider.url })
    expect(new TextDecoder().decode(reply.bytes)).toBe('ok')
    expect(provider.asked).toHaveLength(3)
    expect(desk.events).toMatchObject(
      [2, 3].map((attempt) => ({
        type: 'request-retry',
        provider: 'netlify',
        purpose: 'list the sites',
        attempt,
        reason: `status ${code}`,
      })),
    )
  })

  it('is given up after five tries, and sleeps no more', async () => {
    await using stage = new Stage()
    const provider = await answering(stage, status(503))
    const desk = createDesk()
    await expect(desk.send({ url: provider.url })).rejects.toMatchObject({ code: 'reply-status', retryable: true })
    expect(provider.asked).toHaveLength(5)
    for (const [index, wait] of desk.waits().entries()) expect(wait).toBeLessThanOrEqual(500 * 2 ** index)
    expect(desk.clock.sleeping).toBe(0)
  })

  it.each([400, 401, 403, 404, 409, 422, 501])('with status %i is not repeated', async (code) => {
    await using stage = new Stage()
    const provider = await answering(stage, status(code))
    const desk = createDesk()
    await expect(desk.send({ url: provider.url })).rejects.toThrow()
    expect(provider.asked).toHaveLength(1)
    expect(desk.events).toEqual([])
  })

  it('tells its caller, who may want to slow down', async () => {
    await using stage = new Stage()
    const provider = await answering(stage, status(429), status(503), ok)
    let told = 0
    const onRetry = () => {
      told += 1
    }
    await createDesk().send({ url: provider.url, onRetry })
    expect(told).toBe(2)
  })

  it.each<[Methods, number]>([
    ['GET', 2],
    ['HEAD', 2],
    ['PUT', 2],
    ['DELETE', 2],
    ['POST', 1],
    ['PATCH', 1],
  ])('because its answer was lost: %s is sent %i times', async (method, times) => {
    await using stage = new Stage()
    const provider = await answering(stage, lost, ok)
    const sent = createDesk().send({ url: provider.url, method })
    if (times === 1) await expect(sent).rejects.toMatchObject({ code: 'network-unreachable', retryable: true })
    else expect(await sent).toMatchObject({ status: 200 })
    expect(provider.asked).toHaveLength(times)
  })

  it.each([
    [408, 1],
    [425, 2],
    [429, 2],
    [500, 1],
    [502, 1],
    [503, 1],
    [504, 1],
  ])('with status %i: a POST is sent %i times', async (code, times) => {
    await using stage = new Stage()
    const provider = await answering(stage, status(code), ok)
    const sent = createDesk().send({ url: provider.url, method: 'POST', json: { a: 1 } })
    if (times === 1) await expect(sent).rejects.toMatchObject({ code: 'reply-status' })
    else expect(await sent).toMatchObject({ status: 200 })
    expect(provider.asked).toEqual(Array.from({ length: times }, () => 'POST / {"a":1}'))
  })

  it('goes by the caller’s word on whether it may be repeated', async () => {
    await using stage = new Stage()
    const post = await answering(stage, lost, ok)
    await createDesk().send({ url: post.url, method: 'POST', idempotent: true })
    expect(post.asked).toHaveLength(2)
    const put = await answering(stage, lost, ok)
    await expect(createDesk().send({ url: put.url, method: 'PUT', idempotent: false })).rejects.toThrow()
    expect(put.asked).toHaveLength(1)
  })

  it('in the middle of its answer is repeated', async () => {
    await using stage = new Stage()
    const half: Answer = (response, request) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half', () => request.socket.destroy())
    }
    const provider = await answering(stage, half, ok)
    const desk = createDesk()
    expect(await desk.send({ url: provider.url })).toMatchObject({ status: 200 })
    expect(desk.events).toMatchObject([{ reason: 'reply-incomplete' }])
  })

  it('before it is sent, because there is no token, is not repeated', async () => {
    let asked = 0
    const authorization = async () => {
      asked += 1
      throw new Error('the user closed the sign-in window')
    }
    await expect(createDesk().send({ url: 'http://127.0.0.1:1/', authorization })).rejects.toThrow('sign-in window')
    expect(asked).toBe(1)
  })

  it('before it is sent, because its token does not come, ends after a minute', async () => {
    await using stage = new Stage()
    const provider = await answering(stage, ok)
    const desk = createDesk()
    const asked = thrownBy(desk.send({ url: provider.url, authorization: () => new Promise(() => undefined) }))
    await desk.clock.advance(60_000)
    expect(await asked).toMatchObject({
      name: 'AuthError',
      code: 'token-unavailable',
      message: 'There is no token: the function given as netlify.auth gave none within 60 s.',
      retryable: true,
    })
    expect(provider.asked).toEqual([])
    expect(desk.clock.sleeping).toBe(0)
  })

  it('before it is sent, because its token does not come, ends at once with an abort', async () => {
    const desk = createDesk()
    const reason = new Error('the user pressed Cancel')
    const authorization = (): Promise<string> => new Promise(() => desk.abort(reason))
    await expect(desk.send({ url: 'http://127.0.0.1:1/', authorization })).rejects.toBe(reason)
    expect(desk.clock.sleeping).toBe(0)
  })
})

describe('a wait that the provider asks for', () => {
  const now = createDesk().clock.now()

  it.each([
    ['in seconds', { 'retry-after': '7' }, 7000],
    ['as a date', { 'retry-after': new Date(now + 9000).toUTCString() }, 9000],
    ['as the reset of its budget', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${now / 1000 + 42}` }, 42_000],
    [
      'as the reset of its budget, in GitLab’s words',
      { 'ratelimit-remaining': '0', 'ratelimit-reset': `${now / 1000 + 42}` },
      42_000,
    ],
    [
      'in seconds, whatever the budget says',
      { 'retry-after': '3', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${now / 1000 + 42}` },
      3000,
    ],
  ])('%s is kept to the millisecond', async (_how, headers, wait) => {
    await using stage = new Stage()
    for (const code of [429, 403, 503]) {
      const provider = await answering(stage, status(code, headers), ok)
      const desk = createDesk()
      expect(await desk.send({ url: provider.url })).toMatchObject({ status: 200 })
      expect(desk.waits()).toEqual([wait])
    }
  })

  it.each([
    ['as a date', { 'retry-after': new Date(now - 9000).toUTCString() }],
    ['in no seconds', { 'retry-after': '0' }],
    ['as the reset of its budget', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${now / 1000 - 9}` }],
  ])('and that has passed, %s, is as long as if it had asked for none', async (_how, headers) => {
    await using stage = new Stage()
    const provider = await answering(stage, status(403, headers))
    // A first wait of this length is drawn as 0 once in a thousand million times.
    const policy = { ...defaultRetryPolicy, base: 1e9, most: 1e9 }
    const desk = createDesk({ policy })
    await expect(desk.send({ url: provider.url })).rejects.toMatchObject({ code: 'rate-limited' })
    expect(desk.waits()).toHaveLength(4)
    for (const wait of desk.waits()) expect(wait).toBeGreaterThan(0)
  })

  describe('without a time, by the secondary limit of GitHub', () => {
    const saying =
      (code: number, message: string): Answer =>
      (response) =>
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
    const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
    const abuse = 'You have triggered an abuse detection mechanism. Please retry your request again later.'

    it.each([
      [403, secondary],
      [403, abuse],
      [429, secondary],
    ])('is a minute: %i %s', async (code, message) => {
      await using stage = new Stage()
      const provider = await answering(stage, saying(code, message), ok)
      const desk = createDesk()
      expect(await desk.send({ url: provider.url, method: 'POST' })).toMatchObject({ status: 200 })
      expect(desk.waits()).toEqual([60_000])
    })

    it('is an error of the quota where a minute is too long', async () => {
      await using stage = new Stage()
      const provider = await answering(stage, saying(403, secondary))
      const desk = createDesk({ policy: { ...defaultRetryPolicy, patience: 59_999 } })
      await expect(desk.send({ url: provider.url })).rejects.toMatchObject({
        name: 'QuotaError',
        code: 'rate-limited',
        details: { until: now + 60_000 },
      })
      expect(provider.asked).toHaveLength(1)
    })
  })

  it('is not made of a budget that is not used up', async () => {
    await using stage = new Stage()
    const headers = { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': `${now / 1000 + 42}` }
    const provider = await answering(stage, status(403, headers))
    await expect(createDesk().send({ url: provider.url })).rejects.toMatchObject({ code: 'token-forbidden' })
  })

  it.each([
    ['in seconds', 429, { 'retry-after': '3600' }],
    ['as the reset of its budget', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${now / 1000 + 3600}` }],
  ])('and that is too long, %s, is an error that says until when', async (_how, code, headers) => {
    await using stage = new Stage()
    const provider = await answering(stage, status(code, headers))
    const desk = createDesk()
    const until = now + 3_600_000
    await expect(desk.send({ url: provider.url })).rejects.toMatchObject({
      name: 'QuotaError',
      code: 'rate-limited',
      retryable: true,
      hint: `Try again after ${new Date(until).toISOString()}.`,
      details: { provider: 'netlify', status: code, until },
    })
    expect(provider.asked).toHaveLength(1)
  })

  it('and that never ends is an error, too', async () => {
    await using stage = new Stage()
    const provider = await answering(stage, status(429))
    await expect(createDesk().send({ url: provider.url, method: 'POST' })).rejects.toMatchObject({
      name: 'QuotaError',
      details: { until: null },
    })
    expect(provider.asked).toHaveLength(5)
  })

  it('ends at once with an abort', async () => {
    await using stage = new Stage()
    const provider = await answering(stage, status(429, { 'retry-after': '30' }))
    const reason = new Error('the user pressed Cancel')
    const desk = createDesk({}, (desk) => void settled().then(() => desk.abort(reason)))
    await expect(desk.send({ url: provider.url })).rejects.toBe(reason)
    expect(provider.asked).toHaveLength(1)
    expect(desk.clock.sleeping).toBe(0)
  })
})

describe('a request under way', () => {
  it('ends with an abort, and the connection with it', async () => {
    await using stage = new Stage()
    let closed: Promise<unknown> = Promise.resolve()
    const reason = new Error('the user pressed Cancel')
    const desk = createDesk()
    const provider = await answering(stage, (_response, request) => {
      closed = once(request.socket, 'close')
      desk.abort(reason)
    })
    await expect(desk.send({ url: provider.url })).rejects.toBe(reason)
    await closed
    expect(desk.events).toEqual([])
    expect(desk.clock.sleeping).toBe(0)
  })

  it.each([
    ['is never answered', () => undefined],
    [
      'is answered without an end',
      (response: ServerResponse) => response.writeHead(200, { 'content-length': '10' }).write('half'),
    ],
  ])('fails in time where it %s', async (_what, answer) => {
    await using stage = new Stage()
    const desk = createDesk()
    const provider = await answering(stage, (response) => {
      answer(response)
      void desk.clock.advance(5000)
    })
    await expect(desk.send({ url: provider.url, method: 'POST', timeLimit: 5000 })).rejects.toMatchObject({
      name: 'RequestError',
      code: 'request-timeout',
      message: 'Netlify did not answer the request to list the sites within 5 s.',
      retryable: true,
    })
    expect(desk.clock.sleeping).toBe(0)
  })

  it('that took too long is repeated where it may be', async () => {
    await using stage = new Stage()
    const desk = createDesk()
    const provider = await answering(stage, () => void desk.clock.advance(30_000), ok)
    expect(await desk.send({ url: provider.url })).toMatchObject({ status: 200 })
    expect(desk.events).toMatchObject([{ reason: 'request-timeout' }])
  })

  it.each([
    ['are answered', ok, 0],
    ['wait side by side for their second try', status(503), 48],
  ])('is one of many that leave no warning of a leak when they %s', async (_when, first, waiting) => {
    await using stage = new Stage()
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const provider = await answering(stage, ...Array.from({ length: 48 }, () => first), ok)
    let retries = 0
    const desk = createDesk({}, (desk) => {
      retries += 1
      if (retries === waiting) void desk.clock.advance(500)
    })
    await Promise.all(Array.from({ length: 48 }, () => desk.send({ url: provider.url })))
    await settled()
    process.off('warning', onWarning)
    expect(retries).toBe(waiting)
    expect(warnings).toEqual([])
  })
})

describe('an answer that is none', () => {
  const saying =
    (code: number, body: unknown, type = 'application/json'): Answer =>
    (response) =>
      response.writeHead(code, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body))

  it.each([
    [401, 'AuthError', 'token-rejected', false, 'Sign in to Netlify again'],
    [403, 'AuthError', 'token-forbidden', false, 'Give the token the right'],
    [404, 'RequestError', 'reply-status', false, 'The message says'],
    [422, 'RequestError', 'reply-status', false, 'The message says'],
    [500, 'RequestError', 'reply-status', true, 'status page'],
  ])('%i is an %s `%s`', async (code, name, errorCode, retryable, hint) => {
    await using stage = new Stage()
    const provider = await answering(stage, saying(code, { message: 'so it is' }))
    await expect(createDesk().send({ url: provider.url })).rejects.toMatchObject({
      name,
      code: errorCode,
      retryable,
      message: expect.stringMatching(/Netlify.*list the sites.*so it is/),
      hint: expect.stringContaining(hint),
      details: { provider: 'netlify', status: code, said: 'so it is' },
    })
  })

  it.each([
    ['a list of faults', { message: 'invalid', errors: [{ field: 'name' }] }, undefined, 'invalid [{"field":"name"}]'],
    ['other JSON', { error: 'odd' }, undefined, '{"error":"odd"}'],
    ['null', 'null', undefined, 'null'],
    ['text', 'Bad\n  gateway', 'text/plain', 'Bad gateway'],
    ['a page', '<html><script>x()</script></html>', 'text/html', 'an HTML page'],
    ['broken JSON', '{"message": ', undefined, '{"message":'],
    ['nothing', '', 'text/plain', 'no explanation'],
    ['very much', 'x'.repeat(100_000), 'text/plain', 'x'.repeat(200)],
  ])('that says %s is put in words', async (_what, body, type, said) => {
    await using stage = new Stage()
    const provider = await answering(stage, saying(400, body, type))
    await expect(createDesk().send({ url: provider.url })).rejects.toMatchObject({ details: { said } })
  })
})
