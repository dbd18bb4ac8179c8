import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/spec/context.js'
import type { NetlifyOptions, NetlifyRepository } from '../../src/targets/netlify.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import { makeBranch, makeOnGithub, nodeBuild, nodeSockets, plainProject } from '../support/building.js'
import { memoryCache, testContext } from '../support/context.js'
import { endOf, eventsOf, type Overrides, projectOptions, type Stage, startStage } from '../support/stage.js'
import { watchFetch } from '../support/watched-fetch.js'

const project = { ...projectOptions, buildCommand: 'node build.mjs' }
const author = { name: 'Owner', email: 'owner@example.com' }

let stage: Stage

beforeAll(async () => {
  stage = await startStage(plainProject)
})
afterAll(() => stage.close())

interface Linked extends Overrides {
  readonly netlify?: Partial<NetlifyOptions>
  readonly linking?: Partial<NetlifyRepository>
}

function start(repository: string, { netlify, linking, ...options }: Linked = {}) {
  const host = stage.github({ repository })
  const { logsUrl } = stage.emulator.netlify
  const target = stage.netlify({ site: repository, logsUrl, repository: { host, ...linking }, ...netlify })
  return stage.deploy({ git: host, build: 'provider', project, targets: [target], openSocket: nodeSockets, ...options })
}

const deploysOf = (site: string) =>
  [...stage.emulator.netlify.state.deploys.values()].filter((deploy) => deploy.site.name === site)
const siteOf = (name: string) => [...stage.emulator.netlify.state.sites.values()].find((site) => site.name === name)
const siteUrl = (label: string) => stage.emulator.netlify.siteUrl(label)
const read = async (url: string): Promise<string> => (await stage.emulator.fetch(url)).text()
const push = (repository: string, title: string, branch = 'main') =>
  stage.emulator.github.state.commit({
    ...{ repository: `owner/${repository}`, branch, author, message: `Write ${title}` },
    files: { 'src/index.html': `<!doctype html><title>${title}</title>` },
  })

