import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/emulator/random.js'
import { realisticVercelDelays } from '../../src/emulator/vercel/delays.js'
import { type DeploymentJson, inline, type ProjectJson, startVercel, type VercelBench } from './vercel-support.js'

let bench: VercelBench

afterEach(() => bench.close())

const host = (label: string): string => `${label}.vercel.localhost:${new URL(bench.sitesUrl).port}`
const create = async (content: string, more: object = {}): Promise<DeploymentJson> => {
  const body = { name: 'shop', target: 'production', files: inline({ 'index.html': content }), ...more }
  return (await bench.call<DeploymentJson>('POST', '/v13/deployments?skipAutoDetectionConfirmation=1', body)).json
}
/** What a visitor of a host gets: the page, or the platform's own code where there is none. */
const seen = async (of: string): Promise<string> => {
  const response = await bench.visit(of)
  const text = await response.text()
  return response.headers.get('X-Vercel-Error') ?? text
}

describe('time on the emulated Vercel, as slow as the real one', () => {
  const read = async (id: string): Promise<DeploymentJson> =>
    (await bench.call<DeploymentJson>('GET', `/v13/deployments/${id}`)).json
  const listed = async (): Promise<string[]> => {
    const { json } = await bench.call<{ deployments: { uid: string }[] }>('GET', '/v7/deployments')
    return json.deployments.map(({ uid }) => uid)
  }
  const lags = { host: 300, propagation: 1000, listing: 2000 }

  beforeEach(async () => {
    bench = await startVercel({ delays: { ...realisticVercelDelays, ...lags } })
  })

  it('lets a deployment pass all its states, and visitors see it after the API tells of it', async () => {
    const { id, url } = await create('one')
    const state = async (): Promise<readonly unknown[]> => {
      const { readyState, aliasAssigned } = await read(id)
      return [readyState, aliasAssigned, await seen(url), await seen(host('shop'))]
    }
    const absent = 'DEPLOYMENT_NOT_FOUND'
    const steps: readonly (readonly [number, readonly unknown[]])[] = [
      [0, ['QUEUED', false, 'DEPLOYMENT_NOT_READY', absent]],
      [799, ['QUEUED', false, 'DEPLOYMENT_NOT_READY', absent]],
      [1, ['INITIALIZING', false, 'DEPLOYMENT_NOT_READY', absent]],
      [1200, ['BUILDING', false, 'DEPLOYMENT_NOT_READY', absent]],
      [4999, ['BUILDING', false, 'DEPLOYMENT_NOT_READY', absent]],
      [1, ['READY', false, absent, absent]],
      [299, ['READY', false, absent, absent]],
      [1, ['READY', false, 'one', absent]],
      [1199, ['READY', false, 'one', absent]],
      [1, ['READY', true, 'one', absent]],
      [999, ['READY', true, 'one', absent]],
      [1, ['READY', true, 'one', 'one']],
    ]
    for (const [wait, expected] of steps) {
      bench.advance(wait)
      expect(await state()).toEqual(expected)
    }
  })

  it('lists a deployment a while after it was made', async () => {
    await bench.createProject('shop')
    bench.advance(1000)
    const { id } = await create('one')
    bench.advance(1999)
    expect(await listed()).toEqual([])
    expect((await read(id)).id).toBe(id)
    bench.advance(1)
    expect(await listed()).toEqual([id])
  })

  it('shows visitors of a name what was there before, while a new deployment and a rollback are on their way', async () => {
    const first = await create('one')
    bench.advance(20_000)
    await create('two')
    bench.advance(8500)
    expect(await seen(host('shop'))).toBe('one')
    bench.advance(999)
    expect(await seen(host('shop'))).toBe('one')
    bench.advance(1)
    expect(await seen(host('shop'))).toBe('two')
    await bench.call('POST', `/v9/projects/shop/rollback/${first.id}`)
    const jobStatus = async (): Promise<string | undefined> =>
      (await bench.call<ProjectJson>('GET', '/v9/projects/shop')).json.lastAliasRequest?.jobStatus
    for (const [wait, status, page] of [
      [0, 'pending', 'two'],
      [1500, 'in-progress', 'two'],
      [1500, 'succeeded', 'two'],
      [999, 'succeeded', 'two'],
      [1, 'succeeded', 'one'],
    ] as const) {
      bench.advance(wait)
      expect([await jobStatus(), await seen(host('shop'))]).toEqual([status, page])
    }
  })

  it('lets a build fail, be canceled and be blocked in the middle, after which nothing more becomes of it', async () => {
    const [failed, canceled, blocked] = [await create('1'), await create('2'), await create('3')]
    bench.advance(2500)
    bench.vercel.fail(failed.id, { code: 'internal', message: 'No room left' })
    expect((await bench.call('PATCH', `/v12/deployments/${canceled.id}/cancel`)).status).toBe(200)
    bench.vercel.fail(blocked.id, { code: 'blocked', message: 'Phishing' }, 'BLOCKED')
    bench.advance(60_000)
    const states = [failed, canceled, blocked].map(({ id }) => bench.vercel.state.deployments.get(id)?.states.slice(2))
    expect(states).toEqual([
      ['BUILDING', 'ERROR'],
      ['BUILDING', 'CANCELED'],
      ['BUILDING', 'BLOCKED'],
    ])
    expect(await seen(host('shop'))).toBe('DEPLOYMENT_NOT_FOUND')
  })
})

