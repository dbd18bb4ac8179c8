import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/spec/event.js'
import { pausingClock } from '../../src/toolkit/pausing-clock.js'
import { withTimeLimit } from '../../src/toolkit/with-time-limit.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { settled, simulatedClock } from '../support/simulated-clock.js'
import { switchable } from './world.js'

function create() {
  const plain = simulatedClock()
  const network = switchable()
  return { plain, network, clock: pausingClock(plain, network), start: plain.now() }
}

/** Tells whether a promise is settled. */
function watched(promise: Promise<unknown>): { over: boolean } {
  const state = { over: false }
  promise.then(
    () => {
      state.over = true
    },
    () => undefined,
  )
  return state
}

describe('a clock that pauses', () => {
  it('is the clock that it is made of while there is a network', async () => {
    const { plain, clock, start } = create()
    const sleep = watched(clock.sleep(1000))
    await plain.advance(999)
    expect({ now: clock.now(), ...sleep }).toEqual({ now: start + 999, over: false })
    await plain.advance(1)
    expect({ now: clock.now(), ...sleep }).toEqual({ now: start + 1000, over: true })
  })

  it('stands still without a network, and goes on from there', async () => {
    const { plain, network, clock, start } = create()
    await plain.advance(100)
    network.online = false
    await plain.advance(5000)
    expect(clock.now()).toBe(start + 100)
    network.online = true
    await plain.advance(20)
    expect(clock.now()).toBe(start + 120)
    network.online = false
    await plain.advance(3)
    network.online = true
    expect(clock.now()).toBe(start + 120)
  })

  it.each([
    ['in the middle', 400, 10_000],
    ['shortly, and is back before its end', 400, 200],
    ['from its beginning', 0, 700],
  ])('sleeps longer by the time without a network: %s', async (_when, before, without) => {
    const { plain, network, clock } = create()
    if (before === 0) network.online = false
    const sleep = watched(clock.sleep(1000))
    await plain.advance(before)
    network.online = false
    await plain.advance(without)
    expect(sleep.over).toBe(false)
    network.online = true
    await plain.advance(1000 - before - 1)
    expect(sleep.over).toBe(false)
    await plain.advance(1)
    expect(sleep.over).toBe(true)
    expect(plain.sleeping).toBe(0)
  })

  it('sleeps on through one pause after the other', async () => {
    const { plain, network, clock } = create()
    const sleep = watched(clock.sleep(100))
    for (let pause = 0; pause < 9; pause += 1) {
      await plain.advance(10)
      network.online = false
      await plain.advance(1000)
      network.online = true
    }
    await plain.advance(9)
    expect(sleep.over).toBe(false)
    await plain.advance(1)
    expect(sleep.over).toBe(true)
  })

  it.each([true, false])('wakes with its signal (online: %s)', async (online) => {
    const { plain, network, clock } = create()
    network.online = online
    const controller = new AbortController()
    const reason = new Error('the user pressed Cancel')
    const rejected = expect(clock.sleep(1000, controller.signal)).rejects.toBe(reason)
    await settled()
    controller.abort(reason)
    await rejected
    await expect(clock.sleep(1000, controller.signal)).rejects.toBe(reason)
    expect(plain.sleeping).toBe(0)
  })

  it('keeps a time limit from running out', async () => {
    const { plain, network, clock } = create()
    const { signal } = new AbortController()
    const limit = { clock, milliseconds: 30_000, signal, expired: () => new Error('too late') }
    const work = withTimeLimit(limit, () => plain.sleep(600_000).then(() => 'done'))
    await plain.advance(1000)
    network.online = false
    await plain.advance(598_000)
    network.online = true
    await plain.advance(1000)
    expect(await work).toBe('done')
  })

  it('tells once that the network is gone, and once that it is back with how long that took; its time of day goes on', async () => {
    const plain = simulatedClock()
    const network = switchable()
    const events: EventBody[] = []
    const clock = pausingClock(plain, network, (event) => events.push(event))
    const start = plain.now()
    network.online = false
    network.online = false
    await plain.advance(5000)
    expect(events).toEqual([{ type: 'network-offline' }])
    expect({ now: clock.now(), time: clock.time?.() }).toEqual({ now: start, time: start + 5000 })
    network.online = true
    expect(events).toEqual([{ type: 'network-offline' }, { type: 'network-online', duration: 5000 }])
    clock.close()
    network.online = false
    expect(events).toHaveLength(2)
  })

  it('stands still no more when it is closed, and watches nothing', async () => {
    const { plain, network, clock, start } = create()
    network.online = false
    const sleep = watched(clock.sleep(1000))
    await plain.advance(500)
    clock.close()
    expect(network.watched).toBe(0)
    await plain.advance(1000)
    expect({ now: clock.now(), ...sleep }).toEqual({ now: start + 1000, over: true })
  })

  it('works with a clock that hurries', async () => {
    const network = switchable()
    const hurried = hurriedClock()
    const clock = pausingClock(hurried, network)
    const start = clock.now()
    await clock.sleep(5000)
    expect(clock.now()).toBe(start + 5000)
    network.online = false
    const sleep = clock.sleep(2000)
    await hurried.sleep(20_000)
    expect(clock.now()).toBe(start + 5000)
    network.online = true
    await sleep
    expect(clock.now()).toBe(start + 7000)
  })
})
