import { afterEach, describe, expect, it, vi } from 'vitest'
import type { NetlifyOptions } from '../../src/emulator/netlify/netlify.js'
import { ignoreExchanges } from '../support/watch-exchanges.js'
import { type NetlifyBench, type SiteJson, startNetlify } from './netlify-support.js'

let bench: NetlifyBench

const start = async (options: Omit<NetlifyOptions, 'accounts' | 'address'> = {}): Promise<NetlifyBench> => {
  bench = await startNetlify(options)
  return bench
}

afterEach(() => bench.close())

describe('the emulated Netlify API', () => {
  it('refuses a request without a token, and one with a wrong token, with 401', async () => {
    const { call } = await start()
    for (const token of [null, 'wrong']) {
      const { status, json } = await call('GET', '/user', undefined, { token })
      expect({ status, json }).toEqual({ status: 401, json: { code: 401, message: 'Access Denied' } })
    }
  })

  it('lets a token without rights read and refuses its writes with 403', async () => {
    const { call, accounts, netlify } = await start()
    const token = accounts.credentials.powerless.token
    expect((await call('GET', '/user', undefined, { token })).status).toBe(200)
    const { status, json } = await call('POST', '/sites', { name: 'shop' }, { token })
    expect({ status, code: json.code }).toEqual({ status: 403, code: 403 })
    expect(netlify.state.sites.size).toBe(0)
  })

  it('shows the user and the teams that a user may act for', async () => {
    const { call, accounts } = await start()
    const user = await call<{ email: string }>('GET', '/user')
    expect(user.json.email).toBe(accounts.owner.email)
    const teams = await call<{ slug: string }[]>('GET', '/accounts')
    expect(teams.json.map((team) => team.slug)).toEqual([accounts.owner.login, accounts.organization.login])
  })

  it('creates a site for the user, in a team, and with a name of its own making', async () => {
    const { call, accounts } = await start()
    const own = await call<SiteJson>('POST', '/sites', { name: 'shop' })
    expect(own.status).toBe(201)
    expect(own.json).toMatchObject({ name: 'shop', account_slug: accounts.owner.login })
    const team = await call<SiteJson>('POST', `/${accounts.organization.login}/sites`, {})
    expect(team.status).toBe(201)
    expect(team.json.account_slug).toBe(accounts.organization.login)
    expect(team.json.name).toMatch(/^[a-z0-9-]+$/)
  })

  it('refuses a name that is taken, also by somebody else, and one that is none', async () => {
    const { call, accounts, createSite } = await start()
    const token = accounts.credentials.stranger.token
    await createSite('shop')
    const taken = await call('POST', '/sites', { name: 'Shop' }, { token })
    expect({ status: taken.status, json: taken.json }).toEqual({
      status: 422,
      json: { errors: { subdomain: ['must be unique'] } },
    })
    for (const name of ['a b', '-shop', 'shop.example', 'x'.repeat(64), '']) {
      expect((await call('POST', '/sites', { name })).status).toBe(422)
    }
    expect((await call('PATCH', `/sites/${(await createSite('other')).id}`, { name: 'shop' })).status).toBe(422)
  })

  it('finds a site by its id and by its domain, but not by its bare name', async () => {
    const { call, createSite } = await start()
    const { id } = await createSite('shop')
    for (const path of [id, 'shop.netlify.app', 'shop.localhost']) {
      expect((await call<SiteJson>('GET', `/sites/${path}`)).json.id).toBe(id)
    }
    const { status, json } = await call('GET', '/sites/shop')
    expect({ status, json }).toEqual({ status: 404, json: { code: 404, message: 'Not Found' } })
  })

  it('hides the sites of one user from another', async () => {
    const { call, accounts, createSite } = await start()
    const token = accounts.credentials.stranger.token
    const { id } = await createSite('shop')
    for (const method of ['GET', 'DELETE']) {
      expect((await call(method, `/sites/${id}`, undefined, { token })).status).toBe(404)
    }
    expect((await call<SiteJson[]>('GET', '/sites', undefined, { token })).json).toEqual([])
    expect((await call('POST', `/${accounts.organization.login}/sites`, {}, { token })).status).toBe(404)
  })

  it('lists sites by part of a name, page by page, with links to the other pages', async () => {
    const { call, createSite } = await start()
    for (const name of ['shop-1', 'shop-2', 'shop-3', 'blog']) await createSite(name)
    const first = await call<SiteJson[]>('GET', '/sites?name=shop&filter=all&per_page=2')
    expect(first.json.map((site) => site.name)).toEqual(['shop-1', 'shop-2'])
    const link = first.headers.get('Link') ?? ''
    const next = /<[^>]*\/api\/v1(\/[^>]+)>; rel="next"/.exec(link)?.[1] ?? ''
    const second = await call<SiteJson[]>('GET', next)
    expect(second.json.map((site) => site.name)).toEqual(['shop-3'])
    expect(second.headers.get('Link')).toContain('rel="prev"')
    expect(second.headers.get('Link')).not.toContain('rel="next"')
    expect((await call<SiteJson[]>('GET', '/sites?filter=guest')).json).toEqual([])
  })

  it('changes and deletes a site, and frees its name', async () => {
    const { call, createSite } = await start()
    const { id } = await createSite('shop')
    const changed = await call<SiteJson>('PATCH', `/sites/${id}`, { name: 'store', custom_domain: 'store.example' })
    expect(changed.json).toMatchObject({ name: 'store', custom_domain: 'store.example' })
    expect((await createSite('shop')).name).toBe('shop')
    expect((await call('DELETE', `/sites/${id}`)).status).toBe(204)
    expect((await call('GET', `/sites/${id}`)).status).toBe(404)
    expect((await createSite('store')).name).toBe('store')
  })

  it('refuses what the contract refuses, naming the place', async () => {
    const { call, createSite } = await start()
    const { id } = await createSite('shop')
    const wrong: [method: string, path: string, body: unknown, place: string][] = [
      ['POST', '/sites', { name: 7 }, 'body/name'],
      ['POST', '/sites', undefined, 'body'],
      ['PATCH', `/sites/${id}`, [], 'body'],
      ['GET', '/sites?filter=mine', undefined, 'query/filter'],
      ['GET', '/sites?page=first', undefined, 'query/page'],
      ['GET', `/sites/${id}/deploys?state=live`, undefined, 'query/state'],
      ['POST', `/sites/${id}/deploys`, { draft: 'yes' }, 'body/draft'],
    ]
    for (const [method, path, body, place] of wrong) {
      const { status, json } = await call(method, path, body)
      expect({ path, status }).toEqual({ path, status: 422 })
      expect(json.message?.startsWith(place)).toBe(true)
    }
  })

  it('refuses a body that is not JSON and a path that is not percent-encoding with 400', async () => {
    const { call } = await start()
    expect((await call('POST', '/sites', '{"name":')).status).toBe(400)
    expect((await call('GET', '/sites/%zz')).status).toBe(400)
  })

  it('answers 404 to endpoints that the contract does not have', async () => {
    const { call, apiUrl, accounts } = await start()
    expect((await call('GET', '/nothing')).status).toBe(404)
    expect((await call('PUT', '/sites')).status).toBe(404)
    const headers = { Authorization: `Bearer ${accounts.credentials.owner.token}` }
    expect((await fetch(`${apiUrl}/user`, { headers })).status).toBe(404)
  })

  it('answers 500 and says so in its log rather than break the contract itself', async () => {
    const { call, createSite, netlify, apiUrl, accounts } = await start()
    const { id } = await createSite('shop')
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const site = netlify.state.sites.get(id)
    if (site) site.settings = { notification_email: 7 }
    const countAgain = ignoreExchanges()
    const headers = { Authorization: `Bearer ${accounts.credentials.owner.token}` }
    expect((await fetch(`${apiUrl}/api/v1/sites/${id}`, { headers })).status).toBe(500)
    expect(String(log.mock.calls[0]?.[0])).toContain('/notification_email')
    countAgain()
    log.mockRestore()
    expect((await call('GET', '/user')).status).toBe(200)
  })

  it('counts requests, says what is left, and refuses more with 429 until the minute is over', async () => {
    const { call, advance } = await start({ limits: { requestsPerMinute: 2 } })
    const first = await call('GET', '/user')
    expect(first.headers.get('X-RateLimit-Limit')).toBe('2')
    expect(first.headers.get('X-RateLimit-Remaining')).toBe('1')
    const reset = Number(first.headers.get('X-RateLimit-Reset'))
    expect(new Date(reset * 1000).toISOString()).toBe('2026-01-01T00:01:00.000Z')
    await call('GET', '/user')
    const refused = await call('GET', '/user')
    expect({ status: refused.status, code: refused.json.code }).toEqual({ status: 429, code: 429 })
    expect(refused.headers.get('X-RateLimit-Remaining')).toBe('0')
    advance(60_000)
    expect((await call('GET', '/user')).status).toBe(200)
  })

  it('counts deploys by minute and by day where it is told to', async () => {
    const { call, advance, createSite } = await start({ limits: { deploysPerMinute: 1, deploysPerDay: 2 } })
    const { id } = await createSite('shop')
    const create = async (): Promise<number> => (await call('POST', `/sites/${id}/deploys`, {})).status
    expect([await create(), await create()]).toEqual([200, 429])
    advance(60_000)
    expect(await create()).toBe(200)
    advance(60_000)
    expect(await create()).toBe(429)
    advance(24 * 60 * 60_000)
    expect(await create()).toBe(200)
  })

  it('lets pages of any origin read every answer, errors included', async () => {
    const { call, apiUrl } = await start()
    const preflight = await fetch(`${apiUrl}/api/v1/sites`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://127.0.0.1:5173',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toContain('PUT')
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toMatch(/Authorization, Content-Type/)
    const refused = await call('GET', '/user', undefined, { token: null })
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBe('*')
  })

  it('sends no CORS headers where it is told so', async () => {
    const { call, apiUrl } = await start({ cors: false })
    const preflight = await fetch(`${apiUrl}/api/v1/sites`, { method: 'OPTIONS' })
    expect(preflight.ok).toBe(false)
    expect((await call('GET', '/user')).headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})
