import { describe, expect, it } from 'vitest'
import { adaptivePool, type PoolOptions } from '../../src/toolkit/adaptive-pool.js'
import { promise } from '../relay/stage.js'
import { type SimulatedClock, settled, simulatedClock } from '../support/simulated-clock.js'

interface Watched {
  readonly clock: SimulatedClock
  readonly done: Promise<void>
  /** How many were under way whenever one started. */
  readonly widths: number[]
  /** The bytes that were under way then. */
  readonly bytes: number[]
  running(): number
}

/** Works on items, each of which takes as long as `takes` says when so many are under way. */
function watch(
  items: readonly number[],
  options: Partial<PoolOptions<number>>,
  takes: (running: number) => number,
  onStart: (index: number, slowDown: () => void) => unknown = () => undefined,
): Watched {
  const clock = simulatedClock()
  const widths: number[] = []
  const bytes: number[] = []
  let running = 0
  let held = 0
  const done = adaptivePool(items, { clock, weigh: () => 1, ...options }, async (item, slowDown) => {
    running += 1
    held += item
    widths.push(running)
    bytes.push(held)
    try {
      await onStart(widths.length - 1, slowDown)
      await clock.sleep(takes(running))
    } finally {
      running -= 1
      held -= item
    }
  })
  done.catch(() => undefined) // each test looks at it when its time has come
  return { clock, done, widths, bytes, running: () => running }
}

const ones = (count: number) => Array.from({ length: count }, () => 1)

describe('a pool', () => {
  it('works on every item once, and on none where there are none', async () => {
    const seen: number[] = []
    const items = Array.from({ length: 100 }, (_, index) => index)
    await adaptivePool(items, { clock: simulatedClock(), weigh: () => 1 }, async (item) => {
      seen.push(item)
    })
    expect(seen).toEqual(items)
    await watch([], {}, () => 1).done
  })

  it('grows while more at once get more done, up to its bound', async () => {
    const { clock, done, widths } = watch(ones(2000), { start: 4, most: 30 }, () => 100)
    await clock.advance(100_000)
    await done
    expect(widths.slice(0, 4)).toEqual([1, 2, 3, 4])
    expect(Math.max(...widths)).toBe(30)
    expect(widths).toContain(6) // half as many again as at the start, not the bound at once
    expect(widths.indexOf(30)).toBeGreaterThan(widths.indexOf(7))
  })

  it('does not grow where more at once get no more done', async () => {
    const { clock, done, widths } = watch(ones(1000), { start: 4, most: 48 }, (running) => running * 25)
    await clock.advance(1_000_000)
    await done
    expect(Math.max(...widths)).toBeLessThanOrEqual(9)
  })

  it('is halved by a worker that has to slow down', async () => {
    const options = { start: 8, most: 8 }
    const { clock, done, widths } = watch(
      ones(20),
      options,
      () => 100,
      (index, slowDown) => {
        if (index === 7) slowDown()
      },
    )
    await clock.advance(100)
    expect(Math.max(...widths.slice(8))).toBe(4)
    await clock.advance(10_000)
    await done
    expect(widths).toHaveLength(20)
  })

  it('is halved once for all that are under way, and grows again when they have gone', async () => {
    const limited = promise()
    const { clock, done, widths } = watch(
      ones(200),
      { start: 16, most: 16 },
      () => 100,
      (index, slowDown) => (index < 16 ? limited.kept.then(slowDown) : undefined),
    )
    limited.keep()
    await clock.advance(100)
    expect(Math.max(...widths.slice(16))).toBe(8)
    await clock.advance(10_000)
    await done
    expect(Math.max(...widths.slice(16))).toBe(16)
  })

  it('never stops for slowing down: one is always under way', async () => {
    const { clock, done, widths } = watch(
      ones(10),
      { start: 2 },
      () => 100,
      (_index, slowDown) => slowDown(),
    )
    await clock.advance(10_000)
    await done
    expect(widths.slice(2)).toEqual(ones(8))
  })

  it('holds no more bytes than it may, and lets a heavier item go alone', async () => {
    const items = [500, 40, 40, 40, 90, 20, 10]
    const options = { weigh: (item: number) => item, mostBytes: 100 }
    const { clock, done, bytes, widths } = watch(items, options, () => 100)
    await clock.advance(10_000)
    await done
    expect(bytes[0]).toBe(500)
    expect(Math.max(...bytes.slice(1))).toBeLessThanOrEqual(100)
    expect(widths).toHaveLength(items.length)
    expect(widths.slice(0, 3)).toEqual([1, 1, 2])
  })

  it.each([
    ['is rejected', (error: Error) => Promise.reject(error)],
    [
      'throws',
      (error: Error) => {
        throw error
      },
    ],
  ])('starts no more when one %s, and leaves nothing running behind', async (_how, fail) => {
    const held = promise()
    const { clock, done, widths, running } = watch(
      ones(20),
      { start: 3, most: 3 },
      () => 100,
      (index) => {
        if (index === 1) return fail(new Error('the first'))
        if (index === 2) return held.kept.then(() => fail(new Error('the second')))
        return undefined
      },
    )
    let settledAt = 0
    done.catch(() => {
      settledAt = running()
    })
    await clock.advance(100)
    expect(running()).toBe(1)
    held.keep()
    await settled()
    await expect(done).rejects.toThrow('the first')
    expect({ settledAt, started: widths.length }).toEqual({ settledAt: 0, started: 3 })
  })

  it('hands on what a worker throws before it promises anything', async () => {
    const throwing = (): Promise<void> => {
      throw new Error('at once')
    }
    const started = adaptivePool([1, 2], { clock: simulatedClock(), weigh: () => 1 }, throwing)
    await expect(started).rejects.toThrow('at once')
  })
})