describe('what the emulated Vercel makes up', () => {
  /** Every id and address of a small story, and the secrets in it. */
  async function story(seed: number | undefined): Promise<{ readonly ids: unknown; readonly secrets: unknown }> {
    bench = await startVercel({ random: createRandom(seed, 'vercel') })
    const project = await bench.createProject('shop')
    const variable = { key: 'A', value: 'b', type: 'plain', target: ['production'] }
    const added = await bench.call<{ created: { id: string } }>('POST', '/v10/projects/shop/env', variable)
    const environment = await bench.call<{ id: string }>('POST', '/v9/projects/shop/custom-environments', {
      slug: 'staging',
    })
    const { id, url } = await bench.deploy('shop', { 'index.html': 'x' }, { target: 'production' })
    const aliases = await bench.call<{ aliases: { uid: string }[] }>('GET', '/v4/aliases')
    const transfer = await bench.call('POST', '/projects/shop/transfer-request', {})
    const bypass = await bench.call('PATCH', '/v1/projects/shop/protection-bypass', { generate: {} })
    const [, hash] = /^shop-([a-z0-9]{9})-owner\./.exec(url) ?? []
    const alias = aliases.json.aliases[0]?.uid
    const ids = {
      project: project.id,
      variable: added.json.created.id,
      environment: environment.json.id,
      id,
      hash,
      alias,
    }
    return { ids, secrets: [transfer.json, Object.keys(Object.values(bypass.json)[0] ?? {})] }
  }

  it('has the shape of what the real one makes up, and is the same for the same seed, but for secrets', async () => {
    const first = await story(7)
    expect(first.ids).toEqual({
      project: expect.stringMatching(/^prj_[A-Za-z0-9]{28}$/),
      variable: expect.stringMatching(/^[A-Za-z0-9]{16}$/),
      environment: expect.stringMatching(/^env_[A-Za-z0-9]{28}$/),
      id: expect.stringMatching(/^dpl_[A-Za-z0-9]{28}$/),
      hash: expect.any(String),
      alias: expect.stringMatching(/^[A-Za-z0-9]{22}$/),
    })
    const { headers } = await bench.visit(host('shop'))
    expect(headers.get('X-Vercel-Id')).toMatch(/^iad1::[a-z0-9]{5}-\d{13}-[0-9a-f]{12}$/)
    await bench.close()
    const second = await story(7)
    expect(second.ids).toEqual(first.ids)
    expect(second.secrets).not.toEqual(first.secrets)
    await bench.close()
    expect((await story(8)).ids).not.toEqual(first.ids)
  })
})

describe('limits on the emulated Vercel', () => {
  it('count each endpoint of each token by itself, tell how long to wait, and count nothing that they refuse', async () => {
    bench = await startVercel({ limits: { requestsPerMinute: 2 } })
    const { stranger } = bench.accounts.credentials
    const ask = (path = '/v2/user', token?: string) => bench.call('GET', path, undefined, token ? { token } : {})
    const reset = Date.UTC(2026, 0, 1) / 1000 + 60
    for (const remaining of ['1', '0']) {
      const { headers, status } = await ask()
      expect([status, headers.get('X-RateLimit-Limit'), headers.get('X-RateLimit-Remaining')]).toEqual([
        200,
        '2',
        remaining,
      ])
      expect(headers.get('X-RateLimit-Reset')).toBe(String(reset))
      expect(headers.get('Retry-After')).toBeNull()
    }
    bench.advance(45_000)
    const { headers, status, json } = await ask()
    expect([status, json.error.code]).toEqual([429, 'rate_limited'])
    expect(json.error.limit).toEqual({ remaining: 0, reset, resetMs: reset * 1000, total: 2 })
    expect([headers.get('Retry-After'), headers.get('X-RateLimit-Remaining')]).toEqual(['15', '0'])
    expect((await ask('/v2/teams')).status).toBe(200)
    expect((await ask('/v2/user', stranger.token)).status).toBe(200)
    bench.advance(15_000)
    expect((await ask()).headers.get('X-RateLimit-Remaining')).toBe('1')
  })
})

