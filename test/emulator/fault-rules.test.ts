import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRequestLog } from '../../src/emulator/faults/request-log.js'
import { createEmulator, type FaultRule } from '../../src/emulator/index.js'
import { type FaultBench, startFaultBench, textOf } from './faults-support.js'

let bench: FaultBench

beforeEach(async () => {
  bench = await startFaultBench()
})

afterEach(() => bench.emulator.close())

const fault = { kind: 'status', status: 500 } as const

/** Asks GitHub for these paths, one after the other, and gives back what was answered. */
async function statuses(...paths: string[]): Promise<(number | null)[]> {
  bench.emulator.clearRequests()
  for (const path of paths) await bench.ask(bench.emulator.github.url + path)
  return bench.emulator.requests.map(({ status }) => status)
}

describe('a rule', () => {
  it('hits every request that matches, until it is taken away', async () => {
    const { faults } = bench.emulator
    const remove = faults.add({ path: '/user', fault })
    expect(await statuses('/user', '/user?a=b', '/users/owner', '/user')).toEqual([500, 500, 200, 500])
    remove()
    remove()
    expect(await statuses('/user')).toEqual([200])
    faults.add({ path: '/user', fault })
    faults.clear()
    expect(await statuses('/user')).toEqual([200])
  })

  it('tells requests apart by provider, method and path', async () => {
    const { emulator, ask } = bench
    emulator.faults.add({ provider: 'netlify', method: 'post', path: '/api/v1/sites', fault })
    await ask(`${emulator.netlify.url}/sites`)
    await ask(`${emulator.github.url}/sites`, 'POST', {})
    await ask(`${emulator.netlify.url}/sites`, 'POST', {})
    expect(emulator.requests.map((one) => one.fault)).toEqual([null, null, 'status'])
  })

  it('takes a whole path with or without its query, or what is found in it', async () => {
    const { faults } = bench.emulator
    faults.add({ path: '/user/repos?page=2', fault })
    faults.add({ path: /^\/users\/.*[?&]page=3/g, fault })
    const asked = [
      '/user/repos',
      '/user/repos?page=2',
      '/user/repos?page=22',
      '/users/owner?page=3',
      '/users/owner?page=3',
    ]
    expect(await statuses(...asked)).toEqual([200, 500, 200, 500, 500])
  })

  it('counts what matches from when it was added, and hits the ones that it names', async () => {
    const { faults } = bench.emulator
    await statuses('/user')
    const remove = faults.add({ path: '/user', at: [1, 3], fault })
    expect(await statuses('/user', '/users/owner', '/user', '/user', '/user', '/user')).toEqual([
      200, 200, 500, 200, 500, 200,
    ])
    remove()
    faults.add({ at: 2, fault })
    expect(await statuses('/user', '/user', '/user', '/user')).toEqual([200, 200, 500, 200])
  })

  it('stops after so many hits', async () => {
    bench.emulator.faults.add({ times: 2, fault })
    expect(await statuses('/user', '/user', '/user')).toEqual([500, 500, 200])
  })

  it('comes after the ones that were added before, and counts their requests too', async () => {
    const { faults } = bench.emulator
    faults.add({ at: 0, fault })
    faults.add({ times: 1, fault: { kind: 'status', status: 502 } })
    faults.add({ at: 2, fault: { kind: 'status', status: 504 } })
    expect(await statuses('/user', '/user', '/user', '/user')).toEqual([500, 502, 504, 200])
  })

  it('leaves preflights alone where it does not name them', async () => {
    const { emulator, ask } = bench
    const url = `${emulator.github.url}/user`
    emulator.faults.add({ at: 0, fault })
    expect(await ask(url, 'OPTIONS')).toMatchObject({ status: 204 })
    expect(await ask(url)).toMatchObject({ status: 500 })
    emulator.faults.add({ method: 'OPTIONS', fault: { kind: 'malformed-json' } })
    // What has no body gets the beginning of one.
    expect(await ask(url, 'OPTIONS')).toMatchObject({ status: 200, text: '{' })
    expect(bench.log()).toEqual(['GET /user 500 status', 'OPTIONS /user 200 malformed-json'])
  })

  it.each([
    ['a kind that there is not', { fault: { kind: 'explode' } }],
    ['no fault', {}],
    ['a misspelt name', { fault, route: '/user' }],
    ['a misspelt name in the fault', { fault: { ...fault, retryafter: 1 } }],
    ['a provider that there is not', { fault, provider: 'runtime' }],
    ['a path without a slash', { fault, path: 'user' }],
    ['an index below zero', { fault, at: -1 }],
    ['an index that is no whole number', { fault, at: [1.5] }],
    ['no hit at all', { fault, times: 0 }],
    ['a status that is no error', { fault: { kind: 'status', status: 200 } }],
    ['a wait below zero', { fault: { kind: 'slow', milliseconds: -1 } }],
    ['no length of the wait', { fault: { kind: 'slow' } }],
  ])('is refused with %s', async (_, rule) => {
    const wrong = rule as unknown as FaultRule
    expect(() => bench.emulator.faults.add(wrong)).toThrow(TypeError)
    await expect(createEmulator({ faults: [wrong] })).rejects.toThrow('This is no rule for a fault')
    expect(await statuses('/user')).toEqual([200])
  })
})

