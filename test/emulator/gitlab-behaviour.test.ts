import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccounts } from '../../src/emulator/accounts.js'
import { realisticGitlabDelays } from '../../src/emulator/gitlab/delays.js'
import { createGitlab } from '../../src/emulator/gitlab/gitlab.js'
import { createRandom } from '../../src/emulator/random.js'
import { type GitlabBench, startGitlab } from './gitlab-support.js'

let bench: GitlabBench
let now = Date.UTC(2024, 0, 1, 12, 0, 10)
const shop = `/projects/${encodeURIComponent('owner/shop')}`
const create = (file_path: string, content = file_path) => ({ action: 'create', file_path, content })

beforeAll(async () => {
  bench = await startGitlab({ rateLimits: true, now: () => now, delays: realisticGitlabDelays })
  await bench.state.create('owner/shop')
})
afterAll(() => bench.close())

describe('the emulated GitLab behaves as GitLab.com: it', () => {
  it('tells of a push, and of whether it can be merged, when its jobs have been done', async () => {
    const { lastActivity, empty } = await project()
    expect([lastActivity, empty]).toEqual([now, true])
    now += 60_000
    await bench.commit({ actions: [create('a'), create('b')] })
    expect(await project()).toEqual({ lastActivity, empty: true })
    now += realisticGitlabDelays.pushed
    expect(await project()).toEqual({ lastActivity: now - realisticGitlabDelays.pushed, empty: false })

    await bench.commit({ branch: 'next', start_branch: 'main', actions: [create('c')] })
    const made = await propose('next')
    expect(made.body).toMatchObject({ detailed_merge_status: 'preparing', merge_status: 'checking', prepared_at: null })
    const look = async () => (await bench.ask(`${shop}/merge_requests/${made.body.iid}`)).body
    now += realisticGitlabDelays.preparing - 1
    expect(await look()).toMatchObject({ detailed_merge_status: 'preparing', prepared_at: null })
    now += 1
    const prepared_at = new Date(now).toISOString()
    expect(await look()).toMatchObject({ detailed_merge_status: 'checking', merge_status: 'checking', prepared_at })
    now += realisticGitlabDelays.checking
    expect(await look()).toMatchObject({ detailed_merge_status: 'mergeable', merge_status: 'can_be_merged' })
  })

  it('says why something can not be merged', async () => {
    const change = (branch: string, content: string, more = {}) =>
      bench.commit({ branch, ...more, actions: [{ action: 'update', file_path: 'a', content }] })
    await change('theirs', 'theirs', { start_branch: 'main' })
    await bench.commit({ branch: 'draft', start_branch: 'main', actions: [create('d')] })
    await change('main', 'ours')
    const iids = [await propose('theirs'), await propose('draft', 'Draft: it')].map(({ body }) => body.iid)
    now += 60_000
    const states = await Promise.all(iids.map(async (iid) => (await bench.ask(`${shop}/merge_requests/${iid}`)).body))
    expect(states.map((one) => [one.detailed_merge_status, one.merge_status, one.has_conflicts])).toEqual([
      ['conflict', 'cannot_be_merged', true],
      ['draft_status', 'can_be_merged', false],
    ])
    expect((await bench.ask(`${shop}/merge_requests`)).list.map(({ iid }) => iid)).toEqual([3, 2, 1])
  })

  it('counts requests by the minute, and answers what is too much in plain text', async () => {
    now = Date.UTC(2024, 0, 1, 13, 0, 10, 400)
    const ask = () => bench.ask('/groups/organization', { token: null, headers: { Origin: 'https://ide.example' } })
    const first = await ask()
    expect(Object.fromEntries([...first.headers].filter(([name]) => /^ratelimit|retry/.test(name)))).toEqual({
      'ratelimit-limit': '500',
      'ratelimit-name': 'throttle_unauthenticated_api',
      'ratelimit-observed': '1',
      'ratelimit-remaining': '499',
      'ratelimit-reset': String(Date.UTC(2024, 0, 1, 13, 1) / 1000),
    })
    for (let left = 499; left > 0; left -= 20) await Promise.all(Array.from({ length: Math.min(20, left) }, ask))
    const refused = await ask()
    expect([refused.status, refused.text]).toEqual([429, 'Retry later\n'])
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'content-type': 'text/plain',
      'ratelimit-observed': '501',
      'ratelimit-remaining': '0',
      'ratelimit-resettime': 'Mon, 01 Jan 2024 13:01:00 GMT',
      'retry-after': '50',
      'access-control-allow-origin': '*',
    })
    // A page is told to wait, but not how long.
    expect(refused.headers.get('access-control-expose-headers')).not.toMatch(/retry|ratelimit/i)
    expect((await bench.ask('/user')).status).toBe(200)
    now += 50_000
    expect((await ask()).status).toBe(200)
  })

  it('pages through a list by numbers, and tells no total of commits', async () => {
    const list = async (query: string) => {
      const { headers, list } = await bench.ask(`/namespaces?${query}`)
      const names = ['x-page', 'x-per-page', 'x-prev-page', 'x-next-page', 'x-total', 'x-total-pages']
      const relations = [...(headers.get('link') ?? '').matchAll(/[?&]page=(\d+)[^>]*>; rel="(\w+)"/g)]
      const links = Object.fromEntries(relations.map(([, page, relation]) => [relation, page]))
      return { length: list.length, told: names.map((name) => headers.get(name)), links }
    }
    expect(await list('per_page=1')).toEqual({
      length: 1,
      told: ['1', '1', '', '2', '2', '2'],
      links: { next: '2', first: '1', last: '2' },
    })
    expect(await list('per_page=1&page=2')).toEqual({
      length: 1,
      told: ['2', '1', '1', '', '2', '2'],
      links: { prev: '1', first: '1', last: '2' },
    })
    expect(await list('page=9')).toMatchObject({ length: 0, told: ['9', '20', '8', '', '2', '1'] })
    expect((await list('per_page=1000')).told[1]).toBe('100')
    const { headers } = await bench.ask(`${shop}/repository/commits?per_page=1`)
    expect([headers.get('x-next-page'), headers.get('x-total'), headers.get('x-total-pages')]).toEqual([
      '2',
      null,
      null,
    ])
    expect(headers.get('link')).toContain('rel="next"')
    expect(headers.get('link')).not.toContain('rel="last"')
    const whole = await bench.ask(`${shop}/repository/tree?recursive=true&pagination=none&per_page=1`)
    expect(whole.list.map(({ path }) => path)).toEqual(['a', 'b'])
  })

  it('names its requests, and sends nothing again that the client has', async () => {
    const first = await bench.ask('/user')
    const id = first.headers.get('x-request-id') ?? ''
    expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
    expect(first.headers.get('x-gitlab-meta')).toBe(JSON.stringify({ correlation_id: id, version: '1' }))
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/)
    const again = await bench.ask('/user', { headers: { 'If-None-Match': etag } })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  it('tells pages apart from programs, and a preflight from a question for methods', async () => {
    expect((await bench.ask('/user')).headers.get('access-control-allow-origin')).toBeNull()
    const options = (path: string) => bench.ask(path, { method: 'OPTIONS' })
    const { status, headers } = await options(`${shop}/repository/commits`)
    expect([status, headers.get('allow')]).toEqual([204, 'OPTIONS, GET, HEAD, POST'])
    expect((await options('/nothing')).status).toBe(404)
  })

  it('lets no page read anything where that is assumed', async () => {
    const closed = await startGitlab({ cors: false })
    try {
      const headers = { Origin: 'https://ide.example' }
      const preflight = { ...headers, 'Access-Control-Request-Method': 'GET' }
      const answers = [
        await closed.ask('/user', { headers }),
        await closed.ask('/user', { headers, token: 'wrong' }),
        await closed.ask('/nothing', { headers }),
        await closed.ask('/projects', { headers, method: 'POST', text: '{' }),
        await closed.ask('/user', { headers: preflight, method: 'OPTIONS' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 400, 204])
      for (const answer of answers) expect([...answer.headers.keys()].join()).not.toContain('access-control')
    } finally {
      await closed.close()
    }
  })

  it('counts ids upwards with gaps, the same from the same seed', async () => {
    const idsOf = async (seed?: string) => {
      const gitlab = await createGitlab({
        accounts: createAccounts(),
        url: () => '',
        ...(seed !== undefined && { random: createRandom(seed, 'gitlab') }),
      })
      try {
        const made = [await gitlab.state.create('owner/a'), await gitlab.state.create('organization/team/b')]
        return made.map(({ id, namespace }) => [id, namespace.id])
      } finally {
        await gitlab.close()
      }
    }
    const [[first = 0] = [], [second = 0] = []] = await idsOf('one')
    expect(String(first)).toMatch(/^6\d{7}$/)
    expect(second).toBeGreaterThan(first)
    expect(await idsOf('one')).toEqual(await idsOf('one'))
    expect(await idsOf('one')).not.toEqual(await idsOf())
  })
})

async function project(): Promise<{ lastActivity: number; empty: unknown }> {
  const { body } = await bench.ask(shop)
  return { lastActivity: Date.parse(String(body.last_activity_at)), empty: body.empty_repo }
}

const propose = (source_branch: string, title = 'Merge it') =>
  bench.ask(`${shop}/merge_requests`, { method: 'POST', json: { source_branch, target_branch: 'main', title } })
