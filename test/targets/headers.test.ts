import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import {
  type DeploymentEvent,
  type DeployOptions,
  deploy,
  memoryStorage,
  resume,
  type Target,
} from '../../src/index.js'
import { githubPages } from '../../src/targets/github-pages.js'
import { withRuleFiles } from '../../src/targets/netlify/rule-files.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { artifactsOf } from '../support/artifacts.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { memoryContainer } from '../support/memory-container.js'
import { endOf, eventsOf } from '../support/stage.js'

const form = '<form name="contact" data-netlify="true"  ><input name=mail></form>'
const files = {
  'package.json': JSON.stringify({ name: 'shop', scripts: { build: 'node build.mjs' } }),
  'src/index.html': `<!doctype html><title>Shop</title>${form}`,
  'src/404.html': '<!doctype html><title>Nothing here</title>',
  'src/about.html': '<!doctype html><title>About</title>',
  'src/embed/map.html': '<!doctype html><title>Map</title>',
  'src/sw.js': 'self.skipWaiting()',
  'src/assets/index-BxY3kQ9z.js': 'shop()',
  'src/assets/own-C4n_d77F.css': 'a{}',
  'src/assets/logo.png': 'png',
  'src/_headers':
    '# mine\n/embed/*\n  X-Frame-Options: ALLOWALL\n/assets/own-*\n  Cache-Control: max-age=60\n/about\n  X-Own: yes',
  'src/_redirects':
    '/old/:slug /new/:slug 301\n/go to=:to /at/:to 302\n/app/* /about.html 200\n/gone /404.html 404\n/about /index.html 302 Cookie=tried\n',
}
const immutable = 'public, max-age=31536000, immutable'

const clock = hurriedClock()
let emulator: Emulator
let count = 0

beforeAll(async () => {
  // Time stands still here while nobody sleeps, so a minute would never be over.
  const limits = { requestsPerMinute: 1_000_000 }
  emulator = await createEmulator({ clock, netlify: { limits }, vercel: { limits } })
})
afterAll(() => emulator.close())

type Provider = 'netlify' | 'vercel'

interface Site {
  readonly events: readonly DeploymentEvent[]
  readonly end: ReturnType<typeof endOf>
  /** Asks the site, and follows nothing. */
  get(path: string, headers?: Record<string, string>): Promise<Response>
}

function targetOf(provider: Provider, name: string): Target {
  const { token: auth } = emulator
  return provider === 'netlify'
    ? netlify({ auth, site: name, apiUrl: emulator.netlify.url })
    : vercel({ auth, project: name, apiUrl: emulator.vercel.url })
}

async function publish(
  provider: Provider,
  changed: Readonly<Record<string, string>> = {},
  options: Partial<DeployOptions> = {},
): Promise<Site> {
  const name = `site-${++count}`
  const container = memoryContainer(
    { ...files, ...changed },
    {
      run: ({ container }) => {
        for (const [path, content] of [...container.tree]) {
          const built = /^(?:src|public)\/(.*)$/.exec(path)?.[1]
          if (built !== undefined) container.write(`dist/${built}`, content)
          if (path.startsWith('adapter/')) container.write(`.vercel/output/${path.slice(8)}`, content)
        }
        return 0
      },
    },
  )
  const { fetch } = emulator
  const targets = [targetOf(provider, name)]
  const project = { framework: 'vite', installCommand: null, buildCommand: 'node build.mjs', outputDirectory: 'dist' }
  const events = await eventsOf(deploy({ container, fetch, clock, project, targets, ...options }))
  const address = emulator[provider].siteUrl(name)
  const get = (path: string, headers = {}) => emulator.fetch(address + path, { headers, redirect: 'manual' })
  return { events, end: endOf(events), get }
}

const warnings = (events: readonly DeploymentEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
const planned = (events: readonly DeploymentEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'plan-create' ? event.plan.warnings.map(({ message }) => message) : []))

