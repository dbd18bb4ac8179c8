import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resume } from '../../src/index.js'
import { keys } from '../../src/journal/keys.js'
import { readStream } from '../faults/check.js'
import { first } from '../faults/scenarios.js'
import { type Bench, startBench, type World } from '../faults/world.js'
import { labPorts } from '../support/lab.js'
import { atUpload, deployed, errorOf, interrupt, publishing, resumed } from './interrupt.js'

let bench: Bench

beforeAll(async () => {
  bench = await startBench()
})

afterAll(() => bench.close())

/** Changes the record of a deployment. */
async function change({ storage, id }: World, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const record = (await storage.journal.read(keys.record(id))) as Record<string, unknown>
  await storage.journal.write(new Map([[keys.record(id), { ...record, ...changes }]]))
}

describe('resume', () => {
  it('refuses an unknown deployment', async () => {
    const world = await bench.begin(publishing)
    expect(errorOf(await resumed(world))).toMatchObject({ name: 'OptionsError', code: 'deployment-unknown' })
  })

  it('refuses one that has ended well, and says where it is live', async () => {
    const world = await bench.begin(publishing)
    const { end } = await deployed(world)
    const url = end?.outcome === 'success' && end.result.url
    expect(errorOf(await resumed(world))).toMatchObject({ code: 'deployment-ended', details: { url } })
  })

  it('refuses another site, another repository, and what is missing or new', async () => {
    const world = await bench.begin(first)
    await interrupt(world, atUpload)
    const other = labPorts(bench.lab, 'elsewhere')
    const { git, targets } = labPorts(bench.lab, world.name)
    const refused = async (options: object): Promise<string> => {
      const tab = world.openTab()
      const given = { storage: tab.storage, fetch: tab.fetch, clock: tab.clock, ...options }
      const error = errorOf(await readStream(resume(world.id, given as Parameters<typeof resume>[1]), tab.dead))
      expect(error).toMatchObject({ name: 'OptionsError', code: 'resume-differs' })
      return error.message
    }
    const before = bench.lab.emulator.requests.length
    expect(await refused({ git, targets: other.targets })).toContain('elsewhere')
    expect(await refused({ git: other.git, targets })).toContain('elsewhere')
    expect(await refused({ git })).toContain(world.name)
    expect(await refused({ targets })).toContain(world.name)
    expect(bench.lab.emulator.requests).toHaveLength(before)
    expect((await resumed(world)).end?.outcome).toBe('success')
  })

  it('refuses one whose site a later deployment has published since', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload)
    await bench.lab.clock.sleep(1000)
    expect((await deployed(world, { id: 'later' })).end?.outcome).toBe('success')
    const error = errorOf(await resumed(world))
    expect(error).toMatchObject({
      name: 'ConflictError',
      code: 'deployment-superseded',
      details: { deployment: 'later' },
    })
  })

  it('refuses to build without a container, and builds with one', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, (_, path) => path.endsWith('/sites'))
    expect(errorOf(await resumed(world))).toMatchObject({ name: 'OptionsError', code: 'container-missing' })
    expect((await resumed(world, { withContainer: true })).end?.outcome).toBe('success')
  })

  it('refuses one that runs', async () => {
    const world = await bench.begin(publishing)
    let goOn: () => void = () => undefined
    const refused = new Promise<void>((resolve) => {
      goOn = resolve
    })
    // Nothing arrives before the second one has heard its answer.
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (init?.method === 'PUT') await refused
      return world.lab.emulator.fetch(input, init)
    }
    const tab = world.openTab({ fetch })
    const deployment = world.deploy(tab)
    let second: ReturnType<typeof resumed> | undefined
    for await (const { type } of deployment.events) {
      if (type !== 'upload-start' || second) continue
      second = resumed(world)
      second.then(goOn, goOn)
    }
    expect(second && errorOf(await second)).toMatchObject({ code: 'deployment-running' })
    expect((await readStream(deployment, tab.dead)).end?.outcome).toBe('success')
  })

  it('says that another version of the library began it, and goes on', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload)
    await change(world, { library: '0.0.1' })
    const { events, end } = await resumed(world)
    expect(end?.outcome).toBe('success')
    expect(events.find((event) => event.type === 'deployment-resume')?.differences.join()).toContain('0.0.1')
  })

  it('says which variables a build lacks that is run again', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, (_, path) => path.endsWith('/sites'), { build: { env: { SHOP: 'north' } } })
    const refused = errorOf(await resumed(world, { withContainer: true }))
    expect(refused).toMatchObject({ code: 'environment-missing', message: expect.stringContaining('SHOP') })
    const again = await resumed(world, { withContainer: true, build: { env: { SHOP: 'north' } } })
    expect(again.end?.outcome).toBe('success')
  })
})
