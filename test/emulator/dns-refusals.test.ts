import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDns, type EmulatedDns } from '../../src/emulator/dns.js'
import { type Served, serve } from '../../src/emulator/serve.js'

let dns: EmulatedDns
let served: Served

beforeAll(async () => {
  dns = createDns()
  dns.set('Shop.example.', 'CNAME', ['apex-loadbalancer.netlify.com'])
  dns.set('loop.example', 'CNAME', ['loop.example'])
  dns.set('text.example', 'TXT', ['a=b'])
  served = await serve(dns.handler)
})
afterAll(() => served.close())

const json = { Accept: 'application/dns-json' }

async function ask(query: string, options: RequestInit = { headers: json }) {
  const response = await fetch(`${served.url}/dns-query?${query}`, options)
  const text = await response.text()
  const body: Record<string, unknown> = JSON.parse(text)
  return { status: response.status, headers: response.headers, body }
}

describe('the emulated DNS', () => {
  it.each([
    ['no name', '', {}, 'Invalid query name'],
    ['an empty label', 'name=a..b', {}, 'Invalid query name'],
    ['letters that no name has', 'name=a%20b', {}, 'Invalid query name'],
    ['a label that is too long', `name=${'a'.repeat(64)}.example`, {}, 'Invalid query name'],
    ['a name that is too long', `name=${'a.'.repeat(128)}example`, {}, 'Invalid query name'],
    ['a type that is none', 'name=shop.example&type=NONE', {}, 'Invalid query type'],
    ['a number that is none', 'name=shop.example&type=65536', {}, 'Invalid query type'],
    ['an empty type', 'name=shop.example&type=', {}, 'Invalid query type'],
    ['a wish for another form', 'name=shop.example', { headers: { Accept: 'application/dns-message' } }, 'Accept'],
    ['no such wish', 'name=shop.example', { headers: {} }, 'Accept'],
    ['another method', 'name=shop.example', { headers: json, method: 'POST', body: '{}' }, 'Invalid request method'],
  ] as const)('refuses %s', async (_, query, options, words) => {
    const before = dns.records()
    const { status, headers, body } = await ask(query, { headers: json, ...options })
    expect([status, body]).toEqual([400, { error: expect.stringContaining(words) }])
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(dns.records()).toBe(before)
  })

  it('answers by the name or the number of a type, in any case, and with the chain that led there', async () => {
    const chain = [
      { name: 'shop.example.', type: 5, TTL: 300, data: 'apex-loadbalancer.netlify.com.' },
      { name: 'apex-loadbalancer.netlify.com.', type: 1, TTL: 300, data: '75.2.60.5' },
      { name: 'apex-loadbalancer.netlify.com.', type: 1, TTL: 300, data: '99.83.231.61' },
    ]
    for (const type of ['', '&type=A', '&type=a', '&type=1']) {
      const { body } = await ask(`name=SHOP.example${type}`)
      expect(body).toMatchObject({ Status: 0, Question: [{ name: 'shop.example.', type: 1 }], Answer: chain })
    }
    const asked = await ask('name=text.example&type=16&ct=application/dns-json', { headers: {} })
    expect(asked.body.Answer).toEqual([{ name: 'text.example.', type: 16, TTL: 300, data: '"a=b"' }])
    expect(asked.headers.get('content-type')).toBe('application/dns-json')
  })

  it('tells a name without such a record from one that is not there', async () => {
    for (const type of ['AAAA', 'MX', '257']) {
      const { body } = await ask(`name=text.example&type=${type}`)
      expect(body).toMatchObject({ Status: 0 })
      expect(body).not.toHaveProperty('Answer')
    }
    expect((await ask('name=example')).body).toMatchObject({ Status: 0 })
    expect((await ask('name=none.example')).body).toMatchObject({ Status: 3 })
    expect((await ask('name=xtext.example')).body).toMatchObject({ Status: 3 })
  })

  it('gives up on names that lead to themselves', async () => {
    expect((await ask('name=loop.example')).body.Answer).toHaveLength(8)
    expect(dns.resolve('loop.example', 'A')).toEqual([])
  })
})
