import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import type { Release, Site } from '../../src/spec/release.js'
import { type GithubPagesOptions, githubPages } from '../../src/targets/github-pages.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { targetConformance } from './conformance.js'
import { startGithubPagesBench } from './github-pages-bench.js'

targetConformance({
  name: 'github-pages',
  can: {
    restore: false,
    // Files travel in a commit, which holds more than them, and goes live as it stands.
    ...{ uploads: false, cancellation: false, repetition: false, smallSteps: false, composedNames: false },
    // There is one site for each repository, and one address; what moved the branch is a conflict of the commit.
    ...{ previews: false, takenNames: false, succession: false },
  },
  forbidden: { name: 'ConflictError', code: 'repository-taken' },
  faults: [
    'is refused by the network',
    'is carried out, and its answer is lost',
    'is carried out, and a page answers in its place',
    'is answered with status 429',
  ],
  setup: startGithubPagesBench,
})

let emulator: Emulator
const clock = hurriedClock()
let count = 0

beforeAll(async () => {
  emulator = await createEmulator({
    clock,
    github: { pages: { delays: { building: 1000, built: 2000, certificate: 1000 } } },
  })
})
afterAll(() => emulator.close())

const freshName = (): string => `site-${++count}`

function target(repository: string, options: Omit<Partial<GithubPagesOptions>, 'host'> = {}, isPrivate = false) {
  const urls = { apiUrl: emulator.github.url, gitUrl: emulator.git.url }
  const host = github({ auth: emulator.token, repository, private: isPrivate, transport: 'direct', ...urls })
  return githubPages({ host, ...options })
}

interface Outcome {
  readonly site: Site
  readonly release: Release
  readonly context: TestContext
}

async function publish(
  name: string,
  files: Files,
  options: Omit<Partial<GithubPagesOptions>, 'host'> = {},
  deployment = `deployment-${name}-${++count}`,
): Promise<Outcome> {
  const context = testContext({ fetch: emulator.fetch, clock })
  const one = target(name, options)
  const site = await one.prepare({ environment: 'production' }, context)
  const artifacts = await artifactsOf(files)
  const input = { site, artifacts, environment: 'production', title: 'A test', deployment } as const
  return { site, release: await one.publish(input, context), context }
}

const get = async (url: string): Promise<[number, string]> => {
  const response = await emulator.fetch(url)
  return [response.status, await response.text()]
}
const repositoryOf = (name: string) => emulator.github.state.repository(`owner/${name}`)
const ask = (path: string, init: { method?: string; json?: unknown } = {}) =>
  emulator.fetch(`${emulator.github.url}/repos/owner/${path}`, {
    method: init.method ?? 'GET',
    headers: { authorization: `Bearer ${emulator.token}` },
    ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
  })

