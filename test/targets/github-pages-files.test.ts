import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { gitlab } from '../../src/git/gitlab.js'
import { type GithubPagesOptions, githubPages } from '../../src/targets/github-pages.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'

let emulator: Emulator
const clock = hurriedClock()
let count = 0

beforeAll(async () => {
  const pages = { delays: { building: 1000, built: 2000, certificate: 5000 } }
  emulator = await createEmulator({ clock, github: { pages } })
})
afterAll(() => emulator.close())

type Options = Omit<Partial<GithubPagesOptions>, 'host'>

const freshName = (): string => `files-${++count}`
const hostOf = (repository: string, isPrivate = false) =>
  github({
    auth: emulator.token,
    repository,
    private: isPrivate,
    transport: 'direct',
    apiUrl: emulator.github.url,
    gitUrl: emulator.git.url,
  })

async function publish(name: string, files: Files, options: Options = {}) {
  const context = testContext({ fetch: emulator.fetch, clock })
  const one = githubPages({ host: hostOf(name), ...options })
  const site = await one.prepare({ environment: 'production' }, context)
  const artifacts = await artifactsOf(files)
  const deployment = `deployment-${++count}`
  const input = { site, artifacts, environment: 'production', title: 'A test', deployment } as const
  const release = await one.publish(input, context)
  return { release, warnings: context.eventsOf('warning') }
}

const siteOf = (name: string) => emulator.github.state.pages.find(emulator.github.state.repository(`owner/${name}`))

describe('the domain of GitHub Pages', () => {
  it('is what the built file CNAME says, whose site is served at the root', async () => {
    const name = freshName()
    const domain = `www.${name}.localhost`
    const files = { 'index.html': '<script src="/app.js"></script>', 'app.js': '1', CNAME: `${domain}\n` }
    const { release } = await publish(name, files)
    expect(new URL(release.url).hostname).toBe(domain)
  })

  it('is refused where the built file holds none, before anything is published', async () => {
    for (const text of ['https://Bad Name/', 'one.example\ntwo.example', 'acme.github.io', '']) {
      const name = freshName()
      const error = await thrownBy(publish(name, { 'index.html': 'a', CNAME: text }))
      expect(error).toMatchObject({ name: 'OptionsError', code: 'domain-invalid' })
      expect(await emulator.github.state.head(`owner/${name}`, 'gh-pages')).toBeUndefined()
    }
  })

  it('is the one of the option where the built file says another, which is told', async () => {
    const name = freshName()
    const domain = `www.${name}.localhost`
    const { warnings } = await publish(name, { 'index.html': 'a', CNAME: 'old.example\n' }, { domain })
    expect(siteOf(name)?.cname).toBe(domain)
    const differs = warnings.find(({ code }) => code === 'domain-differs')
    expect(differs?.message).toBe(
      `The output holds a file CNAME with old.example, but githubPages.domain is ${domain}, which is used.`,
    )
  })

  it('has HTTPS enforced later where its certificate is not there yet, which is told', async () => {
    const name = freshName()
    const domain = `www.${name}.localhost`
    const first = await publish(name, { 'index.html': 'one' }, { domain })
    expect(first.warnings).toMatchObject([
      { code: 'https-pending', message: expect.stringContaining(`not enforced for ${domain} yet`) },
    ])
    await clock.sleep(25_000)
    await clock.sleep(25_000)
    const second = await publish(name, { 'index.html': 'two' })
    expect(second.warnings).toEqual([])
    expect(siteOf(name)?.httpsEnforced).toBe(true)
  })

  it('may be set by hand, with which GitHub commits to the branch', async () => {
    const name = freshName()
    const domain = `www.${name}.localhost`
    await publish(name, { 'index.html': 'one', 'old.html': 'old' })
    const headers = { authorization: `Bearer ${emulator.token}` }
    const body = JSON.stringify({ cname: domain })
    await emulator.fetch(`${emulator.github.url}/repos/owner/${name}/pages`, { method: 'PUT', headers, body })
    const { release } = await publish(name, { 'index.html': 'two' })
    expect(new URL(release.url).hostname).toBe(domain)
    expect(await (await emulator.fetch(release.url)).text()).toBe('two')
  })
})

describe('the base path of GitHub Pages', () => {
  const html = '<link rel="stylesheet" href="./assets/a.css"><script src="./assets/app.js"></script>'
  const files = { 'index.html': html, 'assets/a.css': 'a{}', 'assets/app.js': '1' }

  it('is better not relative where links into a single-page app are answered with its page', async () => {
    const name = freshName()
    const { warnings } = await publish(name, files)
    expect(warnings).toMatchObject([{ code: 'base-path-relative' }])
    expect(warnings[0]?.message).toContain(`asks for /${name}/a/assets/a.css`)
    expect(warnings[0]?.hint).toContain(`base: '/${name}/'`)
  })

  it('may be relative where no page is shown elsewhere, or it says where it belongs', async () => {
    const based = { ...files, 'index.html': `<base href="/x/">${html}` }
    for (const [content, options] of [
      [files, { spaFallback: false }],
      [{ ...files, 'about.html': 'about' }, {}],
      [{ ...files, '404.html': 'not here' }, {}],
      [based, {}],
    ] as const)
      expect((await publish(freshName(), content, options)).warnings).toEqual([])
  })
})

describe('GitHub Pages that can not be made', () => {
  it('are refused in words of GitHub, and with the option that helps', async () => {
    const name = freshName()
    const one = githubPages({ host: hostOf(name, true) })
    const context = testContext({ fetch: emulator.fetch, clock })
    const error = await thrownBy(one.prepare({ environment: 'production' }, context))
    expect(error).toMatchObject({
      code: 'site-refused',
      message: `GitHub makes no Pages site for owner/${name}: Your current plan does not support GitHub Pages for this repository.`,
      hint: expect.stringContaining("setup: { visibility: 'public' }"),
    })
  })

  it('are refused at once where an option can not be meant', () => {
    const host = hostOf('a')
    const branches = ['bad..branch', 'a.lock', 'a@{1}', 'a//b', 'a/.b', 'a\u0007b', '-a', 'a b', 'HEAD']
    for (const branch of branches) expect(() => githubPages({ host, branch }), branch).toThrow('githubPages.branch')
    for (const domain of ['acme.github.io', 'github.io', 'https://a.example', 'a', 'a.example:80'])
      expect(() => githubPages({ host, domain }), domain).toThrow('githubPages.domain')
    expect(() => githubPages({ host, domain: 'shop.xn--p1ai', branch: 'a/b.c' })).not.toThrow()
    const other = gitlab({ auth: 'a-token', repository: 'acme/shop' })
    expect(() => githubPages({ host: other })).toThrow('githubPages.host: expected a host made by github({ … })')
  })

  it('are said to lack DNS records where their domain can not be read', () => {
    const { advice } = githubPages({ host: hostOf('a') })
    const said = advice?.unreachable?.('https://www.example.com/')
    expect(said).toMatch(/DNS of www\.example\.com .* CNAME record .*<owner>\.github\.io.* 185\.199\.108\.153/)
    expect(advice?.unreachable?.('https://acme.github.io/shop/')).toBeUndefined()
  })
})
