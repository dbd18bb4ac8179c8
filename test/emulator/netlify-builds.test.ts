import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { zipArtifacts } from '../../src/toolkit/zip-artifacts.js'
import { artifactsOf, type Files } from '../support/artifacts.js'

let emulator: Emulator
let site: string

beforeAll(async () => {
  emulator = await createEmulator()
  const body = { name: 'shop', build_settings: { cmd: 'sh build.sh', dir: 'public' } }
  site = (await call<{ id: string }>('POST', '/sites', body)).json.id
})
afterAll(() => emulator.close())

async function call<Reply>(method: string, path: string, body?: unknown, type = 'application/json') {
  const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': type }
  const sent = body instanceof Blob ? body : JSON.stringify(body)
  const reply = await fetch(emulator.netlify.url + path, { method, headers, ...(body !== undefined && { body: sent }) })
  const text = await reply.text()
  return { status: reply.status, json: (text ? JSON.parse(text) : undefined) as Reply }
}

async function build(files: Files, query = ''): Promise<{ deploy_id: string }> {
  const { artifacts } = await artifactsOf(files)
  const zip = await zipArtifacts(artifacts, { signal: new AbortController().signal })
  const reply = await call<{ deploy_id: string }>('POST', `/sites/${site}/builds${query}`, zip, 'application/zip')
  expect(reply.status).toBe(200)
  return reply.json
}

interface DeployJson {
  readonly state: string
  readonly error_message?: string
  readonly deploy_ssl_url: string
  readonly context: string
}

async function ended(id: string): Promise<DeployJson> {
  const read = async () => (await call<DeployJson>('GET', `/deploys/${id}`)).json
  await expect.poll(async () => (await read()).state, { timeout: 15_000 }).toMatch(/^(?:ready|error)$/)
  return read()
}

describe('builds of the emulated Netlify', () => {
  it('run what netlify.toml says before what the site does, with the variables of the deploy', async () => {
    const toml = '[build]\ncommand = "sh other.sh"\n[build.environment]\nTEA = "green"\n'
    const script = 'mkdir public; echo "$CONTEXT $BRANCH $TEA" > public/index.html'
    const { deploy_id } = await build({ 'netlify.toml': toml, 'other.sh': script }, '?branch=next&title=Tea')
    const deploy = await ended(deploy_id)
    expect(deploy).toMatchObject({ state: 'ready', context: 'branch-deploy', title: 'Tea' })
    expect(await (await emulator.fetch(deploy.deploy_ssl_url)).text()).toBe('branch-deploy next green\n')
    expect((await call('GET', `/sites/${site}/builds`)).json).toMatchObject([{ deploy_id, done: true }])
  })

  it('end in an error where the folder that is to be published is not there', async () => {
    const { deploy_id } = await build({ 'build.sh': 'true' })
    expect((await ended(deploy_id)).error_message).toContain("Deploy directory 'public' does not exist")
  })

  it('are refused without a source, or with one that is none', async () => {
    const path = `/sites/${site}/builds`
    expect((await call('POST', path)).status).toBe(422)
    expect((await call('POST', path, new Blob(['no archive']), 'application/zip')).status).toBe(422)
    expect((await call('POST', path, new Blob(['no archive']), 'application/octet-stream')).status).toBe(422)
  })

  it('tell their logs to nobody without a token for the site', async () => {
    const { deploy_id } = await build({ 'build.sh': 'mkdir public' })
    const socket = new WebSocket(emulator.netlify.logsUrl)
    const { stranger } = emulator.otherTokens
    const wish = { deploy_id, site_id: site, access_token: stranger }
    socket.on('open', () => socket.send(JSON.stringify(wish)))
    const code = await new Promise((resolve) => socket.on('close', resolve))
    expect(code).toBe(1008)
    await ended(deploy_id)
  })

  it('read repositories by keys that are made for that', async () => {
    const { json: key } = await call<{ id: string }>('POST', '/deploy_keys')
    expect(key).toMatchObject({ public_key: expect.stringMatching(/^ssh-ed25519 [A-Za-z0-9+/]{68}$/) })
    expect((await call('GET', '/deploy_keys')).json).toContainEqual(key)
    expect((await call('DELETE', `/deploy_keys/${key.id}`)).status).toBe(204)
    expect((await call('GET', `/deploy_keys/${key.id}`)).status).toBe(404)
  })
})
