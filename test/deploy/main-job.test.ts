import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeploymentEvent, eventSchema, initialState, reduce } from '../../src/index.js'
import { endOf, eventsOf, image, nativeGit, project, projectOptions, type Stage, startStage } from '../support/stage.js'

let stage: Stage
let folder: string

beforeEach(async () => {
  stage = await startStage()
  folder = await mkdtemp(join(tmpdir(), 'tabship-test-'))
})

afterEach(async () => {
  await stage.close()
  await rm(folder, { recursive: true, force: true })
})

async function clone(repository: string): Promise<string> {
  const { path } = stage.emulator.github.state.repository(repository)
  await nativeGit(folder, 'clone', '--quiet', path, 'clone')
  return join(folder, 'clone')
}

async function filesBelow(root: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const pairs = files.map(async (file) => [file.slice(root.length + 1), await readFile(file)] as const)
  return Object.fromEntries((await Promise.all(pairs)).filter(([path]) => !path.startsWith('.git/')))
}

/** The order of events with what varies from run to run taken out: progress, and the turn of steps that run side by side. */
function orderOf(events: readonly DeploymentEvent[], step: string | null): string[] {
  return events.filter((event) => event.step === step && event.type !== 'step-progress').map((event) => event.type)
}

describe('a first deployment', () => {
  it('builds, commits, publishes and verifies, and tells each step in order', async () => {
    const deployment = stage.deploy()
    const events = await eventsOf(deployment)
    const result = await deployment.done

    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index))
    expect(orderOf(events, null)).toEqual(['deployment-start', 'plan-create', 'deployment-end'])
    expect(orderOf(events, 'detect')).toEqual(['step-start', 'project-detect', 'step-end'])
    expect(orderOf(events, 'source')).toEqual(['step-start', 'files-collect', 'step-end'])
    expect(orderOf(events, 'repository')).toEqual(['step-start', 'repository-ready', 'step-end'])
    expect(orderOf(events, 'site-netlify')).toEqual(['step-start', 'site-ready', 'step-end'])
    const build = orderOf(events, 'build')
    expect([...new Set(build)]).toEqual([
      'step-start',
      'process-start',
      'process-output',
      'log-line',
      'process-end',
      'step-end',
    ])
    expect(orderOf(events, 'collect')).toEqual(['step-start', 'files-collect', 'step-end'])
    expect(orderOf(events, 'commit').filter((type) => type !== 'log-line')).toEqual([
      'step-start',
      'plan-update',
      'commit-ready',
      'step-end',
    ])
    const publish = orderOf(events, 'publish-netlify')
    expect(publish.slice(0, 3)).toEqual(['step-start', 'plan-update', 'upload-start'])
    expect(publish.slice(-2)).toEqual(['release-create', 'step-end'])
    expect(orderOf(events, 'verify-netlify')).toEqual(['step-start', 'release-verify', 'step-end'])

    const at = (type: string, step: string) => events.findIndex((event) => event.type === type && event.step === step)
    expect(at('step-end', 'detect')).toBeLessThan(at('step-start', 'source'))
    for (const [before, after] of [
      ['build', 'collect'],
      ['collect', 'commit'],
      ['repository', 'commit'],
      ['commit', 'publish-netlify'],
      ['site-netlify', 'publish-netlify'],
      ['publish-netlify', 'verify-netlify'],
    ] as const) {
      expect(at('step-end', before), `${before} before ${after}`).toBeLessThan(at('step-start', after))
    }
    // The providers are prepared while the build runs.
    expect(at('step-start', 'repository')).toBeLessThan(at('step-end', 'build'))
    expect(at('step-start', 'site-netlify')).toBeLessThan(at('step-end', 'build'))

    expect(result.url).toBe(stage.emulator.netlify.siteUrl('acme-shop'))
    expect(result.verifications).toEqual([{ target: 'netlify', url: result.url, compared: 3, fallback: 'spa' }])
    expect(endOf(events)).toMatchObject({ outcome: 'success', result: JSON.parse(JSON.stringify(result)) })
  })

  it('serves the bytes of the build and pushes exactly the files of the project', async () => {
    const { url } = await stage.deploy().done
    const served = await stage.emulator.fetch(`${url}/assets/logo-4f2a.png`)
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(image)

    const root = await clone('owner/shop')
    expect(await nativeGit(root, 'fsck', '--strict', '--full')).toBe('')
    const expected = Object.fromEntries(Object.entries(project).map(([path, content]) => [path, Buffer.from(content)]))
    expect(await filesBelow(root)).toEqual(expected)
  })

  it('gives late readers and second readers the same events', async () => {
    const deployment = stage.deploy()
    const early = eventsOf(deployment)
    await deployment.done
    const late = await eventsOf(deployment)
    expect(await early).toEqual(late)
  })

  it('emits only events that survive JSON and pass the schema unchanged, and none with a token', async () => {
    const events = await eventsOf(stage.deploy())
    const text = JSON.stringify(events)
    expect(JSON.parse(text)).toEqual(events)
    for (const event of events) expect(eventSchema.parse(event)).toEqual(event)
    expect(text).not.toContain(stage.emulator.token)
    expect(text).not.toContain(btoa(`x-access-token:${stage.emulator.token}`))
  })

  it('shows no token that a build prints, before it was ever sent, and in pieces', async () => {
    const { token } = stage.emulator
    const [start, end] = [token.slice(0, 12), token.slice(12)]
    // The second piece comes in a chunk of its own: the first must have been flushed before.
    await stage.write({
      'leak.mjs': `console.log('whole ${token}'); process.stdout.write('cut ${start}', () => setTimeout(() => {
        console.log('${end}'); console.log(process.env.API_KEY); import('./build.mjs') }, 50))`,
    })
    const build = { env: { API_KEY: 'a-value-of-the-user' }, secrets: ['API_KEY'] }
    const events = await eventsOf(
      stage.deploy({ project: { ...projectOptions, buildCommand: 'node leak.mjs' }, build }),
    )
    expect(endOf(events).outcome).toBe('success')
    const output = events.flatMap((event) => (event.type === 'process-output' ? [event.data] : [])).join('')
    expect(output).toContain('whole [secret]')
    expect(output).toContain('cut [secret]')
    for (const text of [output, JSON.stringify(events)]) {
      expect(text).not.toContain(token)
      expect(text).not.toContain('a-value-of-the-user')
    }
  })

  it('amounts to a state that says all of it', async () => {
    const deployment = stage.deploy()
    const events = await eventsOf(deployment)
    const state = events.reduce(reduce, initialState)
    expect(state.status).toBe('success')
    expect(state.steps.map((step) => [step.id, step.status])).toEqual(
      [
        'detect',
        'source',
        'repository',
        'site-netlify',
        'build',
        'collect',
        'commit',
        'publish-netlify',
        'verify-netlify',
      ].map((id) => [id, 'done']),
    )
    expect(state.result).toEqual(await deployment.done)
    expect(state.sites[0]?.site.created).toBe(true)
    expect(state.repository?.created).toBe(true)
  })
})

