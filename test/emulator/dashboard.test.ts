import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createChangeFeed } from '../../src/emulator/dashboard/change-feed.js'
import { redact } from '../../src/emulator/dashboard/redact.js'
import type { RequestsView } from '../../src/emulator/dashboard/state-view.js'
import { type DashboardBench, startDashboard } from './dashboard-support.js'

const author = { name: 'Owner', email: 'owner@example.com' }
const routes = ['GET /state', 'GET /requests', 'GET /events', 'POST /reset'].map((route) => route.split(' '))
let bench: DashboardBench

beforeAll(async () => {
  bench = await startDashboard()
})
afterAll(() => bench.close())

const requests = async (query = ''): Promise<RequestsView> => (await bench.ask(`/requests${query}`)).json()
const user = () => bench.call(`${bench.emulator.github.url}/user`)

describe('who may look', () => {
  beforeAll(async () => {
    await bench.beginDeploy('shop', { 'index.html': 'hello' })
  })

  it('gives the page to everybody, with nothing in it but what makes it', async () => {
    const response = await fetch(`${bench.origin}/`)
    const html = await response.text()
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    const policy = response.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-([^']+)'; style-src 'nonce-\1';/)
    const [, nonce] = /nonce-([^']+)/.exec(policy) ?? []
    expect(html).toContain(`<script type="module" nonce="${nonce}">`)
    expect(html).not.toContain(bench.token)
    expect(html).not.toMatch(/(?:src|href)="https?:/)
    const again = await fetch(`${bench.origin}/`)
    expect(again.headers.get('Content-Security-Policy')).not.toBe(policy)
  })

  it.each(routes)('asks for the token at %s %s', async (method, path) => {
    for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Cookie: `token=${bench.token}` }]) {
      const response = await fetch(bench.origin + path, { method: method as string, headers })
      expect([response.status, await response.json()]).toEqual([401, { error: expect.any(String) }])
    }
    const inQuery = await fetch(`${bench.origin}${path}?token=${bench.token}`, { method: method as string })
    expect(inQuery.status).toBe(401)
    expect(bench.emulator.netlify.state.deploys.size).toBe(1)
  })

  it.each(['https://example.com', 'http://shop.localhost:4000', 'http://localhost.example.com', 'null'])(
    'refuses pages of %s, whatever they hold',
    async (Origin) => {
      for (const [method = '', path] of [['GET', '/'], ['OPTIONS', '/state'], ...routes]) {
        const response = await bench.ask(path ?? '', { method, headers: { Origin } })
        expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([403, null])
        await response.body?.cancel()
      }
    },
  )

  it('lets a test in a browser of this machine look and reset, by a token that no browser sends by itself', async () => {
    const Origin = 'http://localhost:63315'
    const preflight = await fetch(`${bench.origin}/reset`, { method: 'OPTIONS', headers: { Origin } })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': Origin,
      'access-control-allow-headers': 'Authorization',
      'access-control-allow-methods': 'GET, POST',
    })
    expect(preflight.headers.has('Access-Control-Allow-Credentials')).toBe(false)
    const response = await bench.ask('/state', { headers: { Origin } })
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([200, Origin])
  })

  it('says what it does not have, and how what it has is asked for', async () => {
    expect((await bench.ask('/nothing')).status).toBe(404)
    const wrong = await bench.ask('/reset')
    expect([wrong.status, wrong.headers.get('Allow')]).toEqual([405, 'POST'])
  })
})

