import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DeploymentEvent, type DeploymentResult, deploy, memoryStorage, type Target } from '../../src/index.js'
import { type NetlifyOptions, netlify } from '../../src/targets/netlify.js'
import { type VercelOptions, vercel } from '../../src/targets/vercel.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { eventsOf, type Stage, startStage } from '../support/stage.js'

let stage: Stage
const clock = hurriedClock()
const storage = memoryStorage()
let sites = 0

beforeAll(async () => {
  stage = await startStage({ 'index.html': '' }, { clock, vercel: { limits: { requestsPerMinute: 1_000_000 } } })
})
afterAll(() => stage.close())
beforeEach(async () => {
  for (const name of await stage.container.fs.readdir('/')) await stage.container.fs.rm(name, { recursive: true })
  stage.emulator.clearRequests()
})

interface Published {
  readonly result: DeploymentResult
  readonly events: readonly DeploymentEvent[]
  readonly update: Extract<DeploymentEvent, { type: 'plan-update' }> | undefined
}

async function publish(target: Target, environment: 'production' | 'preview' = 'production'): Promise<Published> {
  stage.emulator.clearRequests()
  const deployment = deploy({
    ...{ container: stage.container, fetch: stage.emulator.fetch, clock, storage, targets: [target], environment },
    project: { framework: 'static', buildCommand: null, outputDirectory: '.' },
    verify: { timeLimit: 5000 },
  })
  const events = await eventsOf(deployment)
  const update = events.find((event) => event.type === 'plan-update')
  return { result: await deployment.done, events, update }
}

const sent = (method: string, path: RegExp): number =>
  stage.emulator.requests.filter((request) => request.method === method && path.test(request.path)).length

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`pages/${index}.html`, `page ${index} of ${sites}`]))

describe('Netlify, where nearly everything is missing', () => {
  const files = 260
  const creations = () => sent('POST', /\/deploys\?/)
  const uploads = () => sent('PUT', /\/files\//)
  function target(options: Partial<NetlifyOptions> = {}): Target {
    sites += 1
    const { emulator } = stage
    return netlify({ auth: emulator.token, site: `shop-${sites}`, apiUrl: emulator.netlify.url, ...options })
  }

  it('gets one archive, and then only what has changed', async () => {
    const on = target()
    await stage.write({ 'index.html': 'hello', 'ünï & cödé/#1?.txt': 'näme', 'empty.txt': '', ...many(files) })
    const first = await publish(on)
    expect(first.update).toMatchObject({ way: 'as one archive', files: files + 3, requests: { least: 2, most: null } })
    expect([creations(), uploads()]).toEqual([1, 0])
    expect(first.result.releases[0]?.uploaded.files).toBe(files + 3)
    expect(first.result.verifications[0]?.compared).toBeGreaterThan(0)
    const progress = first.events.filter((event) => event.type === 'step-progress')
    expect(progress.at(-1)).toBeDefined()

    await stage.write({ 'index.html': 'changed' })
    const second = await publish(on)
    expect(second.update).toMatchObject({ way: 'by digest' })
    expect([creations(), uploads()]).toEqual([1, 1])
    expect(second.result.releases[0]?.uploaded.files).toBe(1)
    const { url } = second.result.releases[0] ?? { url: '' }
    const read = async (path: string) => (await stage.emulator.fetch(url + path)).text()
    expect(await read('/')).toBe('changed')
    expect(await read('/%C3%BCn%C3%AF%20&%20c%C3%B6d%C3%A9/%231%3F.txt')).toBe('näme')
    expect(await read('/pages/7.html')).toBe(`page 7 of ${sites}`)
  })

  it('gets a preview by digest, which an archive can not be', async () => {
    const on = target()
    await stage.write({ 'index.html': 'hello', ...many(files) })
    const { update, result } = await publish(on, 'preview')
    expect(update).toMatchObject({ way: 'by digest' })
    expect(uploads()).toBe(files)
    const { url } = result.releases[0] ?? { url: '' }
    expect(await (await stage.emulator.fetch(url)).text()).toBe('hello')
    const site = [...stage.emulator.netlify.state.sites.values()].at(-1)
    expect(site?.published).toBeUndefined()
  })

  it('gets it by digest where that is wanted, or where few files are missing', async () => {
    await stage.write({ 'index.html': 'hello', ...many(files) })
    expect((await publish(target({ upload: 'digest' }))).update).toMatchObject({ way: 'by digest' })
    await stage.container.fs.rm('pages', { recursive: true })
    expect((await publish(target())).update).toMatchObject({ way: 'by digest' })
    expect((await publish(target({ upload: 'archive' }))).update).toMatchObject({ way: 'as one archive' })
  })

  it('knows again what an archive made whose answer was lost', async () => {
    await stage.write({ 'index.html': 'hello', ...many(files) })
    const mend = stage.emulator.faults.add({
      ...{ provider: 'netlify', method: 'POST', path: /\/deploys\?/, times: 1 },
      fault: { kind: 'reset-after' },
    })
    const { result } = await publish(target())
    mend()
    expect(result.outcome).toBe('deployed')
    expect(creations()).toBe(1)
  })
})

describe('Vercel, where little is missing', () => {
  const creations = () => sent('POST', /^\/v13\/deployments/)
  const uploads = () => sent('POST', /^\/v2\/files/)
  function target(options: Partial<VercelOptions> = {}): Target {
    sites += 1
    const { emulator } = stage
    return vercel({ auth: emulator.token, project: `shop-${sites}`, apiUrl: emulator.vercel.url, ...options })
  }

  it('gets it with the request itself', async () => {
    const on = target()
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256)
    await stage.write({ 'index.html': 'a tiny site', 'logo.png': bytes, 'empty.txt': '' })
    const first = await publish(on)
    expect(first.update).toMatchObject({ way: 'inline', requests: { least: 2 } })
    expect([creations(), uploads()]).toEqual([1, 0])
    expect(first.result.releases[0]?.uploaded.files).toBe(3)
    const { url } = first.result.releases[0] ?? { url: '' }
    expect(new Uint8Array(await (await stage.emulator.fetch(`${url}/logo.png`)).arrayBuffer())).toEqual(bytes)

    const same = await publish(on)
    expect(same.update).toMatchObject({ way: 'by digest' })
    expect(same.result.releases[0]?.uploaded.files).toBe(0)
    expect([creations(), uploads()]).toEqual([1, 0])
  })

  it('gets one changed file of many so, and is asked for nothing else', async () => {
    const on = target()
    await stage.write({ 'index.html': 'large', 'large.bin': new Uint8Array(200_000).fill(7), ...many(80) })
    expect((await publish(on)).update).toMatchObject({ way: 'by digest' })
    expect(creations()).toBe(2)
    expect(uploads()).toBeGreaterThan(80)
    await stage.write({ 'index.html': 'changed' })
    const { update, result } = await publish(on)
    expect(update).toMatchObject({ way: 'inline' })
    expect([creations(), uploads()]).toEqual([1, 0])
    expect(result.releases[0]?.uploaded).toEqual({ files: 1, bytes: 7 })
  })

  it('sends what Vercel has lost meanwhile', async () => {
    const on = target()
    await stage.write({ 'index.html': 'kept', 'other.txt': `lost ${sites}` })
    await publish(on)
    for (const contents of stage.emulator.vercel.state.contents.values()) contents.clear()
    await stage.write({ 'index.html': 'new' })
    const { result } = await publish(on)
    expect(uploads()).toBe(1)
    expect(result.releases[0]?.uploaded.files).toBe(2)
  })
})