describe('a further deployment', () => {
  it('of an unchanged project commits nothing and sends nothing', async () => {
    const first = await stage.deploy().done
    const second = await stage.deploy().done
    expect(second.commits).toMatchObject([{ oid: first.commits[0]?.oid, created: false }])
    expect(second.releases[0]?.uploaded).toEqual({ files: 0, bytes: 0 })
    expect(second.verifications[0]?.compared).toBe(3)
  })

  it('of a changed project sends what changed, and deletions reach the site and the repository', async () => {
    await stage.deploy().done
    await stage.write({
      'src/assets/app-91bc.js': null,
      'src/assets/new-77.js': 'console.log("new")',
      'dist/assets/app-91bc.js': 'left over',
    })
    const { url, releases } = await stage.deploy().done
    expect(releases[0]?.uploaded.files).toBe(1)
    const { fetch } = stage.emulator
    expect((await fetch(`${url}/assets/new-77.js`)).status).toBe(200)
    // The rewrite answers unknown paths with the page.
    expect(await (await fetch(`${url}/assets/app-91bc.js`)).text()).toBe(project['src/index.html'])
    expect(Object.keys(await filesBelow(await clone('owner/shop')))).not.toContain('src/assets/app-91bc.js')
  })

  it('as a preview leaves production as it is', async () => {
    const production = await stage.deploy().done
    await stage.write({ 'src/index.html': '<!doctype html><title>New</title>' })
    const preview = await stage.deploy({ environment: 'preview' }).done
    const text = async (url: string | null) => (await stage.emulator.fetch(url ?? '')).text()
    expect(await text(preview.url)).toBe('<!doctype html><title>New</title>')
    expect(await text(production.url)).toBe(project['src/index.html'])
  })
})

