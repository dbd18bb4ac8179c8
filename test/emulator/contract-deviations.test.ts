import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from 'vitest'
import { type Contract, type ContractDocument, createContract, type JsonSchema } from '../../src/emulator/contract.js'
import { type Exchange, exchangeChannel, openExchange } from '../../src/emulator/exchanges.js'
import { clientsDiffer } from '../support/compare-clients.js'
import { deviationsOf } from '../support/contracts/deviations.js'
import { findingsOf } from '../support/contracts/findings.js'
import { reportedProviders } from '../support/contracts/providers.js'
import { renderContracts, renderRun } from '../support/contracts/render.js'
import { Tally } from '../support/contracts/tally.js'
import { undeclaredIn } from '../support/contracts/undeclared.js'
import { renderClients } from '../support/render-clients.js'
import { ignoreExchanges } from '../support/watch-exchanges.js'

const text = { type: 'string' }
const schemas: Record<string, JsonSchema> = {
  owner: { type: 'object', properties: { login: text } },
  shop: {
    type: 'object',
    required: ['name'],
    properties: {
      name: text,
      owner: { $ref: '#/schemas/owner' },
      tags: { type: 'array', items: { $ref: '#/schemas/tag' } },
    },
  },
  tag: { anyOf: [{ type: 'object', properties: { kind: { enum: ['a'] }, a: text } }, { type: 'null' }, text] },
}
const endpoint = {
  method: 'POST',
  multiSegment: [],
  query: { page: { type: 'integer' } },
  requiredQuery: [],
  body: { required: true, types: ['application/json'], schema: { $ref: '#/schemas/shop' } },
  replies: { '201': { $ref: '#/schemas/shop' }, default: { type: 'object', properties: { message: text } } },
  headers: { '201': ['Location', 'Link'] },
}
const published: ContractDocument = {
  source: 'made 1.0.0',
  schemas,
  endpoints: [{ ...endpoint, id: 'createShop', path: '/shops' }],
}
const document = { ...published, endpoints: [...published.endpoints, { ...endpoint, id: 'open', path: '/open' }] }
const waivers = [
  { what: 'POST /open', reason: 'Made for this test.' },
  { what: 'createShop, open: body.colour', reason: 'Made for this test.' },
  { what: '*: reply.colour', reason: 'Made for this test.' },
]
const contract: Contract = createContract(document, {}, { published, waivers })

interface Asked {
  readonly path?: string
  readonly query?: string
  readonly body?: unknown
  readonly status?: number
  readonly reply?: unknown
  readonly type?: string
  readonly headers?: Record<string, string>
}

let heard: Exchange[] = []
const hear = (exchange: unknown): void => {
  heard.push(exchange as Exchange)
}

/** One request to a made provider, as a handler deals with it. */
function exchangeOf(asked: Asked): Exchange | undefined {
  const { path = '/shops', query = '', body = { name: 'x' }, status = 201, reply = { name: 'x' } } = asked
  const { type = 'application/json', headers = { Location: '/shops/1' } } = asked
  heard = []
  const countAgain = ignoreExchanges()
  subscribe(exchangeChannel, hear)
  const exchange = openExchange('made', contract)
  exchange.check({ method: 'POST', path, query: new URLSearchParams(query), body })
  const problems = exchange.checkReply({ method: 'POST', path, status, body: reply, headers })
  if (problems.length === 0) exchange.close(new Response(null, { status, headers: { 'Content-Type': type } }))
  unsubscribe(exchangeChannel, hear)
  countAgain()
  return heard[0]
}

function deviations(asked: Asked): string[] {
  const exchange = exchangeOf(asked)
  return exchange ? deviationsOf(exchange) : ['nothing was heard']
}

afterEach(() => unsubscribe(exchangeChannel, hear))

