import { afterEach, describe, expect, it } from 'vitest'
import { realisticNetlifyDelays } from '../../src/emulator/netlify/delays.js'
import { realisticNetlifyLimits } from '../../src/emulator/netlify/limits.js'
import type { NetlifyOptions } from '../../src/emulator/netlify/netlify.js'
import { createRandom } from '../../src/emulator/random.js'
import { type DeployJson, digests, type NetlifyBench, type SiteJson, startNetlify } from './netlify-support.js'

let bench: NetlifyBench
const start = async (options: Omit<NetlifyOptions, 'accounts' | 'address'> = {}): Promise<NetlifyBench> => {
  bench = await startNetlify(options)
  return bench
}
afterEach(() => bench.close())

const { preparing, prepared, processing, processed, ready, propagation } = realisticNetlifyDelays
const bytes = (text: string) => new TextEncoder().encode(text)
const stateOf = async (id: string) => (await bench.call<DeployJson>('GET', `/deploys/${id}`)).json.state
const served = async (address: string) => {
  const response = await bench.fetch(address)
  return response.ok ? response.text() : response.status
}
/** Uploads one page and stops there. */
const upload = async (site: SiteJson, text: string, body: object = {}) => {
  const files = digests({ 'index.html': text })
  const { json } = await bench.call<DeployJson>('POST', `/sites/${site.id}/deploys`, { ...body, files })
  if (json.required?.length) await bench.call('PUT', `/deploys/${json.id}/files/index.html`, bytes(text))
  return json
}

describe('time on the emulated Netlify', () => {
  /** What is left of a time that begins when a deploy is ready, once `deploy` has moved on ten seconds with the quick delays. */
  const sinceReady = (milliseconds: number) => milliseconds - 10_000 + 20 + 100 + 60

  /** Moves on to just before a change and then to it. */
  async function passes<State>(milliseconds: number, look: () => Promise<State>, before: State, after: State) {
    bench.advance(milliseconds - 1)
    expect(await look()).toEqual(before)
    bench.advance(1)
    expect(await look()).toEqual(after)
  }

  it('takes a deploy through each of its states, and to its addresses some time after it is ready', async () => {
    const { createSite } = await start({ delays: { ...realisticNetlifyDelays, site: 0 } })
    const site = await createSite('shop')
    const { id, deploy_ssl_url: own } = await upload(site, 'one')
    const state = () => stateOf(id)
    expect(await state()).toBe('uploaded')
    await passes(processing, state, 'uploaded', 'processing')
    await passes(processed, state, 'processing', 'processed')
    await passes(ready, state, 'processed', 'ready')
    await passes(propagation, async () => [await served(site.url), await served(own)], [404, 404], ['one', 'one'])
    expect(await state()).toBe('ready')
  })

  it('compares the digests of an asynchronous deploy in the background', async () => {
    const { createSite } = await start({ delays: realisticNetlifyDelays })
    const { id } = await upload(await createSite('shop'), 'one', { async: true })
    await passes(preparing, () => stateOf(id), 'new', 'preparing')
    await passes(prepared, () => stateOf(id), 'preparing', 'prepared')
  })

  it('answers 404 at every address of a new site for a while, whatever is ready there', async () => {
    const { createSite, deploy } = await start({ delays: { site: 30_000 } })
    const site = await createSite('shop')
    const { deploy_ssl_url: own } = await deploy(site, { 'index.html': 'one' })
    await passes(30_000 - 10_000, async () => [await served(site.url), await served(own)], [404, 404], ['one', 'one'])
  })

  it('goes on serving what was there until the edge knows of a publication, a restore, a rollback, a branch', async () => {
    const { createSite, deploy, call } = await start({ delays: { propagation: 60_000 } })
    const site = await createSite('shop')
    const live = () => served(site.url)
    const first = await deploy(site, { 'index.html': 'one' })
    await passes(sinceReady(60_000), live, 404, 'one')
    await deploy(site, { 'index.html': 'two' })
    expect((await call<SiteJson>('GET', `/sites/${site.id}`)).json.published_deploy?.id).not.toBe(first.id)
    await passes(sinceReady(60_000), live, 'one', 'two')
    await call('POST', `/sites/${site.id}/deploys/${first.id}/restore`)
    await passes(60_000, live, 'two', 'one')
    await call('PUT', `/sites/${site.id}/rollback`)
    await passes(60_000, live, 'one', 'two')
    const branch = await deploy(site, { 'index.html': 'next' }, { branch: 'next' })
    await passes(sinceReady(60_000), () => served(branch.deploy_ssl_url), 404, 'next')
    expect(await live()).toBe('two')
  })
})

describe('what the emulated Netlify makes up', () => {
  it('is the same for the same seed, of the real shape, and other for another one', async () => {
    const make = async (seed: number) => {
      const { call, deploy, close } = await start({ random: createRandom(seed, 'netlify') })
      const { json: site } = await call<SiteJson>('POST', '/sites', {})
      const { id } = await deploy(site, { 'index.html': 'one' })
      await close()
      return [site.id, site.name, id]
    }
    const made = await make(1)
    expect(made).toEqual([
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      expect.stringMatching(/^[a-z]+-[a-z]+-[0-9a-f]{6}$/),
      expect.stringMatching(/^[0-9a-f]{24}$/),
    ])
    expect(await make(1)).toEqual(made)
    expect((await make(2)).filter((one, index) => one === made[index])).toEqual([])
  })
})

