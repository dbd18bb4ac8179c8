import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type DeployJson,
  digests,
  encodePath,
  type NetlifyBench,
  type SiteJson,
  sha1,
  startNetlify,
} from './netlify-support.js'

let bench: NetlifyBench
let site: SiteJson

const page = '<h1>Shop</h1>'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const create = async (body: unknown = {}): Promise<DeployJson> => {
  return (await bench.call<DeployJson>('POST', `/sites/${site.id}/deploys`, body)).json
}
const digest = (id: string, body: unknown) => bench.call<DeployJson>('PUT', `/sites/${site.id}/deploys/${id}`, body)
const read = async (id: string): Promise<DeployJson> => (await bench.call<DeployJson>('GET', `/deploys/${id}`)).json
const upload = (id: string, path: string, text: string) => {
  return bench.call('PUT', `/deploys/${id}/files/${encodePath(path)}`, bytes(text))
}
const published = async (): Promise<string | undefined> => {
  return (await bench.call<SiteJson>('GET', `/sites/${site.id}`)).json.published_deploy?.id
}

beforeEach(async () => {
  bench = await startNetlify()
  site = await bench.createSite('shop')
})
afterEach(() => bench.close())

describe('a deploy on the emulated Netlify', () => {
  it('goes through its states and is live only when it is ready', async () => {
    const { id, state } = await create()
    expect(state).toBe('new')
    const files = { 'index.html': page, 'copy.html': page, 'style.css': 'body {}' }
    const { json } = await digest(id, { files: digests(files) })
    expect(json.state).toBe('uploading')
    expect(new Set(json.required)).toEqual(new Set([sha1(page), sha1('body {}')]))
    expect(json.required).toHaveLength(2)

    expect((await upload(id, 'copy.html', page)).status).toBe(200)
    expect(await read(id)).toMatchObject({ state: 'uploading', required: [sha1('body {}')] })
    await upload(id, 'style.css', 'body {}')
    expect((await read(id)).state).toBe('uploaded')
    bench.advance(20)
    expect((await read(id)).state).toBe('processing')
    bench.advance(100)
    expect((await read(id)).state).toBe('processed')
    expect((await bench.fetch(site.url)).status).toBe(404)
    bench.advance(60)
    expect(await read(id)).toMatchObject({ state: 'ready', required: [] })
    expect(await (await bench.fetch(`${site.url}/copy`)).text()).toBe(page)
    expect(await published()).toBe(id)
  })

  it('tells what it needs only once it is prepared when it is asynchronous', async () => {
    const { id } = await create()
    const files = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`${index}.txt`, `content ${index}`]))
    const { json } = await digest(id, { files: digests(files), async: true })
    expect(json.state).toBe('new')
    expect(json.required).toBeUndefined()
    expect((await upload(id, '0.txt', 'content 0')).status).toBe(422)
    bench.advance(20)
    expect((await read(id)).state).toBe('preparing')
    bench.advance(80)
    const prepared = await read(id)
    expect(prepared.state).toBe('prepared')
    expect(prepared.required).toHaveLength(150)
    for (const [path, content] of Object.entries(files)) expect((await upload(id, path, content)).status).toBe(200)
    bench.advance(1_000)
    expect((await read(id)).state).toBe('ready')
    expect(bench.netlify.state.deploys.get(id)?.states).toEqual(
      'new preparing prepared uploading uploaded processing processed ready'.split(' '),
    )
  })

  it('requires nothing for content that the account has sent before, to any site', async () => {
    const files = { 'index.html': page }
    await bench.deploy(site, files)
    const { id } = await create()
    expect((await digest(id, { files: digests(files) })).json).toMatchObject({ state: 'uploaded', required: [] })
    const other = await bench.createSite('other')
    const made = await bench.call<DeployJson>('POST', `/sites/${other.id}/deploys`, { files: digests(files) })
    expect(made.json.required).toEqual([])
  })

  it('requires content that only another account has sent', async () => {
    await bench.deploy(site, { 'index.html': page })
    const token = bench.accounts.credentials.stranger.token
    const other = await bench.call<SiteJson>('POST', '/sites', { name: 'other' }, { token })
    const body = { files: digests({ 'index.html': page }) }
    const made = await bench.call<DeployJson>('POST', `/sites/${other.json.id}/deploys`, body, { token })
    expect(made.json.required).toEqual([sha1(page)])
  })

  it('refuses bytes of another digest, paths that it does not have, and other deploys', async () => {
    const { id } = await create({ files: digests({ 'index.html': page }) })
    const mismatch = await upload(id, 'index.html', 'something else')
    expect(mismatch.status).toBe(422)
    expect(mismatch.json.message).toContain(sha1(page))
    expect((await upload(id, 'other.html', page)).status).toBe(404)
    expect((await upload('0'.repeat(24), 'index.html', page)).status).toBe(404)
    expect((await read(id)).required).toEqual([sha1(page)])
  })

  it('takes names with spaces, #, ?, % and letters of any script, percent-encoded', async () => {
    const files = { 'a b/ü#?%.txt': 'odd', '日本/100%25.txt': 'odder', '.well-known/x': 'hidden', 'empty.txt': '' }
    const deploy = await bench.deploy(site, files)
    expect(deploy.state).toBe('ready')
    for (const [path, content] of Object.entries(files)) {
      const response = await bench.fetch(`${site.url}/${encodePath(path)}`)
      expect([path, response.status, await response.text()]).toEqual([path, 200, content])
    }
  })

  it('refuses a list of files that is missing, out of its folder, or without digests', async () => {
    const { id } = await create()
    for (const files of [undefined, { '../x': sha1('x') }, { x: 'abc' }, { x: 1 }, { '': sha1('x') }, []]) {
      expect((await digest(id, { files })).status).toBe(422)
    }
    expect((await digest(id, { files: digests({ 'index.html': page }) })).status).toBe(200)
    expect((await digest(id, { files: {} })).status).toBe(422)
  })

  it('keeps a draft out of production, whatever its second request says', async () => {
    const first = await bench.deploy(site, { 'index.html': page })
    const { id } = await create({ draft: true })
    await digest(id, { files: digests({ 'index.html': 'draft' }), draft: false })
    await upload(id, 'index.html', 'draft')
    bench.advance(1_000)
    const ready = await read(id)
    expect(ready).toMatchObject({ state: 'ready', draft: true })
    expect(ready.published_at).toBeUndefined()
    expect(await published()).toBe(first.id)
    expect(await (await bench.fetch(ready.deploy_ssl_url)).text()).toBe('draft')
    expect(await (await bench.fetch(site.url)).text()).toBe(page)
  })

  it('serves a branch under an address of its own and not in production', async () => {
    const deploy = await bench.deploy(site, { 'index.html': page }, { branch: 'feature/cart' })
    expect(deploy.deploy_ssl_url).toContain('//feature-cart--shop.localhost')
    expect(await (await bench.fetch(deploy.deploy_ssl_url)).text()).toBe(page)
    expect(await published()).toBeUndefined()
  })

  it('restores an earlier deploy and rolls back again', async () => {
    const first = await bench.deploy(site, { 'index.html': 'one' })
    const second = await bench.deploy(site, { 'index.html': 'two' })
    expect(await published()).toBe(second.id)
    const restored = await bench.call<DeployJson>('POST', `/sites/${site.id}/deploys/${first.id}/restore`)
    expect({ status: restored.status, id: restored.json.id }).toEqual({ status: 201, id: first.id })
    expect(await (await bench.fetch(site.url)).text()).toBe('one')
    expect((await bench.call('PUT', `/sites/${site.id}/rollback`)).status).toBe(204)
    expect(await (await bench.fetch(site.url)).text()).toBe('two')
  })

  it('keeps a locked deploy in production until it is unlocked', async () => {
    const first = await bench.deploy(site, { 'index.html': 'one' })
    const locked = await bench.call<DeployJson>('POST', `/deploys/${first.id}/lock`)
    expect(locked.json.locked).toBe(true)
    await bench.deploy(site, { 'index.html': 'two' })
    expect(await published()).toBe(first.id)
    await bench.call('POST', `/deploys/${first.id}/unlock`)
    const third = await bench.deploy(site, { 'index.html': 'three' })
    expect(await published()).toBe(third.id)
  })

  it('can be canceled until it is ready, and takes no files afterwards', async () => {
    const { id } = await create({ files: digests({ 'index.html': page }) })
    const canceled = await bench.call<DeployJson>('POST', `/deploys/${id}/cancel`)
    expect({ status: canceled.status, state: canceled.json.state }).toEqual({ status: 201, state: 'error' })
    expect((await upload(id, 'index.html', page)).status).toBe(422)
    const done = await bench.deploy(site, { 'index.html': page })
    expect((await bench.call('POST', `/deploys/${done.id}/cancel`)).status).toBe(422)
    expect((await bench.call('POST', `/sites/${site.id}/deploys/${id}/restore`)).status).toBe(422)
  })

  it('can be made to fail while it is processed', async () => {
    const { id } = await create({ files: digests({ 'index.html': page }) })
    await upload(id, 'index.html', page)
    bench.netlify.fail(id, 'Failed to process the files')
    bench.advance(10_000)
    expect(await read(id)).toMatchObject({ state: 'error', error_message: 'Failed to process the files' })
    expect(await published()).toBeUndefined()
  })

  it('is listed with the others of its site, latest first', async () => {
    const first = await bench.deploy(site, { 'index.html': 'one' })
    const second = await bench.deploy(site, { 'index.html': 'two' }, { draft: true })
    const list = async (query: string): Promise<string[]> => {
      const { json } = await bench.call<DeployJson[]>('GET', `/sites/${site.id}/deploys${query}`)
      return json.map((deploy) => deploy.id)
    }
    expect(await list('')).toEqual([second.id, first.id])
    expect(await list('?production=true')).toEqual([first.id])
    expect(await list('?deploy-previews=true')).toEqual([second.id])
    const third = await bench.deploy(site, { 'index.html': 'three' })
    expect(await list('?production=true')).toEqual([third.id, first.id])
    expect(await list('?latest-published=true')).toEqual([third.id])
    expect(await list('?state=error')).toEqual([])
  })

  it('is not found under another site', async () => {
    const { id } = await create()
    const other = await bench.createSite('other')
    expect((await bench.call('GET', `/sites/${other.id}/deploys/${id}`)).status).toBe(404)
  })
})
