import { describe, expect, it } from 'vitest'
import { commitByApi } from '../../src/git/github/commit-by-api.js'
import { createCreatingPace } from '../../src/git/github/creating-pace.js'
import { estimateApiCommit } from '../../src/git/github/estimate-api-commit.js'
import { github } from '../../src/git/github.js'
import type { Clock } from '../../src/spec/context.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'
import { date, person, startApiBench } from './api-bench.js'

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

describe('a commit of many binary files by the API', () => {
  const binaries = (count: number): Files =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`${index}.png`, Uint8Array.from([0, 255, index >> 8, index & 255])]),
    )

  async function startWorld() {
    const clock = restingClock()
    const bench = await startApiBench({ clock, github: { rateLimits: true } })
    const statuses = new Set<number>()
    const context = testContext({
      clock,
      fetch: (input, init) =>
        clock.during(async () => {
          const response = await bench.emulator.fetch(input, init)
          statuses.add(response.status)
          const body = response.status === 204 ? null : await response.arrayBuffer()
          return new Response(body, { status: response.status, headers: response.headers })
        }),
    })
    const { github: api, git, token } = bench.emulator
    const commit = async (repository: string, files: Files) => {
      const host = github({ auth: token, repository, apiUrl: api.url, gitUrl: git.url })
      const prepared = await host.prepare({ branches: [] }, context)
      const { artifacts } = await artifactsOf(files)
      const fixed = {
        branch: 'main',
        keep: [],
        message: 'Deploy',
        deployment: 'd-1',
        author: person,
        date,
        based: true,
      }
      const expectedHead = prepared.heads.main ?? null
      const foreseen = host.estimate?.({ artifacts, relay: false })
      return {
        commit: await host.commit({ repository: prepared, artifacts, ...fixed, expectedHead }, context),
        foreseen,
      }
    }
    return { bench, clock, context, statuses, commit }
  }

  it('is never refused, though the repository that is made for it counts as well', async () => {
    const { bench, clock, statuses, commit } = await startWorld()
    try {
      const before = clock.now()
      const made = await commit('owner/new', { ...binaries(500), 'index.html': '1' })
      expect([...statuses].sort()).toEqual([200, 201, 404, 409])
      expect(bench.emulator.github.state.creatingRequests).toBeGreaterThan(500)
      expect(made.commit.changes).toEqual({ added: 501, changed: 0, deleted: 0 })
      const taken = clock.now() - before
      expect(taken).toBeGreaterThan(3_600_000)
      expect(taken).toBeLessThan(1.1 * (made.foreseen?.duration ?? 0))
      expect(made.foreseen?.note).toContain('in at most 6')
    } finally {
      await bench.close()
    }
  }, 240_000)

  it('waits where others have used up what the account may create in an hour', async () => {
    const { bench, clock, context, statuses, commit } = await startWorld()
    try {
      const fullName = await bench.repository({ a: '1' })
      const { emulator } = bench
      for (let count = 0; count < 490; count += 1) {
        if (count % 80 === 0) await clock.sleep(61_000)
        const body = JSON.stringify({ content: String(count), encoding: 'utf-8' })
        const headers = { authorization: `Bearer ${emulator.token}` }
        await emulator.fetch(`${emulator.github.url}/repos/${fullName}/git/blobs`, { method: 'POST', headers, body })
      }
      const made = await commit(fullName, binaries(20))
      expect(statuses.has(403)).toBe(true)
      expect(await bench.head(fullName)).toBe(made.commit.oid)
      const [retry] = context.eventsOf('request-retry')
      expect(retry).toMatchObject({ provider: 'github', reason: 'status 403' })
    } finally {
      await bench.close()
    }
  }, 240_000)
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
    const pace = createCreatingPace()
    const times: number[] = []
    for (let count = 1; count <= 1500; count += 1) {
      const sent = pace({ purpose: 'write a file', patient: true }, context, async (onRetry) => {
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
    expect(Math.max(...times.map(within(3_600_000)))).toBeLessThanOrEqual(481)
    expect(time).toBeGreaterThan(3 * 3_600_000)
    expect(context.eventsOf('request-wait').length).toBeGreaterThan(15)
  })
})

describe('what is created by the way', () => {
  it('waits for a minute at the most, and has something left of the hour after a commit of many files', async () => {
    let time = 0
    const clock: Clock = {
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds
      },
    }
    const context = testContext({ clock, fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    const pace = createCreatingPace()
    const send = async () => {
      time += 1
      return time
    }
    for (let count = 1; count <= 480; count += 1) await pace({ purpose: 'write a file', patient: true }, context, send)
    expect(time).toBeLessThan(600_000)
    for (let count = 1; count <= 60; count += 1) await pace({ purpose: 'comment' }, context, send)
    expect(time).toBeLessThan(600_000)
    expect(await pace({ purpose: 'write a file', patient: true }, context, send)).toBeGreaterThan(3_600_000)
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
    const pace = createCreatingPace()
    const send = () => new Promise<void>((resolve) => answers.push(resolve))
    const first = Array.from({ length: 80 }, () => pace({ purpose: 'write' }, context, send))
    expect([answers.length, slept]).toEqual([80, 0])
    const last = pace({ purpose: 'write' }, context, async () => slept)
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
