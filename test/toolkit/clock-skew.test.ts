import { describe, expect, it } from 'vitest'
import { createDesk } from './desk.js'
import { answer, createWorld } from './world.js'

const now = createDesk().clock.now()
const hour = 3_600_000

describe('a wait that a provider states as a point in time', () => {
  const forms = (server: number) => [
    { 'retry-after': new Date(server + 9000).toUTCString() },
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${(server + 9000) / 1000}` },
  ]

  it.each([
    ['an hour ahead', hour],
    ['an hour behind', -hour],
    ['years behind', -3 * 365 * 24 * hour],
    ['right', 0],
  ])('is as long as it means by its own clock, which is %s', async (_how, skew) => {
    for (const headers of forms(now + skew)) {
      for (const status of [403, 429, 503]) {
        const date = new Date(now + skew).toUTCString()
        const world = createWorld((_sent, index) => (index === 0 ? answer(status, { date, ...headers }) : answer()))
        const deployment = world.deployment({ random: () => 0 })
        await world.run(deployment.send())
        expect(deployment.events).toMatchObject([{ type: 'request-retry', until: now + 9000 }])
        expect(world.sent.map(({ at }) => at - now)).toEqual([0, 9000])
      }
    }
  })

  it.each([
    ['is hidden from pages', undefined],
    ['is no date', 'soon'],
  ])('is measured by the clock of the device where the provider’s %s', async (_how, date) => {
    for (const headers of forms(now)) {
      const world = createWorld((_sent, index) =>
        index === 0 ? answer(429, { ...(date && { date }), ...headers }) : answer(),
      )
      await world.run(world.deployment({ random: () => 0 }).send())
      expect(world.sent.map(({ at }) => at - now)).toEqual([0, 9000])
    }
  })

  it('in seconds is the same by every clock', async () => {
    const date = new Date(now + hour).toUTCString()
    const world = createWorld((_sent, index) => (index === 0 ? answer(429, { date, 'retry-after': '9' }) : answer()))
    await world.run(world.deployment({ random: () => 0 }).send())
    expect(world.sent.map(({ at }) => at - now)).toEqual([0, 9000])
  })

  it('says when to try again by the clock of the device', async () => {
    const server = now + hour
    const headers = { date: new Date(server).toUTCString(), 'retry-after': new Date(server + 2 * hour).toUTCString() }
    const world = createWorld(() => answer(429, headers))
    await expect(world.run(world.deployment().send())).rejects.toMatchObject({ details: { until: now + 2 * hour } })
  })
})