describe.each<Provider>(['netlify', 'vercel'])('headers and redirects on %s', (provider) => {
  let site: Site
  const header = async (path: string, name: string) => (await site.get(path)).headers.get(name)

  beforeAll(async () => {
    site = await publish(
      provider,
      {},
      {
        headers: {
          security: 'basic',
          rules: [{ for: '/embed/*', headers: { 'X-Embed': '1', 'X-Frame-Options': 'DENY' } }],
        },
      },
    )
    expect(site.end).toMatchObject({ outcome: 'success' })
  })

  it('keep what is named by its content for a year, and nothing else', async () => {
    expect(await header('/assets/index-BxY3kQ9z.js', 'cache-control')).toBe(immutable)
    for (const path of ['/', '/assets/logo.png', '/sw.js', '/assets/index-BxY3kQ9y.js']) {
      expect((await header(path, 'cache-control')) ?? '', path).not.toContain('immutable')
    }
    expect((await header('/', 'cache-control'))?.replaceAll(' ', '')).toBe('public,max-age=0,must-revalidate')
    expect((await site.get('/assets/index-BxY3kQ9y.js')).status).toBe(404)
  })

  it("leave the user's own rules as they are, and set the preset around them", async () => {
    expect(await header('/assets/own-C4n_d77F.css', 'cache-control')).toBe('max-age=60')
    expect(await header('/embed/map.html', 'x-frame-options')).toBe('ALLOWALL')
    expect(await header('/embed/map.html', 'x-embed')).toBe('1')
    for (const path of ['/', '/about.html', '/assets/logo.png']) {
      expect(await header(path, 'x-frame-options'), path).toBe('SAMEORIGIN')
    }
    expect(await header('/embed/map.html', 'x-content-type-options')).toBe('nosniff')
    expect(await header('/nowhere', 'referrer-policy')).toBe('strict-origin-when-cross-origin')
    expect(await header('/', 'strict-transport-security')).toBeNull()
  })

  it('redirect and rewrite as _redirects says', async () => {
    const moved = await site.get('/old/shoes')
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/new/shoes'])
    expect((await site.get('/go?to=paris')).headers.get('location')).toMatch(/^\/at\/paris/)
    expect((await site.get('/go')).status).toBe(404)
    const rewritten = await site.get('/app/any/where')
    expect([rewritten.status, await rewritten.text()]).toEqual([200, files['src/about.html']])
    const gone = await site.get('/gone')
    expect([gone.status, await gone.text()]).toEqual([404, files['src/404.html']])
  })

  it('leave every byte of the pages alone, and show nobody the files with the rules', async () => {
    expect(await (await site.get('/')).text()).toBe(files['src/index.html'])
    for (const path of ['/_headers', '/_redirects']) expect((await site.get(path)).status, path).toBe(404)
  })

  it('lead links into a single-page app to its page, but for files that are there', async () => {
    const app = await publish(provider, {
      'src/_redirects': '/forced /about.html 200!\n/* /index.html 200\n',
      'src/404.html': '',
    })
    expect(app.end).toMatchObject({ outcome: 'success' })
    const text = async (path: string) => (await app.get(path)).text()
    expect(await text('/deep/link')).toBe(files['src/index.html'])
    expect(await text('/assets/logo.png')).toBe('png')
    expect(await text('/forced')).toBe(files['src/about.html'])
    const missing = await app.get('/assets/index-OLDOLD12.js')
    expect(missing.headers.get('cache-control')).not.toContain('immutable')
  })

  it('say strictly what they are told to, and a policy in place of the older header', async () => {
    const strict = await publish(
      provider,
      { 'src/_headers': '' },
      {
        headers: {
          cache: false,
          security: 'strict',
          contentSecurityPolicy: "default-src 'self'; frame-ancestors 'none'",
        },
      },
    )
    const { headers } = await strict.get('/')
    expect(headers.get('content-security-policy')).toBe("default-src 'self'; frame-ancestors 'none'")
    expect([headers.get('x-frame-options'), headers.get('strict-transport-security')]).toEqual([
      null,
      'max-age=31536000',
    ])
    expect((await strict.get('/assets/index-BxY3kQ9z.js')).headers.get('cache-control')).not.toContain('immutable')
  })

  it.each([
    ['src/_redirects', '/a /b\n/c d 301\n', /^_redirects, line 2: "d" is no destination/, true],
    ['public/_headers', '/*\nX-A\n', /^public\/_headers, line 2: "X-A" is neither a path nor a header/, false],
  ])('name a mistake in %s with its line, and publish nothing', async (path, text, message, isBuilt) => {
    const own = path.startsWith('public') ? { 'public/index.html': 'page' } : {}
    const { end, events, get } = await publish(provider, { [path]: text, ...own })
    expect(end).toMatchObject({
      outcome: 'failure',
      error: { code: 'rules-invalid', message: expect.stringMatching(message) },
    })
    expect(events.some((event) => event.type === 'step-start' && event.step === 'build')).toBe(isBuilt)
    expect(events.some((event) => event.type === 'release-state' || event.type === 'release-create')).toBe(false)
    expect((await get('/')).status).toBe(404)
  })
})

