import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { autoResume, deployments, forget, memoryStorage } from '../../src/index.js'
import { readStream } from '../faults/check.js'
import { type Bench, startBench } from '../faults/world.js'
import { atUpload, deployed, interrupt, publishing, resumed } from './interrupt.js'

let bench: Bench

beforeAll(async () => {
  bench = await startBench()
})

afterAll(() => bench.close())

const day = 24 * 60 * 60_000

describe('deployments', () => {
  it('lists each with its state, the latest first', async () => {
    const world = await bench.begin(publishing)
    const { storage } = world
    await interrupt(world, atUpload)
    await bench.lab.clock.sleep(1000)
    bench.lab.emulator.faults.add({ provider: 'netlify', fault: { kind: 'expired-token' } })
    await deployed(world, { id: 'failed' })
    bench.lab.emulator.faults.clear()
    await bench.lab.clock.sleep(1000)
    await deployed(world, { id: 'declined', approve: () => false })
    await bench.lab.clock.sleep(1000)
    const tab = world.openTab()
    const running = world.deploy(tab, { id: 'good' })
    const states = async () => (await deployments({ storage })).map(({ id, state }) => `${id} ${state}`)
    const seen: string[] = []
    for await (const { type } of running.events) if (type === 'upload-start') seen.push(...(await states()))
    const others = ['declined canceled', 'failed failure', `${world.id} interrupted`]
    expect(seen).toEqual(['good running', ...others])
    expect(await states()).toEqual(['good success', ...others])
    const [good, , failed] = await deployments({ storage })
    expect(good).toMatchObject({ url: bench.lab.emulator.netlify.siteUrl(world.name), error: null, git: null })
    expect(failed).toMatchObject({
      error: { code: 'token-rejected' },
      targets: [{ name: 'netlify', site: world.name }],
    })
    expect(JSON.parse(JSON.stringify(good))).toEqual(good)
  })
})

describe('autoResume', () => {
  it('offers what was interrupted, and goes on with it', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload)
    const tab = world.openTab()
    const [interrupted, ...more] = await autoResume({ storage: tab.storage })
    expect(more).toEqual([])
    expect(interrupted).toMatchObject({ id: world.id, needsContainer: false, state: 'interrupted' })
    const { targets } = world.ports
    const resumed = interrupted?.resume({ targets, fetch: tab.fetch, clock: tab.clock })
    expect(resumed && (await readStream(resumed, tab.dead)).end?.outcome).toBe('success')
    expect(await autoResume({ storage: world.storage })).toEqual([])
  })

  it('says that a container is needed where the build had not ended', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, (_, path) => path.endsWith('/sites'))
    expect(await autoResume({ storage: world.storage })).toMatchObject([{ needsContainer: true }])
  })

  it('says so too where the files of the build are gone', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload)
    const store = world.storage.openContents(() => undefined)
    await store.delete(world.digests())
    expect(await autoResume({ storage: world.storage })).toMatchObject([{ needsContainer: true }])
    expect((await resumed(world, { withContainer: true })).end?.outcome).toBe('success')
  })

  it('does not offer what runs', async () => {
    const world = await bench.begin(publishing)
    const tab = world.openTab()
    const running = world.deploy(tab)
    let offered: Awaited<ReturnType<typeof autoResume>> | undefined
    for await (const { type } of running.events)
      if (type === 'upload-start') offered = await autoResume({ storage: world.storage })
    expect(offered).toEqual([])
  })
})

describe('forget', () => {
  it('removes what was written down and the files, but for those that another deployment has', async () => {
    const world = await bench.begin(publishing)
    const { storage, id } = world
    await interrupt(world, atUpload)
    await deployed(world, { id: 'other' })
    const store = storage.openContents(() => undefined)
    await forget(id, { storage })
    expect((await storage.journal.keys('')).filter((key) => key.includes(id))).toEqual([])
    expect(await store.lacking(world.digests())).toEqual([])
    await forget('other', { storage })
    // What spares the next deployment of a site some work belongs to none.
    expect((await storage.journal.keys('')).filter((key) => !key.startsWith('cache'))).toEqual([])
    expect(await store.lacking(world.digests())).toEqual(world.digests())
  })

  it('refuses one that runs', async () => {
    const world = await bench.begin(publishing)
    const { storage, id } = world
    const running = world.deploy(world.openTab())
    let refused: Promise<unknown> | undefined
    for await (const { type } of running.events)
      if (type === 'upload-start') refused = forget(id, { storage }).catch((error: unknown) => error)
    expect(await refused).toMatchObject({ name: 'ConflictError', code: 'deployment-running' })
  })

  it('does nothing to one that nobody knows', async () => {
    await expect(forget('nobody', { storage: memoryStorage() })).resolves.toBeUndefined()
  })
})

describe('retention', () => {
  const idsOf = async (storage: ReturnType<typeof memoryStorage>) =>
    (await deployments({ storage })).map(({ id }) => id)

  it('forgets what is beyond the count when the next one starts', async () => {
    const world = await bench.begin(publishing, memoryStorage({ retention: { count: 2 } }))
    for (const id of ['one', 'two', 'three', 'four']) {
      await deployed(world, { id })
      await bench.lab.clock.sleep(1000)
    }
    expect(await idsOf(world.storage)).toEqual(['four', 'three'])
  })

  it('forgets what is older, also where it was interrupted', async () => {
    const world = await bench.begin(publishing, memoryStorage({ retention: { age: 3 * day } }))
    await interrupt(world, atUpload)
    bench.lab.clock.set(bench.lab.clock.now() + 2 * day)
    await deployed(world, { id: 'two' })
    expect(await idsOf(world.storage)).toEqual(['two', world.id])
    bench.lab.clock.set(bench.lab.clock.now() + 2 * day)
    await deployed(world, { id: 'three' })
    expect(await idsOf(world.storage)).toEqual(['three', 'two'])
  })
})
