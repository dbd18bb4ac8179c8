import { describe, expect, it } from 'vitest'
import type { Budgets } from '../../src/toolkit/budgets.js'
import { defaultRetryPolicy } from '../../src/toolkit/retry.js'
import { settled } from '../support/simulated-clock.js'
import { answer, createWorld, lost, url, type World } from './world.js'

/** Sends so many requests, each under a deployment of its own; tells how they ended. */
async function flood(world: World, budgets: readonly Budgets[], count: number) {
  const sent: Promise<'answered' | 'failed'>[] = []
  for (let index = 0; index < count; index += 1) {
    const shared = budgets[index % budgets.length]
    const reply = world.deployment({ random: () => 0, ...(shared && { budgets: shared }) }).send()
    sent.push(
      reply.then(
        () => 'answered',
        () => 'failed',
      ),
    )
    // What one tab says arrives at the others, as it does where they are not started in the same millisecond.
    if (budgets.length > 1) await settled()
  }
  return world.run(Promise.all(sent))
}

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

describe('the repetitions that a provider has in store', () => {
  it('are shared: one that is down is not asked for ever by many tabs', async () => {
    const world = createWorld(lost)
    const tabs = Array.from({ length: 10 }, () => world.tab({ retries: 60 }))
    const results = await flood(world, tabs, 100)
    expect(results.every((result) => result === 'failed')).toBe(true)
    // A hundred first tries, the sixty, and what came back with the time meanwhile.
    expect(world.sent.length).toBeGreaterThanOrEqual(100 + 60)
    expect(world.sent.length).toBeLessThan(100 + 60 + 20)
  })

  it('say so where there are none left', async () => {
    const world = createWorld(() => answer(502))
    const budgets = world.tab({ retries: 2 })
    await expect(world.run(world.deployment({ budgets }).send())).rejects.toMatchObject({
      name: 'RequestError',
      code: 'reply-status',
      retryable: true,
      hint: 'So many requests to Netlify failed that none is repeated for now: look at the status page of Netlify, wait a few minutes and try again.',
      details: { provider: 'netlify', status: 502, retries: 2, exhausted: 'provider' },
    })
    expect(world.sent).toHaveLength(3)
  })

  it('say so with every kind of error', async () => {
    for (const [answering, error] of [
      [lost, { name: 'RequestError', code: 'network-unreachable' }],
      [() => answer(429), { name: 'QuotaError', code: 'rate-limited' }],
    ] as const) {
      const world = createWorld(answering)
      const sent = world.deployment({ budgets: world.tab({ retries: 0 }) }).send()
      await expect(world.run(sent)).rejects.toMatchObject({ ...error, retryable: true, details: { retries: 0 } })
      expect(world.sent).toHaveLength(1)
    }
  })

  it('are one for each provider', async () => {
    const world = createWorld((_sent, index) => (index < 3 ? lost() : answer(index === 3 ? 503 : 200)))
    const deployment = world.deployment({ budgets: world.tab({ retries: 2 }) })
    await expect(world.run(deployment.send())).rejects.toMatchObject({ details: { exhausted: 'provider' } })
    expect(await world.run(deployment.send({ provider: 'github' }))).toMatchObject({ status: 200 })
  })

  it('come back with answers, by halves, in all tabs', async () => {
    let down = true
    const world = createWorld(() => (down ? lost() : answer()))
    const [one, other] = [world.tab({ retries: 4 }), world.tab({ retries: 4 })]
    await flood(world, [one], 4)
    await world.quiet()
    expect(world.sent.length).toBeGreaterThanOrEqual(8)
    down = false
    // Six halves are three, and what comes back with the time is less than one.
    for (let turn = 0; turn < 6; turn += 1) await world.deployment({ budgets: other }).send()
    await world.quiet()
    down = true
    const before = world.sent.length
    await expect(world.run(world.deployment({ budgets: one, random: () => 0 }).send())).rejects.toMatchObject({
      details: { retries: 3 },
    })
    expect(world.sent.length - before).toBe(4)
  })

  it('come back with time, so that a provider that is up again is found', async () => {
    const world = createWorld(lost)
    const budgets = world.tab({ retries: 10 })
    await flood(world, [budgets], 20)
    const before = world.sent.length
    await world.clock.advance(12_000)
    const sent = world.deployment({ budgets, random: () => 0 }).send()
    await expect(world.run(sent)).rejects.toMatchObject({ code: 'network-unreachable' })
    expect(world.sent.length - before).toBe(5)
  })

  it('are known to a tab that is opened later', async () => {
    const world = createWorld(lost)
    await flood(world, [world.tab({ retries: 10 })], 20)
    const later = world.tab({ retries: 10 })
    await world.quiet()
    await expect(world.run(world.deployment({ budgets: later, random: () => 0 }).send())).rejects.toMatchObject({
      details: { retries: 0 },
    })
  })

  it('are not taken by tries for which the provider gave the time', async () => {
    const world = createWorld((_sent, index) => (index < 48 ? answer(429, { 'retry-after': '5' }) : answer()))
    const results = await flood(world, [world.tab({ retries: 0 })], 48)
    expect(results.every((result) => result === 'answered')).toBe(true)
  })

  it('are enough for 48 uploads side by side that all need every try', async () => {
    const world: World = createWorld(({ url }) =>
      world.sent.filter((other) => other.url === url).length < 5 ? lost() : answer(),
    )
    const deployment = world.deployment({ budgets: world.tab() })
    await world.run(Promise.all(Array.from({ length: 48 }, (_, index) => deployment.send({ url: `${url}/${index}` }))))
    expect(world.sent).toHaveLength(48 * 5)
  })

  it.each([1, 4])('are enough for 10,000 uploads of which one in twenty fails, from %i tabs', async (count) => {
    const random = seeded(7)
    const world = createWorld(() => (random() < 0.05 ? answer(503) : answer()))
    const deployments = Array.from({ length: count }, () => world.deployment({ budgets: world.tab() }))
    const outcomes: string[] = []
    const upload = async (worker: number) => {
      for (let index = worker; index < 10_000; index += 48) {
        const sent = deployments[worker % count]?.send({ method: 'PUT' })
        outcomes.push(await Promise.resolve(sent).then(() => 'arrived', String))
      }
    }
    await world.run(Promise.all(Array.from({ length: 48 }, (_, worker) => upload(worker))))
    expect(outcomes.filter((outcome) => outcome !== 'arrived')).toEqual([])
    expect(outcomes).toHaveLength(10_000)
    // One message for a repetition and two for what comes back for it, not one for each upload.
    expect(world.posted.length).toBeLessThan(2500)
  })
})

