import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { github } from '../../src/git/github.js'
import {
  autoResume,
  type DeploymentEvent,
  type DeployOptions,
  deploy,
  deployments,
  follow,
  memoryStorage,
  type Network,
  watchDeployments,
} from '../../src/index.js'
import { channelOf, lockOf } from '../../src/tab-messages.js'
import { readStream } from '../faults/check.js'
import { first } from '../faults/scenarios.js'
import { type Bench, startBench, type World } from '../faults/world.js'
import { labContainer, labPorts, labProject } from '../support/lab.js'
import { atUpload, deployed, errorOf, interrupt, publishing, resumed } from './interrupt.js'

let bench: Bench

beforeAll(async () => {
  bench = await startBench()
})

afterAll(() => bench.close())

const isBuild = (_method: string, path: string): boolean => path.endsWith('/sites')

/** Another deployment of the same place, in the same browser, to its end. */
async function deployLater(world: World, options: Partial<DeployOptions> = {}) {
  await world.lab.clock.calm()
  const container = labContainer({ 'src/index.html': '<!doctype html><title>Later</title>' })
  const { emulator } = world.lab
  const ports = labPorts(world.lab, world.name)
  const { storage } = world
  const clock = world.lab.clock
  const later = { now: () => clock.now() + 1000, sleep: clock.sleep }
  const base = { container, ...ports, project: labProject, fetch: emulator.fetch, storage }
  return deploy({ ...base, clock: later, ...options })
}

describe('an old deployment', () => {
  it('does not take the place of a later one that went live, though that one failed afterwards', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload)
    const broken: typeof fetch = (input, init) =>
      new URL(String(input)).hostname.endsWith('.localhost')
        ? Promise.resolve(new Response('somebody else', { status: 500 }))
        : world.lab.emulator.fetch(input, init)
    const later = await deployLater(world, { fetch: broken })
    await expect(later.done).rejects.toMatchObject({ step: 'verify-netlify' })
    expect(errorOf(await resumed(world))).toMatchObject({ code: 'deployment-superseded' })
    expect(await autoResume({ storage: world.storage })).toEqual([])
    expect((await deployments({ storage: world.storage })).find(({ id }) => id === world.id)?.superseded).toBe(true)
  })

  it('does not commit over a later one that committed to the same branch', async () => {
    const world = await bench.begin(first)
    await interrupt(world, (_method, path) => path.startsWith('/repos/'))
    await (await deployLater(world, { targets: [] })).done
    expect(errorOf(await resumed(world))).toMatchObject({ code: 'deployment-superseded' })
  })

  it('of a preview goes on beside a later preview', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload, { environment: 'preview' })
    await (await deployLater(world, { environment: 'preview' })).done
    expect((await resumed(world)).end?.outcome).toBe('success')
  })
})

describe('what was agreed on', () => {
  it('is asked again where the project has changed, which is said', async () => {
    const world = await bench.begin(first)
    await interrupt(world, isBuild, { approve: () => true })
    const container = labContainer({ 'src/new.txt': 'new' })
    expect(errorOf(await resumed(world, { container }))).toMatchObject({ code: 'approve-missing' })
    let asked = 0
    const approve = () => {
      asked += 1
      return true
    }
    const { end, events } = await resumed(world, { container, approve })
    expect({ asked, outcome: end?.outcome }).toEqual({ asked: 1, outcome: 'success' })
    const differs = events.filter((event) => event.type === 'warning' && event.code === 'resume-differs')
    expect(differs).toMatchObject([{ message: expect.stringContaining('1 files are new') }, {}])
  })

  it('is not asked again where nothing has changed', async () => {
    const world = await bench.begin(first)
    await interrupt(world, isBuild, { approve: () => true })
    const { end } = await resumed(world, { withContainer: true })
    expect(end?.outcome).toBe('success')
  })

  it('is not passed over where nobody has answered yet', async () => {
    const world = await bench.begin(publishing)
    const tab = world.openTab()
    const approve = () => {
      tab.kill()
      return new Promise<boolean>(() => undefined)
    }
    await readStream(world.deploy(tab, { approve }), tab.dead)
    expect(errorOf(await resumed(world, { withContainer: true }))).toMatchObject({ code: 'approve-missing' })
    const again = await resumed(world, { withContainer: true, approve: () => true })
    expect(again.end?.outcome).toBe('success')
  })
})

describe('a secret', () => {
  it('of the build stays one on resume, though it is not named again', async () => {
    const world = await bench.begin(publishing)
    const env = { API_KEY: 'hunter2hunter2' }
    await interrupt(world, isBuild, { build: { env, secrets: ['API_KEY'] } })
    const [interrupted] = await autoResume({ storage: world.storage })
    expect(interrupted).toMatchObject({ needsContainer: true, environmentNames: ['API_KEY'] })
    const { end, events } = await resumed(world, {
      build: { env },
      container: labContainer({ 'package.json': JSON.stringify({ name: `shop ${env.API_KEY}` }) }),
    })
    expect(end?.outcome).toBe('success')
    expect(JSON.stringify(events)).not.toContain(env.API_KEY)
    const journal: unknown[] = []
    for (const key of await world.storage.journal.keys('')) journal.push(await world.storage.journal.read(key))
    expect(JSON.stringify(journal)).not.toContain(env.API_KEY)
  })

  it('in an option is not written down, and resume says that it is missing', async () => {
    const world = await bench.begin(publishing)
    const build = { env: { API_KEY: 'hunter2hunter2' }, secrets: ['API_KEY'] }
    const project = { ...labProject, buildCommand: `node build.mjs --key=${build.env.API_KEY}` }
    await interrupt(world, isBuild, { build, project })
    for (const key of await world.storage.journal.keys(''))
      expect(JSON.stringify(await world.storage.journal.read(key)), key).not.toContain(build.env.API_KEY)
    const error = errorOf(await resumed(world, { withContainer: true, build }))
    expect(error).toMatchObject({ code: 'resume-differs', message: expect.stringContaining('project') })
  })

  it('that names no variable, and a relay with a password, are refused at once', async () => {
    const world = await bench.begin(publishing)
    const typo = await deployed(world, { build: { env: { KEY: 'a' }, secrets: ['KEYS'] } })
    expect(errorOf(typo)).toMatchObject({ code: 'options-invalid', message: expect.stringContaining('KEYS') })
    const relay = await deployed(world, { relay: 'https://me:secret@relay.example/' })
    expect(errorOf(relay)).toMatchObject({ code: 'options-invalid', message: expect.not.stringContaining('secret') })
  })
})

