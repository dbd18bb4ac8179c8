import { afterEach, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.js'
import { sha1 } from './netlify-support.js'

let emulator: Emulator

const start = async (options: EmulatorOptions = {}): Promise<Emulator> => {
  emulator = await createEmulator(options)
  return emulator
}
const authorization = (): Record<string, string> => ({ Authorization: `Bearer ${emulator.token}` })
const page = { Origin: 'http://localhost:5173' }
// How a page's request to a provider travels: the address follows the relay's own, without its scheme.
const relayed = (url: string, init: RequestInit = {}) => {
  return emulator.fetch(`${emulator.relay.url}/${url.replace(/^https?:\/\//, '')}`, {
    ...init,
    headers: { ...page, ...init.headers },
  })
}

afterEach(() => emulator.close())

describe('the emulator', () => {
  it('serves every provider on a port of its own, under one token', async () => {
    const { netlify, github, git, relay, runtime, token, otherTokens } = await start()
    const ports = [netlify, github, git, relay, runtime].map(({ url }) => new URL(url).port)
    expect(new Set(ports).size).toBe(5)
    for (const url of [`${netlify.url}/user`, `${github.url}/user`]) {
      expect((await fetch(url, { headers: authorization() })).status).toBe(200)
      expect((await fetch(url)).status).toBe(401)
    }
    expect(new Set([token, ...Object.values(otherTokens)]).size).toBe(4)
    expect((await fetch(`${runtime.url}/headless`)).status).toBe(200)
  })

  it('has tokens of its own in every run', async () => {
    const first = await createEmulator()
    await first.close()
    const { token } = await start()
    expect(token).not.toBe(first.token)
  })

  it('relays pages on loopback to the providers and to the sites, and nobody elsewhere', async () => {
    const { netlify, github, git } = await start({ netlify: { delays: instant } })
    const url = await publish('relayed')
    const user = await relayed(`${github.url}/user`, { headers: authorization() })
    expect([user.status, user.headers.get('Access-Control-Allow-Origin')]).toEqual([200, page.Origin])
    expect((await relayed(`${netlify.url}/user`, { headers: authorization() })).status).toBe(200)
    const site = await relayed(`${url}/`)
    expect([site.status, await site.text()]).toEqual([200, 'relayed'])
    await github.state.create(emulator.accounts.owner, 'shop')
    const refs = `${git.url}/owner/shop.git/info/refs?service=git-upload-pack`
    expect((await relayed(refs, { headers: basic() })).status).toBe(200)
    expect((await relayed('https://example.com/')).status).toBe(403)
    const elsewhere = { ...authorization(), Origin: 'https://example.com' }
    expect((await relayed(`${github.url}/user`, { headers: elsewhere })).status).toBe(403)
  })

  it('sends no CORS headers for git, so that pages need the relay', async () => {
    const { git, github } = await start()
    await github.state.create(emulator.accounts.owner, 'shop')
    const refs = `${git.url}/owner/shop.git/info/refs?service=git-upload-pack`
    const response = await fetch(refs, { headers: { ...basic(), ...page } })
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([200, null])
  })

  it('speaks HTTPS everywhere but at the runtime where HTTP/2 is asked for', async () => {
    const { netlify, github, git, relay, runtime, fetch } = await start({ http2: true, netlify: { delays: instant } })
    for (const { url } of [netlify, github, git, relay]) expect(url).toMatch(/^https:/)
    expect(runtime.url).toMatch(/^http:/)
    const url = await publish('secure')
    expect(url).toMatch(/^https:/)
    expect(await (await fetch(url)).text()).toBe('secure')
    expect(await (await relayed(`${url}/`)).text()).toBe('secure')
    expect((await relayed(`${github.url}/user`, { headers: authorization() })).status).toBe(200)
  })

  it('leaves nothing running when it is closed, and when a port is taken', async () => {
    const { netlify } = await start()
    const taken = Number(new URL(netlify.url).port)
    await expect(createEmulator({ port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await emulator.close()
    await expect(fetch(netlify.url)).rejects.toThrow()
    await emulator.close()
  })
})

const instant = { processing: 0, processed: 0, ready: 0 }

function basic(): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`owner:${emulator.token}`).toString('base64')}` }
}

async function publish(content: string): Promise<string> {
  const send = async (method: string, path: string, body: string | object): Promise<Record<string, string>> => {
    const isUpload = typeof body === 'string'
    const response = await emulator.fetch(emulator.netlify.url + path, {
      method,
      headers: { ...authorization(), 'Content-Type': isUpload ? 'application/octet-stream' : 'application/json' },
      body: isUpload ? body : JSON.stringify(body),
    })
    return (await response.json()) as Record<string, string>
  }
  const site = await send('POST', '/sites', { name: 'shop' })
  const deploy = await send('POST', `/sites/${site.id}/deploys`, { files: { 'index.html': sha1(content) } })
  await send('PUT', `/deploys/${deploy.id}/files/index.html`, content)
  return site.url ?? ''
}
