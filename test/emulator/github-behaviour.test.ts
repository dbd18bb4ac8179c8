import { afterEach, describe, expect, it } from 'vitest'
import { realisticGithubDelays } from '../../src/emulator/github/delays.js'
import { createRateLimits } from '../../src/emulator/github/rate-limits.js'
import { createLocalFetch } from '../../src/emulator/local-fetch.js'
import { createRandom } from '../../src/emulator/random.js'
import { openWorkshop } from './actions-support.js'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench
let time = 0
const fetchLocally = createLocalFetch()
const delays = { ...realisticGithubDelays, repository: 1000 }

const start = async (options: Parameters<typeof startGithub>[0] = {}): Promise<void> => {
  time = Date.UTC(2030, 0, 1)
  bench = await startGithub({ now: () => time, ...options })
}
afterEach(() => bench.close())

const post = (path: string, json: unknown = {}) => bench.ask(path, { method: 'POST', json })

describe('GitHub as it takes its time', () => {
  it('finds a repository everywhere only a moment after it was made', async () => {
    await start({ delays })
    expect((await post('/user/repos', { name: 'shop', auto_init: true })).status).toBe(201)
    const look = async () => [
      (await bench.ask('/repos/owner/shop')).status,
      (await bench.ask('/repos/owner/shop/git/ref/heads/main')).status,
      (await bench.ask('/repos/owner/shop/branches/main')).status,
      (await bench.git(bench.folder, 'ls-remote', bench.remote('owner/shop'))).code === 0,
    ]
    expect(await look()).toEqual([200, 409, 404, false])
    time += delays.repository - 1
    expect(await look()).toEqual([200, 409, 404, false])
    time += 1
    expect(await look()).toEqual([200, 200, 200, true])
  })

  it('builds a site step by step, and serves it when that has come to every place', async () => {
    await start({ delays })
    const shop = await openWorkshop(bench)
    await shop.commit({ 'index.html': 'one' }, 'gh-pages')
    const made = await shop.ask('/pages', { method: 'POST', json: { source: { branch: 'gh-pages' } } })
    const address = String(made.body.html_url)
    const look = async () => {
      const { body } = await shop.ask('/pages')
      const build = (await shop.ask('/pages/builds/latest')).body.status
      const response = await fetchLocally(address)
      return [body.status, build, response.ok ? await response.text() : response.status]
    }
    expect(await look()).toEqual(['building', 'queued', 404])
    time += delays.building
    expect(await look()).toEqual(['building', 'building', 404])
    time += delays.built - 1
    expect(await look()).toEqual(['building', 'building', 404])
    time += 1
    expect(await look()).toEqual(['built', 'built', 404])
    time += delays.propagation
    expect(await look()).toEqual(['built', 'built', 'one'])

    await shop.commit({ 'index.html': 'two' }, 'gh-pages')
    time += delays.building + delays.built
    expect(await look()).toEqual(['built', 'built', 'one'])
    time += delays.propagation
    expect(await look()).toEqual(['built', 'built', 'two'])
  })

  it('answers 404 at the address of a new site, however fast it was built', async () => {
    await start({ pages: { delays: { building: 0, built: 0, site: 20_000 } } })
    const shop = await openWorkshop(bench)
    await shop.commit({ 'index.html': 'one' }, 'gh-pages')
    const made = await shop.ask('/pages', { method: 'POST', json: { source: { branch: 'gh-pages' } } })
    expect((await shop.ask('/pages')).body.status).toBe('built')
    const get = async () => (await fetchLocally(String(made.body.html_url))).status
    time += 19_999
    expect(await get()).toBe(404)
    time += 1
    expect(await get()).toBe(200)
  })

  it('makes a certificate in seven steps', async () => {
    await start({ delays })
    const shop = await openWorkshop(bench)
    await shop.commit({ 'index.html': 'one', CNAME: 'www.shop.localhost' }, 'gh-pages')
    await shop.ask('/pages', { method: 'POST', json: { source: { branch: 'gh-pages' } } })
    time += delays.building + delays.built
    const states: unknown[] = []
    for (let step = 0; step < 8; step += 1) {
      states.push(((await shop.ask('/pages')).body.https_certificate as { state: string }).state)
      time += delays.certificate
    }
    expect(states).toEqual([
      'new',
      'authorization_created',
      'authorization_pending',
      'authorized',
      'issued',
      'uploaded',
      'approved',
      'approved',
    ])
  })

  it('lists a run late, lets it queue, and then runs it', { timeout: 20_000 }, async () => {
    await start({ delays })
    const shop = await openWorkshop(bench)
    const workflow =
      "on: { workflow_dispatch: {} }\njobs: { work: { runs-on: ubuntu-latest, steps: [{ run: 'echo hello' }] } }\n"
    await shop.commit({ '.github/workflows/work.yml': workflow })
    const json = { ref: 'main', return_run_details: true }
    const { body } = await shop.ask('/actions/workflows/work.yml/dispatches', { method: 'POST', json })
    const id = Number(body.workflow_run_id)
    expect(await shop.runs()).toEqual([])
    expect((await shop.ask(`/actions/runs/${id}`)).body.status).toBe('queued')
    time += delays.run
    expect(await shop.runs()).toMatchObject([{ id, status: 'queued', conclusion: null }])
    await expect.poll(() => shop.jobs(id)).toMatchObject([{ status: 'queued', steps: [] }])
    time += delays.queued - 1
    expect(await shop.jobs(id)).toMatchObject([{ status: 'queued', steps: [] }])
    time += 1
    expect(await shop.until('completed', id)).toMatchObject({ conclusion: 'success' })
  })

  it('cancels what is queued', async () => {
    await start({ delays })
    const shop = await openWorkshop(bench)
    const workflow = 'on: push\njobs: { work: { runs-on: ubuntu-latest, steps: [{ run: exit 1 }] } }\n'
    await shop.commit({ '.github/workflows/work.yml': workflow })
    const [run] = bench.state.actions.runs
    await expect.poll(() => run?.jobs.length).toBe(1)
    expect((await shop.ask(`/actions/runs/${run?.id}/cancel`, { method: 'POST' })).status).toBe(202)
    expect(await shop.until('completed', run?.id)).toMatchObject({ conclusion: 'cancelled' })
  })

  it('makes a site of the first push to gh-pages where it is to, and none of a private repository', async () => {
    await start({ pages: { byPush: true } })
    for (const [settings, status] of [
      [{}, 200],
      [{ private: true }, 404],
    ] as const) {
      const shop = await openWorkshop(bench, settings)
      await shop.commit({ 'index.html': 'one' }, 'main')
      expect((await shop.ask('/pages')).status).toBe(404)
      await shop.commit({ 'index.html': 'one' }, 'gh-pages')
      expect((await shop.ask('/pages')).status).toBe(status)
    }
  })
})