describe('a deployment without a network', () => {
  it('can be canceled, and says what was left at the provider', async () => {
    const world = await bench.begin(publishing)
    const watchers = new Set<() => void>()
    let online = true
    const network: Network = {
      get online() {
        return online
      },
      watch: (callback) => {
        watchers.add(callback)
        return () => void watchers.delete(callback)
      },
    }
    const tab = world.openTab()
    const deployment = world.deploy(tab, { network })
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (event.type === 'upload-start') {
        online = false
        for (const call of watchers) call()
        deployment.cancel('enough')
      }
    }
    const end = events.at(-1)
    expect(end).toMatchObject({ type: 'deployment-end', outcome: 'canceled' })
    expect(end?.type === 'deployment-end' && end.outcome === 'canceled' && end.error.details.left).toHaveLength(1)
    expect(events.some(({ type }) => type === 'network-offline')).toBe(true)
    expect(await world.storage.tabs.isLocked(lockOf(world.id))).toBe(false)
  })
})

describe('a wrong resume', () => {
  it('with a token of somebody else makes no second repository', async () => {
    const world = await bench.begin(first)
    await interrupt(world, atUpload)
    const { emulator } = world.lab
    const { stranger } = emulator.otherTokens
    const git = github({
      auth: stranger,
      repository: world.name,
      apiUrl: emulator.github.url,
      gitUrl: emulator.git.url,
    })
    expect(errorOf(await resumed(world, { git }))).toMatchObject({ code: 'resume-differs' })
    expect(emulator.github.state.repositories.filter(({ name }) => name === world.name)).toHaveLength(1)
    expect((await resumed(world)).end?.outcome).toBe('success')
  })

  it('that is refused leaves the deployment as interrupted as it was', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, isBuild)
    expect(errorOf(await resumed(world))).toMatchObject({ code: 'container-missing' })
    expect(await autoResume({ storage: world.storage })).toMatchObject([{ id: world.id, state: 'interrupted' }])
  })
})

describe('a journal that fails for a while', () => {
  it('holds everything afterwards, so that nothing of the deployment is lost', async () => {
    const storage = memoryStorage()
    let failing = false
    const write: typeof storage.journal.write = (changes) =>
      failing
        ? Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'))
        : storage.journal.write(changes)
    const world = await bench.begin(publishing, { ...storage, journal: { ...storage.journal, write } })
    const tab = world.openTab()
    const deployment = world.deploy(tab)
    for await (const event of deployment.events) {
      if (event.type === 'plan-create') failing = true
      if (event.type === 'step-end' && event.step === 'collect') failing = false
      if (event.type === 'upload-start') tab.kill()
      if (event.type === 'upload-start') break
    }
    await world.lab.clock.calm()
    expect(await autoResume({ storage })).toMatchObject([{ needsContainer: false }])
    expect((await resumed(world)).end?.outcome).toBe('success')
  })
})

describe('a follower', () => {
  it('comes to the end though events are missing that it does not know', async () => {
    const world = await bench.begin(publishing)
    await interrupt(world, atUpload)
    const { storage, id } = world
    const lock = await storage.tabs.tryLock(lockOf(id))
    const stamp = { time: 0, deployment: id, step: null }
    const known = (sequence: number) => ({ ...stamp, sequence, type: 'network-offline' })
    let asks = 0
    const owner = storage.tabs.open(channelOf(id), (message) => {
      const { type, from } = message as { type: string; from: number }
      if (type !== 'ask') return
      asks += 1
      const events = [{ ...stamp, sequence: from, type: 'of-a-newer-version' }, known(from + 1), known(from + 5)]
      owner.post({ type: 'events', from, events })
    })
    const followed = follow(id, { storage })
    const events: DeploymentEvent[] = []
    for await (const event of followed.events) {
      events.push(event)
      if (event.type === 'network-offline' && events.filter(({ type }) => type === 'network-offline').length === 2) {
        lock?.release()
      }
    }
    expect(await followed.done).toBe('orphaned')
    expect(asks).toBe(1)
    owner.close()
  })
})

describe('who watches deployments', () => {
  it('is called when one begins, ends and is forgotten', async () => {
    const world = await bench.begin(publishing)
    let calls = 0
    const stop = watchDeployments(() => (calls += 1), { storage: world.storage })
    await deployed(world)
    await world.lab.clock.calm()
    expect(calls).toBe(2)
    stop()
    await deployed(world, { id: 'another' })
    expect(calls).toBe(2)
  })
})
