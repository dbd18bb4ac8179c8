import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createRuntime, type Runtime } from '../../src/emulator/runtime/runtime.js'
import { decodeFrame, encodeFrame } from '../../src/emulator/runtime/wire.js'

let runtime: Runtime

beforeAll(async () => {
  runtime = await createRuntime()
})
afterAll(() => runtime.close())

const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(runtime.url + path, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

const open = (path: string, { origin = runtime.url, ...headers }: Record<string, string> = {}): WebSocket =>
  new WebSocket(runtime.url.replace('http', 'ws') + path, { origin, headers })

/** What becomes of a connection that asks for an upgrade. */
const upgrade = (path: string, headers: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve) => {
    const socket = open(path, headers)
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('error', ({ message }) => resolve(message))
  })

/** Sends frames over one connection. @returns the code that it is closed with, and what came before */
function talk(...frames: (Uint8Array | string)[]): Promise<{ code: number; replies: unknown[] }> {
  const socket = open(`/container?token=${runtime.token}`)
  const replies: unknown[] = []
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      for (const frame of frames) socket.send(frame)
    })
    socket.on('message', (data: Buffer) => {
      replies.push(decodeFrame(data).message)
      if (replies.length === frames.length) socket.close()
    })
    socket.on('error', reject)
    socket.on('close', (code) => resolve({ code, replies }))
  })
}

const call = (number: number, method: string, ...args: unknown[]): Uint8Array =>
  encodeFrame({ call: number, method, args })

describe('the emulated runtime refuses', () => {
  it('what is not its page, and every method but one', async () => {
    expect(await ask('GET', '/headless')).toBe(200)
    for (const path of ['/', '/headless/', '/container', '/%2e%2e/headless.js', '/comlink.mjs/..%2f'])
      expect([path, await ask('GET', path)]).toEqual([path, 404])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])
      expect([method, await ask(method, '/headless')]).toEqual([method, 405])
    for (const destination of ['document', 'script', 'embed', 'object'])
      expect([destination, await ask('GET', '/headless', { 'sec-fetch-dest': destination })]).toEqual([
        destination,
        403,
      ])
    for (const host of ['rebound.example', 'localhost.rebound.example', '127.0.0.1.rebound.example', '[::1]'])
      expect([host, await ask('GET', '/headless', { host })]).toEqual([host, 403])
  })

  it('connections anywhere else, under another name, and with any token but its own', async () => {
    const own = `?token=${runtime.token}`
    const { port } = new URL(runtime.url)
    const refused = 'Unexpected server response: 403'
    expect(await upgrade(`/container${own}`)).toBe('open')
    expect(await upgrade(`/headless${own}`)).toBe(refused)
    expect(await upgrade(`/container/${own}`)).toBe(refused)
    expect(await upgrade(`/container${own}x`)).toBe(refused)
    expect(await upgrade(`/container?token=${'x'.repeat(runtime.token.length)}`)).toBe(refused)
    expect(await upgrade('/container?token=%E0%A4%A')).toBe(refused)
    for (const host of ['rebound.example', `rebound.example:${port}`, '127.0.0.1:1'])
      expect([host, await upgrade(`/container${own}`, { host, origin: `http://${host}` })]).toEqual([host, refused])
    for (const origin of ['null', 'http://rebound.example', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1'])
      expect([origin, await upgrade(`/container${own}`, { origin })]).toEqual([origin, refused])
  })

  it('messages that are no calls, by closing the connection', async () => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(0xffffffff)
    const frames = [
      'text',
      new Uint8Array(),
      Buffer.concat([length, Buffer.from('{}')]),
      encodeFrame({ method: 'build' }),
    ]
    for (const frame of frames) expect(await talk(frame)).toEqual({ code: 1002, replies: [] })
  })

  it('calls that it does not know, that come too early, or whose arguments are wrong, in words', async () => {
    const { code, replies } = await talk(
      call(1, 'readFile', 'package.json'),
      call(2, 'build', { workdirName: '../up' }),
      call(7, 'build', { coep: 'none' }),
      call(3, 'toString'),
      call(4, 'readFile', 1),
      call(5, 'readFile', 'none.txt'),
      call(6, 'kill', 99),
    )
    expect(code).toBe(1005)
    const said = new Map(replies.map((reply) => [(reply as { call: number }).call, reply]))
    expect(said.get(1)).toMatchObject({ error: "The runtime has no 'readFile' here" })
    expect(said.get(7)).toMatchObject({ value: { cwd: expect.any(String) } })
    expect(said.get(3)).toMatchObject({ error: "The runtime has no 'toString' here" })
    expect(said.get(5)).toMatchObject({ error: expect.stringContaining('ENOENT') })
    expect(said.get(6)).toMatchObject({ error: 'ESRCH: no such process, 99' })
    for (const wrong of [2, 4]) expect(said.get(wrong)).toHaveProperty('error')
  })
})
