import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepComment } from '../../src/git/github/kept-comment.js'
import { openPullRequest } from '../../src/git/github/pull-requests.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { type ApiBench, startApiBench } from './api-bench.js'

let bench: ApiBench

beforeAll(async () => {
  bench = await startApiBench()
})
afterAll(() => bench.close())

function watched(intercept?: Interceptor): { context: TestContext; requests: readonly SeenRequest[] } {
  const { fetch, requests } = watchFetch(bench.emulator.fetch, intercept)
  return { context: testContext({ fetch, clock: hurriedClock() }), requests }
}

/** Loses the answer to the first request of a method, after it was carried out. */
function losing(lost: string): Interceptor {
  let isLost = false
  return async ({ method }, send) => {
    const response = await send()
    if (isLost || method !== lost) return response
    isLost = true
    await response.arrayBuffer()
    throw new TypeError('Failed to fetch')
  }
}

async function withFeature(): Promise<{ fullName: string; head: string; base: string; title: string; body: string }> {
  const fullName = await bench.repository({ a: '1' })
  await bench.git(fullName, 'branch', 'feature', 'main')
  const author = bench.emulator.accounts.owner
  const commit = { repository: fullName, branch: 'feature', files: { b: '1' }, message: 'b', author }
  await bench.emulator.github.state.commit(commit)
  return { fullName, head: 'feature', base: 'main', title: 'Feature', body: 'It is *new*.' }
}
const pullsOf = (fullName: string) => bench.emulator.github.state.repository(fullName).pulls
const commentsOf = (fullName: string) => bench.emulator.github.state.repository(fullName).comments

describe('a pull request', () => {
  it('is opened once', async () => {
    const wanted = await withFeature()
    const opened = await openPullRequest(bench.api, wanted, watched().context)
    expect(opened).toEqual({ number: 1, url: `${bench.emulator.git.url}/${wanted.fullName}/pull/1` })
    expect(pullsOf(wanted.fullName)).toMatchObject([{ title: 'Feature', body: 'It is *new*.', state: 'open' }])
    const again = { ...wanted, title: 'Other' }
    expect(await openPullRequest(bench.api, again, watched().context)).toEqual(opened)
    expect(pullsOf(wanted.fullName)).toHaveLength(1)
  })

  it('is opened once, though the answer is lost', async () => {
    const wanted = await withFeature()
    expect(await openPullRequest(bench.api, wanted, watched(losing('POST')).context)).toMatchObject({ number: 1 })
    expect(pullsOf(wanted.fullName)).toHaveLength(1)
  })

  it('is opened anew where the last one was closed', async () => {
    const wanted = await withFeature()
    await openPullRequest(bench.api, wanted, watched().context)
    const [first] = pullsOf(wanted.fullName)
    if (first) first.state = 'closed'
    expect(await openPullRequest(bench.api, wanted, watched().context)).toMatchObject({ number: 2 })
  })

  it('needs commits of its own, both branches, and a token that may write', async () => {
    const wanted = await withFeature()
    await bench.git(wanted.fullName, 'branch', 'same', 'main')
    const refused = (change: object) =>
      thrownBy(openPullRequest(bench.api, { ...wanted, ...change }, watched().context))
    expect(await refused({ head: 'same' })).toMatchObject({
      code: 'pull-request-refused',
      details: { said: 'No commits between main and same' },
    })
    expect(await refused({ base: 'absent' })).toMatchObject({ details: { said: 'base is not valid' } })
    const stranger = bench.apiWith(bench.emulator.otherTokens.stranger)
    const error = await thrownBy(openPullRequest(stranger, wanted, watched().context))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-forbidden' })
  })
})

describe('a comment that is kept', () => {
  const marker = 'tabship:preview'

  async function opened(): Promise<{ fullName: string; number: number }> {
    const wanted = await withFeature()
    const { number } = await openPullRequest(bench.api, wanted, watched().context)
    return { fullName: wanted.fullName, number }
  }

  it('is written once, and brought up to date', async () => {
    const place = await opened()
    const first = await keepComment(bench.api, { ...place, marker, body: 'Building' }, watched().context)
    const second = await keepComment(bench.api, { ...place, marker, body: 'Live\n' }, watched().context)
    expect(second).toEqual(first)
    expect(commentsOf(place.fullName).map(({ body }) => body)).toEqual(['Live\n\n<!-- tabship:preview -->'])
    const { context, requests } = watched()
    await keepComment(bench.api, { ...place, marker, body: 'Live' }, context)
    expect(requests.map(({ method }) => method)).toEqual(['GET'])
    await keepComment(bench.api, { ...place, marker: 'tabship:other', body: 'Other' }, watched().context)
    expect(commentsOf(place.fullName)).toHaveLength(2)
  })

  it('is written once, though answers are lost', async () => {
    const place = await opened()
    await keepComment(bench.api, { ...place, marker, body: 'One' }, watched(losing('POST')).context)
    await keepComment(bench.api, { ...place, marker, body: 'Two' }, watched(losing('PATCH')).context)
    expect(commentsOf(place.fullName).map(({ body }) => body)).toEqual(['Two\n\n<!-- tabship:preview -->'])
  })

  it('is found behind many others, and written anew where it was deleted', async () => {
    const place = await opened()
    const user = bench.emulator.accounts.stranger
    const comments = commentsOf(place.fullName)
    for (let id = 1; id <= 150; id += 1) {
      comments.push({
        id,
        issue: place.number,
        user,
        createdAt: 0,
        updatedAt: 0,
        body: `quoted <!-- ${marker} --> ${id}`,
      })
    }
    const kept = await keepComment(bench.api, { ...place, marker, body: 'One' }, watched().context)
    expect(await keepComment(bench.api, { ...place, marker, body: 'Two' }, watched().context)).toEqual(kept)
    const { context } = watched(async ({ method }, send) => {
      if (method === 'PATCH') comments.splice(150)
      return send()
    })
    await keepComment(bench.api, { ...place, marker, body: 'Three' }, context)
    expect(comments.slice(150).map(({ body }) => body)).toEqual(['Three\n\n<!-- tabship:preview -->'])
  })
})
