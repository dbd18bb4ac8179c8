import type { IncomingMessage, ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TabshipError } from '../../src/errors/tabship-error.js'
import { page, Stage } from '../relay/stage.js'
import { createDesk, type Desk } from './desk.js'

const token = 'tok_9f8e7d6c5b4a"\\/+'
const pair = Buffer.from(`x-access-token:${token}`).toString('base64')
const credentials: [string, string, readonly string[]][] = [
  ['Bearer', `Bearer ${token}`, [token]],
  ['Basic', `Basic ${pair}`, [token, pair]],
]

/** A provider that quotes, in every way it can think of, what it was sent. */
const quote = (request: IncomingMessage): string => {
  const { authorization = '' } = request.headers
  const credential = authorization.slice(authorization.indexOf(' ') + 1)
  const inside = Buffer.from(credential, 'base64').toString()
  return `${authorization} ${inside} ${encodeURIComponent(token)}`
}

type Fault = (request: IncomingMessage, response: ServerResponse, desk: Desk) => unknown

const json =
  (status: number, headers: Record<string, string> = {}): Fault =>
  (request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ message: quote(request), errors: [{ deep: quote(request) }] }))

const text =
  (type: string, before = ''): Fault =>
  (request, response) =>
    response.writeHead(400, { 'content-type': type }).end(before + quote(request))

const faults: [string, Fault][] = [
  ...[400, 401, 403, 404, 422, 429, 500].map((status): [string, Fault] => [`status ${status}`, json(status)]),
  ['a long wait', json(429, { 'retry-after': '3600' })],
  ['a page', text('text/html')],
  ['text', text('text/plain')],
  ['text that is cut in the middle of it', text('text/plain', 'x'.repeat(185))],
  ['a broken connection', (request) => request.socket.destroy()],
  ['no answer in time', (_request, _response, desk) => void desk.clock.advance(30_000)],
]

describe.each(credentials)('an error of a request with %s authorization', (_scheme, value, secrets) => {
  function expectHidden(...shown: unknown[]): void {
    const texts = shown.flatMap((one) => [inspect(one, { depth: 20, showHidden: true }), JSON.stringify(one)])
    for (const text of texts) {
      for (const secret of [...secrets, encodeURIComponent(token), token.slice(0, 10)]) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(JSON.stringify(secret).slice(1, -1))
      }
    }
  }

  it.each(faults)('does not show it after %s', async (_what, fault) => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => fault(request, response, desk))
    const desk: Desk = createDesk()
    const error = await desk.send({ url: `${provider.url}/`, authorization: async () => value }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(TabshipError.isInstance(error)).toBe(true)
    expectHidden(error, desk.events)
    if (TabshipError.isInstance(error)) expectHidden(error.message, error.stack, error.toJSON())
  })

  it('does not show it after a refusal of the relay', async () => {
    await using stage = new Stage()
    const relay = await stage.relay({ allow: [{ origin: 'https://other.example' }] })
    const fetchAsPage: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), origin: page } })
    const desk = createDesk({ fetch: fetchAsPage, relay: relay.url })
    const options = { url: 'https://api.example/', transport: 'relay', authorization: async () => value } as const
    const error = await desk.send(options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'relay-refused' })
    expectHidden(error, desk.events)
  })

  it('is known to the redactor, so that no event can show it', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((request, response) => response.end(quote(request)))
    const desk = createDesk()
    const reply = await desk.send({ url: provider.url, authorization: async () => value })
    const said = new TextDecoder().decode(reply.bytes)
    expect(said).toContain(token)
    expectHidden(desk.redactor.redact({ type: 'log-line', text: said, [said]: [said] }))
  })
})

describe('an authorization that is none', () => {
  it.each(['Basic %%%', 'Basic', 'Basic a', 'Basic YWJj', 'Bearer', ''])(
    'such as "%s" is sent as it is',
    async (value) => {
      await using stage = new Stage()
      const provider = await stage.provider((request, response) => response.end(request.headers.authorization))
      const reply = await createDesk().send({ url: provider.url, authorization: async () => value })
      expect(new TextDecoder().decode(reply.bytes)).toBe(value)
    },
  )
})
