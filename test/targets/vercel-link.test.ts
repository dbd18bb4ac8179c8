import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator } from '../../src/emulator/index.js'
import { type VercelOptions, vercel } from '../../src/targets/vercel.js'
import { makeBranch, plainProject } from '../support/building.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type Overrides, projectOptions, type Stage, startStage } from '../support/stage.js'

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