describe('what a schema does not speak of', () => {
  it('is found at any depth, through references, lists and unions', () => {
    const value = {
      name: 'x',
      owner: { login: 'a', id: 1 },
      tags: [{ kind: 'a', b: 1 }, { kind: 'a', b: 2 }, 'plain', null],
    }
    expect(undeclaredIn(schemas, { $ref: '#/schemas/shop' }, value)).toEqual(['.owner.id', '.tags[].b'])
  })

  it('is what no member of a union declares, and what none of several schemas together does', () => {
    const union = {
      anyOf: [
        { type: 'object', properties: { a: text } },
        { type: 'object', properties: { b: text } },
      ],
    }
    expect(undeclaredIn({}, union, { a: 'x' })).toEqual([])
    expect(undeclaredIn({}, union, { a: 'x', b: 'x' })).toHaveLength(1)
    const all = { allOf: union.anyOf }
    expect(undeclaredIn({}, all, { a: 'x', b: 'x' })).toEqual([])
    const choice = { properties: { a: text, b: text }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }
    expect(undeclaredIn({}, choice, { b: 'x', c: 1 })).toEqual(['.c'])
  })

  it('is nothing where a schema is open, and what is in a map is looked into', () => {
    expect(undeclaredIn({}, { type: 'object' }, { a: 1 })).toEqual([])
    expect(undeclaredIn({}, { properties: { a: text }, additionalProperties: true }, { b: 1 })).toEqual([])
    const map = { type: 'object', additionalProperties: { $ref: '#/schemas/owner' } }
    expect(undeclaredIn(schemas, map, { one: { login: 'a' }, two: { id: 2 } })).toEqual(['.*.id'])
  })

  it('is also a value of a type that it does not have', () => {
    expect(undeclaredIn(schemas, { $ref: '#/schemas/shop' }, { name: null })).toEqual(['.name (null)'])
    expect(undeclaredIn({}, { properties: { a: { enum: ['b'] } } }, { a: 'c' })).toEqual(['.a (string)'])
  })
})

describe('what an exchange has beside its contract', () => {
  it('is nothing where both sides keep to it', () => {
    expect(deviations({ query: 'page=2' })).toEqual([])
    expect(deviations({ status: 404, reply: { message: 'gone' } })).toEqual([])
  })

  it('is each property of body, query and reply that is not declared', () => {
    const body = { name: 'x', colour: 'red' }
    expect(deviations({ query: 'size=2', body, reply: { name: 'x', owner: { id: 1 } } })).toEqual([
      'createShop: query.size',
      'createShop: body.colour',
      'createShop: reply.owner.id',
    ])
  })

  it('is nothing of a request that was refused', () => {
    expect(deviations({ query: 'size=2', status: 400, reply: { message: 'no' } })).toEqual([])
  })

  it('is a reply that breaks it, lacks a header that is promised, or has another type', () => {
    expect(deviations({ reply: { name: 1 } })).toEqual(['createShop: reply 201.name must be string'])
    expect(deviations({ headers: {} })).toEqual(['createShop: must have the header Location'])
    expect(deviations({ type: 'text/plain' })).toEqual(['createShop: text/plain for JSON'])
  })

  it('is an endpoint that is not published', () => {
    expect(deviations({ path: '/open' })).toEqual(['POST /open'])
  })

  it('costs nothing where nobody listens', () => {
    const countAgain = ignoreExchanges()
    expect(channel(exchangeChannel).hasSubscribers).toBe(false)
    const exchange = openExchange('made', contract)
    exchange.check({ method: 'POST', path: '/shops', query: new URLSearchParams(), body: {} })
    const response = new Response(null)
    expect(exchange.close(response)).toBe(response)
    countAgain()
    expect(channel(exchangeChannel).hasSubscribers).toBe(true)
  })
})