describe('what is committed', () => {
  it('can be the output alone, on a branch of its own', async () => {
    const { commits } = await stage.deploy({ commit: { content: 'artifacts', artifactsBranch: 'pages' } }).done
    expect(commits).toMatchObject([{ branch: 'pages', created: true, parent: null }])
    const root = await clone('owner/shop')
    await nativeGit(root, 'checkout', '--quiet', 'pages')
    expect(Object.keys(await filesBelow(root)).sort()).toEqual([
      '_redirects',
      'assets/app-91bc.js',
      'assets/logo-4f2a.png',
      'index.html',
    ])
  })

  it('can be both', async () => {
    const { commits } = await stage.deploy({ commit: { content: 'both' } }).done
    expect(commits.map((commit) => commit.branch)).toEqual(['main', 'gh-pages'])
  })

  it('never holds .env, nor what .gitignore names, and the event says so', async () => {
    await stage.write({
      '.gitignore': 'notes/\n*.tmp\n',
      '.env': 'KEY=1',
      '.env.example': 'KEY=',
      'notes/a.md': 'a',
      'x.tmp': 'x',
      'node_modules/a/b.js': 'b',
    })
    const events = await eventsOf(stage.deploy())
    const left = events.find((event) => event.type === 'files-exclude' && event.step === 'source')
    expect(left).toMatchObject({
      files: expect.arrayContaining([
        { path: '.env', reason: 'secret' },
        { path: 'node_modules/', reason: 'tooling' },
        { path: 'notes/', reason: 'ignored' },
        { path: 'x.tmp', reason: 'ignored' },
      ]),
    })
    const committed = Object.keys(await filesBelow(await clone('owner/shop')))
    expect(committed).toContain('.env.example')
    for (const path of ['.env', 'notes/a.md', 'x.tmp', 'node_modules/a/b.js']) expect(committed).not.toContain(path)
  })

  it('carries the message and the author that were given', async () => {
    await stage.deploy({
      commit: { message: 'Open the shop\n\nWith a door.', author: { name: 'Ada', email: 'ada@example.com' } },
    }).done
    const log = await nativeGit(await clone('owner/shop'), 'log', '-1', '--format=%an <%ae>%n%B')
    expect(log.trim()).toMatch(
      /^Ada <ada@example\.com>\nOpen the shop\n\nWith a door\.\n\nTabship-Deployment: [0-9a-f-]{36}$/,
    )
  })
})

describe('a project without a build', () => {
  it('is published as it stands, and its plan knows every file beforehand', async () => {
    const page = await startStage({
      'index.html': '<h1>Plain</h1>',
      '404.html': 'gone',
      'a b#c?.txt': 'odd name',
      '.well-known/security.txt': 'hi',
      'empty.txt': '',
    })
    try {
      const deployment = page.deploy({ project: {} })
      const events = await eventsOf(deployment)
      const { url, plan, verifications } = await deployment.done
      expect(plan.steps.map((step) => step.id)).toEqual([
        'repository',
        'site-netlify',
        'commit',
        'publish-netlify',
        'verify-netlify',
      ])
      expect(plan.steps.find((step) => step.id === 'publish-netlify')).toMatchObject({ files: 5, bytes: 28 })
      expect(events.some((event) => event.type === 'process-start')).toBe(false)
      expect(await (await page.emulator.fetch(`${url}/a%20b%23c%3F.txt`)).text()).toBe('odd name')
      expect(await (await page.emulator.fetch(`${url}/.well-known/security.txt`)).text()).toBe('hi')
      expect((await (await page.emulator.fetch(`${url}/empty.txt`)).arrayBuffer()).byteLength).toBe(0)
      expect(verifications[0]).toMatchObject({ compared: 5, fallback: 'not-found-page' })
    } finally {
      await page.close()
    }
  })
})
