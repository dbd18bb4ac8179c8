import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { onAbort } from '../../src/toolkit/on-abort.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import { withTimeLimit } from '../../src/toolkit/with-time-limit.js'
import { settled, simulatedClock } from '../support/simulated-clock.js'

function limited<Result>(work: (signal: AbortSignal) => Promise<Result>) {
  const clock = simulatedClock()
  const controller = new AbortController()
  const { signal } = controller
  const limit = { clock, milliseconds: 1000, signal, expired: () => new Error('too long') }
  const result = withTimeLimit(limit, work)
  result.catch(() => undefined) // each test looks at it when its time has come
  return { clock, signal, result, abort: (reason: unknown) => controller.abort(reason) }
}

const forever = () => new Promise<never>(() => undefined)

describe('work with a time limit', () => {
  it.each<[string, (signal: AbortSignal) => Promise<string>]>([
    ['brings its result', async () => 'done'],
    ['fails', () => Promise.reject(new Error('failed'))],
    [
      'throws',
      () => {
        throw new Error('failed')
      },
    ],
    ['takes too long', forever],
    ['is aborted', forever],
  ])('leaves no listener and no timer behind when it %s', async (what, work) => {
    const { clock, signal, result, abort } = limited(work)
    await settled()
    if (what === 'takes too long') await clock.advance(1000)
    if (what === 'is aborted') abort(new Error('stop'))
    await result.catch(() => undefined)
    await settled()
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(clock.sleeping).toBe(0)
  })

  it('is told by its signal why it has to end', async () => {
    for (const how of ['limit', 'abort']) {
      let told: unknown
      const { clock, result, abort } = limited(async (signal) => {
        signal.addEventListener('abort', () => {
          told = signal.reason
        })
        return forever()
      })
      if (how === 'limit') await clock.advance(1000)
      else abort(new Error('stop'))
      const error = await result.catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ message: how === 'limit' ? 'too long' : 'stop' })
      expect(told).toBe(error)
    }
  })

  it('does not begin under a signal that is aborted', async () => {
    let begun = false
    const limit = { clock: simulatedClock(), milliseconds: 1, expired: () => new Error('too long') }
    const work = async () => {
      begun = true
    }
    const reason = new Error('stop')
    await expect(withTimeLimit({ ...limit, signal: AbortSignal.abort(reason) }, work)).rejects.toBe(reason)
    expect(begun).toBe(false)
  })
})

describe('many that wait for one abort', () => {
  it('share one listener, are called in order, and take it back with the last of them', () => {
    const controller = new AbortController()
    const called: number[] = []
    const releases = [1, 2, 3].map((number) => onAbort(controller.signal, () => called.push(number)))
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    releases[1]?.()
    releases[1]?.()
    controller.abort()
    expect(called).toEqual([1, 3])
    for (const release of releases) release()
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('may come back after all had gone', () => {
    const controller = new AbortController()
    let called = 0
    const first = onAbort(controller.signal, () => undefined)
    first()
    onAbort(controller.signal, () => {
      called += 1
    })
    first() // taken back twice: the newcomer keeps its listener
    controller.abort()
    expect(called).toBe(1)
  })

  it('are called at once where the abort has been', () => {
    let called = 0
    onAbort(AbortSignal.abort(), () => {
      called += 1
    })
    expect(called).toBe(1)
  })
})

describe('the real clock', () => {
  it('sleeps, and wakes for an abort with its reason', async () => {
    const before = systemClock.now()
    await systemClock.sleep(5)
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(4)
    const controller = new AbortController()
    await systemClock.sleep(1, controller.signal)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    const sleeping = systemClock.sleep(60_000, controller.signal)
    const reason = new Error('stop')
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(systemClock.sleep(1, controller.signal)).rejects.toBe(reason)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it.each([2 ** 31, Number.POSITIVE_INFINITY])('does not take %d ms, which no timer holds, for none', async (long) => {
    const controller = new AbortController()
    let woken = false
    const sleeping = systemClock.sleep(long, controller.signal).then(() => {
      woken = true
    })
    await systemClock.sleep(20)
    expect(woken).toBe(false)
    controller.abort(new Error('stop'))
    await expect(sleeping).rejects.toThrow('stop')
  })
})