describe('the report', () => {
  const provider = { id: 'made', name: 'Made', contract, guesses: [] }
  const findings = (...all: Asked[]) => {
    const one = new Tally()
    for (const asked of all) {
      const exchange = exchangeOf(asked)
      if (exchange) one.add(exchange)
    }
    // As test files leave it for each other.
    const merged = new Tally()
    merged.merge(JSON.parse(JSON.stringify(one.endpoints)))
    return findingsOf(provider, merged.endpoints)
  }

  it('names what deviates without a waiver, what was not reached, and waivers that nothing used', () => {
    const colour = { name: 'x', colour: 'red' }
    const found = findings(
      { body: colour },
      { body: { ...colour, size: 1 } },
      { path: '/open', status: 400, reply: {} },
    )
    expect(found.unexplained).toEqual(['createShop: body.size'])
    expect(found.unreached).toEqual(['open'])
    expect(found.stale).toEqual(['open: body.colour', '*: reply.colour'])
    const all = findings({ body: colour, reply: colour }, { path: '/open', body: colour })
    expect([all.unexplained, all.unreached, all.stale]).toEqual([[], [], []])
  })

  it('takes what a test of the emulator sends by hand for no use of a waiver, unless the code of a client says it', () => {
    const [own, colour, ...others] = waivers
    const written = { file: 'made/index.js', text: 'colour' }
    const staleOf = (waived: Contract['waivers'], isByHand: boolean): readonly string[] => {
      const one = new Tally(() => isByHand)
      const exchange = exchangeOf({
        path: '/open',
        body: { name: 'x', colour: 'red' },
        reply: { name: 'x', colour: 'red' },
      })
      if (exchange) one.add(exchange)
      return findingsOf({ ...provider, contract: { ...contract, waivers: waived } }, one.endpoints).stale
    }
    const [plain, told] = [
      { what: 'open: body.colour', reason: 'Made.' },
      colour && { ...colour, what: 'open: body.colour', written },
    ]
    const some = (one: Contract['waivers'][number] | undefined) =>
      [own, one, ...others].filter((each) => each !== undefined)
    expect(staleOf(some(plain), false)).toEqual([])
    expect(staleOf(some(plain), true)).toEqual(['POST /open', 'open: body.colour'])
    expect(staleOf(some(told), true)).toEqual(['POST /open'])
  })

  it('tells where the table of what clients send has other rows or requests than a run, whatever the bytes', () => {
    const row = { provider: 'Made', deployment: 'one file', client: 'Tabship', requests: 3, bytes: 10 }
    const page = renderClients([row])
    expect(clientsDiffer(page, renderClients([{ ...row, bytes: 12 }]))).toEqual([])
    expect(clientsDiffer(page, renderClients([{ ...row, requests: 4 }]))[0]).toContain('| Tabship | 4 |')
    expect(clientsDiffer(page, renderClients([row, { ...row, client: 'theirs 1.0.0' }]))[0]).toContain('now: ')
    expect(clientsDiffer('', page)[0]).toContain('copy reports/clients.md')
  })

  it('counts replies by status, those that a schema judged apart from those that none could', () => {
    const run = renderRun([findings({}, {}, { status: 404, reply: { message: 'gone' } }, { body: {} })])
    expect(run).toContain('| `POST /shops` | 201 × 3, 404 × 1 |  | 1 |')
    expect(run).toContain('- Unexplained deviations: none')
  })

  it('lists for each provider its source, every endpoint that is served, and every waiver with a reason', () => {
    const providers = reportedProviders()
    const page = renderContracts(providers)
    expect(page).toContain('| `DELETE /sites/{site_id}` | `deleteSite` | status only |')
    expect(page).toMatch(/\| `updateSiteDeploy` \| schema \| .* \| `files` \|/)
    for (const { name, contract: one } of providers) {
      expect(page).toContain(`## ${name}\n\nSource: ${one.document.source}.`)
      for (const { method, path } of one.document.endpoints) expect(page).toContain(`| \`${method} ${path}\` |`)
      for (const { what, reason } of one.waivers) expect([what, reason.length > 20]).toEqual([what, true])
      if (one.stricter.error) expect(page).toContain(one.stricter.error.source)
    }
  })
})
