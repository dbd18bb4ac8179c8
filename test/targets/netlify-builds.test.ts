import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryStorage, resume } from '../../src/index.js'
import type { Release, Site } from '../../src/spec/release.js'
import { githubPages } from '../../src/targets/github-pages.js'
import type { NetlifyOptions } from '../../src/targets/netlify.js'
import { artifactsOf } from '../support/artifacts.js'
import { nodeBuild, nodeSockets, plainProject } from '../support/building.js'
import { testContext } from '../support/context.js'
import { type Memory, mortalRun } from '../support/mortal-run.js'
import { endOf, eventsOf, type Overrides, projectOptions, type Stage, startStage } from '../support/stage.js'
import { type Interceptor, watchFetch } from '../support/watched-fetch.js'
import { startNetlifyBench } from './netlify-bench.js'

const project = { ...projectOptions, buildCommand: 'node build.mjs' }

let stage: Stage

beforeAll(async () => {
  stage = await startStage(plainProject)
})
afterAll(() => stage.close())

function start(site: string, options: Overrides = {}, more: Partial<NetlifyOptions> = {}) {
  const { logsUrl } = stage.emulator.netlify
  const targets = [stage.netlify({ site, logsUrl, ...more })]
  return stage.deploy({ git: undefined, build: 'provider', project, targets, openSocket: nodeSockets, ...options })
}

const read = async (url: string): Promise<string> => (await stage.emulator.fetch(url)).text()
const deploysOf = (site: string) =>
  [...stage.emulator.netlify.state.deploys.values()].filter((deploy) => deploy.site.name === site)

describe('a build by Netlify from the source', () => {
  it('is made of what may be sent, is told line by line, and is live', async () => {
    const deployment = start('zipped')
    const events = await eventsOf(deployment)
    const { releases, verifications, plan } = await deployment.done
    expect(plan.steps.map(({ id }) => id)).toEqual(['site-netlify', 'publish-netlify', 'verify-netlify'])
    expect(plan.steps[1]?.description).toBe('lets Netlify build the project, and publishes zipped to production')
    const address = stage.emulator.netlify.siteUrl('zipped')
    expect(releases).toMatchObject([{ environment: 'production', url: address }])
    expect(releases[0]?.permalink).toBe(stage.emulator.netlify.siteUrl(`${releases[0]?.id}--zipped`))
    expect(verifications).toMatchObject([{ url: address, compared: 1 }])
    expect(await read(address)).toContain('The first shop')
    expect(await read(`${address}/files.txt`)).toBe('.gitignore build.mjs netlify.toml package.json src src/index.html')
    const lines = events.flatMap((event) => (event.type === 'log-line' ? [event.text] : []))
    expect(lines.filter((line) => / the shop$/.test(line))).toEqual(['building the shop', 'built the shop'])
    expect(JSON.stringify(events)).not.toContain(stage.emulator.token)
    expect(events.some(({ type }) => type === 'process-start')).toBe(false)
  })

  it('leaves the settings of a site alone, and the own file of the project as it is but for what it lacks', async () => {
    const { url, state } = stage.emulator.netlify
    const headers = { authorization: `Bearer ${stage.emulator.token}`, 'content-type': 'application/json' }
    const repo = { provider: 'github', repo_path: 'owner/elsewhere', cmd: 'exit 9', dir: 'nowhere', base: 'elsewhere' }
    const body = JSON.stringify({ name: 'settled', repo })
    expect((await fetch(`${url}/sites`, { method: 'POST', headers, body })).status).toBe(201)
    const own = '# ours\n[build]\n  publish = "dist" # stays\n\n[[headers]]\nfor = "/*"\nvalues = { X-Own = "1" }\n'
    await stage.write({ 'netlify.toml': own })
    const buildCommand = 'node build.mjs && cp netlify.toml dist/seen.txt'
    const watched = watchFetch(stage.emulator.fetch)
    const deployment = start('settled', { project: { ...project, buildCommand }, fetch: watched.fetch })
    const events = await eventsOf(deployment)
    await stage.write({ 'netlify.toml': null })
    expect(endOf(events).outcome).toBe('success')
    const lines = `[build]\nbase = "/"\ncommand = "${buildCommand}"\n`
    expect(await read(`${stage.emulator.netlify.siteUrl('settled')}/seen.txt`)).toBe(own.replace('[build]\n', lines))
    expect(watched.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
    expect([...state.sites.values()].find(({ name }) => name === 'settled')?.settings.build_settings).toEqual(repo)
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ code: 'site-linked-elsewhere' }])
  })

  it('of a project in a folder says so at the root, and all else in the file of the folder', async () => {
    const { build, files } = nodeBuild
    const shared = { environment: 'production', title: 'A build', deployment: 'below' } as const
    const artifacts = await artifactsOf({ 'shop/build.mjs': files['build.mjs'] ?? '', 'shop/netlify.toml': '[dev]\n' })
    const context = testContext({ fetch: stage.emulator.fetch })
    const target = stage.netlify({ site: 'below' })
    const site = await target.prepare(shared, context)
    await target.publish({ ...shared, site, artifacts, build: { ...build, folder: 'shop' } }, context)
    expect(await read(stage.emulator.netlify.siteUrl('below'))).toBe('built')
  })

  it('may be a preview, which leaves production alone', async () => {
    const { releases } = await start('tried', { environment: 'preview' }).done
    expect(await read(releases[0]?.url ?? '')).toContain('The first shop')
    expect((await stage.emulator.fetch(stage.emulator.netlify.siteUrl('tried'))).status).toBe(404)
  })

  it('ends with the reason and the last lines where it fails', async () => {
    const failing = { ...project, buildCommand: 'node -e "console.error(\'no luck\'); process.exit(3)"' }
    const end = endOf(await eventsOf(start('failing', { project: failing })))
    expect(end).toMatchObject({
      outcome: 'failure',
      error: { code: 'build-failed', message: expect.stringContaining('non-zero exit code: 3'), retryable: false },
    })
    expect(end.outcome === 'failure' && end.error.details.log).toContain('no luck')
  })

  it('succeeds where its log cannot be had, and says where it is', async () => {
    const events = await eventsOf(start('silent', { openSocket: undefined }))
    expect(endOf(events).outcome).toBe('success')
    const [id] = deploysOf('silent').map((deploy) => deploy.id)
    const lines = events.flatMap((event) => (event.type === 'log-line' ? [event.text] : []))
    expect(lines).toEqual([`The log of the build is at https://app.netlify.com/projects/silent/deploys/${id}.`])
  })

  it('is canceled with the deployment', async () => {
    const endless = { ...project, buildCommand: 'node -e "console.log(\'begun\'); setInterval(() => {}, 1000)"' }
    const deployment = start('canceled', { project: endless })
    for await (const event of deployment.events)
      if (event.type === 'log-line' && event.text === 'begun') deployment.cancel()
    expect(deploysOf('canceled')).toMatchObject([{ state: 'error', errorMessage: 'Canceled' }])
  })

  it('is made anew of the kept source, without a container, where it was canceled and is resumed', async () => {
    const [storage, folder] = [memoryStorage(), await mkdtemp(join(tmpdir(), 'tabship-test-'))]
    try {
      const begun = join(folder, 'begun')
      const stuck = `test -e '${begun}' || { touch '${begun}'; echo begun; sleep 60; }; node build.mjs`
      const deployment = start('resumed', { storage, project: { ...project, buildCommand: stuck } })
      for await (const event of deployment.events)
        if (event.type === 'log-line' && event.text === 'begun') deployment.cancel()
      const { logsUrl } = stage.emulator.netlify
      const { fetch } = stage.emulator
      const targets = [stage.netlify({ site: 'resumed', logsUrl })]
      const { releases } = await resume(deployment.id, { storage, targets, fetch, openSocket: nodeSockets }).done
      expect(deploysOf('resumed').map(({ state }) => state)).toEqual(['error', 'ready'])
      expect(await read(releases[0]?.url ?? '')).toContain('The first shop')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is not told again where a later run goes on with it', async () => {
    const target = stage.netlify({ site: 'told', logsUrl: stage.emulator.netlify.logsUrl })
    const { build, files } = nodeBuild
    const shared = { environment: 'production', title: 'A build', deployment: 'told', build } as const
    const open = (saved?: unknown) => ({
      ...testContext({ fetch: stage.emulator.fetch, saved }),
      openSocket: nodeSockets,
    })
    const input = { ...shared, site: await target.prepare(shared, open()), artifacts: await artifactsOf(files) }
    const first = open()
    await target.publish(input, first)
    const half = first.checkpoints.find((one) => (one as { logged?: number }).logged !== undefined)
    const told = (half as { logged: number }).logged
    const second = open(half)
    await target.publish(input, second)
    const lines = [first, second].map((context) => context.eventsOf('log-line').map(({ text }) => text))
    expect(lines[0]).toContain('built')
    expect(lines[1]).toEqual(lines[0]?.slice(told))
    expect(deploysOf('told')).toHaveLength(1)
  })

  it('is refused where a target builds nothing', async () => {
    const git = stage.github()
    const targets = [githubPages({ host: git })]
    const end = endOf(await eventsOf(stage.deploy({ git, targets, build: 'provider' })))
    expect(end).toMatchObject({
      outcome: 'failure',
      error: { code: 'options-invalid', message: 'deploy.build.where is provider, and GitHub Pages builds nothing.' },
    })
  })
})

