import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareSite } from '../../examples/support/compare-site.js'
import { type Served, serve } from '../../src/emulator/index.js'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const built = new Map([
  ['index.html', bytes('<p>right</p>')],
  ['assets/ü b.css', bytes('p{}')],
])
let served: Map<string, Uint8Array<ArrayBuffer>>
let site: Served

beforeAll(async () => {
  site = await serve(async (request) => {
    const content = served.get(decodeURIComponent(new URL(request.url).pathname).slice(1))
    return content ? new Response(content) : new Response('Not found', { status: 404 })
  })
})

afterAll(async () => {
  await site?.close()
})

describe('comparing a site with what was built', () => {
  it('finds nothing where every byte is served', async () => {
    served = new Map(built)
    expect(await compareSite(site.url, built, fetch)).toEqual([])
  })

  it('fails when a single served byte differs, though the length is the same', async () => {
    served = new Map(built).set('index.html', bytes('<p>ri9ht</p>'))
    const differences = await compareSite(site.url, built, fetch)
    expect(differences).toEqual([{ path: 'index.html', reason: '12 bytes that differ from the 12 that were built' }])
  })

  it('fails when bytes are missing at the end, or the whole file is', async () => {
    served = new Map([['index.html', bytes('<p>right</p')]])
    const differences = await compareSite(site.url, built, fetch)
    expect(differences).toEqual([
      { path: 'index.html', reason: '11 bytes that differ from the 12 that were built' },
      { path: 'assets/ü b.css', reason: 'status 404' },
    ])
  })
})
