import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/spec/context.js'
import type { Release, Site } from '../../src/spec/release.js'
import { type VercelOptions, vercel } from '../../src/targets/vercel.js'
import { artifactsOf } from '../support/artifacts.js'
import { nodeBuild, plainProject } from '../support/building.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type Memory, mortalRun } from '../support/mortal-run.js'
import { endOf, eventsOf, type Overrides, projectOptions, type Stage, startStage } from '../support/stage.js'
import { watchFetch } from '../support/watched-fetch.js'
import { startVercelBench } from './vercel-bench.js'

const project = { ...projectOptions, buildCommand: 'node build.mjs' }

const hurried = hurriedClock()
/** Canceling has its limit, too: it must not be over at once. */
const clock: Clock = {
  ...hurried,
  sleep: (milliseconds, signal) => hurried.sleep(milliseconds < 10_000 ? milliseconds : 30_000, signal),
}
let stage: Stage

beforeAll(async () => {
  // Time stands still here while nobody sleeps, so a minute would never be over.
  stage = await startStage(plainProject, { clock, vercel: { limits: { requestsPerMinute: 1_000_000 } } })
})
afterAll(() => stage.close())

function start(name: string, options: Overrides = {}, more: Partial<VercelOptions> = {}) {
  const targets = [vercel({ auth: stage.emulator.token, project: name, apiUrl: stage.emulator.vercel.url, ...more })]
  return stage.deploy({ git: undefined, build: 'provider', project, targets, clock, ...options })
}

const read = async (url: string): Promise<string> => (await stage.emulator.fetch(url)).text()
const deploymentsOf = (name: string) =>
  [...stage.emulator.vercel.state.deployments.values()].filter((one) => one.project.name === name)

