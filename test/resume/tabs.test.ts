import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DeploymentEvent, follow } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { readStream } from '../faults/check.js'
import { first } from '../faults/scenarios.js'
import { type Bench, startBench, type World } from '../faults/world.js'
import { atUpload, deployed, errorOf, interrupt, publishing, resumed } from './interrupt.js'

let bench: Bench

beforeAll(async () => {
  bench = await startBench()
})

afterAll(() => bench.close())

/** Deploys, and does something else when an event of a type comes: beside it, or while what it asks next is held up. */
async function meanwhile<Value>(
  world: World,
  type: DeploymentEvent['type'],
  work: () => Promise<Value>,
  how: 'beside' | 'held' = 'beside',
): Promise<{ readonly events: readonly DeploymentEvent[]; readonly value: Value }> {
  let working: Promise<Value> | undefined
  const { fetch } = world.lab.emulator
  const heldFetch: typeof fetch = async (input, init) => {
    await working
    return fetch(input, init)
  }
  const tab = world.openTab(how === 'held' ? { fetch: heldFetch } : {})
  const deployment = world.deploy(tab)
  for await (const event of deployment.events) if (event.type === type) working ??= work()
  const { events } = await readStream(deployment, tab.dead)
  if (!working) throw new Error(`no event ${type} came`)
  return { events, value: await working }
}

async function allOf(events: AsyncIterable<DeploymentEvent>): Promise<DeploymentEvent[]> {
  const all: DeploymentEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('a second tab that deploys the same site', () => {
  it('is refused, and told which deployment runs', async () => {
    const world = await bench.begin(first)
    const { events, value } = await meanwhile(world, 'site-ready', () => deployed(world, { id: 'second' }), 'held')
    expect(errorOf(value)).toMatchObject({
      name: 'ConflictError',
      code: 'deployment-running',
      retryable: true,
      details: { deployment: world.id },
    })
    expect(events.at(-1)).toMatchObject({ outcome: 'success' })
    expect((await world.endState()).deploys).toEqual({ ready: 1, unfinished: 0 })
  })

  it('is refused too where it names the site by its id', async () => {
    const world = await bench.begin(publishing)
    await deployed(world, { id: 'earlier' })
    const { emulator } = bench.lab
    const [site] = emulator.netlify.state.sites.values()
    const targets = [netlify({ auth: emulator.token, site: site?.id ?? '', apiUrl: emulator.netlify.url })]
    const { value } = await meanwhile(world, 'site-ready', () => deployed(world, { id: 'second', targets }), 'held')
    expect(errorOf(value)).toMatchObject({ code: 'deployment-running', details: { deployment: world.id } })
    expect((await world.endState()).deploys).toEqual({ ready: 2, unfinished: 0 })
  })

  it('may deploy as soon as the first one has ended', async () => {
    const world = await bench.begin(publishing)
    const { value } = await meanwhile(world, 'deployment-end', () => deployed(world, { id: 'second' }))
    expect(value.end?.outcome).toBe('success')
  })

  it('may deploy another site at the same time', async () => {
    const world = await bench.begin(publishing)
    const { emulator } = bench.lab
    const targets = [netlify({ auth: emulator.token, site: `${world.name}-other`, apiUrl: emulator.netlify.url })]
    const { value } = await meanwhile(world, 'plan-create', () => deployed(world, { id: 'second', targets }))
    expect(value.end?.outcome).toBe('success')
  })
})

describe('a tab that follows', () => {
  it.each(['deployment-start', 'plan-create', 'upload-start', 'deployment-end'] as const)(
    'from %s on is told every event in order, and then the end',
    async (type) => {
      const world = await bench.begin(first)
      const { events, value } = await meanwhile(world, type, async () => {
        // The first event comes before there is anything to follow.
        if (type === 'deployment-start') await bench.lab.clock.sleep(0)
        const followed = follow(world.id, { storage: world.openTab().storage })
        const told = await allOf(followed.events)
        return { told, how: await followed.done }
      })
      expect(value.told).toEqual(events)
      expect(value.how).toBe('ended')
    },
  )

  it('after the end is told the same from what is written down', async () => {
    const world = await bench.begin(first)
    const { events } = await deployed(world)
    const followed = follow(world.id, { storage: world.openTab().storage })
    expect(await allOf(followed.events)).toEqual(events)
    expect(await followed.done).toBe('ended')
  })

  it('is not told the end of a run that another tab is about to go on with', async () => {
    const world = await bench.begin(publishing)
    bench.lab.emulator.faults.add({ provider: 'netlify', fault: { kind: 'expired-token' } })
    await deployed(world)
    bench.lab.emulator.faults.clear()
    const tab = world.openTab()
    const deployment = world.resume(tab, { withContainer: true })
    let followed: ReturnType<typeof follow> | undefined
    // The first of the earlier events, which are told before anything new is written down.
    for await (const _ of deployment.events) followed ??= follow(world.id, { storage: world.openTab().storage })
    const { events, end } = await readStream(deployment, tab.dead)
    expect(end?.outcome).toBe('success')
    expect(await allOf((followed ?? deployment).events)).toEqual(events)
  })

  it('can cancel the deployment, and is told that it was', async () => {
    const world = await bench.begin(publishing)
    const { events, value } = await meanwhile(world, 'upload-start', async () => {
      const followed = follow(world.id, { storage: world.openTab().storage })
      followed.cancel('The user of the other tab wanted it.')
      return allOf(followed.events)
    })
    expect(events.at(-1)).toMatchObject({
      outcome: 'canceled',
      error: { message: 'The user of the other tab wanted it.' },
    })
    expect(value).toEqual(events)
    expect((await world.endState()).deploys.unfinished).toBe(0)
  })

  it('stops with its signal, and the deployment goes on', async () => {
    const world = await bench.begin(publishing)
    const stop = new AbortController()
    const { events, value } = await meanwhile(world, 'plan-create', async () => {
      const followed = follow(world.id, { storage: world.openTab().storage, signal: stop.signal })
      stop.abort()
      return followed.done
    })
    expect(value).toBe('stopped')
    expect(events.at(-1)).toMatchObject({ outcome: 'success' })
  })

  it('is told that the deployment is orphaned when its tab is gone, and takes it over', async () => {
    const world = await bench.begin(first)
    let followed: ReturnType<typeof follow> | undefined
    const stream = await interrupt(world, (method) => {
      if (method === 'POST') followed ??= follow(world.id, { storage: world.openTab().storage })
      return atUpload(method)
    })
    if (!followed) throw new Error('it was not followed')
    const told = await allOf(followed.events)
    expect(await followed.done).toBe('orphaned')
    expect(told).toEqual(stream.events.slice(0, told.length))
    const { end, events } = await resumed(world)
    expect(end?.outcome).toBe('success')
    expect(events.filter((event) => event.type === 'deployment-resume')).toHaveLength(1)
  })

  it('is told of an unknown deployment', async () => {
    const world = await bench.begin(publishing)
    await expect(follow('nobody', { storage: world.storage }).done).rejects.toMatchObject({
      code: 'deployment-unknown',
    })
  })
})
