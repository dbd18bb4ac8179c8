import { afterEach, expect, it } from 'vitest'
import { waivers } from '../../src/emulator/netlify/contract-waivers.js'
import { type DeployJson, digests, type ErrorJson, type NetlifyBench, startNetlify } from './netlify-support.js'

interface DropJson extends ErrorJson {
  readonly id: string
  readonly deploy_id: string
  readonly subdomain: string
  readonly required: string[]
}

const files = { 'index.html': '<h1>Nobody’s</h1>' }
const anonymous = { token: null }
let bench: NetlifyBench

afterEach(() => bench.close())

const newToken = async () =>
  (await bench.call<{ token: string }>('POST', '/drop/token', undefined, anonymous)).json.token
const drop = (token: string, more = {}) =>
  bench.call<DropJson>('POST', '/drop', { files: digests(files), token, ...more }, anonymous)
const upload = (deploy: string, token: string) =>
  bench.call('PUT', `/deploys/${deploy}/files/index.html`, new TextEncoder().encode(files['index.html']), { token })

it('publishes without an account as the CLI does, with the token of the site for its files alone', async () => {
  bench = await startNetlify()
  const token = await newToken()
  const { json } = await drop(token, { created_via: 'cli' })
  expect(json.required).toEqual(Object.values(digests(files)))
  expect((await upload(json.deploy_id, token)).status).toBe(200)
  bench.advance(10_000)
  const path = `/sites/${json.id}/deploys/${json.deploy_id}`
  const { json: deploy } = await bench.call<DeployJson>('GET', path, undefined, anonymous)
  expect(deploy).toMatchObject({ state: 'ready', name: json.subdomain })
  expect(await (await bench.fetch(deploy.deploy_ssl_url)).text()).toBe(files['index.html'])
  for (const refused of [token, null]) {
    expect((await bench.call('GET', `/sites/${json.id}`, undefined, { token: refused })).status).toBe(401)
    expect((await bench.call('POST', `/deploys/${json.deploy_id}/cancel`, undefined, { token: refused })).status).toBe(
      401,
    )
  }
  // Whoever has an account sees it before it is claimed, as `netlify claim` needs, and may do no more.
  expect((await bench.call('GET', `/sites/${json.id}`)).status).toBe(200)
  expect((await bench.call('PATCH', `/sites/${json.id}`, { name: 'mine' })).status).toBe(404)
  expect((await bench.call<unknown[]>('GET', '/sites')).json).toEqual([])
})

it('refuses tokens that were used or never given, and files of another site', async () => {
  bench = await startNetlify()
  const [one, other] = [await newToken(), await newToken()]
  const { json: first } = await drop(one)
  await drop(other)
  expect((await drop(one)).status).toBe(422)
  expect((await drop('made-up')).status).toBe(422)
  expect((await upload(first.deploy_id, other)).status).toBe(404)
  expect((await upload(first.deploy_id, 'made-up')).status).toBe(401)
})

it('asks visitors for a password, as the CLI tells of it, until the site is claimed', async () => {
  bench = await startNetlify()
  const token = await newToken()
  const { json } = await drop(token)
  await upload(json.deploy_id, token)
  bench.advance(10_000)
  const path = `/sites/${json.id}/deploys/${json.deploy_id}`
  const { json: deploy } = await bench.call<DeployJson>('GET', path, undefined, anonymous)
  const visit = () => bench.fetch(deploy.deploy_ssl_url)
  expect((await visit()).status).toBe(401)
  const claim = { site: json.id, token }
  expect((await bench.call('POST', '/drop/claim', claim, anonymous)).status).toBe(401)
  expect((await bench.call('POST', '/drop/claim', { ...claim, token: 'made-up' })).status).toBe(401)
  expect((await bench.call('POST', '/drop/claim', claim)).status).toBe(204)
  expect((await bench.call('POST', '/drop/claim', claim)).status).toBe(409)
  expect((await visit()).status).toBe(200)
  expect((await bench.call('GET', path, undefined, anonymous)).status).toBe(401)
  expect((await bench.call('GET', `/sites/${json.id}`)).status).toBe(200)
  expect((await upload(json.deploy_id, token)).status).toBe(401)
})

it('removes what nobody has claimed within 60 minutes, and keeps what somebody has', async () => {
  bench = await startNetlify()
  const [kept, left] = [await newToken(), await newToken()]
  const { json: claimed } = await drop(kept)
  await drop(left)
  await bench.call('POST', '/drop/claim', { site: claimed.id, token: kept })
  bench.advance(59 * 60_000)
  expect(bench.netlify.state.sites.size).toBe(2)
  bench.advance(60_000)
  expect([...bench.netlify.state.sites.keys()]).toEqual([claimed.id])
})

it('says what it serves beside the contract, and why', async () => {
  bench = await startNetlify()
  for (const path of ['POST /drop/token', 'POST /drop', 'POST /drop/claim']) {
    expect(waivers.find(({ what }) => what === path)?.reason).toContain('CLI')
  }
})
