import { describe, expect, it } from 'vitest'
import { createGithubApi } from '../../src/git/github/api.js'
import { commitByApi } from '../../src/git/github/commit-by-api.js'
import { sendPaced } from '../../src/git/github/creating-pace.js'
import { estimateApiCommit } from '../../src/git/github/estimate-api-commit.js'
import type { Clock } from '../../src/spec/context.js'
import { testContext } from '../support/context.js'
import { startApiBench } from './api-bench.js'

/** A clock that goes on to the next sleeper's end whenever nobody is being asked. */
function restingClock(): Clock & { during<Value>(work: () => Promise<Value>): Promise<Value> } {
  let time = Date.UTC(2030, 0, 1)
  let busy = 0
  const sleepers = new Set<{ readonly at: number; wake(): void }>()
  const rest = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    const [next] = [...sleepers].sort((one, other) => one.at - other.at)
    if (busy > 0 || !next) return
    sleepers.delete(next)
    time = Math.max(time, next.at)
    next.wake()
  }
  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: time + milliseconds, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
        void rest()
      }),
    async during(work) {
      busy += 1
      try {
        return await work()
      } finally {
        busy -= 1
        time += 100
        void rest()
      }
    },
  }
}

describe("GitHub's limits of what may be created", () => {
  it('are kept by a commit of many binary files, which says before and meanwhile how long it takes', async () => {
    const clock = restingClock()
    const bench = await startApiBench({ clock, github: { rateLimits: true } })
    try {
      const fullName = await bench.repository({ a: '1' })
      const files = Object.fromEntries(
        Array.from({ length: 170 }, (_, index) => [`${index}.png`, Uint8Array.from([0, 255, index >> 8, index & 255])]),
      )
      const draft = await bench.draft(fullName, (await bench.head(fullName)) ?? null, files)
      const estimate = estimateApiCommit(draft)
      const statuses = new Set<number>()
      const context = testContext({
        clock,
        fetch: (input, init) =>
          clock.during(async () => {
            const response = await bench.emulator.fetch(input, init)
            statuses.add(response.status)
            const body = await response.arrayBuffer()
            return new Response(body, { status: response.status, headers: response.headers })
          }),
      })
      const before = clock.now()
      expect(await commitByApi(bench.api, { fullName, branch: 'main', draft }, context)).toMatchObject({
        result: 'pushed',
      })
      expect([...statuses].sort()).toEqual([200, 201])
      expect(bench.emulator.github.state.creatingRequests).toBe(estimate.requests)
      const taken = clock.now() - before
      expect(taken).toBeGreaterThanOrEqual(120_000)
      expect(Math.abs(taken - estimate.duration)).toBeLessThan(0.2 * estimate.duration)
      const waits = context.eventsOf('request-wait')
      expect(waits).toHaveLength(2)
      expect(waits[0]).toMatchObject({ provider: 'github', purpose: expect.stringContaining('.png') })
      expect(await bench.git(fullName, 'rev-parse', 'main^{tree}')).toBe(draft.tree)
    } finally {
      await bench.close()
    }
  }, 120_000)
})

describe('the pace of creating requests', () => {
  it('is no more than 80 in any minute and 500 in any hour, repetitions and failures too', async () => {
    let time = 0
    const clock: Clock = {
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds
      },
    }
    const context = testContext({ clock, fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    const api = createGithubApi('http://127.0.0.1', 'direct', async () => 'token')
    const times: number[] = []
    for (let count = 1; count <= 1500; count += 1) {
      const sent = sendPaced(api, 'write a file', context, async (onRetry) => {
        time += 50
        times.push(time)
        if (count % 10 === 0) onRetry()
        if (count % 10 === 0) times.push(time)
        if (count % 7 === 0) throw new Error('refused')
      })
      await sent.catch((error: Error) => expect(error.message).toBe('refused'))
    }
    const within = (span: number) => (start: number) => times.filter((at) => at >= start && at < start + span).length
    expect(Math.max(...times.map(within(60_000)))).toBeLessThanOrEqual(81)
    expect(Math.max(...times.map(within(3_600_000)))).toBeLessThanOrEqual(501)
    expect(time).toBeGreaterThan(3 * 3_600_000)
    expect(context.eventsOf('request-wait').length).toBeGreaterThan(15)
  })
})

describe('requests side by side', () => {
  it('count before they are answered', async () => {
    let slept = 0
    const answers: (() => void)[] = []
    const clock: Clock = {
      now: () => slept,
      sleep: async (milliseconds) => {
        slept += milliseconds
        for (const answer of answers.splice(0)) answer()
      },
    }
    const context = testContext({ clock, fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    const api = createGithubApi('http://127.0.0.1', 'direct', async () => 'token')
    const send = () => new Promise<void>((resolve) => answers.push(resolve))
    const first = Array.from({ length: 80 }, () => sendPaced(api, 'write', context, send))
    expect([answers.length, slept]).toEqual([80, 0])
    const last = sendPaced(api, 'write', context, async () => slept)
    await Promise.all(first)
    expect(await last).toBeGreaterThanOrEqual(60_000)
  })
})

describe('the estimate of a commit', () => {
  const file = (path: string, size = 100) => ({ path, size })

  it('counts texts by batches and all else one by one', () => {
    expect(estimateApiCommit({ changes: 1, blobs: [file('a.txt')] })).toEqual({ requests: 3, duration: 1200 })
    const texts = Array.from({ length: 1000 }, (_, index) => file(`${index}.ts`))
    expect(estimateApiCommit({ changes: 1000, blobs: texts }).requests).toBe(7)
    const large = [file('a.txt', 900_000), file('b.txt', 900_000), file('c.txt', 900_000), file('d.txt', 1_000_001)]
    expect(estimateApiCommit({ changes: 4, blobs: large }).requests).toBe(5)
  })

  it('says hours for two thousand pictures', () => {
    const pictures = Array.from({ length: 2000 }, (_, index) => file(`${index}.webp`))
    const { requests, duration } = estimateApiCommit({ changes: 2000, blobs: pictures })
    expect(requests).toBe(2012)
    expect(duration).toBeGreaterThan(4 * 3_600_000)
    expect(duration).toBeLessThan(4.1 * 3_600_000)
  })
})