describe('the log of requests', () => {
  it('has everything in order of arrival, with what came of it', async () => {
    const { emulator, ask, publish } = bench
    const site = await publish('shop')
    expect(textOf(await ask(`${site}/?a=b`))).toBe('shop')
    emulator.faults.add({ path: '/user', fault: { kind: 'reset-before' } })
    const { host } = new URL(emulator.github.url)
    await ask(`${emulator.relay.url}/${host}/user`)
    const deploy = [...emulator.netlify.state.deploys.keys()][0]
    const all = emulator.requests.map((one) => [
      one.provider,
      one.host,
      one.path,
      one.status,
      one.carriedOut,
      one.bytes,
    ])
    const id = [...emulator.netlify.state.sites.keys()][0]
    const digest = JSON.stringify({ files: { 'index.html': 'x'.repeat(40) } }).length
    expect(all).toEqual([
      ['netlify', '127.0.0.1', '/api/v1/sites', 201, true, '{"name":"shop"}'.length],
      ['netlify', '127.0.0.1', `/api/v1/sites/${id}/deploys`, 200, true, digest],
      ['netlify', '127.0.0.1', `/api/v1/deploys/${deploy}/files/index.html`, 200, true, 'shop'.length],
      ['sites', 'shop.localhost', '/?a=b', 200, true, 0],
      ['relay', '127.0.0.1', `/${host}/user`, 502, true, 0],
      ['github', '127.0.0.1', '/user', null, false, 0],
    ])
    expect(emulator.requests.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('begins anew when it is cleared, and leaves a list that was taken before as it was', async () => {
    await statuses('/user', '/user')
    const before = bench.emulator.requests
    bench.emulator.clearRequests()
    expect(bench.emulator.requests).toEqual([])
    await bench.ask(`${bench.emulator.github.url}/user`)
    expect(bench.emulator.requests.map(({ index }) => index)).toEqual([0])
    expect(before).toHaveLength(2)
  })

  it('keeps the last requests only', () => {
    const log = createRequestLog(2)
    const arrival = { provider: 'git', method: 'GET', path: '/', host: 'localhost', fault: null } as const
    for (let count = 0; count < 5; count += 1) log.add(arrival)
    expect(log.requests.map(({ index }) => index)).toEqual([3, 4])
  })

  it('counts what was read of a body that breaks off', async () => {
    const { emulator } = bench
    await bench.publish('shop')
    emulator.clearRequests()
    const controller = new AbortController()
    const sent = 100_000
    const body = new ReadableStream({ start: (control) => control.enqueue(new Uint8Array(sent)) })
    const headers = { Authorization: `Bearer ${emulator.token}`, 'Content-Type': 'application/octet-stream' }
    const deploy = [...emulator.netlify.state.deploys.keys()][0]
    const init = { method: 'PUT', headers, body, duplex: 'half', signal: controller.signal } as RequestInit
    const upload = fetch(`${emulator.netlify.url}/deploys/${deploy}/files/index.html`, init)
    await expect.poll(() => emulator.requests[0]?.bytes).toBe(sent)
    controller.abort()
    await expect(upload).rejects.toThrow()
    expect(emulator.requests).toMatchObject([{ bytes: sent, status: null, carriedOut: false }])
  })
})
