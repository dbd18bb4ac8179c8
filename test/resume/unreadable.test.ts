import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployments, forget } from '../../src/index.js'
import { keys } from '../../src/journal/keys.js'
import { checkStream, checkWorld } from '../faults/check.js'
import { type Reference, refer } from '../faults/run.js'
import { first } from '../faults/scenarios.js'
import { type Bench, startBench, type World } from '../faults/world.js'
import { atUpload, deployed, errorOf, interrupt, resumed } from './interrupt.js'

let bench: Bench
let reference: Reference

beforeAll(async () => {
  bench = await startBench()
  reference = await refer(bench, first)
})

afterAll(() => bench.close())

const spoilt = [
  ['corrupt', { nonsense: true }],
  ['newer', { version: 99 }],
] as const

/** An interrupted deployment, one of whose entries is put in place of another. */
async function spoil(entry: (world: World) => string | Promise<string>, value: unknown): Promise<World> {
  const world = await bench.begin(first)
  await interrupt(world, atUpload)
  const key = await entry(world)
  expect(await world.storage.journal.read(key), key).toBeDefined()
  await world.storage.journal.write(new Map([[key, value]]))
  return world
}

describe.each(spoilt)('an entry that is %s', (reason, value) => {
  it('as the record makes the deployment unreadable, until it is forgotten', async () => {
    const world = await spoil(({ id }) => keys.record(id), value)
    const { storage, id } = world
    expect(errorOf(await resumed(world))).toMatchObject({ name: 'JournalError', code: 'deployment-unreadable' })
    expect(errorOf(await resumed(world))).toMatchObject({ code: 'deployment-unreadable' })
    expect(await deployments({ storage })).toMatchObject([{ id, state: 'unreadable' }])
    await forget(id, { storage })
    expect(await deployments({ storage })).toEqual([])
    expect((await storage.journal.keys('')).filter((key) => !key.startsWith('cache'))).toEqual([])
    // What it made is found again.
    expect((await deployed(world)).end?.outcome).toBe('success')
    const { sites, repositories, heads } = await world.endState()
    expect({ sites, repositories, heads }).toEqual({ sites: 1, repositories: 1, heads: reference.end.heads })
  })

  it('as the facts makes it build again, and is told', async () => {
    const entry = ({ id }: World) => keys.facts(id)
    const world = await spoil(entry, value)
    const refused = await resumed(world)
    expect(errorOf(refused)).toMatchObject({ code: 'container-missing' })
    expect(refused.events).toContainEqual(
      expect.objectContaining({ type: 'journal-set-aside', entry: entry(world), reason }),
    )
    const stream = await resumed(world, { withContainer: true })
    expect([...checkStream('it', stream), ...(await checkWorld(world, reference.end, [...world.requests]))]).toEqual([])
  })

  it.each(['repository', 'site-netlify', 'collect', 'commit', 'publish-netlify'])(
    'as the step %s is told, and the deployment comes to the same end',
    async (step) => {
      const entry = ({ id }: World) => keys.step(id, step)
      const world = await spoil(entry, value)
      const stream = await resumed(world, { withContainer: step === 'collect' })
      expect(stream.end).toMatchObject({ outcome: 'success' })
      expect(stream.events).toContainEqual(
        expect.objectContaining({ type: 'journal-set-aside', entry: entry(world), reason }),
      )
      expect([...checkStream('it', stream), ...(await checkWorld(world, reference.end, [...world.requests]))]).toEqual(
        [],
      )
    },
  )

  it.each(['first', 'middle', 'last'])(
    'as the %s batch of events is told, and the numbers have no gap',
    async (which) => {
      const entry = async ({ id, storage }: World) => {
        const batches = await storage.journal.keys(keys.events(id))
        const at = { first: 0, middle: Math.floor(batches.length / 2), last: batches.length - 1 }[which]
        return batches[at ?? 0] ?? ''
      }
      const world = await spoil(entry, value)
      const stream = await resumed(world)
      expect(stream.end).toMatchObject({ outcome: 'success' })
      expect(stream.events).toContainEqual(expect.objectContaining({ type: 'journal-set-aside', reason }))
      expect([...checkStream('it', stream), ...(await checkWorld(world, reference.end, [...world.requests]))]).toEqual(
        [],
      )
    },
  )
})

describe('a step whose', () => {
  it.each([
    [
      'checkpoint is none of its adapter',
      'publish-netlify',
      { state: 'begun', checkpoint: { kind: 'other' }, result: null },
    ],
    ['result is none of its own', 'commit', { state: 'ended', checkpoint: null, result: { oid: 5 } }],
  ])('%s is set aside and done again', async (_, step, value) => {
    const world = await spoil(({ id }) => keys.step(id, step), value)
    const stream = await resumed(world)
    expect(stream.events).toContainEqual(
      expect.objectContaining({ type: 'journal-set-aside', entry: keys.step(world.id, step), reason: 'corrupt' }),
    )
    expect([...checkStream('it', stream), ...(await checkWorld(world, reference.end, [...world.requests]))]).toEqual([])
  })
})