describe('a site of Netlify that is linked to a repository', () => {
  it('is set up once, and builds each commit once', async () => {
    const first = start('linked')
    const events = await eventsOf(first)
    const { settings, releases, plan } = await first.done
    expect(plan.steps.map(({ id }) => id)).not.toContain('build')
    expect(settings).toEqual([
      { setting: 'deploy-key', name: 'Netlify (linked)', change: 'created', target: 'netlify' },
      { setting: 'repository', name: 'owner/linked', change: 'created', target: 'netlify' },
      { setting: 'webhook', name: 'api.netlify.com', change: 'created', target: 'netlify' },
    ])
    expect(await read(releases[0]?.url ?? '')).toContain('The first shop')
    expect(JSON.stringify(events)).not.toContain(stage.emulator.token)
    const { setup } = stage.emulator.github.state.repository('owner/linked')
    expect(setup.deployKeys).toMatchObject([{ readOnly: true }])
    // Not every push costs a build.
    expect(siteOf('linked')?.settings.build_settings).toMatchObject({ allowed_branches: ['main'] })

    await stage.write({ 'src/index.html': '<!doctype html><title>The second shop</title>' })
    const { settings: again, commits } = await start('linked').done
    expect(again.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged'])
    expect(setup.deployKeys).toHaveLength(1)
    // The push started the build, and there was no other one.
    const shas = deploysOf('linked').map(({ build }) => build?.commit?.sha)
    expect(shas).toEqual([expect.any(String), commits[0]?.oid])
    expect(await read(siteUrl('linked'))).toContain('The second shop')
  })

  it('changes only what differs, and builds what others push, pull requests and branches', async () => {
    await start('followed', { linking: { pullRequests: true } }).done
    const { settings } = await start('followed', { linking: { branches: 'all', nodeVersion: '22' } }).done
    expect(settings.map(({ setting, change }) => [setting, change])).toEqual([
      ['deploy-key', 'unchanged'],
      ['variable', 'created'],
      ['repository', 'changed'],
      ['webhook', 'unchanged'],
    ])
    const site = siteOf('followed')
    expect(site?.settings.build_settings).toMatchObject({ allowed_branches: [] })
    expect(site?.settings.build_settings).not.toHaveProperty('env')
    const variable = stage.emulator.netlify.state.variables.get(site?.id ?? '')?.get('NODE_VERSION')
    expect(variable?.values).toMatchObject([{ context: 'all', value: '22' }])
    await push('followed', 'Pushed by a colleague')
    await expect.poll(() => read(siteUrl('followed')), { timeout: 20_000 }).toContain('Pushed by a colleague')
    await makeBranch(stage, 'owner/followed', 'feature/cart')
    const cart = siteUrl('feature-cart--followed')
    await expect.poll(() => read(cart), { timeout: 20_000 }).toContain('Pushed by a colleague')
    await push('followed', 'A new cart', 'feature/cart')
    await makeOnGithub(stage, '/repos/owner/followed/pulls', { title: 'A cart', head: 'feature/cart', base: 'main' })
    await expect.poll(() => read(siteUrl('deploy-preview-1--followed')), { timeout: 20_000 }).toContain('A new cart')
    await expect.poll(() => read(cart), { timeout: 20_000 }).toContain('A new cart')
    expect(await read(siteUrl('followed'))).toContain('Pushed by a colleague')
  })

  it('takes the build of a push that comes late in place of its own, which has not begun', async () => {
    await start('late').done
    await stage.write({ 'src/index.html': '<!doctype html><title>The late shop</title>' })
    let ours: string | undefined
    let asked: number | undefined
    let waited = 0
    const { fetch } = watchFetch(stage.emulator.fetch, async ({ method, url }, send) => {
      const response = await send()
      if (!url.pathname.includes('/sites/')) return response
      if (method === 'POST' && url.pathname.endsWith('/builds')) {
        ours = (await response.clone().json()).deploy_id
        waited = clock.now() - (asked ?? clock.now())
      }
      if (method === 'GET' && url.pathname.endsWith('/deploys')) asked ??= clock.now()
      // The push is slow, and so is the queue.
      if (method === 'GET' && url.pathname.endsWith('/deploys') && ours === undefined) return Response.json([])
      if (method === 'GET' && ours !== undefined && url.pathname.endsWith(ours))
        return Response.json({ ...(await response.json()), state: 'enqueued' })
      return response
    })
    let skipped = 0
    const clock: Clock = {
      now: () => Date.now() + skipped,
      async sleep(milliseconds, signal) {
        if (milliseconds === 500 && ours === undefined) skipped += 500
        else await systemClock.sleep(milliseconds, signal)
      },
    }
    const { releases } = await start('late', { fetch, clock }).done
    expect(waited).toBeGreaterThanOrEqual(29_000)
    const [, pushed, own] = deploysOf('late')
    expect(own).toMatchObject({ id: ours, state: 'error', errorMessage: 'Canceled' })
    expect(releases).toMatchObject([{ id: pushed?.id }])
    await stage.write({ 'src/index.html': plainProject['src/index.html'] ?? '' })
  })

  it.each([
    ['was told to this browser', false],
    ['nobody heard of', true],
  ] as const)('uses the key that an interrupted run has made, and %s', async (_what, again) => {
    const repository = `orphan-${again}`
    const target = stage.netlify({ site: repository, repository: { host: stage.github({ repository }) } })
    const cache = memoryCache()
    const leaving = new AbortController()
    const { fetch } = watchFetch(stage.emulator.fetch, async ({ method, url }, send) => {
      // The tab is closed before the key is on the repository, or before its answer has come.
      if (!again && method === 'POST' && url.pathname.endsWith('/keys')) leaving.abort(new Error('closed'))
      const response = await send()
      if (again && method === 'POST' && url.pathname.endsWith('/deploy_keys')) leaving.abort(new Error('closed'))
      leaving.signal.throwIfAborted()
      return response
    })
    const first = testContext({ fetch, cache, signal: leaving.signal })
    const site = await target.prepare({ environment: 'production' }, first)
    const input = { site, environment: 'production', project: nodeBuild.build.project, repository: null } as const
    await expect(target.configuration?.apply(input, first)).rejects.toThrow('closed')
    const { deployKeys } = stage.emulator.netlify.state
    const left = [...deployKeys.values()].at(-1)
    const count = deployKeys.size
    const second = testContext({ fetch: stage.emulator.fetch, cache, again })
    const changes = await target.configuration?.apply(input, second)
    expect(changes).toMatchObject([{ setting: 'deploy-key' }, { change: 'created' }, { change: 'created' }])
    expect(stage.emulator.netlify.state.deployKeys.size).toBe(count)
    expect(siteOf(repository)?.settings.build_settings).toMatchObject({ deploy_key_id: left?.id })
  })

  it('fails with what its build of the commit said', async () => {
    await start('broken').done
    await stage.write({ 'build.mjs': 'console.error("no luck"); process.exit(4)' })
    const end = endOf(await eventsOf(start('broken')))
    await stage.write({ 'build.mjs': plainProject['build.mjs'] ?? '' })
    expect(end).toMatchObject({ outcome: 'failure', error: { code: 'build-failed' } })
    expect(end.outcome === 'failure' && end.error.details.log).toContain('no luck')
    expect(deploysOf('broken').map(({ state }) => state)).toEqual(['ready', 'error'])
  })

  it('is not taken away from another repository', async () => {
    await start('taken').done
    const error = start('other', { netlify: { site: 'taken' } }).done
    await expect(error).rejects.toMatchObject({ code: 'site-linked', details: { repository: 'owner/taken' } })
  })

  it('publishes to production what is pushed there, so a preview of it is refused, and a build beside it is told', async () => {
    const preview = start('linked', { environment: 'preview' })
    await expect(preview.done).rejects.toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining('a push to its default branch is published to production'),
    })
    const { plan } = await start('linked', { build: 'container', dryRun: true }).done
    expect(plan.warnings).toMatchObject([{ code: 'push-builds-too' }])
  })
})