describe('lists on the emulated Vercel', () => {
  interface Page {
    readonly projects: readonly { readonly name: string }[]
    readonly pagination: { readonly count: number; readonly next: number | null; readonly prev: number | null }
  }

  it('come in pages of twenty or as many as are asked for, latest first, to the last one', async () => {
    bench = await startVercel()
    for (let index = 0; index < 23; index += 1) {
      bench.advance(1000)
      await bench.deploy('shop', { 'index.html': String(index) })
    }
    type Deployments = { deployments: { uid: string; createdAt: number }[]; pagination: Page['pagination'] }
    const page = async (query: string) => (await bench.call<Deployments>('GET', `/v7/deployments?${query}`)).json
    const first = await page('')
    expect([first.deployments.length, first.pagination.count]).toEqual([20, 20])
    expect(first.pagination).toMatchObject({
      prev: first.deployments[0]?.createdAt,
      next: first.deployments.at(-1)?.createdAt,
    })
    const last = await page(`until=${first.pagination.next}`)
    expect(last.pagination).toMatchObject({ count: 3, next: null })
    const all = [...first.deployments, ...last.deployments]
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(23)
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all.map(({ createdAt }) => createdAt).sort((one, other) => other - one),
    )
    expect((await page('limit=100')).pagination).toMatchObject({ count: 23, next: null })
    const recent = await page(`since=${all[4]?.createdAt}&limit=3`)
    expect(recent.deployments.map(({ uid }) => uid)).toEqual(all.slice(0, 3).map(({ uid }) => uid))
    expect((await page(`since=${all[4]?.createdAt}`)).pagination).toMatchObject({ count: 5, next: null })
    expect(await page('until=1')).toMatchObject({ deployments: [], pagination: { count: 0, next: null, prev: null } })
  })

  it('cut projects, aliases and domains in the same way', async () => {
    bench = await startVercel()
    for (const name of ['a', 'b', 'c']) {
      bench.advance(1000)
      await bench.createProject(name)
      await bench.deploy(name, { 'index.html': name }, { target: 'production' })
      await bench.call('POST', '/v10/projects/a/domains', { name: `${name}.example` })
    }
    for (const [path, sizes] of [
      ['/v10/projects?limit=2', [2, 1]],
      ['/v4/aliases?limit=5', [5, 4]],
      ['/v9/projects/a/domains?limit=3', [3, 1]],
    ] as const) {
      const one = (await bench.call<Page>('GET', path)).json.pagination
      const cursor = path.startsWith('/v10') ? 'from' : 'until'
      const two = (await bench.call<Page>('GET', `${path}&${cursor}=${one.next}`)).json.pagination
      expect([one.count, two.count, two.next]).toEqual([...sizes, null])
    }
  })
})

describe('pages and the API of the emulated Vercel', () => {
  const origin = { Origin: 'https://ide.example' }
  const names = (headers: Headers): string[] => [...headers.keys()].filter((name) => name.startsWith('access-control'))
  const answers = async (): Promise<readonly [number, string[]][]> => {
    const options = { headers: origin }
    const preflight = { ...origin, 'Access-Control-Request-Method': 'POST' }
    const all = [
      await fetch(`${bench.apiUrl}/v2/files`, { method: 'OPTIONS', headers: preflight }),
      await bench.call('GET', '/v2/user', undefined, options),
      await bench.call('GET', '/v2/user', undefined, { ...options, token: null }),
      await bench.call('GET', '/v2/user', undefined, { ...options, token: 'wrong' }),
      await bench.call('GET', '/v9/projects/none', undefined, options),
      await bench.call('POST', '/v11/projects', '{', options),
      await bench.call('GET', '/v1/nothing', undefined, options),
      await bench.call('GET', '/v2/user', undefined, options),
    ]
    return all.map(({ status, headers }) => [status, names(headers)])
  }

  it('are read by pages of any origin, errors included, so that they can tell what is wrong', async () => {
    bench = await startVercel({ limits: { requestsPerMinute: 1 } })
    const readable = ['access-control-allow-origin', 'access-control-expose-headers']
    const [preflight, ...others] = await answers()
    expect(preflight).toEqual([
      204,
      expect.arrayContaining(['access-control-allow-headers', 'access-control-allow-methods']),
    ])
    expect(others).toEqual([200, 401, 403, 404, 400, 404, 429].map((status) => [status, readable]))
  })

  it('may send no headers of uploads where that is assumed, and read the same answers', async () => {
    bench = await startVercel()
    const known = await answers()
    await bench.close()
    bench = await startVercel({ cors: 'no-upload-headers' })
    expect(await answers()).toEqual(known)
    const { headers } = await fetch(`${bench.apiUrl}/v2/files`, { method: 'OPTIONS', headers: origin })
    expect(headers.get('Access-Control-Allow-Headers')).toBe('Authorization, Content-Type')
  })

  it('have no header for pages at all where the strictest is assumed', async () => {
    bench = await startVercel({ limits: { requestsPerMinute: 1 }, cors: false })
    expect(await answers()).toEqual([401, 200, 401, 403, 404, 400, 404, 429].map((status) => [status, []]))
  })
})
