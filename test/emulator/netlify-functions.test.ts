import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zip } from '../../src/emulator/runtime/zip.js'
import { type DeployJson, digests, type NetlifyBench, type SiteJson, startNetlify } from './netlify-support.js'

const archiveOf = (name: string, code: string) =>
  new Uint8Array(zip([{ name: `${name}.js`, content: new TextEncoder().encode(code), mode: 0o644 }]))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const echo = archiveOf(
  'echo',
  `exports.handler = async (event) => ({
    statusCode: 202,
    headers: { 'Content-Type': 'text/plain' },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
    body: Buffer.from([event.httpMethod, event.path, event.queryStringParameters.q, event.body].join(' ')).toString('base64'),
    isBase64Encoded: true,
  })`,
)
const broken = archiveOf('broken', "exports.handler = () => { throw new Error('broken') }")
const files = { 'index.html': '<h1>Shop</h1>', 'about.html': '<h1>About</h1>' }

let bench: NetlifyBench
let site: SiteJson

interface Told extends DeployJson {
  readonly required_functions?: string[]
  readonly function_schedules?: unknown
}
const create = (body: object) =>
  bench.call<Told>('POST', `/sites/${site.id}/deploys`, { files: digests(files), ...body })
const put = (deploy: string, name: string, bytes: Uint8Array, query = '?runtime=js') =>
  bench.call('PUT', `/deploys/${deploy}/functions/${name}${query}`, bytes)

beforeAll(async () => {
  bench = await startNetlify()
  site = await bench.createSite('shop')
  await bench.deploy(site, files)
})
afterAll(() => bench.close())

describe('functions on the emulated Netlify', () => {
  it('are asked for by their digests, taken only as they were told, and kept', async () => {
    const functions = { echo: sha256(echo), broken: sha256(broken) }
    const schedules = [{ name: 'broken', cron: '@daily' }]
    const { json } = await create({ functions, function_schedules: schedules })
    expect(json).toMatchObject({ state: 'uploading', required: [], function_schedules: schedules })
    expect(json.required_functions?.toSorted()).toEqual(Object.values(functions).toSorted())

    expect(await put(json.id, 'echo', broken)).toMatchObject({ status: 422 })
    expect(await put(json.id, 'other', echo)).toMatchObject({ status: 404 })
    expect(await put(json.id, 'echo', echo, '')).toMatchObject({ status: 422 })
    expect(await put(json.id, 'echo', echo)).toMatchObject({ status: 200, json: { name: 'echo', sha: functions.echo } })
    expect(bench.netlify.state.deploys.get(json.id)?.state).toBe('uploading')
    expect(await put(json.id, 'broken', broken)).toMatchObject({ status: 200 })
    bench.advance(10_000)
    expect(bench.netlify.state.deploys.get(json.id)?.state).toBe('ready')

    const again = await create({ functions, draft: true })
    expect(again.json).toMatchObject({ state: 'uploaded', required_functions: [] })
  })

  it('answer at their own address, or at their routes alone', async () => {
    const routes = [
      { pattern: '/about', literal: '/about', prefer_static: true },
      { pattern: '/api/*', expression: '^/api/.*$' },
    ]
    const functions = { echo: sha256(echo), broken: sha256(broken) }
    await create({ functions, functions_config: { echo: { routes } } })
    bench.advance(10_000)
    const at = (path: string, init?: RequestInit) => bench.fetch(site.url + path, init)
    const response = await at('/api/items?q=1', { method: 'POST', body: 'sent' })
    expect([response.status, await response.text()]).toEqual([202, 'POST /api/items 1 sent'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await (await at('/about')).text()).toBe('<h1>About</h1>')
    expect((await at('/.netlify/functions/echo')).status).toBe(404)
    expect((await at('/.netlify/functions/broken')).status).toBe(502)
    expect((await at('/', { method: 'POST' })).status).toBe(405)
  })

  it('are refused where their list makes no sense', async () => {
    expect(await create({ functions: { echo: 'abc' } })).toMatchObject({ status: 422 })
    expect(await create({ functions: { 'a/b': sha256(echo) } })).toMatchObject({ status: 422 })
    const config = { functions: { echo: sha256(echo) }, functions_config: { other: {} } }
    expect(await create(config)).toMatchObject({ status: 422 })
  })
})
