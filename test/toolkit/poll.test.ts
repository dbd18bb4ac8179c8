import { describe, expect, it } from 'vitest'
import { type PollOptions, poll } from '../../src/toolkit/poll.js'
import { simulatedClock } from '../support/simulated-clock.js'

/** Asks for states, one for each question and then the last one again, and notes when. */
function asking(states: readonly string[], options: Partial<PollOptions<string>> = {}) {
  const clock = simulatedClock()
  const start = clock.now()
  const times: number[] = []
  const controller = new AbortController()
  const result = poll({
    clock,
    signal: controller.signal,
    ask: async () => {
      times.push(clock.now() - start)
      return states[Math.min(times.length, states.length) - 1] ?? ''
    },
    done: (state) => state === 'ready',
    key: (state) => state,
    timeLimit: 60_000,
    expired: (last) => new Error(`still ${last}`),
    ...options,
  })
  result.catch(() => undefined) // each test looks at it when its time has come
  return { clock, times, result, abort: (reason: unknown) => controller.abort(reason) }
}

describe('polling', () => {
  it('asks at once, and no more when it is done', async () => {
    const { clock, result, times } = asking(['ready'])
    expect(await result).toBe('ready')
    expect({ times, sleeping: clock.sleeping }).toEqual({ times: [0], sleeping: 0 })
  })

  it('asks ever more rarely while nothing moves, down to a bound', async () => {
    const { clock, times } = asking(['waiting'], { first: 1000, most: 3000 })
    await clock.advance(15_000)
    expect(times).toEqual([0, 1000, 2500, 4750, 7750, 10_750, 13_750])
  })

  it('asks soon again when something has moved', async () => {
    const { clock, times, result } = asking(['new', 'new', 'new', 'sending', 'sending', 'ready'], { first: 1000 })
    await clock.advance(60_000)
    expect(await result).toBe('ready')
    expect(times).toEqual([0, 1000, 2500, 4750, 5750, 7250])
  })

  it('asks for the last time when the time is up, and says what it saw then', async () => {
    const { clock, times, result } = asking(['waiting'], { first: 4000, most: 4000, timeLimit: 10_000 })
    await clock.advance(10_000)
    await expect(result).rejects.toThrow('still waiting')
    expect(times).toEqual([0, 4000, 8000, 10_000])
  })

  it('ends with an abort', async () => {
    const { clock, times, result, abort } = asking(['waiting'])
    await clock.advance(100)
    const reason = new Error('stop')
    abort(reason)
    await expect(result).rejects.toBe(reason)
    await clock.advance(10_000)
    expect(times).toEqual([0])
  })

  it('ends with an error of its question', async () => {
    const { result } = asking([], { ask: () => Promise.reject(new Error('no answer')) })
    await expect(result).rejects.toThrow('no answer')
  })
})