describe('the limits of the emulated Netlify', () => {
  it('refuse the fourth deploy of a minute with its headers, and let others go on', async () => {
    const { call, createSite, accounts, advance } = await start({ limits: realisticNetlifyLimits })
    const site = await createSite('shop')
    const create = () => call('POST', `/sites/${site.id}/deploys`, {})
    for (const remaining of ['498', '497', '496']) {
      expect((await create()).headers.get('X-RateLimit-Remaining')).toBe(remaining)
    }
    advance(10_000)
    const { status, json, headers } = await create()
    expect({ status, json }).toEqual({ status: 429, json: { code: 429, message: 'API rate limit exceeded' } })
    expect(headers.get('X-RateLimit-Limit')).toBe('3')
    expect(headers.get('X-RateLimit-Remaining')).toBe('0')
    expect(Number(headers.get('X-RateLimit-Reset'))).toBe(Date.UTC(2026, 0, 1, 0, 1) / 1000)
    // Netlify's docs name no such header.
    expect(headers.get('Retry-After')).toBeNull()
    expect((await call('GET', `/sites/${site.id}`)).status).toBe(200)
    const token = accounts.credentials.stranger.token
    const other = await call<SiteJson>('POST', '/sites', { name: 'other' }, { token })
    expect((await call('POST', `/sites/${other.json.id}/deploys`, {}, { token })).status).toBe(200)
    advance(50_000)
    expect((await create()).status).toBe(200)
  })

  it('are told to nobody without an account', async () => {
    const { call } = await start()
    const { headers } = await call('GET', '/user', undefined, { token: null })
    expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
  })
})

describe('the lists of the emulated Netlify', () => {
  it('have at most 100 items on a page, a link to each other page, and nothing after the last one', async () => {
    const { call, createSite, netlify } = await start({ limits: { requestsPerMinute: 1000 } })
    const site = await createSite('shop')
    for (let count = 0; count < 103; count += 1) await call('POST', `/sites/${site.id}/deploys`, {})
    const newest = [...netlify.state.deploys.keys()].reverse()
    const list = async (query: string) => {
      const { json, headers } = await call<DeployJson[]>('GET', `/sites/${site.id}/deploys${query}`)
      const links = [...(headers.get('Link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)]
      const relations = links.map(([, url = '', name]) => [name, new URL(url).searchParams.get('page')])
      return { ids: json.map(({ id }) => id), links: Object.fromEntries(relations) }
    }
    expect(await list('')).toEqual({ ids: newest.slice(0, 100), links: { next: '2', last: '2' } })
    expect((await list('?per_page=1000')).ids).toHaveLength(100)
    expect(await list('?page=2')).toEqual({ ids: newest.slice(100), links: { first: '1', prev: '1' } })
    expect(await list('?page=2&per_page=50')).toEqual({
      ids: newest.slice(50, 100),
      links: { first: '1', prev: '1', next: '3', last: '3' },
    })
    expect(await list('?page=3')).toEqual({ ids: [], links: { first: '1', prev: '2' } })
    expect(await list('?state=ready')).toEqual({ ids: [], links: {} })
  })
})

describe('pages of other origins', () => {
  it('read nothing of the emulated Netlify under the strictest assumption: no answer, no error, no preflight', async () => {
    const { call, apiUrl, createSite, accounts } = await start({ cors: false, limits: { requestsPerMinute: 6 } })
    const headers = { Origin: 'http://127.0.0.1:5173' }
    const asked = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' }
    const { id } = await createSite('shop')
    const answers = [
      await call('GET', `/sites/${id}`, undefined, { headers }),
      await call('DELETE', `/sites/${id}`, undefined, { headers, token: accounts.credentials.powerless.token }),
      await call('GET', '/user', undefined, { headers, token: null }),
      await call('GET', '/nothing', undefined, { headers }),
      await call('GET', '/sites/%zz', undefined, { headers }),
      await call('POST', '/sites', { name: 7 }, { headers }),
      await call('POST', '/sites', { name: 'shop' }, { headers }),
      await call('POST', '/drop/token', undefined, { headers, token: null }),
      await call('GET', '/user', undefined, { headers }),
      await call('GET', '/user', undefined, { headers }),
      await fetch(`${apiUrl}/api/v1/sites`, { method: 'OPTIONS', headers: { ...headers, ...asked } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 401, 404, 400, 422, 422, 200, 200, 429, 401])
    const cors = answers.flatMap((answer) => [...answer.headers.keys()].filter((name) => name.startsWith('access-')))
    expect(cors).toEqual([])
  })

  it('read all but the answers to uploads where that is assumed, and get no preflight for these', async () => {
    const { call, apiUrl, createSite } = await start({ cors: 'no-uploads' })
    const { id } = await createSite('shop')
    const files = digests({ 'index.html': 'one' })
    const { json: deploy } = await call<DeployJson>('POST', `/sites/${id}/deploys`, { files })
    const headers = { Origin: 'http://127.0.0.1:5173', 'Access-Control-Request-Method': 'PUT' }
    const preflight = (path: string) => fetch(`${apiUrl}/api/v1${path}`, { method: 'OPTIONS', headers })
    const file = `/deploys/${deploy.id}/files/index.html`
    const answers = [
      await preflight(`/deploys/${deploy.id}`),
      await call('GET', `/deploys/${deploy.id}`),
      await preflight(file),
      await call('PUT', file, bytes('one')),
      await preflight(`/deploys/${deploy.id}/functions/hello`),
    ]
    expect(answers.map(({ status, headers }) => [status, headers.get('Access-Control-Allow-Origin')])).toEqual([
      [204, '*'],
      [200, '*'],
      [401, null],
      [200, null],
      [401, null],
    ])
  })
})
