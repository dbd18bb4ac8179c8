import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalFetch } from '../../src/emulator/local-fetch.js'
import { openWorkshop, type Workshop } from './actions-support.js'
import { type GithubBench, type Reply, startGithub } from './github-support.js'

let bench: GithubBench
let time = Date.UTC(2030, 0, 1)
const fetchLocally = createLocalFetch()

beforeAll(async () => {
  bench = await startGithub({ now: () => time, pages: { delays: { building: 10, built: 100, certificate: 1000 } } })
})
afterAll(() => bench.close())

/** A repository with a site from a branch. */
async function openSite(files: Readonly<Record<string, string>>, path = '/'): Promise<Workshop> {
  const shop = await openWorkshop(bench)
  await shop.commit(files, 'gh-pages')
  const made = await shop.ask('/pages', { method: 'POST', json: { source: { branch: 'gh-pages', path } } })
  expect([made.status, made.body.status]).toEqual([201, 'building'])
  time += 1000
  return shop
}

async function get(shop: Workshop, path = '', init: RequestInit = {}): Promise<Response> {
  const { html_url } = (await shop.ask('/pages')).body
  return fetchLocally(String(html_url) + path, { redirect: 'manual', ...init })
}

const put = (shop: Workshop, json: unknown): Promise<Reply> => shop.ask('/pages', { method: 'PUT', json })