describe("GitHub's numbers", () => {
  it('are the same for the same seed, and as long as the real ones', async () => {
    const seen: unknown[] = []
    for (const seed of ['one', 'one', 'two']) {
      await start({ random: createRandom(seed, 'github') })
      const { body } = await post('/user/repos', { name: 'shop', auto_init: true })
      const key = await bench.ask('/repos/owner/shop/actions/secrets/public-key')
      await post('/repos/owner/shop/pages', { source: { branch: 'main' } })
      const build = await bench.ask('/repos/owner/shop/pages/builds/latest')
      seen.push([body.id, body.node_id, key.body.key_id, build.body.url])
      expect(String(body.id)).toMatch(/^\d{10}$/)
      expect(body.node_id).toMatch(/^R_kgDO[\w-]{6}$/)
      expect(String(key.body.key_id)).toMatch(/^\d{18}$/)
      expect(build.body.url).toBe(
        `${bench.api}/repos/owner/shop/pages/builds/${String(build.body.url).split('/').at(-1)}`,
      )
      if (seen.length < 3) await bench.close()
    }
    const paths = seen.map((one) => JSON.stringify(one).replace(/http:[^"]+\/(?=\d)/, ''))
    expect(paths[0]).toBe(paths[1])
    expect(paths[2]).not.toBe(paths[1])
  })

  it('name a commit in GraphQL by its repository and its own id', async () => {
    await start()
    const { body } = await post('/user/repos', { name: 'shop', auto_init: true })
    const commit = await bench.ask('/repos/owner/shop/commits/main')
    const packed = Buffer.from(String(commit.body.node_id).slice(2), 'base64url')
    expect(String(commit.body.node_id)).toMatch(/^C_kwDO/)
    expect(packed.readUInt32BE(3)).toBe(body.id)
    expect(packed.subarray(10).toString()).toBe(commit.body.sha)
  })
})

describe("GitHub's secondary limits", () => {
  it('stop a caller at 900 points a minute, of which a write costs five', () => {
    let now = Date.UTC(2030, 0, 1)
    const limits = createRateLimits(true, () => now)
    const ask = (write: boolean) => {
      const decision = limits.count(1, write)
      decision.answered(new Response())
      return decision.problem
    }
    for (let index = 0; index < 60; index += 1) expect(ask(true)).toBeUndefined()
    now += 10_000
    for (let index = 0; index < 600; index += 1) expect(ask(false)).toBeUndefined()
    const refused = ask(false)
    expect(refused?.headers).toEqual({ 'Retry-After': '50' })
    expect(refused?.body('page')).toMatchObject({
      message: expect.stringContaining('You have exceeded a secondary rate limit'),
      documentation_url: expect.stringMatching(/#about-secondary-rate-limits$/),
      status: '403',
    })
    expect(limits.status(1).remaining).toBeGreaterThan(4000)
    expect(limits.count(2, false).problem).toBeUndefined()
    now += 50_000
    expect(ask(false)).toBeUndefined()
  })

  it('let a hundred requests of a caller be under way, and no more', () => {
    const limits = createRateLimits(true, () => 0)
    const underway = Array.from({ length: 100 }, () => limits.count(1, false))
    expect(underway.map(({ problem }) => problem).filter(Boolean)).toEqual([])
    const refused = limits.count(1, false)
    expect(refused.problem?.message).toContain('secondary rate limit')
    refused.answered(new Response(null, { status: 403 }))
    underway[0]?.answered(new Response())
    expect(limits.count(1, false).problem).toBeUndefined()
  })

  it('cost nothing to ask about, nor what has not changed', async () => {
    await start({ rateLimits: true })
    const { headers } = await bench.ask('/user')
    expect(headers.get('x-ratelimit-used')).toBe('1')
    const same = await bench.ask('/user', { headers: { 'If-None-Match': headers.get('etag') ?? '' } })
    expect([same.status, same.headers.get('x-ratelimit-used')]).toEqual([304, '1'])
    const { body } = await bench.ask('/rate_limit')
    const core = { limit: 5000, used: 1, remaining: 4999, reset: time / 1000 + 3600 }
    expect(body).toMatchObject({ rate: core, resources: { core, search: { limit: 30, used: 0 } } })
    time += 3_600_000
    expect((await bench.ask('/rate_limit')).body).toMatchObject({ rate: { used: 0, remaining: 5000 } })
  })
})

describe('what pages may read', () => {
  it('is every answer of the API, and nothing of git, of downloads and of pages for people', async () => {
    await start()
    await post('/user/repos', { name: 'shop', auto_init: true })
    const origin = { Origin: 'http://localhost:1' }
    for (const path of ['/user', '/no/such/endpoint', '/repos/owner/absent']) {
      expect((await bench.ask(path, { headers: origin })).headers.get('access-control-allow-origin')).toBe('*')
    }
    const refused = await bench.ask('/user', { token: 'wrong', headers: origin })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
    const silent = ['/owner/shop', '/owner/shop.git/info/refs?service=git-upload-pack', '/_downloads/none']
    for (const path of silent) {
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await fetch(bench.web + path, { method, headers: origin })
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
      }
    }
  })
})
