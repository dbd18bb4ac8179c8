import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeploymentStorage, Journal } from '../../src/index.js'
import { memoryStorage } from '../../src/index.js'
import { checkStream } from '../faults/check.js'
import { refer } from '../faults/run.js'
import { first } from '../faults/scenarios.js'
import { type Bench, startBench } from '../faults/world.js'
import { deployed } from './interrupt.js'

let bench: Bench

beforeAll(async () => {
  bench = await startBench()
})

afterAll(() => bench.close())

const full = () => Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'))

/** A storage whose journal does otherwise. */
function withJournal(change: (journal: Journal) => Partial<Journal>): DeploymentStorage {
  const storage = memoryStorage()
  return { ...storage, journal: { ...storage.journal, ...change(storage.journal) } }
}

describe('a journal that cannot be written', () => {
  it('costs one warning, and the deployment ends well', async () => {
    const { end } = await refer(bench, first)
    const world = await bench.begin(
      first,
      withJournal(() => ({ write: full })),
    )
    const stream = await deployed(world)
    expect(stream.end?.outcome).toBe('success')
    expect(checkStream('it', stream)).toEqual([])
    expect(
      stream.events.filter((event) => event.type === 'warning' && event.code === 'journal-not-written'),
    ).toHaveLength(1)
    expect(await world.endState()).toEqual(end)
  })

  it.each([1, 4, 9])('from write %i on costs one warning, too', async (from) => {
    let writes = 0
    const storage = withJournal((journal) => ({
      write: (changes) => {
        writes += 1
        return writes > from ? full() : journal.write(changes)
      },
    }))
    const world = await bench.begin(first, storage)
    const stream = await deployed(world)
    expect(stream.end?.outcome).toBe('success')
    expect(
      stream.events.filter((event) => event.type === 'warning' && event.code === 'journal-not-written'),
    ).toHaveLength(1)
  })
})
