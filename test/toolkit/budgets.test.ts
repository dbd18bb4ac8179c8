import { describe, expect, it } from 'vitest'
import type { RequestOptions } from '../../src/spec/context.js'
import { createDesk } from './desk.js'
import { answer, createWorld, type Provider, url, type World } from './world.js'

const start = createDesk().clock.now()
const limited = (seconds: number) => answer(429, { 'retry-after': `${seconds}` })
const times = ({ sent }: World) => sent.map(({ at }) => at - start)
const as = (name: string): Partial<RequestOptions> => ({ authorization: async () => `Bearer token-of-${name}` })
const ada = as('ada')

/** A provider whose first answer is this one, and that has no more objections after it. */
const objecting =
  (first: () => Response): Provider =>
  (_sent, index) =>
    index === 0 ? first() : answer()

describe('a limit that a provider states', () => {
  it('holds back all requests of the account, in all deployments and tabs', async () => {
    const world = createWorld(objecting(() => limited(30)))
    const one = world.tab()
    const [first, beside, elsewhere] = [one, one, world.tab()].map((budgets) => world.deployment({ budgets }))
    const all = [first?.send(ada)]
    await world.quiet()
    for (const deployment of [first, beside, elsewhere])
      all.push(deployment?.send(ada), deployment?.send({ ...ada, method: 'POST' }))
    await world.clock.advance(29_999)
    expect(world.sent).toHaveLength(1)
    await world.run(Promise.all(all))
    expect(world.sent).toHaveLength(8)
    for (const time of times(world).slice(1)) expect(time >= 30_000 && time <= 32_000).toBe(true)
    expect(new Set(times(world)).size).toBeGreaterThan(4)
    for (const deployment of [beside, elsewhere]) {
      expect(deployment?.events).toMatchObject(
        [1, 2].map(() => ({
          type: 'request-wait',
          provider: 'netlify',
          purpose: 'list the sites',
          reason: 'status 429',
        })),
      )
    }
  })

  it('says when the waiting ends', async () => {
    const world = createWorld(objecting(() => limited(30)))
    const budgets = world.tab({ random: () => 0.25 })
    const deployment = world.deployment({ budgets, random: () => 0 })
    const all = [deployment.send(ada)]
    await world.quiet()
    all.push(deployment.send(ada))
    await world.run(Promise.all(all))
    const until = start + 30_500
    expect(deployment.events).toMatchObject([
      { type: 'request-retry', until },
      { type: 'request-wait', until },
    ])
    expect(times(world)).toEqual([0, 30_500, 30_500])
  })

  it.each([
    ['a used-up budget, told with a good answer', () => answer(200, reset(20))],
    ['a used-up budget, told with a missing page', () => answer(404, reset(20))],
    ['a used-up budget, told with a refusal', () => answer(403, reset(20))],
    ['a secondary limit', () => answer(403, { 'retry-after': '20' })],
  ])('is one by %s', async (_what, first) => {
    const world = createWorld(objecting(first))
    const deployment = world.deployment({ budgets: world.tab(), random: () => 0 })
    const sent = deployment.send(ada).catch(() => undefined)
    await world.quiet()
    const next = deployment.send(ada)
    await world.clock.advance(19_000)
    expect(world.sent).toHaveLength(1)
    await world.run(Promise.all([sent, next]))
    expect(times(world)[1]).toBeGreaterThanOrEqual(20_000)
  })

  it.each([
    ['a server that is busy', () => answer(503, { 'retry-after': '20' })],
    ['a task that goes on', () => answer(202, { 'retry-after': '20' })],
    ['a budget with something left', () => answer(200, { ...reset(20), 'x-ratelimit-remaining': '1' })],
    ['a budget that is full again', () => answer(200, reset(-20))],
  ])('is none by %s', async (_what, first) => {
    const world = createWorld(objecting(first))
    const deployment = world.deployment({ budgets: world.tab() })
    const sent = deployment.send(ada)
    await world.quiet()
    await deployment.send(ada)
    expect(times(world)).toEqual([0, 0])
    await world.run(sent)
  })

  it.each<[string, Partial<RequestOptions>]>([
    ['of another account', as('grace')],
    ['without an account', {}],
    ['to another provider', { ...ada, provider: 'github' }],
  ])('holds back no request %s', async (_which, options) => {
    const world = createWorld(objecting(() => limited(30)))
    const deployment = world.deployment({ budgets: world.tab() })
    const first = deployment.send(ada)
    await world.quiet()
    await deployment.send(options)
    expect(times(world)).toEqual([0, 0])
    await world.run(first)
  })

  it('without an account holds back the host that stated it, and no other', async () => {
    const world = createWorld(objecting(() => limited(30)))
    const deployment = world.deployment({ budgets: world.tab() })
    const all = [deployment.send()]
    await world.quiet()
    await deployment.send({ url: 'https://other.example/' })
    all.push(deployment.send({ url: `${url}/1` }))
    await world.clock.advance(29_000)
    expect(world.sent).toHaveLength(2)
    await world.run(Promise.all(all))
  })

  it('is told to a tab that is opened later', async () => {
    const world = createWorld(objecting(() => limited(30)))
    const first = world.deployment({ budgets: world.tab() }).send(ada)
    await world.quiet()
    const later = world.deployment({ budgets: world.tab() })
    await world.quiet()
    const second = later.send(ada)
    await world.clock.advance(29_000)
    expect(world.sent).toHaveLength(1)
    expect(later.events).toMatchObject([{ type: 'request-wait' }])
    await world.run(Promise.all([first, second]))
  })

  it('reaches no tab that has closed its budgets', async () => {
    const world = createWorld(objecting(() => limited(30)))
    const closed = world.tab()
    closed.close()
    const first = world.deployment({ budgets: world.tab() }).send(ada)
    await world.quiet()
    await world.deployment({ budgets: closed }).send(ada)
    expect(times(world)).toEqual([0, 0])
    await world.run(first)
  })

  it('that is stated again while others wait holds them back longer, and that is told', async () => {
    const world = createWorld((_sent, index) => (index < 2 ? limited(20) : answer()))
    const deployment = world.deployment({ budgets: world.tab({ random: () => 0 }), random: () => 0 })
    const first = deployment.send(ada)
    await world.quiet()
    const waiting = world.deployment({ budgets: world.tab({ random: () => 0.5 }) })
    await world.quiet()
    const second = waiting.send(ada)
    await world.run(Promise.all([first, second]))
    expect(times(world)).toEqual([0, 20_000, 40_000, 41_000])
    expect(waiting.events).toMatchObject([
      { type: 'request-wait', until: start + 21_000 },
      { type: 'request-wait', until: start + 41_000 },
    ])
  })

  it('that is stated again and again is an error for those who wait', async () => {
    const world = createWorld(() => limited(20))
    const busy = world.deployment({ budgets: world.tab({ random: () => 0 }), random: () => 0 })
    const others = (async () => {
      for (let turn = 0; turn < 3; turn += 1) await busy.send(ada).catch(() => undefined)
    })()
    await world.quiet()
    const late = world.deployment({ budgets: world.tab({ random: () => 0.9 }) })
    await world.quiet()
    await expect(world.run(late.send(ada))).rejects.toMatchObject({ name: 'QuotaError', code: 'rate-limited' })
    expect(late.events.map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => 'request-wait'))
    expect(world.clock.now() - start).toBeLessThan(125_000)
    await world.run(others)
  })

  it('for too long ends every request with an error that says until when', async () => {
    const world = createWorld(objecting(() => limited(3600)))
    const until = start + 3_600_000
    const error = {
      name: 'QuotaError',
      code: 'rate-limited',
      retryable: true,
      hint: `Try again after ${new Date(until).toISOString()}.`,
      details: { provider: 'netlify', until },
    }
    const [one, other] = [world.tab(), world.tab()]
    await expect(world.deployment({ budgets: one }).send(ada)).rejects.toMatchObject(error)
    await world.quiet()
    for (const budgets of [one, other]) {
      const deployment = world.deployment({ budgets })
      await expect(deployment.send(ada)).rejects.toMatchObject(error)
      expect(deployment.events).toEqual([])
    }
    expect(world.sent).toHaveLength(1)
    await world.clock.advance(3_600_000)
    expect(await world.deployment({ budgets: other }).send(ada)).toMatchObject({ status: 200 })
  })

  it.each([
    ['seconds', { 'retry-after': '1e15' }],
    ['a point in time', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${start + 20_000}` }],
  ])('in a mistaken unit, as %s, holds nobody back for more than an hour', async (_how, headers) => {
    const world = createWorld(objecting(() => answer(429, headers)))
    const budgets = world.tab()
    for (let turn = 0; turn < 2; turn += 1)
      await expect(world.deployment({ budgets }).send(ada)).rejects.toMatchObject({ code: 'rate-limited' })
    expect(world.sent).toHaveLength(1)
    await world.clock.advance(3_600_000)
    expect(await world.deployment({ budgets }).send(ada)).toMatchObject({ status: 200 })
  })

  it('that is short is waited for without a word', async () => {
    const world = createWorld(objecting(() => answer(200, reset(1))))
    const deployment = world.deployment({ budgets: world.tab({ random: () => 0.5 }) })
    await deployment.send(ada)
    await world.run(deployment.send(ada))
    expect(times(world)).toEqual([0, 2000])
    expect(deployment.events).toEqual([])
  })

  it('has the token asked for again after the wait, in which it may run out', async () => {
    const world = createWorld(({ authorization }, index) => {
      if (index === 0) return limited(30)
      return answer(authorization?.endsWith('new') ? 200 : 401)
    })
    const deployment = world.deployment({ budgets: world.tab() })
    const first = deployment.send(ada).catch(() => undefined)
    await world.quiet()
    let asked = 0
    const authorization = async () => {
      asked += 1
      return `Bearer token-of-ada${asked > 1 ? '-new' : ''}`
    }
    const second = deployment.send({ authorization })
    await world.run(Promise.all([first, second]))
    expect(asked).toBe(2)
  })

  it('ends at once with an abort', async () => {
    const world = createWorld(objecting(() => limited(30)))
    const deployment = world.deployment({ budgets: world.tab() })
    const reason = new Error('the user pressed Cancel')
    const first = expect(deployment.send(ada)).rejects.toBe(reason)
    await world.quiet()
    const second = expect(deployment.send(ada)).rejects.toBe(reason)
    await world.quiet()
    expect(deployment.events).toHaveLength(2)
    deployment.abort(reason)
    await Promise.all([first, second])
    expect(world.clock.sleeping).toBe(0)
    expect(world.sent).toHaveLength(1)
  })

  it('is told without any token', async () => {
    const secret = 'tok_9f8e7d6c5b4a3210'
    const pair = btoa(`x-access-token:${secret}`)
    const world = createWorld((_sent, index) => {
      if (index % 3 === 0) return answer(429, { 'retry-after': '3' }, `slow down, ${secret} ${pair}`)
      return index % 3 === 1 ? answer(502, {}, secret) : answer(200, reset(3))
    })
    const tabs = [world.tab(), world.tab()]
    const deployments = tabs.map((budgets) => world.deployment({ budgets }))
    const all = [`Bearer ${secret}`, `Basic ${pair}`].flatMap((value) =>
      deployments.flatMap((deployment) =>
        Array.from({ length: 5 }, () => deployment.send({ authorization: async () => value })),
      ),
    )
    await world.run(Promise.allSettled(all))
    world.tab()
    await world.quiet()
    const types = world.posted.map((message) => (message as { type: string }).type)
    expect(new Set(types)).toEqual(new Set(['ask', 'state', 'hold', 'retries']))
    const said = JSON.stringify([world.posted, deployments.map(({ events }) => events)])
    for (const part of [secret, pair, secret.slice(4), pair.slice(0, 16)]) expect(said).not.toContain(part)
    expect(said).toMatch(/"netlify:[0-9a-f]{16}"/)
  })

  it('is not learnt from what no tab says', async () => {
    const world = createWorld(() => answer())
    let listen: (message: unknown) => void = () => undefined
    const budgets = world.tab({
      open(_name, listener) {
        listen = listener
        return { post: () => undefined, close: () => undefined }
      },
    })
    const hold = { until: start + 30_000, reason: 'status 429' }
    for (const message of [
      undefined,
      null,
      'hold',
      { type: 'hold' },
      { type: 'hold', key: 'netlify:api.example' },
      { type: 'other', hold },
    ])
      listen(message)
    listen({ type: 'hold', key: 'netlify:api.example', hold: { until: Number.NaN, reason: 'status 429' } })
    expect(await world.deployment({ budgets }).send()).toMatchObject({ status: 200 })
  })
})

function reset(seconds: number): Record<string, string> {
  return { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${start / 1000 + seconds}` }
}