describe('the state', () => {
  beforeEach(() => bench.emulator.reset())

  it('is told of an emulator that holds nothing', async () => {
    const { addresses, ...state } = await bench.state()
    expect(state).toMatchObject({ sites: [], deployments: [], repositories: [], databases: [], faults: [] })
    expect((await bench.emulator.inspect()).addresses).toEqual(addresses)
    const { token, page, ...shown } = bench.emulator.addresses
    expect(Object.fromEntries(addresses.map(({ name, url }) => [name, url]))).toEqual(shown)
    expect(addresses).toContainEqual({ name: 'pages', title: 'Pages', url: bench.emulator.pages.siteUrl('owner') })
    expect(JSON.stringify(addresses)).not.toContain(token)
    expect(JSON.stringify(addresses)).not.toContain(bench.token)
    expect(page).toBe(bench.emulator.url)
  })

  it('tells a deploy of Netlify with each of its states and when it began', async () => {
    const { now } = await bench.state()
    const { siteId, id } = await bench.beginDeploy('shop', { 'index.html': 'hello' }, {}, 'First')
    const known = { provider: 'netlify', id, siteId, site: 'shop', kind: 'production', title: 'First', files: 1 }
    const [begun] = (await bench.state()).deployments
    expect(begun).toMatchObject({ ...known, state: 'uploading', outcome: 'under-way', url: null, endedAt: null })
    bench.advance(500)
    await bench.upload(id, 'index.html', 'hello')
    bench.advance(1_000)
    const { sites, deployments } = await bench.state()
    expect(deployments).toEqual([
      {
        ...{ ...known, state: 'ready', outcome: 'succeeded', isLive: true, branch: null, error: null },
        url: bench.emulator.netlify.siteUrl(`${id}--shop`),
        createdAt: now,
        endedAt: now + 680,
        states: [
          { state: 'new', at: now },
          { state: 'prepared', at: now },
          { state: 'uploading', at: now },
          { state: 'uploaded', at: now + 500 },
          { state: 'processing', at: now + 520 },
          { state: 'processed', at: now + 620 },
          { state: 'ready', at: now + 680 },
        ],
      },
    ])
    expect(sites).toMatchObject([
      { provider: 'netlify', id: siteId, name: 'shop', account: 'owner', isLive: true, published: id },
    ])
    expect(sites[0]?.url).toBe(bench.emulator.netlify.siteUrl('shop'))
    expect(sites[0]?.lastDeployment).toEqual(deployments[0])
  })

  it('tells drafts and failures for what they are', async () => {
    const { id } = await bench.beginDeploy('shop', { 'index.html': 'hello' }, { draft: true })
    bench.emulator.netlify.fail(id, 'The build has failed')
    const { sites, deployments } = await bench.state()
    const failed = { kind: 'draft', outcome: 'failed', state: 'error', error: 'The build has failed', isLive: false }
    expect(deployments).toMatchObject([failed])
    expect(sites).toMatchObject([{ isLive: false, published: null, lastDeployment: failed }])
  })

  it('tells deployments of Vercel, the newest first among those of all', async () => {
    await bench.beginDeploy('shop', { 'index.html': 'hello' })
    bench.advance(10)
    const { now } = await bench.state()
    const { url, siteUrl } = bench.emulator.vercel
    const files = [{ file: 'index.html', data: 'hello' }]
    const settings = { projectSettings: { framework: null }, target: 'production' }
    const path = '/v13/deployments?skipAutoDetectionConfirmation=1'
    const { id } = await bench.call<{ id: string }>(url + path, 'POST', { name: 'studio', files, ...settings })
    bench.advance(1_000)
    const { sites, deployments } = await bench.state()
    expect(deployments.map(({ provider }) => provider)).toEqual(['vercel', 'netlify'])
    expect(deployments[0]).toMatchObject({
      ...{ id, site: 'studio', kind: 'production', state: 'READY', outcome: 'succeeded', isLive: true },
      ...{ endedAt: now + 150, files: 1 },
      states: [
        { state: 'QUEUED' },
        { state: 'INITIALIZING', at: now + 20 },
        { state: 'BUILDING', at: now + 50 },
        { state: 'READY', at: now + 150 },
      ],
    })
    expect(sites[0]).toMatchObject({ provider: 'vercel', name: 'studio', url: siteUrl('studio'), isLive: true })
  })

  it('tells repositories with their branches, last commits, environments and Pages', async () => {
    const { github, git, gitlab, pages, accounts } = bench.emulator
    await github.state.create(accounts.owner, 'shop')
    const repository = 'owner/shop'
    await github.state.commit({ repository, files: { 'index.html': '1' }, message: 'First\n\nIn short', author })
    const side = { repository, branch: 'a-side', files: { 'index.html': '2' }, message: 'Second', author }
    const sha = await github.state.commit(side)
    const source = { source: { branch: 'main', path: '/' } }
    await bench.call(`${github.url}/repos/owner/shop/pages`, 'POST', source)
    const wanted = { ref: 'a-side', environment: 'preview', required_contexts: [], auto_merge: false }
    const { id } = await bench.call<{ id: number }>(`${github.url}/repos/owner/shop/deployments`, 'POST', wanted)
    const status = { state: 'success', environment_url: 'https://example.com' }
    await bench.call(`${github.url}/repos/owner/shop/deployments/${id}/statuses`, 'POST', status)
    bench.advance(1_000)
    await gitlab.state.create('owner/tools', { visibility: 'private' })
    const { repositories, sites, deployments } = await bench.state()
    expect(repositories).toMatchObject([
      { provider: 'gitlab', name: 'owner/tools', branches: [], branchCount: 0, isPrivate: true },
      {
        ...{ provider: 'github', name: 'owner/shop', isPrivate: false, branchCount: 2 },
        ...{ url: `${git.url}/owner/shop`, apiUrl: `${github.url}/repos/owner/shop` },
        branches: [
          { name: 'main', isDefault: true, commit: { title: 'First', author: 'Owner' } },
          { name: 'a-side', isDefault: false, commit: { sha, title: 'Second' } },
        ],
        environments: [{ name: 'preview', state: 'success', url: 'https://example.com' }],
        pages: `${pages.siteUrl('owner')}/shop/`,
      },
    ])
    expect(sites).toMatchObject([{ provider: 'github-pages', name: 'shop', isLive: true }])
    expect(deployments).toMatchObject([{ provider: 'github-pages', state: 'built', files: 1, branch: 'main' }])
  })

  it('tells databases with their branches, the default one first', async () => {
    const { neon } = bench.emulator
    const [organization] = neon.state.organizations.values()
    const wanted = { name: 'shop', pg_version: 17, org_id: organization?.id }
    const made = await bench.call<{ project: { id: string } }>(`${neon.url}/projects`, 'POST', { project: wanted })
    const { id } = made.project
    bench.advance(1_000)
    await bench.call(`${neon.url}/projects/${id}/branches`, 'POST', { branch: { name: 'preview' } })
    expect((await bench.state()).databases).toMatchObject([
      {
        ...{ provider: 'neon', id, name: 'shop', version: 'Postgres 17' },
        branches: [
          { isDefault: true, state: 'ready', compute: 'active' },
          { name: 'preview', isDefault: false, compute: null },
        ],
      },
    ])
  })

  it('tells the faults that are armed, and what they have hit', async () => {
    const { faults } = bench.emulator
    faults.add({ provider: 'github', path: /^\/user/, fault: { kind: 'status', status: 503 }, times: 2 })
    const remove = faults.add({ provider: 'dns', fault: { kind: 'refuse' } })
    await fetch(`${bench.emulator.github.url}/user`)
    const rule = { kind: 'status', provider: 'github', path: '/^\\/user/', status: 503, hits: 1, times: 2 }
    expect((await bench.state()).faults).toMatchObject([rule, { kind: 'refuse', hits: 0, times: null }])
    remove()
    expect((await bench.state()).faults).toMatchObject([rule])
  })

  it('is forgotten where that is asked for', async () => {
    await bench.beginDeploy('shop', { 'index.html': 'hello' })
    expect((await bench.ask('/reset', { method: 'POST' })).status).toBe(204)
    expect((await bench.state()).sites).toEqual([])
    expect((await requests()).requests).toEqual([])
  })
})

