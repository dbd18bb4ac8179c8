import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DeploymentEvent, deploy, memoryStorage, type Target } from '../../src/index.js'
import { checkLimits } from '../../src/steps/limits.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { artifactsOf } from '../support/artifacts.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { eventsOf, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'

let stage: Stage
const clock = hurriedClock()
beforeAll(async () => {
  stage = await startStage({ 'index.html': 'hello' }, { clock, vercel: { limits: { requestsPerMinute: 1_000_000 } } })
})
afterAll(() => stage.close())

const places: readonly [name: string, make: () => Target][] = [
  ['netlify', () => netlify({ auth: stage.emulator.token, site: 'shop', apiUrl: stage.emulator.netlify.url })],
  ['vercel', () => vercel({ auth: stage.emulator.token, project: 'shop', apiUrl: stage.emulator.vercel.url })],
]

async function eventsWith(target: Target, storage = memoryStorage()): Promise<DeploymentEvent[]> {
  const project = { framework: 'static', buildCommand: null, outputDirectory: '.' }
  const { container, emulator } = stage
  return eventsOf(
    deploy({ container, fetch: emulator.fetch, clock, storage, project, targets: [target], verify: false }),
  )
}

const planned = (events: readonly DeploymentEvent[]) =>
  events.flatMap((event) => (event.type === 'plan-create' ? event.plan.warnings : [])).map(({ message }) => message)

it.each(places)('counts the deployments of a day on %s, and warns before they are used up', async (_name, make) => {
  const storage = memoryStorage()
  const target = make()
  // The limit of the plan is 100; what counts is how far it is used up.
  const small: Target = {
    ...target,
    limits: { ...(target.limits as NonNullable<Target['limits']>), deploymentsPerDay: 4 },
  }
  expect(planned(await eventsWith(small, storage))).toEqual([])
  expect(planned(await eventsWith(small, storage))).toEqual([])
  expect(planned(await eventsWith(small, storage))).toEqual([])
  expect(planned(await eventsWith(small, storage))).toEqual([expect.stringContaining('4 of the 4 deployments')])
  expect(planned(await eventsWith(small, storage))).toEqual([expect.stringContaining('5 of the 4 deployments')])
  await clock.sleep(29_000)
  const day = 24 * 60 * 60_000
  for (let slept = 0; slept < day + 600_000; slept += 29_000) await clock.sleep(29_000)
  expect(planned(await eventsWith(small, storage))).toEqual([])
})

it('warns of the files that Vercel takes of an account in a day', async () => {
  const target = vercel({
    auth: stage.emulator.token,
    project: 'many',
    apiUrl: stage.emulator.vercel.url,
    upload: 'digest',
  })
  const small: Target = { ...target, limits: { ...(target.limits as NonNullable<Target['limits']>), uploadsPerDay: 1 } }
  await stage.write({ 'more.txt': 'of which Vercel knows nothing' })
  const events = await eventsWith(small)
  const warning = events.find((event) => event.type === 'warning' && event.code === 'quota-near')
  expect(warning).toMatchObject({ message: expect.stringContaining('files sent') })
  expect(events.at(-1)).toMatchObject({ outcome: 'success' })
})

it('refuses what is too much or too large before anything is sent', async () => {
  const [, make] = places[1] as (typeof places)[number]
  const limits = { ...(make().limits as NonNullable<Target['limits']>), files: 2, fileSize: 10 }
  const few = await artifactsOf({ 'a.txt': 'a', 'b.txt': 'b' })
  checkLimits({ name: 'vercel', limits }, few)
  const many = await artifactsOf({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' })
  expect(() => checkLimits({ name: 'vercel', limits }, many)).toThrow(/3 files .* takes 2/)
  const large = await artifactsOf({ 'film.mp4': 'eleven bytes' })
  expect(() => checkLimits({ name: 'vercel', limits }, large)).toThrow(/film\.mp4 has 12 B/)
  const perFolder = { ...limits, files: null, fileSize: null, filesPerFolder: 2 }
  const folder = await artifactsOf({ 'x/1': '1', 'x/2': '2', 'x/3': '3', 'y/4': '4' })
  expect(() => checkLimits({ name: 'netlify', limits: perFolder }, folder)).toThrow(/folder x/)

  const target: Target = { ...make(), limits: { ...limits, fileSize: 3 } }
  stage.emulator.clearRequests()
  const shared = { container: stage.container, fetch: stage.emulator.fetch, clock, targets: [target] }
  const plain = { framework: 'static', buildCommand: null, outputDirectory: '.' }
  const built = { framework: 'other', installCommand: null, buildCommand: 'true', outputDirectory: '.' }
  for (const project of [plain, built]) {
    const error = await thrownBy(deploy({ ...shared, project, git: stage.github() }).done)
    expect(error).toMatchObject({ name: 'OptionsError', code: 'file-too-large' })
    const writes = stage.emulator.requests.filter(
      ({ method, path }) => method !== 'GET' && /git|contents|files/.test(path),
    )
    expect(writes).toEqual([])
  }
})
