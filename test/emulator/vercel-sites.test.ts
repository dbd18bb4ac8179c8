import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeploymentJson, type Files, startVercel, type VercelBench } from './vercel-support.js'

let bench: VercelBench

beforeEach(async () => {
  bench = await startVercel()
})
afterEach(() => bench.close())

const deploy = (files: Files, more = {}): Promise<DeploymentJson> => bench.deploy('shop', files, more)
const output = (config: unknown, files: Files = {}): Files => ({
  '.vercel/output/config.json': JSON.stringify(config),
  ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`.vercel/output/${path}`, content])),
})
const node = (more = {}): string =>
  JSON.stringify({ runtime: 'nodejs22.x', handler: 'index.mjs', launcherType: 'Nodejs', ...more })
const look = async (url: string, path = '/', init?: RequestInit) => {
  const response = await bench.visit(url, path, init)
  const { status, headers } = response
  return { status, headers, text: await response.text(), location: headers.get('Location') }
}

describe('files as they are on the emulated Vercel', () => {
  it('are served with their types, and folders by their index, with and without a slash', async () => {
    const { url } = await deploy({
      'index.html': 'home',
      'docs/index.html': 'docs',
      'a b/ü#?%.txt': 'odd',
      'app.js': '1',
      'empty.txt': '',
    })
    const home = await look(url)
    expect([home.status, home.text, home.headers.get('Content-Type')]).toEqual([
      200,
      'home',
      'text/html; charset=utf-8',
    ])
    expect(home.headers.get('Cache-Control')).toBe('public, max-age=0, must-revalidate')
    for (const path of ['/docs', '/docs/', '/docs/index.html']) expect((await look(url, path)).text).toBe('docs')
    expect((await look(url, `/a%20b/${encodeURIComponent('ü#?%.txt')}`)).text).toBe('odd')
    expect((await look(url, '/app.js')).headers.get('Content-Type')).toMatch(/javascript; charset=utf-8/)
    expect((await look(url, '/empty.txt')).text).toBe('')
    const tag = home.headers.get('ETag') ?? ''
    expect((await look(url, '/', { headers: { 'If-None-Match': tag } })).status).toBe(304)
    expect((await look(url, '/', { method: 'POST' })).status).toBe(405)
    const absent = await look(url, '/absent')
    expect([absent.status, absent.headers.get('X-Vercel-Error')]).toEqual([404, 'NOT_FOUND'])
    expect((await look(url, '/docs.html')).status).toBe(404)
  })

  it('have their own page for what is not found, are taken from `public`, and never show their settings', async () => {
    const { url } = await deploy({ 'public/index.html': 'home', 'public/404.html': 'lost', 'package.json': '{}' })
    expect(await look(url, '/absent')).toMatchObject({ status: 404, text: 'lost' })
    expect((await look(url, '/package.json')).text).toBe('lost')
    const plain = await deploy({ 'index.html': 'home', 'vercel.json': '{}', 'package.json': '{}' })
    for (const path of ['/vercel.json', '/package.json']) expect((await look(plain.url, path)).status).toBe(404)
  })

  it('follow their vercel.json: redirects, rewrites, headers, clean addresses', async () => {
    const settings = {
      cleanUrls: true,
      trailingSlash: false,
      redirects: [
        { source: '/old/:slug', destination: '/new/:slug', permanent: true },
        { source: '/go', destination: 'https://elsewhere.example/', statusCode: 302 },
      ],
      rewrites: [{ source: '/app/(.*)', destination: '/index.html' }],
      headers: [{ source: '/assets/(.*)', headers: [{ key: 'Cache-Control', value: 'public, immutable' }] }],
    }
    const { url } = await deploy({
      'vercel.json': JSON.stringify(settings),
      'index.html': 'home',
      'about.html': 'about',
      'assets/a.css': 'a',
    })
    expect(await look(url, '/old/x?y=1')).toMatchObject({ status: 308, location: '/new/x?y=1' })
    expect(await look(url, '/go')).toMatchObject({ status: 302, location: 'https://elsewhere.example/' })
    expect((await look(url, '/app/some/where')).text).toBe('home')
    expect((await look(url, '/assets/a.css')).headers.get('Cache-Control')).toBe('public, immutable')
    expect((await look(url, '/about')).text).toBe('about')
    expect(await look(url, '/about.html')).toMatchObject({ status: 308, location: '/about' })
    expect(await look(url, '/about/')).toMatchObject({ status: 308, location: '/about' })
  })

  it('fail where their vercel.json is none, or the folder to serve is missing', async () => {
    expect(await deploy({ 'vercel.json': '{' })).toMatchObject({ readyState: 'ERROR', errorCode: 'invalid_json' })
    for (const redirect of [{ source: '/x' }, { source: '/:(', destination: '/x' }, { source: 7, destination: '/x' }]) {
      const wrong = await deploy({ 'vercel.json': JSON.stringify({ redirects: [redirect] }) })
      expect([wrong.readyState, wrong.aliasAssigned]).toEqual(['ERROR', false])
      expect(wrong.errorMessage).toMatch(/redirect/i)
    }
    const settings = { projectSettings: { outputDirectory: 'dist' } }
    const absent = await deploy({ 'index.html': 'x' }, settings)
    expect(absent.errorCode).toBe('missing_output_directory')
    const { url } = await deploy({ 'dist/index.html': 'built', 'index.html': 'source' }, settings)
    expect((await look(url)).text).toBe('built')
  })
})