describe('a site from a branch', () => {
  it('is built and then served below its owner', async () => {
    const shop = await openWorkshop(bench)
    expect((await shop.ask('/pages')).status).toBe(404)
    const commit = await shop.commit({ 'index.html': '<h1>Hello</h1>' }, 'gh-pages')
    const json = { source: { branch: 'gh-pages' } }
    const made = await shop.ask('/pages', { method: 'POST', json })
    const name = shop.name.split('/')[1]
    const address = `${bench.pagesOrigin('owner')}/${name}/`
    expect(made.body).toMatchObject({
      status: 'building',
      html_url: address,
      build_type: 'legacy',
      https_enforced: true,
    })
    expect((await shop.ask('/pages/builds/latest')).body).toMatchObject({ status: 'queued', commit })
    time += 10
    expect((await shop.ask('/pages/builds/latest')).body.status).toBe('building')
    expect((await fetchLocally(address)).status).toBe(404)
    time += 100
    const { body } = await shop.ask('/pages/builds/latest')
    expect(body).toMatchObject({ status: 'built', commit, duration: 110, error: { message: null } })
    expect((await shop.ask('/pages')).body).toMatchObject({ status: 'built', custom_404: false })
    expect((await shop.ask('')).body.has_pages).toBe(true)
    const page = await fetchLocally(address)
    expect([page.status, await page.text()]).toEqual([200, '<h1>Hello</h1>'])
    expect((await shop.ask('/pages', { method: 'POST', json })).status).toBe(409)
  })

  it('is built anew by each push to its branch, and by request', async () => {
    const shop = await openSite({ 'index.html': 'one' })
    await shop.commit({ 'index.html': 'elsewhere' }, 'main')
    const second = await shop.commit({ 'index.html': 'two' }, 'gh-pages')
    expect(await (await get(shop)).text()).toBe('one')
    time += 1000
    expect(await (await get(shop)).text()).toBe('two')
    const asked = await shop.ask('/pages/builds', { method: 'POST' })
    expect([asked.status, asked.body.status]).toEqual([201, 'queued'])
    const builds = JSON.parse((await shop.ask('/pages/builds')).text) as { commit: string; status: string }[]
    expect(builds.map(({ commit, status }) => [commit === second, status])).toEqual([
      [true, 'queued'],
      [true, 'built'],
      [false, 'built'],
    ])
  })

  it('is served as GitHub Pages serve', async () => {
    const shop = await openSite({
      '.nojekyll': '',
      'index.html': 'home',
      'about.html': 'about',
      'docs/index.html': 'docs',
      '_app/immutable.js': 'export {}',
      '404.html': 'lost',
    })
    const page = await get(shop)
    expect(page.headers.get('Cache-Control')).toBe('max-age=600')
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    const etag = page.headers.get('ETag') ?? ''
    expect((await get(shop, '', { headers: { 'If-None-Match': etag } })).status).toBe(304)
    expect(await (await get(shop, 'about')).text()).toBe('about')
    expect(await (await get(shop, 'docs/')).text()).toBe('docs')
    expect((await get(shop, '_app/immutable.js')).status).toBe(200)
    const slash = await get(shop, 'docs?x=1')
    expect(slash.status).toBe(301)
    expect(slash.headers.get('Location')).toMatch(/\/docs\/\?x=1$/)
    const lost = await get(shop, 'no/such/page')
    expect([lost.status, await lost.text()]).toEqual([404, 'lost'])
    expect((await get(shop, '', { method: 'POST' })).status).toBe(405)
    const root = await fetchLocally(`${bench.pagesOrigin('owner')}/${shop.name.split('/')[1]}`, { redirect: 'manual' })
    expect([root.status, root.headers.get('Location')]).toEqual([301, `/${shop.name.split('/')[1]}/`])
  })

  it('loses what begins with an underscore where nothing turns Jekyll off', async () => {
    const shop = await openSite({ 'index.html': 'home', '_app/app.js': '', 'assets/_part.js': '', 'assets/app.js': '' })
    expect((await get(shop, 'assets/app.js')).status).toBe(200)
    expect((await get(shop, 'assets/_part.js')).status).toBe(404)
    expect((await get(shop, '_app/app.js')).status).toBe(404)
  })

  it('may come from the folder docs', async () => {
    const shop = await openSite({ 'index.html': 'no', 'docs/index.html': 'yes' }, '/docs')
    expect(await (await get(shop)).text()).toBe('yes')
    expect((await get(shop, 'docs/')).status).toBe(404)
  })

  it('tells of a build that failed, and goes on serving the last one', async () => {
    const shop = await openSite({ 'index.html': 'good' })
    bench.state.pages.failNext(bench.state.repository(shop.name), 'Page build failed.')
    await shop.commit({ 'index.html': 'bad' }, 'gh-pages')
    time += 1000
    const { body } = await shop.ask('/pages/builds/latest')
    expect(body).toMatchObject({ status: 'errored', error: { message: 'Page build failed.' } })
    expect((await shop.ask('/pages')).body.status).toBe('errored')
    expect(await (await get(shop)).text()).toBe('good')
  })

  it('is refused where its branch is not there, for who may not, and for a private repository on the free plan', async () => {
    const shop = await openWorkshop(bench)
    await shop.commit({ 'index.html': 'home' })
    const create = (json: unknown, token?: string) =>
      shop.ask('/pages', { method: 'POST', json, ...(token !== undefined && { token }) })
    const { credentials } = bench.accounts
    const source = { branch: 'gh-pages', path: '/' }
    const absent = await create({ source })
    expect([absent.status, absent.body.message]).toEqual([
      422,
      'The gh-pages branch must exist before GitHub Pages can be built.',
    ])
    expect((await create({ source: { branch: 'main', path: '/other' } })).status).toBe(422)
    expect((await create({ source }, credentials.stranger.token)).status).toBe(404)
    const hidden = await openWorkshop(bench, { private: true })
    await hidden.commit({ 'index.html': 'home' })
    const refused = await hidden.ask('/pages', { method: 'POST', json: { source: { branch: 'main' } } })
    expect([refused.status, refused.body.message]).toEqual([
      422,
      'Your current plan does not support GitHub Pages for this repository.',
    ])
  })

  it('is gone when it is removed', async () => {
    const shop = await openSite({ 'index.html': 'home' })
    const address = String((await shop.ask('/pages')).body.html_url)
    expect((await shop.ask('/pages', { method: 'DELETE' })).status).toBe(204)
    expect((await fetchLocally(address)).status).toBe(404)
    expect((await shop.ask('/pages', { method: 'DELETE' })).status).toBe(404)
  })
})

