import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDns, type EmulatedDns } from '../../src/emulator/dns.js'
import { type ErrorJson, type NetlifyBench, type SiteJson, startNetlify } from './netlify-support.js'

interface VariableJson {
  readonly key: string
  readonly values: readonly { readonly id: string; readonly value: string; readonly context: string }[]
  readonly scopes: readonly string[]
  readonly is_secret: boolean
  readonly updated_at: string
}

interface CertificateJson {
  readonly state: string
  readonly domains: readonly string[]
}

let bench: NetlifyBench
let dns: EmulatedDns
let site: SiteJson

beforeEach(async () => {
  dns = createDns()
  bench = await startNetlify({ resolve: dns.resolve, granularScopes: false })
  site = await bench.createSite('shop')
})
afterEach(() => bench.close())

describe("the emulated Netlify's variables", () => {
  const path = (key = '') => `/accounts/owner/env${key}?site_id=${site.id}`
  const variable = (more: object = {}) => ({ key: 'KEY', values: [{ context: 'production', value: 'one' }], ...more })
  const create = (more: object) => bench.call<VariableJson[] & ErrorJson>('POST', path(), [variable(more)])

  it('keeps them for each site, with a value of its own for each context', async () => {
    const { status, json } = await create({})
    expect(status).toBe(201)
    expect(json).toMatchObject([{ key: 'KEY', is_secret: false, scopes: { length: 4 } }])
    const changed = { context: 'branch', context_parameter: 'next', value: 'two' }
    const patched = await bench.call<VariableJson>('PATCH', path('/KEY'), changed)
    expect(patched.json.values.map(({ value }) => value)).toEqual(['one', 'two'])
    expect(Date.parse(patched.json.updated_at)).toBeGreaterThan(Date.parse(json[0]?.updated_at ?? ''))
    const [first] = patched.json.values
    expect((await bench.call('DELETE', path(`/KEY/value/${first?.id}`))).status).toBe(204)
    expect((await bench.call<VariableJson[]>('GET', path())).json).toMatchObject([{ values: [{ value: 'two' }] }])
    expect((await bench.call<VariableJson[]>('GET', '/accounts/owner/env')).json).toEqual([])
    expect((await bench.call('GET', path().replace('owner', 'stranger'))).status).toBe(404)
  })

  it('never shows what is secret, but for development', async () => {
    const values = [
      { context: 'production', value: 'hidden-value' },
      { context: 'dev', value: 'local-value' },
    ]
    await create({ is_secret: true, values })
    const { json } = await bench.call<VariableJson>('GET', path('/KEY'))
    const listed = async (scope: string) => (await bench.call<unknown[]>('GET', `${path()}&scope=${scope}`)).json.length
    expect([await listed('functions'), await listed('post-processing')]).toEqual([1, 0])
    expect(JSON.stringify(json)).not.toContain('hidden-value')
    expect(json.values.at(-1)?.value).toBe('local-value')
  })

  it.each<[string, object, number]>([
    ['a context that it does not know', { values: [{ context: 'staging', value: 'x' }] }, 422],
    ['a branch without its name', { values: [{ context: 'branch', value: 'x' }] }, 422],
    [
      'two values for one context',
      {
        values: [
          { context: 'dev', value: 'x' },
          { context: 'dev', value: 'y' },
        ],
      },
      422,
    ],
    ['a secret for everything', { is_secret: true, values: [{ context: 'all', value: 'x' }] }, 422],
    ['a name that functions can not have', { key: '1ST' }, 422],
    ['scopes that the plan does not let be chosen', { scopes: ['builds'] }, 403],
  ])('refuses %s', async (_, more, status) => {
    const answer = await create(more)
    expect(answer.status).toBe(status)
    expect((await bench.call<VariableJson[]>('GET', path())).json).toEqual([])
  })
})

describe("the emulated Netlify's domains", () => {
  const change = (json: object, of = site) => bench.call<SiteJson & ErrorJson>('PATCH', `/sites/${of.id}`, json)

  it('calls the site by its domain at once, and serves it there as soon as the DNS leads there', async () => {
    await bench.deploy(site, { 'index.html': 'the shop' })
    const { json } = await change({ custom_domain: 'www.acme.localhost' })
    expect(new URL(json.url).hostname).toBe('www.acme.localhost')
    expect(json).toMatchObject({ default_domain: new URL(site.url).host })
    await expect(bench.fetch(json.url)).rejects.toThrow('fetch failed')
    expect(await (await bench.fetch(site.url)).text()).toBe('the shop')
    dns.set('www.acme.localhost', 'CNAME', ['shop.localhost'])
    expect(await (await bench.fetch(json.url)).text()).toBe('the shop')
  })

  it('gives a certificate once the DNS leads there, after a moment, for the domains that do', async () => {
    await change({ custom_domain: 'www.acme.localhost', domain_aliases: ['docs.acme.localhost'] })
    const ask = () => bench.call<CertificateJson & ErrorJson>('POST', `/sites/${site.id}/ssl`)
    expect(await ask()).toMatchObject({ status: 422, json: { message: 'bad dns for custom domain' } })
    expect((await bench.call('GET', `/sites/${site.id}/ssl`)).status).toBe(404)
    dns.set('www.acme.localhost', 'CNAME', ['shop.localhost'])
    expect((await ask()).json).toMatchObject({ state: 'pending', domains: ['www.acme.localhost'] })
    expect(await change({ force_ssl: true })).toMatchObject({
      status: 422,
      json: { errors: { force_ssl: { length: 1 } } },
    })
    bench.advance(2000)
    expect((await bench.call<CertificateJson>('GET', `/sites/${site.id}/ssl`)).json.state).toBe('issued')
    expect((await change({ force_ssl: true })).status).toBe(200)
    dns.set('docs.acme.localhost', 'A', ['75.2.60.5'])
    expect((await ask()).json).toMatchObject({ state: 'pending', domains: { length: 2 } })
  })

  it.each(['www.acme.localhost', 'acme.localhost'])('refuses the domain %s of another site', async (domain) => {
    await change({ custom_domain: 'www.acme.localhost' })
    const other = await bench.createSite('other')
    const answer = await change({ custom_domain: domain }, other)
    expect(answer).toMatchObject({ status: 422, json: { errors: { custom_domain: ['must be unique'] } } })
  })
})