describe('GitHub Pages as a target', () => {
  it('makes the repository and its site, and serves a first release', async () => {
    const name = freshName()
    const { site, release, context } = await publish(name, { 'index.html': 'one', '_app/app.js': 'app' })
    const address = `${emulator.pages.siteUrl('owner')}/${name}/`
    expect(site).toEqual({
      id: `owner/${name}`,
      name,
      url: address,
      adminUrl: `${emulator.git.url}/owner/${name}/settings/pages`,
      created: true,
    })
    const head = await emulator.github.state.head(`owner/${name}`, 'gh-pages')
    expect(release).toMatchObject({ target: 'github-pages', id: head, url: address, permalink: null })
    expect(release.uploaded.files).toBe(4)
    expect(context.eventsOf('release-state').map(({ id, state }) => [id === head, state])).toEqual([
      [true, 'queued'],
      [true, 'building'],
      [true, 'built'],
    ])
    expect(await get(address)).toEqual([200, 'one'])
    expect(await get(`${address}_app/app.js`)).toEqual([200, 'app'])
    expect(await get(`${address}no/such/page`)).toEqual([404, 'one'])
    const one = target(name)
    expect(await one.confirmSite(site, testContext({ fetch: emulator.fetch, clock }))).toBe(true)
    expect(await one.confirmRelease(release, site, testContext({ fetch: emulator.fetch, clock }))).toBe(true)
    const other = { ...release, id: '0'.repeat(40) }
    expect(await one.confirmRelease(other, site, testContext({ fetch: emulator.fetch, clock }))).toBe(false)
  })

  it('publishes again in the same place, and not at all what is there already', async () => {
    const name = freshName()
    const first = await publish(name, { 'index.html': 'one', 'old.html': 'old', 'about.html': 'about' })
    const second = await publish(name, { 'index.html': 'two', 'about.html': 'about' })
    expect(second.site).toEqual({ ...first.site, created: false })
    expect(second.release.uploaded.files).toBe(1)
    expect(await get(second.site.url)).toEqual([200, 'two'])
    expect((await get(`${second.site.url}old.html`))[0]).toBe(404)
    const third = await publish(name, { 'index.html': 'two', 'about.html': 'about' })
    expect(third.release).toMatchObject({ id: second.release.id, uploaded: { files: 0, bytes: 0 } })
    expect(emulator.github.state.pages.find(repositoryOf(name))?.builds).toHaveLength(2)
  })

  it('makes one site of a request whose answer is lost, also where the tab is lost with it', async () => {
    const [name, other] = [freshName(), freshName()]
    const lost = {
      provider: 'github',
      method: 'POST',
      path: /\/pages$/,
      at: 0,
      fault: { kind: 'reset-after' },
    } as const
    emulator.faults.add(lost)
    const site = await target(name).prepare(
      { environment: 'production' },
      testContext({ fetch: emulator.fetch, clock }),
    )
    expect(site).toMatchObject({ id: `owner/${name}`, created: true })

    const controller = new AbortController()
    const dying = testContext({ fetch: emulator.fetch, clock, signal: controller.signal })
    const one = target(other)
    const saved: unknown[] = []
    const save = async (checkpoint: unknown): Promise<void> => {
      saved.push(structuredClone(checkpoint))
      if ((checkpoint as { pages?: boolean }).pages) controller.abort(new Error('The tab was closed'))
    }
    await expect(one.prepare({ environment: 'production' }, { ...dying, save })).rejects.toThrow('The tab was closed')
    const resumed = { fetch: emulator.fetch, clock, again: true, saved: one.checkpoint.parse(saved.at(-1)) }
    const found = await target(other).prepare({ environment: 'production' }, testContext(resumed))
    expect(found).toMatchObject({ id: `owner/${other}`, created: true })
    const again = await target(other).prepare({ environment: 'production' }, testContext(resumed))
    expect(again).toEqual(found)
  })

  it('goes on with a commit whose build it has not seen', async () => {
    const name = freshName()
    const context = testContext({ fetch: emulator.fetch, clock })
    const one = target(name)
    const site = await one.prepare({ environment: 'production' }, context)
    const artifacts = await artifactsOf({ 'index.html': 'one' })
    const input = { site, artifacts, environment: 'production', title: 'A test', deployment: `dead-${name}` } as const
    const controller = new AbortController()
    const dying = testContext({ fetch: emulator.fetch, clock, signal: controller.signal })
    const report = (event: Parameters<typeof dying.report>[0]): void => {
      if (event.type === 'release-state') controller.abort(new Error('The tab was closed'))
    }
    await expect(one.publish(input, { ...dying, report })).rejects.toThrow('The tab was closed')
    const saved = one.checkpoint.parse(structuredClone(dying.checkpoints.at(-1)))
    const release = await target(name).publish(input, testContext({ fetch: emulator.fetch, clock, again: true, saved }))
    const log = await ask(`${name}/commits?sha=gh-pages`)
    expect(((await log.json()) as { sha: string }[]).map(({ sha }) => sha)).toEqual([release.id])
    expect(await get(site.url)).toEqual([200, 'one'])
  })

  it('refuses a base path that does not fit, before anything is published', async () => {
    const name = freshName()
    const html = (base: string) => `<script type="module" crossorigin src="${base}assets/app.js"></script>`
    const wrong = await thrownBy(publish(name, { 'index.html': html('/'), 'assets/app.js': '1' }))
    expect(wrong).toMatchObject({
      code: 'base-path-mismatch',
      details: { base: `/${name}/`, address: '/assets/app.js' },
    })
    expect(await emulator.github.state.head(`owner/${name}`, 'gh-pages')).toBeUndefined()
    const other = await thrownBy(publish(name, { 'index.html': html('/else/'), 'assets/app.js': '1' }))
    expect(other).toMatchObject({ code: 'base-path-mismatch' })
    for (const base of [`/${name}/`, './', 'https://cdn.example/']) {
      await publish(name, { 'index.html': html(base), 'assets/app.js': base })
    }
    const domain = `www.${name}.localhost`
    const atRoot = await publish(name, { 'index.html': html('/'), 'assets/app.js': '1' }, { domain })
    expect(atRoot.release.url).toBe(
      `${new URL(emulator.pages.siteUrl('x')).protocol}//${domain}:${new URL(emulator.pages.siteUrl('x')).port}/`,
    )
  })

  it('sets a domain, keeps it, and enforces HTTPS when the certificate is there', async () => {
    const name = freshName()
    const domain = `www.${name}.localhost`
    const site = () => emulator.github.state.pages.find(repositoryOf(name))
    const { release } = await publish(name, { 'index.html': 'one' }, { domain })
    expect(await get(release.url)).toEqual([200, 'one'])
    expect(site()).toMatchObject({ cname: domain, httpsEnforced: false })
    await clock.sleep(10_000)
    await publish(name, { 'index.html': 'two' })
    expect(site()).toMatchObject({ cname: domain, httpsEnforced: true })
  })

  it('gives unknown addresses the one page, the page that is made for them, or what it is told', async () => {
    const single = await publish(freshName(), { 'index.html': 'app' }, { spaFallback: false })
    expect((await get(`${single.site.url}x`))[1]).not.toBe('app')
    const several = await publish(freshName(), { 'index.html': 'home', 'about.html': 'about' })
    expect((await get(`${several.site.url}x`))[1]).not.toBe('home')
    const told = await publish(freshName(), { 'index.html': 'home', 'about.html': 'about' }, { spaFallback: true })
    expect(await get(`${told.site.url}x`)).toEqual([404, 'home'])
    const own = await publish(freshName(), { 'index.html': 'home', '404.html': 'lost' }, { spaFallback: true })
    expect(await get(`${own.site.url}x`)).toEqual([404, 'lost'])
  })

  it('leaves a site alone that somebody publishes from elsewhere', async () => {
    const name = freshName()
    const { owner } = emulator.accounts
    await emulator.github.state.create(owner, name)
    await emulator.github.state.commit({
      repository: `owner/${name}`,
      files: { 'index.html': 'theirs' },
      message: 'a',
      author: owner,
    })
    await ask(`${name}/pages`, { method: 'POST', json: { source: { branch: 'main' } } })
    const error = await thrownBy(publish(name, { 'index.html': 'ours' }))
    expect(error).toMatchObject({ code: 'pages-source-taken' })
    expect(emulator.github.state.pages.find(repositoryOf(name))?.source.branch).toBe('main')
  })

  it('says why a build failed, why there is no preview, and why a private repository has none', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'one' })
    emulator.github.state.pages.failNext(repositoryOf(name), 'Page build failed.')
    expect(await thrownBy(publish(name, { 'index.html': 'two' }))).toMatchObject({
      code: 'release-failed',
      message: 'GitHub could not build the site: Page build failed.',
    })
    const context = testContext({ fetch: emulator.fetch, clock })
    expect(await thrownBy(target(name).prepare({ environment: 'preview' }, context))).toMatchObject({
      code: 'preview-unsupported',
    })
    const hidden = target(freshName(), {}, true)
    expect(await thrownBy(hidden.prepare({ environment: 'production' }, context))).toMatchObject({
      code: 'site-refused',
      message: expect.stringContaining('Your current plan does not support GitHub Pages'),
    })
  })

  it('refuses options that make no sense', () => {
    for (const options of [{ branch: '' }, { branch: 'a b' }, { domain: 'https://a' }, { name: 'A' }]) {
      expect(() => target('a', options)).toThrow(Object.keys(options)[0])
    }
    expect(() => githubPages({ host: {} as never })).toThrow('githubPages.host')
  })
})
