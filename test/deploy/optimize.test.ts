import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { imageOptimizer } from '../../src/images/index.js'
import {
  type Clock,
  type DeploymentEvent,
  formatPlan,
  type ImageOptimizer,
  memoryStorage,
  resume,
} from '../../src/index.js'
import { vercel } from '../../src/targets/vercel.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { distance, loadCodec, makePng, paint, pixelsOfPng } from '../support/made-images.js'
import {
  endOf,
  eventsOf,
  type Files,
  type Overrides,
  type Stage,
  project as stageProject,
  startStage,
} from '../support/stage.js'

const logo = makePng(paint(150, 100))
const wave = makePng(paint(90, 60, 0.2))
const broken = wave.slice(0, -300)
const script = 'console.log("shop and more of it")\n'.repeat(100)
const files: Files = {
  ...stageProject,
  'src/assets/logo-4f2a.png': logo,
  'src/wave.png': wave,
  'src/copy/wave.png': wave,
  'src/broken.png': broken,
  'src/assets/app-91bc.js': script,
}

let stage: Stage
let clock: Clock
beforeEach(async () => {
  clock = hurriedClock()
  stage = await startStage(files, { clock })
})
afterEach(() => stage.close())

/** An optimizer that remembers what it was asked to encode. */
function watched(): ImageOptimizer & { readonly encoded: string[] } {
  const optimizer = imageOptimizer({ loadCodec })
  const encoded: string[] = []
  return {
    ...optimizer,
    encoded,
    open(signal) {
      const work = optimizer.open(signal)
      const shrink: typeof work.shrink = (path, bytes) => {
        encoded.push(path)
        return work.shrink(path, bytes)
      }
      return { ...work, shrink }
    },
  }
}

/** An optimizer whose work never ends. */
function stuck(onImage: () => void): ImageOptimizer & { closed: number } {
  const optimizer: ImageOptimizer & { closed: number } = {
    ...imageOptimizer(),
    closed: 0,
    open: (signal) => ({
      width: 2,
      shrink: () =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          onImage()
        }),
      close: () => {
        optimizer.closed += 1
      },
    }),
  }
  return optimizer
}

const settings = () => ({ git: undefined, clock, storage: memoryStorage() })
const stepOf = (events: readonly DeploymentEvent[], step: string) =>
  events.filter((event) => event.step === step).filter(({ type }) => type !== 'step-progress')

async function served(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const reply = await stage.emulator.fetch(address)
  expect(reply.status).toBe(200)
  return new Uint8Array(await reply.arrayBuffer())
}

it('does nothing unless it is asked, and refuses what can not be', async () => {
  const { plan } = await stage.deploy({ ...settings(), dryRun: true }).done
  expect(plan.steps.map(({ id }) => id)).toEqual([
    'site-netlify',
    'build',
    'collect',
    'publish-netlify',
    'verify-netlify',
  ])
  expect(formatPlan(plan)).not.toContain('compresses')
  const refused: Overrides[] = [
    { optimize: { images: true as never } },
    { optimize: { precompress: true }, build: 'provider' },
  ]
  const message = expect.stringContaining('deploy.optimize')
  for (const options of refused) {
    const deployment = stage.deploy({ ...settings(), ...options })
    await expect(deployment.done).rejects.toMatchObject({ code: 'options-invalid', message })
  }
})

it('makes images smaller under their names before they are published, and tells what was saved', async () => {
  const images = watched()
  const deployment = stage.deploy({ ...settings(), optimize: { images } })
  const events = await eventsOf(deployment)
  const { url, plan } = await deployment.done
  expect(formatPlan(plan)).toContain('encodes images anew where that saves bytes: PNG without loss')

  const told = stepOf(events, 'optimize')
  expect(told.map(({ type }) => type)).toEqual(['step-start', 'warning', 'files-optimize', 'step-end'])
  expect(told[1]).toMatchObject({
    code: 'images-kept',
    message: expect.stringContaining('broken.png (it is no complete PNG)'),
  })
  expect(told[2]).toMatchObject({ files: 3, before: logo.length + 2 * wave.length, skipped: 1 })
  expect(told[3]).toMatchObject({ summary: expect.stringMatching(/^3 images, \d+ kB -> \d+ kB$/) })
  const order = events.map(({ step, type }) => `${step} ${type}`)
  expect(order.indexOf('optimize step-start')).toBeGreaterThan(order.indexOf('collect step-end'))
  expect(order.indexOf('publish-netlify step-start')).toBeGreaterThan(order.indexOf('optimize step-end'))

  const published = await served(`${url}/assets/logo-4f2a.png`)
  expect(published.length).toBeLessThan(logo.length)
  expect(distance(await pixelsOfPng(published), await pixelsOfPng(logo))).toBe(0)
  expect(await served(`${url}/copy/wave.png`)).toEqual(await served(`${url}/wave.png`))
  expect(await served(`${url}/broken.png`)).toEqual(broken)
  // What is there twice is encoded once.
  expect(images.encoded.sort()).toEqual(['assets/logo-4f2a.png', 'broken.png', 'wave.png'])
})