describe('a protected project on the emulated Vercel', () => {
  it('shows nothing but production to those who bring no secret', async () => {
    await bench.close()
    bench = await startVercel({ protectPreviews: true })
    const { url, alias } = await deploy({ 'index.html': 'live' }, { target: 'production' })
    const preview = await deploy({ 'index.html': 'draft' })
    const production = alias.find((name) => name.startsWith('shop.')) ?? ''
    expect((await look(production)).text).toBe('live')
    for (const hidden of [url, preview.url, ...preview.alias]) expect((await look(hidden)).status).toBe(401)
    const path = '/v1/projects/shop/protection-bypass'
    const { json } = await bench.call<{ protectionBypass: Record<string, unknown> }>('PATCH', path, { generate: {} })
    const [secret = ''] = Object.keys(json.protectionBypass)
    const headers = { 'x-vercel-protection-bypass': secret }
    expect((await look(preview.url, '/', { headers })).text).toBe('draft')
    expect((await look(preview.url, `/?x-vercel-protection-bypass=${secret}`)).text).toBe('draft')
    await bench.call('PATCH', path, { revoke: { secret, regenerate: false } })
    expect((await bench.call('PATCH', path, { update: { secret } })).status).toBe(400)
    expect((await look(preview.url, '/', { headers })).status).toBe(401)
    const open = { ssoProtection: null }
    expect((await bench.call('PATCH', '/v9/projects/shop', open)).json).toMatchObject(open)
    expect((await look(preview.url)).text).toBe('draft')
  })
})

