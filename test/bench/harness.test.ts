import { describe, expect, it } from 'vitest'
import { type Benchmark, measure, median, type Peer, toTable } from '../../bench/harness.js'

/** A benchmark whose peers note when they ran, and whether it was closed. */
function stage(amounts: Record<string, number>): { benchmark: Benchmark; ran: string[]; closed: () => number } {
  const ran: string[] = []
  let closed = 0
  const peers = Object.entries(amounts).map(([name, amount]): Peer => {
    const run = async (): Promise<number> => {
      ran.push(name)
      return amount
    }
    return { name, run }
  })
  const close = async (): Promise<void> => {
    closed++
  }
  return { benchmark: { name: 'work', unit: 'files', open: async () => ({ peers, close }) }, ran, closed: () => closed }
}

describe('a benchmark', () => {
  it('runs its peers in turn, each as often, after a round that does not count', async () => {
    const { benchmark, ran, closed } = stage({ own: 1, other: 1 })
    const figures = await measure(benchmark, 2)
    expect(ran).toEqual(['own', 'other', 'other', 'own', 'own', 'other'])
    expect(figures.map(({ peer }) => peer)).toEqual(['own', 'other'])
    expect(figures[0]?.ratio).toEqual({ median: 1, least: 1, most: 1 })
    expect(closed()).toBe(1)
  })

  it('is closed when a peer fails, and work of nothing is a failure', async () => {
    const { benchmark, closed } = stage({ own: 0 })
    await expect(measure(benchmark, 2)).rejects.toThrow('own did nothing')
    expect(closed()).toBe(1)
  })

  it('takes the middle of what it measured', () => {
    expect(median([9, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 9])).toBe(3)
  })

  it('is shown with the ratio of each peer to the first', () => {
    const ratio = { median: 0.5, least: 0.4, most: 0.61 }
    const empty = { wanted: undefined, measured: {} }
    const figure = { benchmark: 'work', peer: 'own', unit: 'files', rate: 12_345, duration: 10.04, ratio, ...empty }
    expect(toTable([figure])).toMatch(/work\s+own\s+12,300 files\/s\s+10 ms\s+0\.50 \(0\.40 to 0\.61\)/)
  })
})
