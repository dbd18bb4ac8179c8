import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Files, type NetlifyBench, type SiteJson, sha1, startNetlify } from './netlify-support.js'

const files: Files = {
  'index.html': '<h1>Home</h1>',
  'about.html': '<h1>About</h1>',
  'docs/index.html': '<h1>Docs</h1>',
  'both.html': 'file',
  'both/index.html': 'folder',
  'assets/app.js': 'export {}',
  'assets/style.css': 'body {}',
  'assets/data.json': '{}',
  'assets/font.woff2': 'font',
  'assets/picture.svg': '<svg/>',
  'assets/unknown.thing': '?',
  'offline.html': 'offline',
  '404.html': '<h1>Lost</h1>',
  _headers: [
    '# comments are skipped',
    '/*',
    '  X-Frame-Options: DENY',
    '/assets/*',
    '  Cache-Control: public, max-age=31536000, immutable',
    '  Access-Control-Allow-Origin: *',
    '/about',
    '  X-Frame-Options: SAMEORIGIN',
  ].join('\n'),
  _redirects: [
    '# from to status',
    '/old            /about',
    '/moved          /about           302',
    '/news/:year/:slug /blog/:slug?y=:year 301',
    '/store/*        /shop/:splat     302',
    '/find id=:id    /items/:id       302',
    '/about          /offline.html    200',
    '/both           /offline.html    200!',
    '/app/*          /index.html      200',
    '/gone           /offline.html    404',
    '/elsewhere/*    https://other.example/:splat 301!',
    '/api/*          https://api.example/:splat 200',
    '/fr             /about           302 Country=fr',
    'nonsense',
  ].join('\n'),
}

let bench: NetlifyBench
let site: SiteJson
const get = (path: string, init?: RequestInit) => bench.fetch(site.url + path, { redirect: 'manual', ...init })
const where = async (path: string): Promise<[number, string | null]> => {
  const response = await get(path)
  return [response.status, response.headers.get('Location')]
}

beforeAll(async () => {
  bench = await startNetlify()
  site = await bench.createSite('shop')
  await bench.deploy(site, files)
})
afterAll(() => bench.close())

describe('a site on the emulated Netlify', () => {
  it('serves pages under their pretty addresses', async () => {
    for (const [path, content] of [
      ['/', '<h1>Home</h1>'],
      ['/index.html', '<h1>Home</h1>'],
      ['/about', '<h1>About</h1>'],
      ['/about.html', '<h1>About</h1>'],
      ['/docs/', '<h1>Docs</h1>'],
    ]) {
      const response = await get(path ?? '')
      expect([path, response.status, await response.text()]).toEqual([path, 200, content])
    }
    expect(await where('/docs?x=1')).toEqual([301, '/docs/?x=1'])
    expect(await where('/about/')).toEqual([301, '/about'])
  })

  it('tells the type, and a digest that saves sending the same bytes twice', async () => {
    for (const [path, type] of [
      ['/', 'text/html; charset=UTF-8'],
      ['/assets/app.js', 'text/javascript; charset=UTF-8'],
      ['/assets/style.css', 'text/css; charset=UTF-8'],
      ['/assets/data.json', 'application/json'],
      ['/assets/font.woff2', 'font/woff2'],
      ['/assets/picture.svg', 'image/svg+xml'],
      ['/assets/unknown.thing', 'application/octet-stream'],
    ]) {
      expect([path, (await get(path ?? '')).headers.get('Content-Type')]).toEqual([path, type])
    }
    const etag = (await get('/')).headers.get('ETag') ?? ''
    expect(etag).toBe(`"${sha1(files['index.html'] ?? '')}"`)
    const again = await get('/', { headers: { 'If-None-Match': `W/"x", ${etag}` } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await get('/', { headers: { 'If-None-Match': '"x"' } })).status).toBe(200)
  })

  it('answers HEAD without a body and refuses to be written to', async () => {
    const head = await get('/', { method: 'HEAD' })
    expect([head.status, head.headers.get('Content-Length')]).toEqual([200, '13'])
    expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(405)
  })

  it('lets nothing be cached and nobody else read it, unless _headers says so', async () => {
    const home = (await get('/')).headers
    expect(home.get('Cache-Control')).toBe('public,max-age=0,must-revalidate')
    expect(home.get('Access-Control-Allow-Origin')).toBeNull()
    expect(home.get('X-Frame-Options')).toBe('DENY')
    const asset = (await get('/assets/app.js')).headers
    expect(asset.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(asset.get('Access-Control-Allow-Origin')).toBe('*')
    expect((await get('/about')).headers.get('X-Frame-Options')).toBe('DENY, SAMEORIGIN')
  })

  it('follows _redirects with placeholders, splats and query parameters', async () => {
    expect(await where('/old')).toEqual([301, '/about'])
    expect(await where('/old/?x=1')).toEqual([301, '/about?x=1'])
    expect(await where('/moved')).toEqual([302, '/about'])
    expect(await where('/news/2026/hello')).toEqual([301, '/blog/hello?y=2026'])
    expect(await where('/store/a/b')).toEqual([302, '/shop/a/b'])
    expect(await where('/store')).toEqual([302, '/shop/'])
    expect(await where('/find?id=7')).toEqual([302, '/items/7'])
    expect((await get('/find')).status).toBe(404)
    expect(await where('/elsewhere/x')).toEqual([301, 'https://other.example/x'])
    expect((await get('/fr')).status).toBe(404)
  })

  it('prefers a file to a rule that is not forced', async () => {
    expect(await (await get('/about')).text()).toBe('<h1>About</h1>')
    expect(await (await get('/both')).text()).toBe('offline')
  })

  it('rewrites unknown paths of a single-page app and leaves its files alone', async () => {
    const deep = await get('/app/cart/7')
    expect([deep.status, await deep.text()]).toEqual([200, '<h1>Home</h1>'])
    const gone = await get('/gone')
    expect([gone.status, await gone.text()]).toEqual([404, 'offline'])
  })

  it('does not reach into the internet for a rewrite to another host', async () => {
    expect((await get('/api/x')).status).toBe(501)
  })

  it('answers unknown paths with its 404 page, or with the host’s own', async () => {
    const lost = await get('/nowhere/at/all')
    expect([lost.status, await lost.text()]).toEqual([404, '<h1>Lost</h1>'])
    const plain = await bench.createSite('plain')
    await bench.deploy(plain, { 'index.html': 'plain' })
    const own = await bench.fetch(`${plain.url}/nowhere`)
    expect(own.status).toBe(404)
    expect(await own.text()).toContain('Page not found')
  })

  it('does not serve _headers and _redirects themselves', async () => {
    for (const path of ['/_headers', '/_redirects']) expect((await get(path)).status).toBe(404)
  })

  it('is unknown before its first deploy, and so are other names', async () => {
    const fresh = await bench.createSite('fresh')
    for (const url of [fresh.url, site.url.replace('shop', 'nobody'), site.url.replace('shop', 'x--shop')]) {
      const response = await bench.fetch(url)
      expect(response.status).toBe(404)
      expect(await response.text()).toContain('Not Found')
    }
  })

  it('answers an address that is not percent-encoding with 400', async () => {
    expect((await get('/%zz')).status).toBe(400)
  })
})