describe('a build by Vercel from the source', () => {
  it('is made of what may be sent, with variables of its own, is told line by line, and is live', async () => {
    const env = { GREETING: 'hello from the options' }
    const buildCommand = 'node build.mjs && node -e "console.log(process.env.GREETING)"'
    const build = { where: 'provider', env } as const
    const deployment = start('sent', { build, project: { ...project, buildCommand } })
    const events = await eventsOf(deployment)
    const { releases, verifications, plan } = await deployment.done
    expect(plan.steps.map(({ id }) => id)).toEqual(['site-vercel', 'publish-vercel', 'verify-vercel'])
    expect(plan.steps[1]?.description).toBe('lets Vercel build the project, and publishes sent to production')
    const address = stage.emulator.vercel.siteUrl('sent')
    expect(releases).toMatchObject([{ environment: 'production', url: address, uploaded: { files: 4 } }])
    expect(verifications).toMatchObject([{ url: address, compared: 1 }])
    expect(await read(address)).toContain('The first shop')
    expect(await read(`${address}/files.txt`)).toBe('.gitignore build.mjs package.json src src/index.html')
    const lines = events.flatMap((event) => (event.type === 'log-line' ? [event.text] : []))
    const own = lines.filter((line) => / the (?:shop|options)$/.test(line))
    expect(own).toEqual(['building the shop', 'built the shop', 'hello from the options'])
    expect(events.some(({ type }) => type === 'process-start')).toBe(false)
  })

  it('ends with the reason and the last lines where it fails', async () => {
    const failing = { ...project, buildCommand: 'node -e "console.error(\'no luck\'); process.exit(3)"' }
    const end = endOf(await eventsOf(start('failing', { project: failing })))
    expect(end).toMatchObject({
      outcome: 'failure',
      error: { code: 'build-failed', message: expect.stringContaining('exited with 3'), retryable: false },
    })
    expect(end.outcome === 'failure' && end.error.details.log).toContain('no luck')
  })

  it('has failed by whatever name Vercel gives to that', async () => {
    const failing = { ...project, buildCommand: 'exit 3' }
    const { fetch } = watchFetch(stage.emulator.fetch, async ({ method, url }, send) => {
      const response = await send()
      if (method !== 'GET' || !url.pathname.startsWith('/v13/deployments/')) return response
      const { readyState, ...deployment } = await response.json()
      return Response.json({ ...deployment, readyState: readyState === 'ERROR' ? 'BUILD_ERROR' : readyState })
    })
    const { done } = start('erring', { project: failing, fetch })
    await expect(done).rejects.toMatchObject({ code: 'build-failed', details: { state: 'BUILD_ERROR' } })
  })

  it('succeeds where its log cannot be read, and says where it is', async () => {
    let asked = 0
    const { fetch } = watchFetch(stage.emulator.fetch, async ({ url }, send) => {
      if (!url.pathname.endsWith('/events')) return send()
      asked += 1
      return new Response('<h1>Sorry</h1>', { status: 500, headers: { 'content-type': 'text/html' } })
    })
    const events = await eventsOf(start('silent', { fetch }))
    expect(endOf(events).outcome).toBe('success')
    const [id] = deploymentsOf('silent').map((deployment) => deployment.id)
    const lines = events.flatMap((event) => (event.type === 'log-line' ? [event.text] : []))
    expect(lines).toEqual([expect.stringMatching(/^The log of the build is at https:\/\/vercel\.com\/.+\.$/)])
    expect(lines[0]).toContain(id?.replace('dpl_', ''))
    // It is given up once, and not asked for as long as the build takes.
    expect(asked).toBe(5)
  })

  it('says who blocked it', async () => {
    const endless = { ...project, buildCommand: 'node -e "console.log(\'begun\'); setInterval(() => {}, 1000)"' }
    const deployment = start('blocked', { project: endless })
    for await (const event of deployment.events) {
      const [{ id } = { id: '' }] = deploymentsOf('blocked')
      if (event.type === 'log-line' && event.text === 'begun')
        stage.emulator.vercel.fail(id, { code: 'blocked', message: 'The author has no seat' }, 'BLOCKED')
    }
    await expect(deployment.done).rejects.toMatchObject({ code: 'build-blocked', retryable: true })
  })

  it('is canceled with the deployment', async () => {
    const endless = { ...project, buildCommand: 'node -e "console.log(\'begun\'); setInterval(() => {}, 1000)"' }
    const deployment = start('canceled', { project: endless })
    for await (const event of deployment.events)
      if (event.type === 'log-line' && event.text === 'begun') deployment.cancel()
    expect(deploymentsOf('canceled')).toMatchObject([{ readyState: 'CANCELED' }])
  })
})

describe('a build by Vercel that is interrupted', () => {
  it('is made once and told once, wherever the tab is closed', async () => {
    const bench = await startVercelBench()
    try {
      for (const index of [5, 6, 7, 8, 9, 12]) {
        const memory: Memory = new Map()
        const name = `killed-${index}`
        const publish = (how: Parameters<typeof mortalRun>[3]) =>
          mortalRun(
            bench,
            memory,
            async (step) => {
              const target = bench.target(name)
              const { build, files } = nodeBuild
              const shared = { environment: 'production', title: 'A build', deployment: `of ${name}`, build } as const
              const site = await step<Site>('site', target.checkpoint, (context) => target.prepare(shared, context))
              const artifacts = await artifactsOf(files)
              await step<Release>('publish', target.checkpoint, (context) =>
                target.publish({ ...shared, site, artifacts }, context),
              )
            },
            how,
          )
        const first = await publish({ death: { moment: 'after a request', index } })
        const second = first.ended ? first : await publish({})
        expect(bench.deployments(name)).toMatchObject([{ state: 'live' }])
        const told = new Set([first, second])
        const lines = [...told].flatMap(({ contexts }) =>
          contexts.flatMap((context) => context.eventsOf('log-line').map(({ text }) => text)),
        )
        expect(lines.filter((line) => line === 'built')).toEqual(['built'])
      }
    } finally {
      await bench.close()
    }
  })
})
