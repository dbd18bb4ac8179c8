import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator, type Served, serve } from '../../src/emulator/index.js'
import { createRelay } from '../../src/relay/index.js'
import type { Artifact } from '../../src/spec/artifact.js'
import type { Clock } from '../../src/spec/context.js'
import type { Release, Verification } from '../../src/spec/release.js'
import { netlify } from '../../src/targets/netlify.js'
import { sha1 } from '../../src/toolkit/sha1.js'
import { verifyRelease } from '../../src/verify/verify-release.js'
import { artifactsOf, bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { simulatedClock } from '../support/simulated-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { hostileFiles } from '../targets/conformance.js'

const usualLimit = 120_000

interface Run {
  readonly done: Promise<Verification>
  readonly context: TestContext
  readonly requests: readonly SeenRequest[]
}

function releaseAt(url: string): Release {
  const uploaded = { files: 0, bytes: 0 }
  return { target: 'test', id: 'release-1', environment: 'production', url, permalink: null, uploaded }
}

function verify(
  release: Release,
  artifacts: readonly Artifact[],
  options: {
    routing?: 'spa' | 'static'
    fetch: typeof fetch
    clock: Clock
    intercept?: Interceptor
    relay?: string
    timeLimit?: number
  },
): Run {
  const { routing = 'static', clock, intercept, relay, timeLimit = usualLimit } = options
  const watched = watchFetch(options.fetch, intercept)
  const context = testContext({ fetch: watched.fetch, clock, ...(relay !== undefined && { relay }) })
  return {
    done: verifyRelease({ release, artifacts, routing, timeLimit }, context),
    context,
    requests: watched.requests,
  }
}

describe('the verification of a release that is really published', () => {
  let emulator: Emulator
  const clock = hurriedClock()
  let count = 0

  beforeAll(async () => {
    emulator = await createEmulator({ clock, netlify: { limits: { requestsPerMinute: 1_000_000 } } })
  })
  afterAll(() => emulator.close())

  /** Publishes files and verifies them, or others in their place. */
  async function publishAndVerify(files: Files, routing: 'spa' | 'static' = 'static', expected: Files = files) {
    const target = netlify({ auth: emulator.token, site: `verified-${++count}`, apiUrl: emulator.netlify.url })
    const context = testContext<{ site: string; deploy: string }>({ fetch: emulator.fetch, clock })
    const site = await target.prepare({ environment: 'production' }, context)
    const input = {
      site,
      artifacts: await artifactsOf(files),
      environment: 'production',
      title: '',
      deployment: 'verify',
    } as const
    const release = await target.publish(input, context)
    const { artifacts } = await artifactsOf(expected)
    return { release, ...verify(release, artifacts, { routing, fetch: emulator.fetch, clock }) }
  }
  const pathsOf = (requests: readonly SeenRequest[]): string[] => requests.map(({ url }) => url.pathname)

  it('passes at once where the site serves what was built', async () => {
    const before = clock.now()
    const files = {
      'index.html': '<script src="/assets/app.js"></script>',
      'assets/app.js': 'run()',
      'image.png': 'png',
    }
    const { done, release, context, requests } = await publishAndVerify(files)
    const published = clock.now()
    expect(await done).toEqual({ target: 'netlify', url: release.url, compared: 3, fallback: 'host' })
    expect(clock.now()).toBe(published)
    expect(published).toBeGreaterThan(before)
    expect(pathsOf(requests)[0]).toBe('/')
    expect(requests).toHaveLength(4)
    expect(context.eventsOf('step-progress').at(-1)).toMatchObject({ done: 4, total: 4, unit: 'files' })
    expect(context.eventsOf('warning')).toEqual([])
  })

  it('compares files of any name, and empty ones', async () => {
    const files = { ...hostileFiles, 'empty.txt': '' }
    const { done } = await publishAndVerify(files)
    expect((await done).compared).toBe(Object.keys(files).length)
  })

  it('asks for the folder of an index.html', async () => {
    const files = { 'index.html': 'home', 'docs/index.html': 'docs', 'docs/deep er/index.html': 'deep' }
    const { done, requests } = await publishAndVerify(files)
    expect((await done).compared).toBe(3)
    expect(pathsOf(requests)).toEqual(expect.arrayContaining(['/', '/docs/', '/docs/deep%20er/']))
  })

  it('verifies a site without a front page', async () => {
    const { done } = await publishAndVerify({ 'data.json': '{}', 'docs/index.html': 'docs' })
    expect(await done).toMatchObject({ compared: 2, fallback: 'host' })
  })

  it('does not ask for the files that a host keeps to itself', async () => {
    const files = { 'index.html': 'home', _headers: '/*\n  X-Test: 1\n', _redirects: '/old /new 301\n' }
    const { done, requests } = await publishAndVerify(files)
    expect((await done).compared).toBe(1)
    expect(pathsOf(requests)).not.toContain('/_headers')
    expect(pathsOf(requests)).not.toContain('/_redirects')
  })

  it.each([
    ['/* /index.html 200'],
    ['/*    /    200'],
    ['# routes of the app\n/api/* https://api.example.com/:splat 200\n/* /index.html 200 # the app'],
  ])('sees that unknown paths get the page of a single-page app: %s', async (redirects) => {
    const files = { 'index.html': 'app', 'app.js': 'run()', _redirects: `${redirects}\n` }
    const { done, context } = await publishAndVerify(files, 'spa')
    expect(await done).toMatchObject({ compared: 2, fallback: 'spa' })
    expect(context.eventsOf('warning')).toEqual([])
  })

  it('sees a rewrite to a page that is not index.html', async () => {
    const files = { 'index.html': 'home', '200.html': 'app', _redirects: '/* /200.html 200\n' }
    expect(await (await publishAndVerify(files, 'spa')).done).toMatchObject({ fallback: 'spa' })
  })

  it('sees that unknown paths get the 404 page, with or without a rule', async () => {
    const files = { 'index.html': 'home', '404.html': 'not here' }
    expect((await (await publishAndVerify(files)).done).fallback).toBe('not-found-page')
    const ruled = { ...files, _redirects: '/* /404.html 404\n' }
    expect((await (await publishAndVerify(ruled)).done).fallback).toBe('not-found-page')
  })

  it('warns of a single-page app whose links are answered with 404', async () => {
    const files = { 'index.html': 'app', _redirects: '/api/* https://api.example.com/:splat 200\n' }
    const { done, context } = await publishAndVerify(files, 'spa')
    expect(await done).toMatchObject({ fallback: 'host' })
    expect(context.eventsOf('warning')).toMatchObject([{ code: 'rewrite-missing' }])
    expect(context.eventsOf('warning')[0]?.hint).toContain('/* /index.html 200')
  })

  it('warns of an output without a page, and of rules that answer for every file', async () => {
    const bare = await publishAndVerify({ 'a.txt': 'a' })
    expect(await bare.done).toMatchObject({ compared: 1 })
    expect(bare.context.eventsOf('warning')).toMatchObject([{ code: 'page-missing' }])
    const moved = await publishAndVerify({ 'index.html': 'home', _redirects: '/* https://example.com/:splat 301!\n' })
    expect(await moved.done).toMatchObject({ compared: 0 })
    expect(moved.context.eventsOf('warning')).toMatchObject([{ code: 'nothing-compared' }])
  })

  it("leaves to the project's own rules what becomes of an unknown path", async () => {
    for (const rule of ['/* /index.html 302', '/* /de/:splat 200 Language=de', '/* https://example.com/:splat 301']) {
      const { done, context, requests } = await publishAndVerify(
        { 'index.html': 'home', _redirects: `${rule}\n` },
        'spa',
      )
      expect(await done, rule).toMatchObject({ compared: 1, fallback: 'host' })
      expect(requests, rule).toHaveLength(1)
      expect(context.eventsOf('warning'), rule).toEqual([])
    }
  })

  it('does not compare files that a forced rule hides', async () => {
    const redirects = '/ /en/ 302!\n/old/* /en/ 301!\n/:any/draft.html /en/ 302!\n'
    const files = {
      'index.html': 'chooser',
      'en/index.html': 'english',
      'old/a.html': 'a',
      'en/draft.html': 'draft',
      'app.js': 'run()',
      _redirects: redirects,
    }
    const { done, requests } = await publishAndVerify(files)
    expect(await done).toMatchObject({ compared: 2 })
    expect(pathsOf(requests)).toEqual(expect.arrayContaining(['/en/', '/app.js']))
  })

  it('fails where a forced rewrite hides the assets behind the page', async () => {
    const files = { 'index.html': 'app', 'app.js': 'run()', _redirects: '/* /index.html 200!\n' }
    const error = await thrownBy((await publishAndVerify(files, 'spa')).done)
    expect(error).toMatchObject({ code: 'verify-mismatch', details: { expected: { path: 'app.js' } } })
  })

  it('fails where an asset is missing, naming it', async () => {
    const files = { 'index.html': '<script src="assets/app.js">', 'assets/app.js': 'run()' }
    const { done } = await publishAndVerify({ 'index.html': files['index.html'] }, 'static', files)
    const error = await thrownBy(done)
    expect(error.details).toMatchObject({
      expected: { status: 200, path: 'assets/app.js', sha1: await sha1(bytesOf('run()')) },
      received: { status: 404 },
    })
    expect(error.message).toContain('assets/app.js')
  })

  it('samples 1,000 files with a bounded number of requests, the page and what it names among them', async () => {
    const files = {
      ...manyFiles(1000),
      'index.html': '<link href="./style.css?v=1"><script src="https://cdn.example.com/shop/assets/z.js"></script>',
      'style.css': 'body {}',
      'assets/z.js': 'run()',
    }
    const { done, requests } = await publishAndVerify(files)
    const { compared } = await done
    expect(requests.length).toBe(compared + 1)
    expect(compared).toBeGreaterThanOrEqual(20)
    expect(compared).toBeLessThanOrEqual(30)
    expect(pathsOf(requests).slice(0, 3).sort()).toEqual(['/', '/assets/z.js', '/style.css'])
    const folders = new Set(pathsOf(requests).map((path) => path.split('/')[1]))
    expect(folders.size).toBeGreaterThan(8)
  })
})

describe('the verification of a release at an address that a test answers for', () => {
  const clock = hurriedClock()
  const servers: Served[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  /** Serves whatever the test answers with. */
  async function site(answer: (path: string) => Response | undefined | Promise<Response>): Promise<Release> {
    const served = await serve(
      async (request) => (await answer(new URL(request.url).pathname)) ?? new Response('none', { status: 404 }),
    )
    servers.push(served)
    return releaseAt(served.url)
  }
  const files = { 'index.html': 'new page', 'app.js': 'run()' }
  const bytes = (content: string, type = 'text/html'): Response =>
    new Response(content, { headers: { 'content-type': type } })

  it('waits while the old release is served, asking for the page alone, and passes with the new one', async () => {
    let asked = 0
    const release = await site((path) => {
      if (path === '/') asked += 1
      if (path === '/') return bytes(asked < 8 ? 'old page' : 'new page')
      return path === '/app.js' ? bytes('run()') : undefined
    })
    const before = clock.now()
    const { done, requests } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    expect(await done).toMatchObject({ compared: 2, fallback: 'host' })
    expect(requests.map(({ url }) => url.pathname).slice(0, 8)).toEqual(Array(8).fill('/'))
    expect(requests).toHaveLength(10)
    const waited = clock.now() - before
    expect(waited).toBeGreaterThan(2000)
    expect(waited).toBeLessThan(usualLimit)
  })

  it('waits for an asset that comes later than the page, and for a host that is in trouble', async () => {
    let asked = 0
    const release = await site((path) => {
      if (path === '/') return bytes('new page')
      if (path !== '/app.js') return undefined
      asked += 1
      return asked < 3 ? undefined : asked < 5 ? new Response('trouble', { status: 503 }) : bytes('run()')
    })
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    expect(await done).toMatchObject({ compared: 2 })
    expect(asked).toBe(5)
  })

  it('fails with what was expected and what came when another page stays', async () => {
    const release = await site((path) => (path === '/' ? bytes('<h1>Someone\n else</h1>') : undefined))
    const before = clock.now()
    const { done, requests } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    const error = await thrownBy(done)
    expect(error).toMatchObject({ name: 'VerifyError', code: 'verify-mismatch', retryable: true })
    expect(error.details).toEqual({
      url: `${release.url}/`,
      expected: { status: 200, path: 'index.html', sha1: await sha1(bytesOf('new page')) },
      received: {
        status: 200,
        sha1: await sha1(bytesOf('<h1>Someone\n else</h1>')),
        excerpt: '<h1>Someone else</h1>',
        contentType: 'text/html',
      },
    })
    expect(error.message).toContain(`${release.url}/`)
    const waited = clock.now() - before
    expect(waited).toBeGreaterThanOrEqual(usualLimit)
    expect(waited).toBeLessThan(usualLimit + 10_000)
    expect(requests.length).toBeLessThan(60)
  })

  it('fails where one asset is another', async () => {
    const release = await site((path) =>
      path === '/' ? bytes('new page') : path === '/app.js' ? bytes('run(1)', 'text/javascript') : undefined,
    )
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    const error = await thrownBy(done)
    expect(error.details).toMatchObject({
      expected: { path: 'app.js' },
      received: { status: 200, excerpt: 'run(1)', contentType: 'text/javascript' },
    })
  })

  it('fails where the host answers unknown paths as if they were there', async () => {
    const release = await site((path) => bytes(path === '/app.js' ? 'run()' : 'new page'))
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    const error = await thrownBy(done)
    expect(error).toMatchObject({ code: 'verify-mismatch', details: { expected: { status: 404, path: null } } })
    expect(error.message).toContain('404')
  })

  it('fails where a single-page app does not get its page for unknown paths', async () => {
    const app = { ...files, _redirects: '/* /index.html 200\n' }
    const release = await site((path) =>
      path === '/' ? bytes('new page') : path === '/app.js' ? bytes('run()') : undefined,
    )
    const { done } = verify(release, (await artifactsOf(app)).artifacts, { fetch, clock, routing: 'spa' })
    const error = await thrownBy(done)
    expect(error.details).toMatchObject({ expected: { status: 200, path: 'index.html' }, received: { status: 404 } })
  })

  it('asks visitors for no password: a site that does fails with its status', async () => {
    const release = await site(() => new Response('Password', { status: 401 }))
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    expect((await thrownBy(done)).details).toMatchObject({ received: { status: 401, excerpt: 'Password' } })
  })

  it('says what to do where the page may not read the site and there is no relay', async () => {
    const release = await site(() => bytes('new page'))
    const { done } = verify(release, (await artifactsOf(files)).artifacts, {
      fetch,
      clock,
      intercept: async () => {
        throw new TypeError('Failed to fetch')
      },
    })
    const error = await thrownBy(done)
    expect(error).toMatchObject({ name: 'RequestError', code: 'site-unreachable', retryable: true })
    expect(error.hint).toContain('relay')
    expect(error.details).toEqual({ url: `${release.url}/` })
  })

  it('says what its host advises besides, of an address and of links into an app', async () => {
    const advice = { unreachable: (url: string) => `Look at the DNS of ${url}.`, rewriteMissing: 'Ask the host.' }
    const release = await site(() => bytes('new page'))
    const { artifacts } = await artifactsOf({ 'index.html': 'new page' })
    const refused = watchFetch(fetch, async () => {
      throw new TypeError('Failed to fetch')
    })
    const input = { release, artifacts, routing: 'spa', timeLimit: usualLimit, advice } as const
    const error = await thrownBy(verifyRelease(input, testContext({ fetch: refused.fetch, clock })))
    expect(error.hint).toMatch(/^Look at the DNS of http.*\/\. A page can read/)
    const answering = await site((path) => (path === '/' ? bytes('new page') : undefined))
    const context = testContext({ fetch, clock })
    await verifyRelease({ ...input, release: answering }, context)
    expect(context.eventsOf('warning')).toMatchObject([{ code: 'rewrite-missing', hint: 'Ask the host.' }])
  })

  it('says so where nothing listens at the address', async () => {
    const release = await site(() => undefined)
    for (const server of servers.splice(0)) await server.close()
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock })
    expect(await thrownBy(done)).toMatchObject({ code: 'site-unreachable' })
  })

  /** A page that can not read the site itself, but through a relay. */
  async function relayed(origin: string): Promise<{ relay: string; intercept: Interceptor }> {
    const handler = createRelay({ allow: [{ origin }], pageOrigins: () => true })
    const relay = await serve(handler)
    servers.push(relay)
    const intercept: Interceptor = async ({ url }, send) => {
      if (url.origin !== relay.url) throw new TypeError('Failed to fetch')
      return send()
    }
    return { relay: relay.url, intercept }
  }

  it('reads the site through the relay, without trying first what a page may not', async () => {
    const release = await site((path) =>
      path === '/' ? bytes('new page') : path === '/app.js' ? bytes('run()') : undefined,
    )
    const way = await relayed(release.url)
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock, ...way })
    expect(await done).toMatchObject({ compared: 2, fallback: 'host' })
  })

  it('reads a site that the relay does not allow straight, where that works', async () => {
    const release = await site((path) =>
      path === '/' ? bytes('new page') : path === '/app.js' ? bytes('run()') : undefined,
    )
    const { relay } = await relayed('https://shop.example.com')
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock, relay })
    expect(await done).toMatchObject({ compared: 2, fallback: 'host' })
  })

  it('says that the relay does not let the site through', async () => {
    const release = await site(() => bytes('new page'))
    const way = await relayed('https://shop.example.com')
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock, ...way })
    const error = await thrownBy(done)
    expect(error).toMatchObject({ code: 'relay-refused' })
    expect(error.hint).toContain('allow-list')
  })

  it.each(['/shop', '/shop/'])('looks below the path of the address %s', async (base) => {
    const served: Record<string, string> = { '/shop/': 'new page', '/shop/app.js': 'run()', '/': 'another site' }
    const { url } = await site((path) => (served[path] === undefined ? undefined : bytes(served[path])))
    const { artifacts } = await artifactsOf(files)
    const { done, requests } = verify(releaseAt(url + base), artifacts, { fetch, clock })
    expect(await done).toMatchObject({ url: url + base, compared: 2, fallback: 'host' })
    expect(requests.every(({ url }) => url.pathname.startsWith('/shop/'))).toBe(true)
  })

  const working = (path: string): Response | undefined =>
    path === '/' ? bytes('new page') : path === '/app.js' ? bytes('run()') : undefined
  const domain = 'https://shop.example.com'
  const withoutDomain: Interceptor = async ({ url }, send) => {
    if (url.origin === domain) throw new TypeError('Failed to fetch')
    return send()
  }

  it('verifies the permanent address where the domain can not be read from here, and says so', async () => {
    const { url: permalink } = await site(working)
    const release = { ...releaseAt(domain), permalink }
    const ways = [{ intercept: withoutDomain }, await relayed(permalink)]
    for (const way of ways) {
      const { done, context } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock, ...way })
      expect(await done).toEqual({ target: 'test', url: permalink, compared: 2, fallback: 'host' })
      expect(context.eventsOf('warning')).toMatchObject([{ code: 'verify-domain-unreadable' }])
      expect(context.eventsOf('warning')[0]?.message).toContain(domain)
      expect(context.eventsOf('warning')[0]?.hint).toContain(domain)
    }
  })

  it('fails where the permanent address serves something else, or can not be read either', async () => {
    const { url: permalink } = await site(() => bytes('old page'))
    const { artifacts } = await artifactsOf(files)
    const other = verify({ ...releaseAt(domain), permalink }, artifacts, { fetch, clock, intercept: withoutDomain })
    expect(await thrownBy(other.done)).toMatchObject({ code: 'verify-mismatch', details: { url: `${permalink}/` } })
    const intercept: Interceptor = async () => {
      throw new TypeError('Failed to fetch')
    }
    const neither = verify({ ...releaseAt(domain), permalink }, artifacts, { fetch, clock, intercept })
    expect(await thrownBy(neither.done)).toMatchObject({ code: 'site-unreachable', details: { url: `${domain}/` } })
    for (const { context } of [other, neither]) expect(context.eventsOf('warning')).toEqual([])
  })

  it('does not pass by a domain that was read and then breaks down', async () => {
    const { url: permalink } = await site(working)
    let asked = 0
    const intercept: Interceptor = async ({ url }, send) => {
      if (url.origin !== domain) return send()
      asked += 1
      if (asked === 1) return bytes('old page')
      throw new TypeError('Failed to fetch')
    }
    const { artifacts } = await artifactsOf(files)
    const { done } = verify({ ...releaseAt(domain), permalink }, artifacts, { fetch, clock, intercept })
    expect(await thrownBy(done)).toMatchObject({ code: 'site-unreachable' })
  })

  /** A site whose `app.js` is held back until it is released. */
  async function slowSite(content: string) {
    const hold = new EventTarget()
    const held = new Promise((resolve) => hold.addEventListener('answer', resolve))
    const asked = new Promise((resolve) => hold.addEventListener('asked', resolve))
    let count = 0
    const release = await site(async (path) => {
      if (path !== '/app.js') return working(path) ?? new Response('none', { status: 404 })
      count += 1
      hold.dispatchEvent(new Event('asked'))
      await held
      return bytes(content)
    })
    return { release, asked, answer: () => hold.dispatchEvent(new Event('answer')), count: () => count }
  }

  it('gives a file the time that its size takes on a slow line', async () => {
    const slow = simulatedClock()
    const large = 'x'.repeat(1_000_000)
    const { release, asked, answer, count } = await slowSite(large)
    const { artifacts } = await artifactsOf({ ...files, 'app.js': large })
    const { done } = verify(release, artifacts, { fetch, clock: slow })
    await asked
    await slow.advance(40_000)
    answer()
    expect(await done).toMatchObject({ compared: 2 })
    expect(count()).toBe(1)
  })

  it.each([usualLimit, 600_000])('says which file did not come in time, of %i ms', async (timeLimit) => {
    const slow = simulatedClock()
    const start = slow.now()
    const { release, asked, answer } = await slowSite('run()')
    const { done } = verify(release, (await artifactsOf(files)).artifacts, { fetch, clock: slow, timeLimit })
    let ended = false
    const outcome = thrownBy(done).finally(() => {
      ended = true
    })
    await asked
    for (let turn = 0; turn < 200 && !ended; turn += 1) await slow.advance(1000)
    const error = await outcome
    answer()
    expect(error).toMatchObject({ name: 'VerifyError', code: 'verify-timeout', retryable: true })
    expect(error.details).toEqual({ url: `${release.url}/app.js`, path: 'app.js', size: 5, timeLimit })
    expect(error.hint).toContain('verify.timeLimit')
    // The step gives it a minute more than that.
    expect(slow.now() - start).toBeLessThanOrEqual(timeLimit + 31_000)
  })

  it('compares small files rather than large ones, and the smallest where there are only large ones', async () => {
    const large = (size: number): string => 'x'.repeat(size)
    const media = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`${index}.bin`, large(1_500_000 + index)]),
    )
    const all: Files = {
      'index.html': '<video src="film.mp4">',
      'film.mp4': large(11_000_000),
      ...media,
      ...manyFiles(10),
    }
    const asked = async (contents: Files): Promise<string[]> => {
      const { url } = await site((path) => {
        const content = contents[path.slice(1) || 'index.html']
        return content === undefined ? undefined : bytes(String(content))
      })
      const { done, requests } = verify(releaseAt(url), (await artifactsOf(contents)).artifacts, { fetch, clock })
      const { compared } = await done
      return requests.slice(0, compared).map(({ url }) => url.pathname.slice(1))
    }
    const chosen = await asked(all)
    expect(chosen).not.toContain('film.mp4')
    expect(chosen).toEqual(expect.arrayContaining(['', ...Object.keys(manyFiles(10))]))
    expect(chosen.filter((path) => path.endsWith('.bin'))).toHaveLength(6)
    expect(await asked({ 'a.bin': large(12_000_000), 'b.bin': large(11_000_000) })).toEqual(['b.bin'])
  })

  it('stops when it is aborted', async () => {
    const release = await site(() => bytes('old page'))
    const controller = new AbortController()
    const reason = new Error('enough')
    let asked = 0
    const { fetch: watched } = watchFetch(fetch, (_, send) => {
      asked += 1
      if (asked === 3) controller.abort(reason)
      return send()
    })
    const context = testContext({ fetch: watched, clock, signal: controller.signal })
    const { artifacts } = await artifactsOf(files)
    const done = verifyRelease({ release, artifacts, routing: 'static', timeLimit: usualLimit }, context)
    await expect(done).rejects.toBe(reason)
    expect(asked).toBe(3)
  })
})
