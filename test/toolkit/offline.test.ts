import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/errors/auth-error.js'
import { createDesk } from './desk.js'
import { answer, createWorld, lost, silence, type World } from './world.js'

const start = createDesk().clock.now()

/** A provider that can't be reached while the device has no network, which it loses with the request of this index. */
function losingAt(index: number): World {
  const world: World = createWorld((_sent, at) => {
    if (at === index) world.network.online = false
    return world.network.online ? answer() : lost()
  })
  return world
}

const times = ({ sent }: World) => sent.map(({ at }) => at - start)

describe('without a network', () => {
  it('nothing is sent, and everything is when it is back', async () => {
    const world = losingAt(-1)
    world.network.online = false
    const deployment = world.deployment({ network: world.network, random: () => 0.5 })
    const replies = Promise.all([deployment.send(), deployment.send({ method: 'POST' }), deployment.send()])
    await world.clock.advance(90_000)
    expect(world.sent).toEqual([])
    world.network.online = true
    await world.clock.advance(1000)
    expect((await replies).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(times(world)).toEqual([90_250, 90_250, 90_250])
    expect(deployment.events).toEqual([])
  })

  it('those who waited do not all leave at once', async () => {
    const world = losingAt(-1)
    world.network.online = false
    const deployment = world.deployment({ network: world.network })
    const replies = Promise.all(Array.from({ length: 50 }, () => deployment.send()))
    await world.clock.advance(1000)
    world.network.online = true
    await world.clock.advance(500)
    await replies
    expect(new Set(times(world)).size).toBeGreaterThan(20)
    expect(Math.max(...times(world))).toBeLessThanOrEqual(1500)
  })

  it('a GET that it broke is repeated when it is back, as often as it takes, and does not count', async () => {
    let falls = 0
    const world: World = createWorld(() => {
      falls += 1
      if (falls > 8) return answer()
      world.network.online = false
      return lost()
    })
    const deployment = world.deployment({ network: world.network, random: () => 0 })
    const reply = deployment.send()
    for (let outage = 0; outage < 8; outage += 1) {
      await world.clock.advance(10_000)
      world.network.online = true
    }
    expect(await world.run(reply)).toMatchObject({ status: 200 })
    expect(world.sent).toHaveLength(9)
    expect(deployment.events).toMatchObject(
      Array.from({ length: 8 }, (_, index) => ({ type: 'request-retry', attempt: index + 2, reason: 'offline' })),
    )
  })

  it('a GET counts as broken by it also where it was back before the request failed', async () => {
    const world: World = createWorld((_sent, index) => {
      if (index > 0) return answer()
      world.network.online = false
      world.network.online = true
      return lost()
    })
    const policy = { attempts: 1, base: 500, most: 15_000, patience: 60_000 }
    const deployment = world.deployment({ network: world.network, policy })
    expect(await world.run(deployment.send())).toMatchObject({ status: 200 })
  })

  it('a GET that hangs for it is repeated after its time limit', async () => {
    const world: World = createWorld((sent, index) => {
      if (index > 0) return answer()
      world.network.online = false
      return silence(sent)
    })
    const deployment = world.deployment({ network: world.network, random: () => 0 })
    const reply = deployment.send()
    await world.clock.advance(120_000)
    world.network.online = true
    await world.run(reply)
    expect(times(world)).toEqual([0, 120_000])
  })

  it('a POST that it broke is an error, for its adapter to see what came of it', async () => {
    const world = losingAt(0)
    const deployment = world.deployment({ network: world.network })
    await expect(deployment.send({ method: 'POST' })).rejects.toMatchObject({ code: 'network-unreachable' })
    expect(world.sent).toHaveLength(1)
    const look = deployment.send()
    await world.clock.advance(5000)
    expect(world.sent).toHaveLength(1)
    world.network.online = true
    expect(await world.run(look)).toMatchObject({ status: 200 })
  })

  it('a request that fails while there is one is no fault of it', async () => {
    const world = createWorld(lost)
    const deployment = world.deployment({ network: world.network })
    await expect(world.run(deployment.send())).rejects.toMatchObject({ code: 'network-unreachable' })
    expect(world.sent).toHaveLength(5)
  })

  it('a wait for the next try becomes a wait for the network', async () => {
    const world = createWorld((_sent, index) => answer(index === 0 ? 503 : 200, { 'retry-after': '5' }))
    const deployment = world.deployment({ network: world.network, random: () => 0 })
    const reply = deployment.send()
    await world.clock.advance(1000)
    world.network.online = false
    await world.clock.advance(59_000)
    expect(world.sent).toHaveLength(1)
    world.network.online = true
    await world.run(reply)
    expect(times(world)).toEqual([0, 60_000])
  })

  it('a token that can not be had is asked for again when it is back', async () => {
    const world = losingAt(-1)
    let asked = 0
    const authorization = async () => {
      asked += 1
      if (asked === 1) world.network.online = false
      if (!world.network.online) throw new AuthError({ code: 'token-unavailable', message: 'none', hint: 'sign in' })
      return 'Bearer token'
    }
    const deployment = world.deployment({ network: world.network })
    const reply = deployment.send({ authorization })
    await world.clock.advance(5000)
    world.network.online = true
    expect(await world.run(reply)).toMatchObject({ status: 200 })
    expect(asked).toBe(2)
  })

  it('no request is tried through the relay instead', async () => {
    const world = losingAt(0)
    const deployment = world.deployment({ network: world.network, relay: 'https://relay.example' })
    const reply = deployment.send()
    await world.clock.advance(5000)
    expect(world.sent).toHaveLength(1)
    world.network.online = true
    await world.run(reply)
    expect(deployment.events).toMatchObject([{ type: 'request-retry', reason: 'offline' }])
  })

  it('a wait ends at once with an abort, and leaves nothing behind', async () => {
    const world = losingAt(0)
    const deployment = world.deployment({ network: world.network })
    const reason = new Error('the user pressed Cancel')
    const broken = expect(deployment.send()).rejects.toBe(reason)
    await world.quiet()
    const waiting = expect(deployment.send()).rejects.toBe(reason)
    await world.quiet()
    deployment.abort(reason)
    await Promise.all([broken, waiting])
    await expect(deployment.send()).rejects.toBe(reason)
    expect(world.clock.sleeping).toBe(0)
    expect(world.network.watched).toBe(0)
  })

  it('the pause before the next request ends at once with an abort, too', async () => {
    const world = losingAt(-1)
    world.network.online = false
    const deployment = world.deployment({ network: world.network, random: () => 0.9 })
    const reason = new Error('the user pressed Cancel')
    const waiting = expect(deployment.send()).rejects.toBe(reason)
    await world.quiet()
    world.network.online = true
    await world.clock.advance(100)
    deployment.abort(reason)
    await waiting
    expect(world.sent).toEqual([])
    expect(world.network.watched).toBe(0)
  })

  it('it is watched only while there are requests', async () => {
    const world = losingAt(-1)
    const deployment = world.deployment({ network: world.network })
    await deployment.send()
    expect(world.network.watched).toBe(0)
  })
})