describe('the site of an owner', () => {
  it('is served at the root, beside those of the projects', async () => {
    const { organization } = bench.accounts
    const repository = await bench.state.create(organization, 'organization.github.io')
    const name = `${organization.login}/${repository.name}`
    const author = bench.accounts.owner
    await bench.state.commit({ repository: name, files: { 'index.html': 'ours' }, message: 'Begin', author })
    const made = await bench.ask(`/repos/${name}/pages`, { method: 'POST', json: { source: { branch: 'main' } } })
    expect(made.body.html_url).toBe(`${bench.pagesOrigin('organization')}/`)
    time += 1000
    expect(await (await fetchLocally(bench.pagesOrigin('organization'))).text()).toBe('ours')
  })
})

describe('a domain of one’s own', () => {
  it('is served by its name, with a commit that tells it and a certificate that takes its time', async () => {
    const shop = await openSite({ 'index.html': 'home' })
    const first = String((await shop.ask('/pages')).body.html_url)
    expect((await put(shop, { cname: 'www.shop.localhost' })).status).toBe(204)
    const { body } = await shop.ask('/pages')
    expect(body).toMatchObject({ cname: 'www.shop.localhost', https_enforced: false })
    expect(body.https_certificate).toMatchObject({ state: 'new', domains: ['www.shop.localhost'] })
    const text = await shop.ask('/contents/CNAME?ref=gh-pages', { headers: { Accept: 'application/vnd.github.raw' } })
    expect(text.text).toBe('www.shop.localhost')

    const none = await put(shop, { https_enforced: true })
    expect([none.status, none.body.message]).toEqual([404, 'The certificate does not exist yet'])
    time += 4000
    expect((await shop.ask('/pages')).body.https_certificate).toMatchObject({ state: 'issued' })
    expect((await put(shop, { https_enforced: true })).status).toBe(422)
    time += 2000
    expect((await shop.ask('/pages')).body.https_certificate).toMatchObject({ state: 'approved' })
    expect((await put(shop, { https_enforced: true })).status).toBe(204)
    expect((await shop.ask('/pages')).body.https_enforced).toBe(true)

    const address = String(body.html_url)
    expect(address).toMatch(/^http:\/\/www\.shop\.localhost:\d+\/$/)
    expect(await (await fetchLocally(address)).text()).toBe('home')
    const moved = await fetchLocally(first, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('Location')]).toEqual([301, address])
  })

  it('comes with a file CNAME, goes with it, and belongs to one site only', async () => {
    const shop = await openSite({ 'index.html': 'home', CNAME: 'docs.shop.localhost\n' })
    expect((await shop.ask('/pages')).body.cname).toBe('docs.shop.localhost')
    const other = await openSite({ 'index.html': 'other' })
    const refused = await put(other, { cname: 'Docs.shop.localhost' })
    expect([refused.status, refused.body.message]).toEqual([
      400,
      expect.stringMatching(/^The custom domain `Docs\.shop\.localhost` is already taken\. If you are the owner/),
    ])
    expect((await put(other, { cname: 'not a domain' })).status).toBe(400)
    // A file is no way around it, though the build is successful.
    await other.commit({ CNAME: 'docs.shop.localhost' }, 'gh-pages')
    time += 1000
    expect((await other.ask('/pages')).body).toMatchObject({ cname: null, status: 'built' })
    expect(await (await get(other)).text()).toBe('other')
    expect(await (await get(shop)).text()).toBe('home')
    await shop.commit({ CNAME: null }, 'gh-pages')
    time += 1000
    expect((await shop.ask('/pages')).body).toMatchObject({ cname: null, https_enforced: true })
    // It is free now.
    expect((await put(other, { cname: 'docs.shop.localhost' })).status).toBe(204)
  })
})