describe('a Build Output tree on the emulated Vercel', () => {
  it('serves static files, under other names and types where they are overridden', async () => {
    const config = {
      version: 3,
      overrides: { 'about.html': { path: 'about', contentType: 'text/html; charset=utf-8' } },
    }
    const { url, prebuilt } = await deploy(
      output(config, { 'static/index.html': 'home', 'static/about.html': 'about' }),
    )
    expect(prebuilt).toBe(true)
    expect((await look(url)).text).toBe('home')
    const about = await look(url, '/about')
    expect([about.text, about.headers.get('Content-Type')]).toEqual(['about', 'text/html; charset=utf-8'])
    expect((await look(url, '/about.html')).status).toBe(404)
  })

  it('is routed in the order of its phases', async () => {
    const routes = [
      { src: '/assets/(.*)', headers: { 'x-asset': '$1' }, continue: true },
      { src: '^/moved$', status: 308, headers: { Location: '/index.html' } },
      { src: '/gone', status: 410 },
      { src: '/only', methods: ['POST'], dest: '/index.html' },
      { src: '/beta', has: [{ type: 'header', key: 'x-beta', value: '1' }], dest: '/beta.html' },
      { handle: 'filesystem' },
      { src: '/(?<name>[^/]+)/page', dest: '/$name.html', check: true },
      { src: '/assets/.*', status: 404, headers: { 'x-asset': 'none' } },
      { handle: 'hit' },
      { src: '/beta.html', headers: { 'x-hit': 'yes' }, continue: true },
      { handle: 'error' },
      { src: '/.*', status: 404, dest: '/404.html' },
    ]
    const { url } = await deploy(
      output(
        { version: 3, routes },
        {
          'static/index.html': 'home',
          'static/beta.html': 'beta',
          'static/404.html': 'lost',
          'static/assets/a.js': 'a',
        },
      ),
    )
    expect((await look(url, '/assets/a.js')).headers.get('x-asset')).toBe('a.js')
    expect((await look(url, '/assets/b.js')).headers.get('x-asset')).toBe('none')
    expect(await look(url, '/moved')).toMatchObject({ status: 308, location: '/index.html' })
    expect((await look(url, '/gone')).status).toBe(410)
    expect((await look(url, '/only')).text).toBe('lost')
    const beta = await look(url, '/beta', { headers: { 'x-beta': '1' } })
    expect([beta.text, beta.headers.get('x-hit')]).toEqual(['beta', 'yes'])
    expect((await look(url, '/beta')).text).toBe('lost')
    expect((await look(url, '/beta/page')).text).toBe('beta')
    expect(await look(url, '/nowhere/page')).toMatchObject({ status: 404, text: 'lost' })
  })

  it('has no page for what is not found unless its routes name one', async () => {
    const { url } = await deploy(output({ version: 3 }, { 'static/404.html': 'lost', 'static/index.html': 'home' }))
    expect((await look(url, '/absent')).headers.get('X-Vercel-Error')).toBe('NOT_FOUND')
  })

  it('fails where it is not what the version asks for', async () => {
    const code = async (files: Files): Promise<unknown> => (await deploy(files)).errorCode
    expect(await code(output({ version: 2 }))).toBe('invalid_build_output')
    expect(await code(output({ version: 3, routes: [{ src: 7 }] }))).toBe('invalid_configuration')
    expect(await code(output({ version: 3, routes: [{ src: '(' }] }))).toBe('invalid_route')
    const bare = { 'functions/x.func/.vc-config.json': node() }
    expect(await code(output({ version: 3 }, bare))).toBe('missing_entrypoint')
    const python = { 'functions/x.func/.vc-config.json': node({ runtime: 'python3.12' }) }
    expect(await code(output({ version: 3 }, python))).toBe('unsupported_runtime')
    const body = { name: 'shop', files: [{ file: 'index.html', data: 'x' }] }
    const refused = await bench.call('POST', '/v13/deployments?prebuilt=1&skipAutoDetectionConfirmation=1', body)
    expect(refused.json.error.message).toMatch(/config\.json/)
  })
})

