import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator } from '../../src/emulator/index.js'
import { type VercelOptions, type VercelRepository, vercel } from '../../src/targets/vercel.js'
import { makeBranch, nodeBuild, plainProject } from '../support/building.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type Overrides, projectOptions, type Stage, startStage } from '../support/stage.js'
import { watchFetch } from '../support/watched-fetch.js'

const project = { ...projectOptions, buildCommand: 'node build.mjs' }
const author = { name: 'Owner', email: 'owner@example.com' }

const clock = hurriedClock()
let stage: Stage

beforeAll(async () => {
  // Time stands still here while nobody sleeps, so a minute would never be over.
  stage = await startStage(plainProject, { clock, vercel: { limits: { requestsPerMinute: 1_000_000 } } })
})
afterAll(() => stage.close())

function start(repository: string, { vercel: more, ...options }: Overrides & { vercel?: Partial<VercelOptions> } = {}) {
  const host = stage.github({ repository })
  const { token: auth, vercel: provider } = stage.emulator
  const target = vercel({ auth, project: repository, apiUrl: provider.url, repository: { host }, ...more })
  return stage.deploy({ git: host, build: 'provider', project, targets: [target], clock, ...options })
}

/** Links without a deployment. */
async function configure(repository: string, linking: Partial<VercelRepository>, fetch = stage.emulator.fetch) {
  const host = stage.github({ repository })
  const { token: auth, vercel: provider } = stage.emulator
  const target = vercel({ auth, project: repository, apiUrl: provider.url, repository: { host, ...linking } })
  const context = testContext({ fetch, clock })
  const site = await target.prepare({ environment: 'production' }, context)
  const input = { site, environment: 'production', project: nodeBuild.build.project, repository: null } as const
  return { changes: await target.configuration?.apply(input, context), context }
}

const projectOf = (name: string) =>
  [...stage.emulator.vercel.state.projects.values()].find((project) => project.name === name)
const settingsOf = (name: string) => projectOf(name)?.settings
const siteUrl = (label: string) => stage.emulator.vercel.siteUrl(label)
async function read(url: string): Promise<string> {
  await clock.sleep(100)
  return (await stage.emulator.fetch(url)).text()
}

describe('a project of Vercel that is linked to a repository', () => {
  it('is set up once, builds each commit once, and what others push', async () => {
    const { settings, releases } = await start('linked').done
    expect(settings.at(-1)).toEqual({
      setting: 'repository',
      name: 'owner/linked',
      change: 'created',
      target: 'vercel',
    })
    expect(await read(releases[0]?.url ?? '')).toContain('The first shop')

    await stage.write({ 'src/index.html': '<!doctype html><title>The second shop</title>' })
    const { settings: again, commits } = await start('linked').done
    expect(new Set(again.map(({ change }) => change))).toEqual(new Set(['unchanged']))
    const deployments = [...stage.emulator.vercel.state.deployments.values()]
    expect(deployments).toHaveLength(2)
    expect(deployments[1]?.gitSource?.sha).toBe(commits[0]?.oid)
    expect(await read(siteUrl('linked'))).toContain('The second shop')

    const files = { 'src/index.html': '<!doctype html><title>A new cart</title>' }
    const shared = { repository: 'owner/linked', author, message: 'Write a cart', files }
    await makeBranch(stage, 'owner/linked', 'cart')
    const cart = siteUrl('linked-git-cart-owner')
    await expect.poll(() => read(cart), { timeout: 20_000 }).toContain('The second shop')
    await stage.emulator.github.state.commit({ ...shared, branch: 'cart' })
    await expect.poll(() => read(cart), { timeout: 20_000 }).toContain('A new cart')
    await stage.emulator.github.state.commit(shared)
    await expect.poll(() => read(siteUrl('linked')), { timeout: 20_000 }).toContain('A new cart')
  })

  it('keeps the settings that somebody made there, but for those that are given', async () => {
    const { token, vercel: provider } = stage.emulator
    const own = { framework: 'nextjs', installCommand: 'make install', rootDirectory: 'apps/shop' }
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'settled', ...own })
    expect((await fetch(`${provider.url}/v11/projects`, { method: 'POST', headers, body })).status).toBe(200)
    const { changes, context } = await configure('settled', { command: 'make site' })
    expect(settingsOf('settled')).toMatchObject({ ...own, buildCommand: 'make site', outputDirectory: 'dist' })
    expect(changes).toMatchObject([
      { name: 'buildCommand', change: 'changed' },
      { name: 'outputDirectory', change: 'changed' },
      { setting: 'repository', change: 'created' },
    ])
    const [warning] = context.eventsOf('warning')
    expect(warning).toMatchObject({ code: 'build-settings-differ' })
    expect(warning?.message).toContain('installCommand is "make install", the project says nothing; rootDirectory is')
  })

  it('publishes the branch to production that is wanted, or says where to set it', async () => {
    const { changes } = await configure('branched', { productionBranch: 'live' })
    expect(changes?.at(-1)).toMatchObject({ setting: 'repository', change: 'created' })
    expect(projectOf('branched')?.link).toMatchObject({ productionBranch: 'live' })
    const { fetch } = watchFetch(stage.emulator.fetch, async ({ url }, send) =>
      url.pathname.endsWith('/branch') ? Response.json({ error: { code: 'not_found' } }, { status: 404 }) : send(),
    )
    const { context } = await configure('branched', { productionBranch: 'other' }, fetch)
    expect(context.eventsOf('warning')).toMatchObject([
      { code: 'production-branch-differs', message: expect.stringContaining('pushes to live') },
    ])
  })

  it('takes the build of a push that comes late in place of its own, which has not begun', async () => {
    await start('late').done
    await stage.write({ 'src/index.html': '<!doctype html><title>The late shop</title>' })
    let ours: string | undefined
    const { fetch } = watchFetch(stage.emulator.fetch, async ({ method, url }, send) => {
      const response = await send()
      if (method === 'POST' && url.pathname === '/v13/deployments') ours = (await response.clone().json()).id
      const isList = method === 'GET' && url.pathname === '/v7/deployments' && url.searchParams.has('sha')
      return isList && ours === undefined ? Response.json({ deployments: [], pagination: {} }) : response
    })
    const { releases } = await start('late', { fetch }).done
    const [, pushed, own] = [...stage.emulator.vercel.state.deployments.values()].filter(
      (one) => one.project.name === 'late',
    )
    expect(own).toMatchObject({ id: ours, states: ['QUEUED', 'CANCELED'] })
    expect(releases).toMatchObject([{ id: pushed?.id }])
    expect(await read(siteUrl('late'))).toContain('The late shop')
  })

  it('is not taken away from another repository', async () => {
    await start('taken').done
    const error = start('other', { vercel: { project: 'taken' } }).done
    await expect(error).rejects.toMatchObject({ code: 'site-linked', details: { repository: 'owner/taken' } })
  })

  it("says that Vercel's app has to be installed, and where", async () => {
    const emulator = await createEmulator({ vercel: { githubApp: false } })
    try {
      const { token: auth, fetch } = emulator
      const host = stage.github({ auth, apiUrl: emulator.github.url, gitUrl: emulator.git.url })
      const target = vercel({ auth, project: 'shop', apiUrl: emulator.vercel.url, repository: { host } })
      const { done } = stage.deploy({ git: host, build: 'provider', project, targets: [target], fetch })
      await expect(done).rejects.toMatchObject({
        ...{ name: 'AuthError', code: 'git-app-missing', retryable: true },
        hint: expect.stringContaining('https://github.com/apps/vercel'),
      })
    } finally {
      await emulator.close()
    }
  })
})