describe('the requests', () => {
  beforeEach(() => bench.emulator.clearRequests())

  it('are told in pages, from wherever one stands', async () => {
    for (let count = 0; count < 5; count += 1) await user()
    const first = await requests('?limit=3')
    expect(first).toMatchObject({ next: 2, hasMore: true })
    const rest = await requests(`?after=${first.next}`)
    expect(rest).toMatchObject({ generation: first.generation, next: 4, hasMore: false })
    expect([...first.requests, ...rest.requests].map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
    const told = { provider: 'github', method: 'GET', path: '/user', status: 200, fault: null, bytes: 0 }
    expect(rest.requests[0]).toMatchObject(told)
    expect((await requests('?after=4')).requests).toEqual([])
    expect((await requests('?after=4&again=1')).requests).toMatchObject([{ index: 1 }])
  })

  it('are told before they have ended, and again when they have', async () => {
    let release = (): void => undefined
    const held = new ReadableStream({
      start: (controller) => {
        const encoder = new TextEncoder()
        controller.enqueue(encoder.encode('{"name":'))
        release = () => {
          controller.enqueue(encoder.encode('"late"}'))
          controller.close()
        }
      },
    })
    const url = `${bench.emulator.github.url}/user/repos`
    const headers = { Authorization: `Bearer ${bench.emulator.token}`, 'Content-Type': 'application/json' }
    const arrived = new Promise<void>((resolve) => {
      const stop = bench.emulator.onRequest(() => {
        stop()
        resolve()
      })
    })
    const answer = fetch(url, { method: 'POST', headers, body: held, duplex: 'half' } as RequestInit)
    await arrived
    const open = await requests()
    expect(open.requests).toMatchObject([{ index: 0, status: null, endedAt: null }])
    release()
    const { status } = await answer
    expect((await requests(`?after=${open.next}&again=0`)).requests).toMatchObject([
      { status, endedAt: open.requests[0]?.at },
    ])
  })

  it('are of another generation after they were cleared', async () => {
    await user()
    const before = await requests()
    bench.emulator.clearRequests()
    await user()
    const after = await requests(`?after=${before.next}`)
    expect(after.generation).not.toBe(before.generation)
    expect((await requests()).requests).toMatchObject([{ index: 0 }])
  })

  it.each(['after=x', 'after=-2', 'limit=0', 'limit=1001', 'again=1,,2', 'again=-1'])(
    'are not told for %s',
    async (query) => {
      const response = await bench.ask(`/requests?${query}`)
      expect([response.status, await response.json()]).toEqual([400, { error: expect.any(String) }])
    },
  )

  it('are announced as they come', async () => {
    const response = await bench.ask('/events')
    expect(response.headers.get('Content-Type')).toBe('text/event-stream')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const event = 'event: change\ndata: {}\n\n'
    expect((await reader?.read())?.value).toBe(event)
    const next = reader?.read()
    await user()
    expect((await next)?.value).toMatch(event)
    await reader?.cancel()
  })

  it('are announced once for many to who reads slowly, and not to who has left', async () => {
    const listeners = new Set<() => void>()
    const feed = createChangeFeed((listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    })
    for (let count = 0; count < 100; count += 1) for (const listener of listeners) listener()
    const reader = feed.body?.getReader()
    const length = 'event: change\ndata: {}\n\n'.length
    expect((await reader?.read())?.value).toHaveLength(length)
    expect((await reader?.read())?.value).toHaveLength(length)
    const third = reader?.read()
    for (const listener of listeners) listener()
    expect((await third)?.value).toHaveLength(length)
    expect(listeners.size).toBe(1)
    await reader?.cancel()
    expect(listeners.size).toBe(0)
  })
})

describe('secrets', () => {
  it('are masked wherever they stand', async () => {
    const { github, netlify, accounts, token } = bench.emulator
    await bench.emulator.reset()
    await github.state.create(accounts.owner, 'shop')
    const message = `Use ${token} at https://owner:hunter2@example.com/x.git`
    await github.state.commit({ repository: 'owner/shop', files: { 'a.txt': '1' }, message, author })
    await bench.emulator.fetch(`${netlify.siteUrl('shop')}/?access_token=${token}&page=1`)
    const { repositories } = await bench.state()
    expect(repositories[0]?.branches[0]?.commit.title).toBe('Use ••• at https://•••@example.com/x.git')
    expect((await requests()).requests.at(-1)?.path).toBe('/?access_token=•••&page=1')
  })

  it.each([
    ['/a?private_token=abc&b=1#c', '/a?private_token=•••&b=1#c'],
    ['/a?X-Amz-Signature=abc', '/a?X-Amz-Signature=•••'],
    ['Bearer abcdefghijklmnopqrstuvwxyz', 'Bearer •••'],
    ['remote: https://x-access-token:ghs_0123456789abcdef@github.com/', 'remote: https://•••@github.com/'],
    ['glpat-0123456789abcdefghij', '•••'],
    ['a token of mine, /tokens/7?tab=1', 'a token of mine, /tokens/7?tab=1'],
    ['https://shop.localhost:4000/@scope/x', 'https://shop.localhost:4000/@scope/x'],
  ])('are told from what is none: %s', (text, masked) => {
    expect(redact(text)).toBe(masked)
  })
})