describe('a build by Netlify that is interrupted', () => {
  it('is made once, though an answer is lost, and wherever the tab is closed', async () => {
    const bench = await startNetlifyBench()
    const { build, files } = nodeBuild
    const publish = (name: string, memory: Memory, how: Parameters<typeof mortalRun>[3]) =>
      mortalRun(
        bench,
        memory,
        async (step) => {
          const target = bench.target(name)
          const shared = { environment: 'production', title: 'A build', deployment: `of ${name}`, build } as const
          const site = await step<Site>('site', target.checkpoint, (context) => target.prepare(shared, context))
          const artifacts = await artifactsOf(files)
          await step<Release>('publish', target.checkpoint, (context) =>
            target.publish({ ...shared, site, artifacts }, context),
          )
        },
        how,
      )
    let lost = 0
    const lose: Interceptor = async ({ method, url }, send) => {
      const response = await send()
      if (method !== 'POST' || !url.pathname.endsWith('/builds') || lost > 0) return response
      lost += 1
      await response.arrayBuffer()
      throw new TypeError('Failed to fetch')
    }
    try {
      await publish('lost', new Map(), { intercept: lose })
      expect(lost).toBe(1)
      expect(bench.deployments('lost')).toMatchObject([{ state: 'live' }])
      for (const index of [4, 5, 6, 7, 8]) {
        const memory: Memory = new Map()
        const name = `killed-${index}`
        const { ended } = await publish(name, memory, { death: { moment: 'after a request', index } })
        expect(ended).toBe(false)
        await publish(name, memory, {})
        expect(bench.deployments(name)).toMatchObject([{ state: 'live' }])
        expect(await (await bench.fetch(bench.emulator.netlify.siteUrl(name))).text()).toBe('built')
      }
    } finally {
      await bench.close()
    }
  })
})