describe('functions on the emulated Vercel', () => {
  const handler = `export default (request, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end([request.method, request.url, process.env.GREETING, process.env.VERCEL_ENV, request.headers['x-matched-path']].join(' '))
  }`
  const web = `export const GET = (request) => Response.json({ url: new URL(request.url).pathname })
    export async function POST(request) { return new Response(await request.text(), { status: 201, headers: { 'x-web': '1' } }) }`
  const fetching = 'export default { fetch: (request) => new Response(new URL(request.url).host) }'
  const helped =
    'module.exports = (request, response) => response.status(202).json({ query: request.query, body: request.body })'
  const edge = `export default (request) => new Response('edge ' + new URL(request.url).pathname)`

  it('run with the environment of their target, whatever way they are written', async () => {
    await bench.createProject('shop')
    for (const [target, value] of [
      ['production', 'hello'],
      ['preview', 'psst'],
    ]) {
      const variable = { key: 'GREETING', value, type: 'encrypted', target: [target] }
      await bench.call('POST', '/v10/projects/shop/env', variable)
    }
    const files = output(
      { version: 3, routes: [{ handle: 'filesystem' }, { src: '/pages/(?<id>\\d+)', dest: '/render?id=$id' }] },
      {
        'functions/render.func/.vc-config.json': node(),
        'functions/render.func/index.mjs': handler,
        'functions/api/web.func/.vc-config.json': node(),
        'functions/api/web.func/index.mjs': web,
        'functions/api/fetch.func/.vc-config.json': node(),
        'functions/api/fetch.func/index.mjs': fetching,
        'functions/api/helped.func/.vc-config.json': node({ handler: 'index.js', shouldAddHelpers: true }),
        'functions/api/helped.func/index.js': helped,
        'functions/edge.func/.vc-config.json': JSON.stringify({ runtime: 'edge', entrypoint: 'index.js' }),
        'functions/edge.func/index.js': edge,
      },
    )
    const preview = await deploy(files)
    expect((await look(preview.url, '/pages/7?x=1')).text).toBe('GET /pages/7?x=1&id=7 psst preview /render')
    const { url } = await deploy(files, { target: 'production' })
    expect((await look(url, '/render')).text).toBe('GET /render hello production /render')
    expect(JSON.parse((await look(url, '/api/web')).text)).toEqual({ url: '/api/web' })
    const posted = await look(url, '/api/web', { method: 'POST', body: 'sent' })
    expect([posted.status, posted.text, posted.headers.get('x-web')]).toEqual([201, 'sent', '1'])
    expect((await look(url, '/api/web', { method: 'DELETE' })).status).toBe(405)
    expect((await look(url, '/api/fetch')).text).toBe(url)
    const init = { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } }
    const answered = await look(url, '/api/helped?b=2', init)
    expect([answered.status, JSON.parse(answered.text)]).toEqual([202, { query: { b: '2' }, body: { a: 1 } }])
    expect((await look(url, '/edge')).text).toBe('edge /edge')
  })

  it('see what routes make of their query and headers, whose own ones win where they are important', async () => {
    const set = (type: string, op: string, key: string, args?: string) => ({ type, op, target: { key }, args })
    const transforms = [set('request.query', 'delete', 'hidden'), set('request.headers', 'set', 'x-id', '$1')]
    const routes = [
      { src: '/items/(\\d+)', transforms, dest: '/item', headers: { 'x-own': 'route', 'x-added': '1' } },
      { src: '/item', headers: { 'x-own': 'route' }, important: true, continue: true },
    ]
    const source = `export default (request, response) => {
      response.setHeader('x-own', 'function')
      response.end(request.url + ' ' + request.headers['x-id'])
    }`
    const files = { 'functions/item.func/.vc-config.json': node(), 'functions/item.func/index.mjs': source }
    const { url } = await deploy(output({ version: 3, routes }, files))
    const item = await look(url, '/items/7?hidden=1&shown=2')
    expect(item.text).toBe('/items/7?shown=2 7')
    expect([item.headers.get('x-own'), item.headers.get('x-added')]).toEqual(['function', '1'])
    expect((await look(url, '/item')).headers.get('x-own')).toBe('route')
  })

  it('answer 500 where they throw or can not be loaded, and the next request is another try', async () => {
    const { url, id } = await deploy(
      output(
        { version: 3 },
        {
          'functions/throws.func/.vc-config.json': node(),
          'functions/throws.func/index.mjs': `export default (request, response) => {
            if (request.url.includes('fail')) throw new Error('on purpose')
            response.end('well')
          }`,
          'functions/broken.func/.vc-config.json': node(),
          'functions/broken.func/index.mjs': 'export default {',
        },
      ),
    )
    const failed = await look(url, '/throws?fail')
    expect([failed.status, failed.headers.get('X-Vercel-Error')]).toEqual([500, 'FUNCTION_INVOCATION_FAILED'])
    expect((await look(url, '/throws')).text).toBe('well')
    expect((await look(url, '/broken')).status).toBe(500)
    const events = await bench.call<{ payload: { text?: string } }[]>('GET', `/v3/deployments/${id}/events`)
    expect(events.json.some(({ payload }) => payload.text?.includes('SyntaxError'))).toBe(true)
  })

  it('are one where symbolic links lead to the same folder', async () => {
    const link = { file: '.vercel/output/functions/other.func', data: 'render.func', mode: 0o120777 }
    const files = output(
      { version: 3 },
      { 'functions/render.func/.vc-config.json': node(), 'functions/render.func/index.mjs': handler },
    )
    const list = Object.entries(files).map(([file, data]) => ({ file, data }))
    const body = { name: 'shop', files: [...list, link] }
    const path = '/v13/deployments?prebuilt=1&skipAutoDetectionConfirmation=1'
    const { json } = await bench.call<DeploymentJson>('POST', path, body)
    bench.advance(10_000)
    expect((await look(json.url, '/other')).text).toMatch(/^GET \/other /)
  })

  it('that are prerendered answer with what they were built with, and run when that is out of date', async () => {
    const { url } = await deploy(
      output(
        { version: 3 },
        {
          'functions/blog.func/.vc-config.json': node(),
          'functions/blog.func/index.mjs': `let count = 0
            export default (request, response) => response.end('run ' + (count += 1))`,
          'functions/blog.prerender-config.json': JSON.stringify({
            expiration: 60,
            fallback: 'blog.prerender-fallback.html',
            bypassToken: 'a-token-of-its-own',
            allowQuery: [],
          }),
          'functions/blog.prerender-fallback.html': 'built',
        },
      ),
    )
    const state = async (init?: RequestInit): Promise<string> => {
      const { text, headers } = await look(url, '/blog?ignored=1', init)
      return `${headers.get('X-Vercel-Cache')} ${text}`
    }
    expect(await state()).toBe('PRERENDER built')
    expect(await state()).toBe('HIT built')
    bench.advance(60_000)
    expect(await state()).toBe('REVALIDATED run 1')
    expect(await state()).toBe('HIT run 1')
    expect(await state({ headers: { 'x-prerender-revalidate': 'a-token-of-its-own' } })).toBe('REVALIDATED run 2')
  })

  it('that are middleware let requests pass, lead them elsewhere, or answer themselves', async () => {
    const middleware = `export default (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/secret') return new Response('no', { status: 401 })
      if (pathname === '/a') return new Response(null, { headers: { 'x-middleware-rewrite': '/b.html' } })
      return new Response(null, { headers: { 'x-middleware-next': '1', 'x-seen': pathname } })
    }`
    const { url } = await deploy(
      output(
        {
          version: 3,
          routes: [{ src: '/.*', middlewarePath: '_middleware', continue: true }, { handle: 'filesystem' }],
        },
        {
          'static/b.html': 'b',
          'functions/_middleware.func/.vc-config.json': JSON.stringify({ runtime: 'edge', entrypoint: 'm.js' }),
          'functions/_middleware.func/m.js': middleware,
        },
      ),
    )
    expect(await look(url, '/secret')).toMatchObject({ status: 401, text: 'no' })
    expect((await look(url, '/a')).text).toBe('b')
    expect((await look(url, '/b.html')).headers.get('x-seen')).toBe('/b.html')
  })
})