describe('the configuration file of a host', () => {
  const toml = `
[build.environment]
  KEY = "hush"
[images]
  remote_images = ["https://img.example.com/.*"]
[[redirects]]
  from = "/old/*"
  to = "/other/:splat"
[[redirects]]
  from = "/shop"
  to = "/about.html"
  status = 200
[[headers]]
  for = "/about.html"
  [headers.values]
    X-Frame-Options = "DENY"
`
  it('netlify.toml holds for what is built here, behind _headers and _redirects, without its secrets', async () => {
    const { end, get } = await publish('netlify', { 'netlify.toml': toml }, { headers: { security: 'basic' } })
    expect(end).toMatchObject({ outcome: 'success' })
    expect((await get('/old/a')).headers.get('location')).toBe('/new/a')
    expect((await get('/old/a/b')).headers.get('location')).toBe('/other/a/b')
    expect(await (await get('/shop')).text()).toBe(files['src/about.html'])
    expect((await get('/about.html')).headers.get('x-frame-options')).toBe('DENY')
    expect((await get('/')).headers.get('x-frame-options')).toBe('SAMEORIGIN')
    const published = await (await get('/netlify.toml')).text()
    expect(published).toContain('https://img.example.com/.*')
    expect(published).not.toMatch(/hush|redirects/)
  })

  it('vercel.json holds for what is built here, and goes before _redirects', async () => {
    const config = {
      cleanUrls: true,
      redirects: [{ source: '/old/:path*', destination: '/from-json/:path*', permanent: true }],
      rewrites: [{ source: '/team/:name', destination: '/about' }],
      headers: [{ source: '/assets/(.*)', headers: [{ key: 'Cache-Control', value: 'max-age=5' }] }],
      images: { sizes: [640], domains: ['img.example.com'] },
      crons: [{ path: '/api/daily', schedule: '0 5 * * *' }],
    }
    const sent: unknown[] = []
    const fetch: typeof globalThis.fetch = (input, init) => {
      const found = /"file":"\.vercel\/output\/config\.json","data":("(?:[^"\\]|\\.)*")/.exec(String(init?.body))
      if (found) sent.push(JSON.parse(JSON.parse(found[1] ?? '')))
      return emulator.fetch(input, init)
    }
    const { end, get } = await publish('vercel', { 'vercel.json': JSON.stringify(config) }, { fetch })
    expect(end).toMatchObject({ outcome: 'success' })
    const moved = await get('/old/a')
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/from-json/a'])
    expect(await (await get('/team/ada')).text()).toBe(files['src/about.html'])
    expect(await (await get('/about')).text()).toBe(files['src/about.html'])
    expect((await get('/about.html')).headers.get('location')).toBe('/about')
    expect((await get('/assets/index-BxY3kQ9z.js')).headers.get('cache-control')).toBe('max-age=5')
    expect(sent.at(-1)).toMatchObject({ images: config.images, crons: config.crons })
  })

  it.each<[Provider, string, string]>([
    ['netlify', 'netlify.toml', '[[redirects]]\nfrom = "/*"\nto = "/index.html"\nstatus = 200\n'],
    [
      'vercel',
      'vercel.json',
      JSON.stringify({
        redirects: [{ source: '/about.html', destination: '/' }],
        rewrites: [{ source: '/((?!api/).*)', destination: '/' }],
      }),
    ],
  ])('on %s, what %s does with paths is known to the verification', async (provider, file, text) => {
    const { end, get } = await publish(provider, { [file]: text })
    expect(end).toMatchObject({ outcome: 'success', result: { verifications: [{ fallback: 'spa' }] } })
    expect(await (await get('/deep/link')).text()).toBe(files['src/index.html'])
  })

  it.each<[Provider, string, string, RegExp]>([
    [
      'netlify',
      'netlify.toml',
      '[[redirects]]\nfrom = "/a"\nto = "b"\n',
      /^netlify\.toml, line 1: "b" is no destination/,
    ],
    ['netlify', 'netlify.toml', '[build]\ncommand = make\n', /^netlify\.toml, line 2: /],
    ['vercel', 'vercel.json', '{\n  "routes": [],\n  "rewrites": []\n}', /^vercel\.json, line 2: routes and rewrites/],
  ])('on %s, a mistake in %s ends the deployment before its plan', async (provider, file, text, message) => {
    const { end, events } = await publish(provider, { [file]: text })
    expect(end).toMatchObject({
      outcome: 'failure',
      error: { code: 'rules-invalid', message: expect.stringMatching(message) },
    })
    expect(events.some((event) => event.type === 'plan-create')).toBe(false)
  })

  it("is told of in the plan where it is another host's, and is not held against anything", async () => {
    const { events, end } = await publish('netlify', { 'vercel.json': '{"rewrites": [{"source": 5}]}' })
    expect(end).toMatchObject({ outcome: 'success' })
    expect(planned(events)).toEqual([])
  })

  it("has the plan say what Vercel can't do, with the line, and once", async () => {
    const rules = '/* /de/:splat 302 Language=de\n/api/* https://x.example/:splat 200 Sign=KEY\n/a /b 301\n'
    const pages = {
      'public/index.html': 'page',
      'public/_redirects': rules,
      'public/_headers': '/in/*\n  Basic-Auth: a:b\n',
    }
    const { events, get } = await publish('vercel', {
      ...pages,
      'src/_redirects': rules,
      'src/_headers': pages['public/_headers'],
    })
    expect(planned(events)).toEqual([
      expect.stringMatching(/^public\/_redirects, line 1: .* has the condition Language/),
      expect.stringMatching(/^public\/_redirects, line 2: .* is signed/),
      expect.stringMatching(/^public\/_headers, line 1: Basic-Auth is Netlify's own/),
    ])
    expect(warnings(events)).toEqual([])
    expect((await get('/a')).headers.get('location')).toBe('/b')
    expect((await get('/in/x')).headers.get('basic-auth')).toBeNull()
  })

  it("has a warning, with the line, say what Vercel can't do of the rules that only the build makes", async () => {
    const rules = '/a /b 302 Country=de\n/c /d 302 Language=de\n/e /f 302 Role=admin\n/g /h 301\n'
    const { events } = await publish('vercel', { 'src/_redirects': rules, 'vercel.json': '{"foo": 1}' })
    expect(planned(events)).toEqual(['vercel.json, line 1: "foo" is not known.'])
    expect(warnings(events)).toEqual([
      expect.stringMatching(/^_redirects, line 1: .* has the condition Country/),
      expect.stringMatching(/^_redirects, line 2: .* has the condition Language/),
      expect.stringMatching(/^_redirects, line 3: .* has the condition Role/),
    ])
  })

  it('is known to a later run, which has no container any more', async () => {
    const storage = memoryStorage()
    const name = `site-${count + 1}`
    let isRefused = true
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (isRefused && init?.method === 'POST' && /\/deploys\?/.test(String(input))) {
        return Response.json({ code: 422, message: 'Not now.' }, { status: 422 })
      }
      return emulator.fetch(input, init)
    }
    const first = await publish(
      'netlify',
      { 'netlify.toml': toml },
      { id: 'kept', storage, fetch, headers: { security: 'basic' } },
    )
    expect(first.end).toMatchObject({ outcome: 'failure' })
    isRefused = false
    const again = resume('kept', { storage, fetch, clock, targets: [targetOf('netlify', name)] })
    expect(endOf(await eventsOf(again))).toMatchObject({ outcome: 'success' })
    expect(await (await first.get('/shop')).text()).toBe(files['src/about.html'])
    expect((await first.get('/about.html')).headers.get('x-frame-options')).toBe('DENY')
    expect((await first.get('/')).headers.get('x-frame-options')).toBe('SAMEORIGIN')
  })

  it('is put in front of what an adapter wrote for Vercel, and changes nothing that it says', async () => {
    const routes = [
      { src: '^/taken$', headers: { 'X-Frame-Options': 'DENY' }, continue: true },
      { src: '^/taken$', dest: '/index.html' },
      { handle: 'filesystem' },
    ]
    const { end, get } = await publish(
      'vercel',
      {
        'adapter/config.json': JSON.stringify({ version: 3, routes }),
        'adapter/static/index.html': 'rendered before',
        'adapter/static/assets/index-BxY3kQ9z.js': 'adapted()',
        'vercel.json': JSON.stringify({ redirects: [{ source: '/old', destination: '/taken' }] }),
      },
      { headers: { security: 'basic' } },
    )
    expect(end).toMatchObject({ outcome: 'success' })
    const taken = await get('/taken')
    expect([await taken.text(), taken.headers.get('x-frame-options')]).toEqual(['rendered before', 'DENY'])
    expect((await get('/')).headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect((await get('/old')).headers.get('location')).toBe('/taken')
    expect((await get('/assets/index-BxY3kQ9z.js')).headers.get('cache-control')).toBe(immutable)
  })
})

