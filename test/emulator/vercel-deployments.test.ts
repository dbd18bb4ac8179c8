import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeploymentJson, inline, type ProjectJson, sha1, startVercel, type VercelBench } from './vercel-support.js'

let bench: VercelBench

const page = '<h1>Shop</h1>'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const upload = (content: string, digest = sha1(content), headers: Record<string, string> = {}) =>
  bench.call('POST', '/v2/files', bytes(content), { headers: { 'x-now-digest': digest, ...headers } })
const create = (body: Record<string, unknown>, query = '?skipAutoDetectionConfirmation=1') =>
  bench.call<DeploymentJson>('POST', `/v13/deployments${query}`, { name: 'shop', ...body })
const read = async (id: string): Promise<DeploymentJson> => {
  return (await bench.call<DeploymentJson>('GET', `/v13/deployments/${id}`)).json
}
const host = (label: string): string => `${label}.vercel.localhost:${new URL(bench.sitesUrl).port}`
const text = async (of: string, path = '/'): Promise<string> => (await bench.visit(of, path)).text()

beforeEach(async () => {
  bench = await startVercel()
})
afterEach(() => bench.close())

describe('a deployment on the emulated Vercel', () => {
  it('asks for what is missing, takes it by digest, and is live when its aliases are assigned', async () => {
    const files = [
      { file: 'index.html', sha: sha1(page), size: page.length },
      { file: 'copy.html', sha: sha1(page), size: page.length },
      { file: 'style.css', sha: sha1('body {}'), size: 7 },
    ]
    const refused = await bench.call('POST', '/v13/deployments?skipAutoDetectionConfirmation=1', {
      name: 'shop',
      files,
    })
    expect(refused.status).toBe(400)
    expect(refused.json.error).toMatchObject({ code: 'missing_files', missing: [sha1(page), sha1('body {}')] })
    for (const content of [page, 'body {}']) expect((await upload(content)).status).toBe(200)
    expect((await upload(page)).status).toBe(200)

    const { status, json } = await create({ files, target: 'production' })
    expect({ status, state: json.readyState, aliased: json.aliasAssigned }).toEqual({
      status: 200,
      state: 'QUEUED',
      aliased: false,
    })
    expect(json.url).toMatch(/^shop-[a-z0-9]{9}-owner\.vercel\.localhost:\d+$/)
    for (const [delay, state] of [
      [20, 'INITIALIZING'],
      [30, 'BUILDING'],
      [100, 'READY'],
    ] as const) {
      bench.advance(delay)
      expect((await read(json.id)).readyState).toBe(state)
    }
    expect((await read(json.id)).aliasAssigned).toBe(false)
    expect(await text(json.url)).toBe(page)
    expect((await bench.visit(host('shop'))).status).toBe(404)
    bench.advance(60)
    const done = await read(json.id)
    expect(done).toMatchObject({ aliasAssigned: true, readySubstate: 'PROMOTED' })
    expect(done.alias).toEqual([host('shop'), host('shop-owner')])
    expect(await text(host('shop'), '/copy.html')).toBe(page)
    expect(bench.vercel.state.deployments.get(json.id)?.states).toEqual(['QUEUED', 'INITIALIZING', 'BUILDING', 'READY'])
  })

  it('keeps a preview out of production, under a host of its own that never changes', async () => {
    const first = await bench.deploy('shop', { 'index.html': 'one' }, { target: 'production' })
    const preview = await bench.deploy('shop', { 'index.html': 'two' })
    expect(preview).toMatchObject({ target: null, aliasAssigned: true })
    expect(await text(preview.url)).toBe('two')
    expect((await bench.visit(preview.url)).headers.get('X-Robots-Tag')).toBe('noindex')
    expect(await text(host('shop'))).toBe('one')
    await bench.deploy('shop', { 'index.html': 'three' }, { target: 'production' })
    expect(await text(host('shop'))).toBe('three')
    expect(await text(first.url)).toBe('one')
  })

  it('refuses bytes of another digest or size, and digests that are none', async () => {
    expect((await upload(page, sha1('x'))).json.error.code).toBe('invalid_digest')
    expect((await upload(page, 'abc')).json.error.code).toBe('missing_digest')
    expect((await upload(page, sha1(page), { 'x-now-size': '1' })).json.error.code).toBe('invalid_size')
    await upload(page)
    const wrong = await create({ files: [{ file: 'a', sha: sha1(page), size: 1 }] })
    expect(wrong.status).toBe(400)
  })

  it('refuses names that leave the folder, nothing to deploy, and members that the contract does not have', async () => {
    for (const body of [
      {},
      { files: [{ file: '../x', data: '' }] },
      { files: [{ file: '/x', data: '' }] },
      { files: [{ file: 'a//x', data: '' }] },
      { files: [{ file: 'x', data: '=', encoding: 'base64' }] },
      { files: [{ data: 'x' }] },
      { files: 'none' },
      { files: inline({ x: 'x' }), colour: 'red' },
      { files: inline({ x: 'x' }), meta: { count: 1 } },
      { files: inline({ x: 'x' }), projectSettings: { framework: 'nothing' } },
    ]) {
      const { status, json } = await bench.call('POST', '/v13/deployments', { name: 'shop', ...body })
      expect([status, json.error.code]).toEqual([400, 'bad_request'])
    }
    const named = await bench.call('POST', '/v13/deployments', { name: 'shop', files: inline({ x: 'x' }), colour: 1 })
    expect(named.json.error.message).toMatch(/additional properties/)
  })

  it('needs settings for a project that is not there yet, unless it is told not to ask', async () => {
    const body = { name: 'new', files: inline({ 'index.html': page }) }
    const refused = await bench.call('POST', '/v13/deployments', body)
    expect([refused.status, refused.json.error.code]).toEqual([400, 'missing_project_settings'])
    const settings = { framework: 'astro', buildCommand: null }
    const { status } = await bench.call('POST', '/v13/deployments', { ...body, projectSettings: settings })
    expect(status).toBe(200)
    const project = await bench.call<ProjectJson>('GET', '/v9/projects/new')
    expect(project.json).toMatchObject({ framework: 'astro' })
    expect((await create({ project: 'absent', files: inline({ x: 'x' }) })).status).toBe(404)
  })

  it('is found by id and by host, listed latest first in pages, and gone after it was deleted', async () => {
    const ids: string[] = []
    for (const content of ['one', 'two', 'three'])
      ids.unshift((await bench.deploy('shop', { 'index.html': content })).id)
    const list = async (query: string): Promise<[string[], number | null]> => {
      const { json } = await bench.call<{ deployments: { uid: string }[]; pagination: { next: number | null } }>(
        'GET',
        `/v6/deployments${query}`,
      )
      return [json.deployments.map(({ uid }) => uid), json.pagination.next]
    }
    expect(await list('')).toEqual([ids, null])
    const [first, next] = await list('?limit=2')
    expect(first).toEqual(ids.slice(0, 2))
    expect(await list(`?limit=2&until=${next}`)).toEqual([ids.slice(2), null])
    expect(await list('?state=ERROR')).toEqual([[], null])
    expect(await list('?target=production')).toEqual([[], null])
    const { url } = await read(ids[0] ?? '')
    expect((await read(url)).id).toBe(ids[0])
    const deleted = await bench.call('DELETE', `/v13/deployments/${ids[0]}`)
    expect(deleted.json).toEqual({ uid: ids[0], state: 'DELETED' })
    expect((await bench.call('GET', `/v13/deployments/${ids[0]}`)).json.error.code).toBe('not_found')
    expect((await bench.visit(url)).headers.get('X-Vercel-Error')).toBe('DEPLOYMENT_NOT_FOUND')
  })

  it('can be canceled until it is over', async () => {
    const { json } = await create({ files: inline({ 'index.html': page }) })
    const canceled = await bench.call<DeploymentJson>('PATCH', `/v12/deployments/${json.id}/cancel`)
    expect([canceled.status, canceled.json.readyState]).toEqual([200, 'CANCELED'])
    bench.advance(10_000)
    expect((await read(json.id)).readyState).toBe('CANCELED')
    expect((await bench.call('PATCH', `/v12/deployments/${json.id}/cancel`)).status).toBe(400)
  })

  it('can be made to fail, to be blocked, and to get no aliases', async () => {
    const failing = await create({ files: inline({ 'index.html': page }) })
    bench.vercel.fail(failing.json.id, { code: 'BUILD_FAILED', message: 'Command "npm run build" exited with 1' })
    expect(await read(failing.json.id)).toMatchObject({ readyState: 'ERROR', errorCode: 'BUILD_FAILED' })
    const blocked = await create({ files: inline({ 'index.html': page }) })
    bench.vercel.fail(blocked.json.id, { code: 'BLOCKED', message: 'The commit author has no access' }, 'BLOCKED')
    expect((await read(blocked.json.id)).readyState).toBe('BLOCKED')
    expect((await bench.visit(blocked.json.url)).status).toBe(403)
    bench.vercel.failAlias(blocked.json.projectId, { code: 'cert_missing', message: 'No certificate' })
    const unaliased = await bench.deploy('shop', { 'index.html': page }, { target: 'production' })
    expect(unaliased).toMatchObject({ readyState: 'READY', aliasAssigned: false, aliasError: { code: 'cert_missing' } })
    expect(() => bench.vercel.fail(unaliased.id, { code: 'x', message: 'x' })).toThrow(/under way/)
  })

  it('tells its events as a list and as a stream that ends with it', async () => {
    const { json } = await create({ files: inline({ 'index.html': page }) })
    const headers = { Authorization: `Bearer ${bench.accounts.credentials.owner.token}` }
    const stream = fetch(`${bench.apiUrl}/v3/now/deployments/${json.id}/events?follow=1&format=lines`, { headers })
    const response = await stream
    bench.advance(10_000)
    const lines = (await response.text()).trim().split('\n')
    const states = lines.map(
      (line) => (JSON.parse(line) as { payload: { info: { readyState?: string } } }).payload.info,
    )
    expect(states.map(({ readyState }) => readyState).filter(Boolean)).toEqual(['INITIALIZING', 'BUILDING', 'READY'])
    const events = await bench.call<{ type: string }[]>('GET', `/v3/deployments/${json.id}/events?builds=1&limit=-1`)
    expect(events.json.filter(({ type }) => type === 'stdout')).toHaveLength(1)
  })

  it('shows its files as a tree', async () => {
    const { id } = await bench.deploy('shop', { 'index.html': page, 'assets/a/b.css': 'b' })
    const { json } = await bench.call('GET', `/v6/deployments/${id}/files`)
    expect(json).toMatchObject([
      { name: 'assets', type: 'directory', children: [{ name: 'a', children: [{ name: 'b.css', uid: sha1('b') }] }] },
      { name: 'index.html', type: 'file', uid: sha1(page) },
    ])
  })

  it('of a preview becomes a production one without sending anything again', async () => {
    const preview = await bench.deploy('shop', { 'index.html': 'two' }, { meta: { note: 'kept' } })
    const made = await create({ deploymentId: preview.id, target: 'production' })
    bench.advance(10_000)
    expect(await read(made.json.id)).toMatchObject({ target: 'production', source: 'redeploy', meta: { note: 'kept' } })
    expect(await text(host('shop'))).toBe('two')
  })

  it('is limited to so many a day, as uploads are, and requests to so many a minute', async () => {
    await bench.close()
    bench = await startVercel({ limits: { deploymentsPerDay: 1, uploadsPerDay: 1 } })
    expect((await upload('a')).status).toBe(200)
    expect((await upload('b')).json.error).toMatchObject({ code: 'api-upload-free', limit: { total: 1, remaining: 0 } })
    await bench.deploy('shop', { 'index.html': page })
    const refused = await bench.call('POST', '/v13/deployments', { name: 'shop', files: inline({ x: 'x' }) })
    expect([refused.status, refused.json.error.code]).toEqual([402, 'api-deployments-free-per-day'])
    await bench.close()
    bench = await startVercel({ limits: { requestsPerMinute: 2 } })
    expect((await bench.call('GET', '/v2/user')).headers.get('X-RateLimit-Remaining')).toBe('1')
    await bench.call('GET', '/v2/user')
    expect((await bench.call('GET', '/v2/user')).json.error.code).toBe('rate_limited')
    bench.advance(60_000)
    expect((await bench.call('GET', '/v2/user')).status).toBe(200)
  })
})
