import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetlifyOptions, NetlifyRepository } from '../../src/targets/netlify.js'
import { makeBranch, makeOnGithub, nodeSockets, plainProject } from '../support/building.js'
import { endOf, eventsOf, type Overrides, projectOptions, type Stage, startStage } from '../support/stage.js'

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
    expect(settings.map(({ change }) => change)).toEqual(['unchanged', 'changed', 'unchanged'])
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