describe('what a target makes of rules', () => {
  it('begins, on Netlify, with the text of the user, and names what is left where the user has a word', async () => {
    const { artifacts } = await artifactsOf({
      _headers: files['src/_headers'],
      'index.html': 'page',
      'embed/map.html': 'map',
      'blog/post/index.html': 'post',
      'assets/index-BxY3kQ9z.js': 'run()',
    })
    const own = { for: '/embed/*', headers: [['X-Frame-Options', 'ALLOWALL']], source: null } as const
    const added = [
      {
        for: '/*',
        headers: [
          ['X-Frame-Options', 'DENY'],
          ['X-A', '1'],
        ],
        source: null,
      },
    ] as const
    const rules = { redirects: [], headers: [own], added, netlify: null, vercel: null, files: [] }
    const completed = await withRuleFiles(artifacts, { ...rules, immutable: ['assets/index-BxY3kQ9z.js'] })
    const text = new TextDecoder().decode(await completed.find(({ path }) => path === '_headers')?.read())
    expect(text.startsWith(`${files['src/_headers']}\n`)).toBe(true)
    const frame = ['/', '/index.html', '/blog/*', '/assets/*'].map((path) => `${path}\n  X-Frame-Options: DENY\n`)
    const rest = `/*\n  X-A: 1\n/assets/index-BxY3kQ9z.js\n  Cache-Control: ${immutable}\n`
    expect([...text.slice(files['src/_headers'].length + 1).split(/(?<=\n)(?=\/)/)].sort()).toEqual(
      [...frame, ...rest.split(/(?<=\n)(?=\/)/)].sort(),
    )
  })

  it('adds no file where there is nothing to say', async () => {
    const { artifacts } = await artifactsOf({ 'index.html': 'page', 'assets/app-91bc.js': 'run()' })
    const rules = { redirects: [], headers: [], added: [], immutable: [], netlify: null, vercel: null, files: [] }
    expect(await withRuleFiles(artifacts, rules)).toBe(artifacts)
  })

  it('is nothing on GitHub Pages, which is told with the files', async () => {
    const pages = githubPages({ host: github({ auth: 'token', repository: 'acme/shop' }) })
    const rules = { redirects: [], headers: [], added: [], immutable: [], netlify: null, vercel: null }
    expect(await pages.rules?.warn({ ...rules, files: [] })).toEqual([])
    expect(await pages.rules?.warn({ ...rules, files: ['_headers', '_redirects'] })).toEqual([
      expect.objectContaining({ message: expect.stringContaining('so _headers and _redirects will have no effect') }),
    ])
  })

  it('is asked for in a form that is checked', async () => {
    const { end } = await publish('netlify', {}, { headers: { rules: [{ for: 'a', headers: { 'X A': '1\n2' } }] } })
    expect(end).toMatchObject({
      outcome: 'failure',
      error: {
        code: 'options-invalid',
        message: expect.stringMatching(/headers\.rules\.0\.for.*headers\.rules\.0\.headers\.X A/),
      },
    })
  })
})
