import { connect } from 'node:http2'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/emulator/index.js'
import { launchBrowser } from '../support/browser.js'
import { type FaultBench, plainFaults, startFaultBench } from './faults-support.js'

let browser: Browser
let bench: FaultBench

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(() => browser?.close())

afterEach(() => bench.emulator.close())

/** What a page sees of a request, which makes a repository where it has a name: an error's name, or the status, the body or how it broke off, and a header. */
async function see(page: Page, url: string, name?: string): Promise<unknown[]> {
  return page.evaluate(
    async ([address, token, created]) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
      const init = created === undefined ? {} : { method: 'POST', body: JSON.stringify({ name: created }) }
      const nameOf = (error: unknown): string => (error as Error).name
      try {
        const response = await fetch(address, { ...init, headers })
        const text = await response.json().then((json) => typeof json, nameOf)
        return [response.status, text, response.headers.get('Retry-After')]
      } catch (error) {
        return [nameOf(error)]
      }
    },
    [url, bench.emulator.token, name] as const,
  )
}

const cut = ['TypeError']
const seen: [Fault, unknown[]][] = [
  [plainFaults.refuse, cut],
  [plainFaults['reset-before'], cut],
  [plainFaults['reset-after'], cut],
  [plainFaults.truncate, [201, 'TypeError', null]],
  [plainFaults['malformed-json'], [201, 'SyntaxError', null]],
  [plainFaults.html, [200, 'SyntaxError', null]],
  [{ kind: 'status', status: 429, retryAfter: 3 }, [429, 'object', '3']],
  [{ kind: 'status', status: 502 }, [502, 'SyntaxError', null]],
  [plainFaults['expired-token'], [401, 'object', null]],
]

describe.each([{ http2: false }, { http2: true }])('a page, with %o', (options) => {
  it('gets a TypeError for what is cut, once, and can read the other faults', async () => {
    bench = await startFaultBench(options)
    const { emulator } = bench
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await page.goto(`${emulator.git.url}/none`)
    const url = `${emulator.github.url}/user/repos`
    for (const [fault, expected] of seen) {
      const name = `shop-${fault.kind}`
      // A connection that has been used before: browsers are bolder with those.
      expect(await see(page, `${emulator.github.url}/user`)).toEqual([200, 'object', null])
      emulator.clearRequests()
      const remove = emulator.faults.add({ method: 'POST', fault })
      expect([fault, await see(page, url, name)]).toEqual([fault, expected])
      expect([fault, bench.log()]).toEqual([fault, [expect.stringMatching(`POST /user/repos .* ${fault.kind}`)]])
      remove()
      const made = emulator.github.state.repositories.map(({ name }) => name).includes(name)
      expect([fault, made]).toEqual([fault, emulator.requests[0]?.carriedOut])
    }
    await context.close()
  })
})

describe('a client that speaks HTTP/2', () => {
  it('sees half of a body and a stream that is reset, on a connection that goes on', async () => {
    bench = await startFaultBench({ http2: true })
    const { emulator } = bench
    const session = connect(emulator.github.url, {
      ca: emulator.certificate?.cert,
      checkServerIdentity: () => undefined,
    })
    const ask = async (): Promise<{ status: unknown; promised: number; bytes: number; code: number | undefined }> => {
      const headers = { authorization: `Bearer ${emulator.token}`, 'user-agent': 'node' }
      const stream = session.request({ ':path': '/user', ...headers })
      stream.on('error', () => undefined)
      let status: unknown
      let promised = 0
      let bytes = 0
      stream.on('response', (headers) => {
        status = headers[':status']
        promised = Number(headers['content-length'])
      })
      stream.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length
      })
      await new Promise((resolve) => stream.once('close', resolve))
      return { status, promised, bytes, code: stream.rstCode }
    }
    const clean = await ask()
    expect(clean).toMatchObject({ status: 200, code: 0 })
    emulator.faults.add({ at: 0, fault: plainFaults.truncate })
    emulator.faults.add({ at: 1, fault: plainFaults['reset-after'] })
    const half = Math.floor(clean.bytes / 2)
    expect(await ask()).toEqual({ status: 200, promised: clean.bytes, bytes: half, code: 2 })
    expect(await ask()).toMatchObject({ status: undefined, bytes: 0, code: 2 })
    expect(await ask()).toEqual(clean)
    session.destroy()
  })
})