it('encodes nothing again that an earlier deployment encoded by the same settings', async () => {
  const given = settings()
  await stage.deploy({ ...given, optimize: { images: imageOptimizer({ loadCodec }) } }).done
  const images = watched()
  await stage.write({ 'src/broken.png': null, 'src/index.html': '<!doctype html>another page' })
  const deployment = stage.deploy({ ...given, optimize: { images } })
  const events = await eventsOf(deployment)
  const { releases } = await deployment.done
  expect(images.encoded).toEqual([])
  expect(stepOf(events, 'optimize').at(-1)).toMatchObject({ summary: expect.stringContaining('3 images') })
  expect(releases[0]?.uploaded.files).toBe(1)
})

it('goes on with what was made smaller, also where nobody brings an optimizer', async () => {
  const given = settings()
  const mend = stage.emulator.faults.add({
    ...{ provider: 'netlify', method: 'POST', path: /\/deploys\?/ },
    fault: { kind: 'status', status: 500 },
  })
  const deployment = stage.deploy({ ...given, optimize: { images: imageOptimizer({ loadCodec }) } })
  expect(endOf(await eventsOf(deployment))).toMatchObject({ outcome: 'failure' })
  mend()
  const { storage } = given
  const again = resume(deployment.id, { targets: [stage.netlify()], fetch: stage.emulator.fetch, clock, storage })
  const events = await eventsOf(again)
  const { url } = await again.done
  const resumed = events.slice(events.findIndex(({ type }) => type === 'deployment-resume'))
  expect(stepOf(resumed, 'optimize').map(({ type }) => type)).toEqual(['step-skip'])
  expect((await served(`${url}/wave.png`)).length).toBeLessThan(wave.length)
})

it('ends in the middle of an image where it is canceled, and says what it needs to go on', async () => {
  const given = settings()
  const control = new AbortController()
  const images = stuck(() => control.abort())
  const deployment = stage.deploy({ ...given, signal: control.signal, optimize: { images } })
  const events = await eventsOf(deployment)
  expect(endOf(events)).toMatchObject({ outcome: 'canceled' })
  expect(stepOf(events, 'optimize').map(({ type }) => type)).toEqual(['step-start', 'step-cancel'])
  expect(images.closed).toBe(1)

  const { storage } = given
  const options = { targets: [stage.netlify()], fetch: stage.emulator.fetch, clock, storage }
  const without = await eventsOf(resume(deployment.id, options))
  expect(endOf(without)).toMatchObject({ error: { code: 'optimizer-missing', step: 'optimize' } })
  const optimize = { images: imageOptimizer({ loadCodec }) }
  const { url } = await resume(deployment.id, { ...options, optimize }).done
  expect((await served(`${url}/wave.png`)).length).toBeLessThan(wave.length)
})

it('leaves alone what belongs to functions, in a form of its host', async () => {
  const root = '.vercel/output'
  await stage.write({
    [`${root}/config.json`]: '{"version":3}',
    [`${root}/static/index.html`]: '<!doctype html>',
    [`${root}/static/wave.png`]: wave,
    [`${root}/functions/card.func/.vc-config.json`]:
      '{"runtime":"nodejs20.x","handler":"index.js","launcherType":"Nodejs"}',
    [`${root}/functions/card.func/index.js`]: 'module.exports = (_, response) => response.end("card")',
    [`${root}/functions/card.func/card.png`]: logo,
  })
  const { url: apiUrl } = stage.emulator.vercel
  const images = watched()
  const deployment = stage.deploy({
    ...settings(),
    project: { framework: 'vite', buildCommand: null, outputDirectory: root },
    targets: [vercel({ auth: stage.emulator.token, project: 'cards', apiUrl })],
    optimize: { images },
  })
  const { url } = await deployment.done
  expect(images.encoded).toEqual([`${root}/static/wave.png`])
  expect((await served(`${url}/wave.png`)).length).toBeLessThan(wave.length)
})

it('compresses texts ahead for targets that serve such files, and for no others', async () => {
  const plain = { ...stage.netlify() }
  const serving = { ...stage.netlify({ name: 'own-server', site: 'own-server' }), precompressed: ['gzip'] as const }
  const deployment = stage.deploy({ ...settings(), targets: [serving, plain], optimize: { precompress: true } })
  const events = await eventsOf(deployment)
  const { releases, plan } = await deployment.done
  const [own, other] = releases.map(({ url }) => url)
  const packed = await served(`${own}/assets/app-91bc.js.gz`)
  expect(gunzipSync(packed).toString()).toBe(script)
  expect(stepOf(events, 'precompress-own-server').at(-1)).toMatchObject({
    summary: `1 compressed file, 4 kB -> ${packed.length} B`,
  })
  // A page of some words gets no smaller, and an image is none.
  for (const path of ['index.html.gz', 'wave.png.gz'])
    expect(await (await stage.emulator.fetch(`${own}/${path}`)).text()).toContain('<!doctype')
  expect(await (await stage.emulator.fetch(`${other}/assets/app-91bc.js.gz`)).text()).toContain('<!doctype')
  expect(plan.steps.map(({ id }) => id).filter((id) => id.startsWith('precompress'))).toEqual([
    'precompress-own-server',
  ])
  expect(formatPlan(plan)).toContain('acme-shop to production, where Netlify compresses by itself')
})
