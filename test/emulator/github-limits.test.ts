import { afterEach, describe, expect, it } from 'vitest'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench

afterEach(() => bench.close())

describe("GitHub's limits", () => {
  it('stops a caller without a token after 60 requests, until the hour is over', async () => {
    let time = Date.UTC(2030, 0, 1)
    bench = await startGithub({ rateLimits: true, now: () => time })
    const ask = () => bench.ask('/orgs/organization', { token: null })
    for (let left = 59; left >= 0; left -= 1) {
      const { status, headers } = await ask()
      expect([status, headers.get('x-ratelimit-remaining')]).toEqual([200, String(left)])
    }
    const refused = await ask()
    expect(refused.status).toBe(403)
    expect(refused.body.message).toContain('API rate limit exceeded')
    const reset = Number(refused.headers.get('x-ratelimit-reset'))
    expect(reset * 1000).toBe(time + 3_600_000)
    expect((await bench.ask('/user')).status).toBe(200)
    time = reset * 1000
    expect((await ask()).status).toBe(200)
  })

  it('stops the 81st write within a minute, and no reader', async () => {
    let time = Date.UTC(2030, 0, 1)
    bench = await startGithub({ rateLimits: true, now: () => time })
    const write = () => bench.ask('/user/repos', { method: 'POST', json: {} })
    for (let count = 0; count < 80; count += 1) expect((await write()).status).toBe(422)
    const refused = await write()
    expect(refused.status).toBe(403)
    expect(refused.body.message).toContain('secondary rate limit')
    expect(refused.headers.get('retry-after')).toBe('60')
    expect((await bench.ask('/user')).status).toBe(200)
    time += 60_000
    expect((await write()).status).toBe(422)
  })

  it('stops the 501st write within an hour, and says for how long', async () => {
    let time = Date.UTC(2030, 0, 1)
    bench = await startGithub({ rateLimits: true, now: () => time })
    const write = () => bench.ask('/user/repos', { method: 'POST', json: {} })
    for (let count = 1; count <= 500; count += 1) {
      expect((await write()).status).toBe(422)
      if (count % 80 === 0) time += 60_000
    }
    expect(bench.state.creatingRequests).toBe(500)
    const refused = await write()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, String(60 * 54)])
    expect(bench.state.creatingRequests).toBe(500)
    time += 54 * 60_000
    expect((await write()).status).toBe(422)
  })

  it('only counts unless asked to refuse', async () => {
    bench = await startGithub()
    for (let count = 0; count < 61; count += 1) {
      expect((await bench.ask('/orgs/organization', { token: null })).status).toBe(200)
    }
  })
})