describe('the repetitions of a deployment', () => {
  const policy = { ...defaultRetryPolicy, attempts: 1000, most: 1, total: 7 }

  it('are bounded, and the error says so', async () => {
    const world = createWorld(() => answer(503))
    const deployment = world.deployment({ policy })
    const both = await world.run(Promise.allSettled([deployment.send(), deployment.send({ provider: 'github' })]))
    expect(world.sent).toHaveLength(2 + 7)
    for (const result of both) {
      expect(result).toMatchObject({
        reason: { code: 'reply-status', retryable: true, details: { status: 503, exhausted: 'deployment' } },
      })
    }
    expect(both).toMatchObject([
      { reason: { hint: expect.stringMatching(/^This deployment has repeated so many requests.*page of Netlify/) } },
      { reason: { hint: expect.stringMatching(/^This deployment has repeated so many requests.*page of GitHub/) } },
    ])
  })

  it('are each deployment’s own', async () => {
    const world = createWorld(() => answer(503))
    for (const deployment of [world.deployment({ policy }), world.deployment({ policy })])
      await expect(world.run(deployment.send())).rejects.toMatchObject({ details: { retries: 7 } })
    expect(world.sent).toHaveLength(16)
  })

  it('are three hundred where nothing else is said', async () => {
    const world = createWorld(() => answer(503))
    const { total: _, ...rest } = policy
    const deployment = world.deployment({ policy: rest })
    await expect(world.run(deployment.send())).rejects.toMatchObject({ details: { retries: 300 } })
  })

  it('become one more with every ten answers', async () => {
    let down = false
    const world = createWorld(() => answer(down ? 503 : 200))
    const deployment = world.deployment({ policy })
    for (let index = 0; index < 30; index += 1) await deployment.send()
    down = true
    await expect(world.run(deployment.send())).rejects.toMatchObject({ details: { retries: 10 } })
  })
})
