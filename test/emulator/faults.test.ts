import { afterEach, describe, expect, it } from 'vitest'
import { githubContract } from '../../src/emulator/github/contract.js'
import { gitlabContract } from '../../src/emulator/gitlab/contract.js'
import type { EmulatedProvider, EmulatorOptions, Fault, FaultKind } from '../../src/emulator/index.js'
import { neonContract } from '../../src/emulator/neon/contract.js'
import { netlifyContract } from '../../src/emulator/netlify/contract.js'
import { vercelContract } from '../../src/emulator/vercel/contract.js'
import { type FaultBench, type Outcome, plainFaults, startFaultBench, textOf } from './faults-support.js'

let bench: FaultBench

const start = async (options: EmulatorOptions = {}): Promise<FaultBench> => {
  bench = await startFaultBench(options)
  return bench
}

afterEach(() => bench.emulator.close())

/** A request to each provider that gets a 200 with a body when nothing goes wrong. */
async function addressOf(provider: EmulatedProvider): Promise<string> {
  const { emulator, publish, repository } = bench
  const { github, gitlab, netlify, git, relay, vercel } = emulator
  if (provider === 'netlify') return `${netlify.url}/user`
  if (provider === 'github') return `${github.url}/user`
  if (provider === 'vercel') return `${vercel.url}/v2/user`
  if (provider === 'gitlab') return `${gitlab.url}/api/v4/user`
  if (provider === 'relay') return `${relay.url}/${github.url.replace(/^https?:\/\//, '')}/user`
  if (provider === 'sites') return `${await publish('shop')}/`
  await repository('shop')
  return `${git.url}/owner/shop.git/info/refs?service=git-upload-pack`
}

/** What is seen at the client of each kind, whoever answers. */
function kindOf(outcome: Outcome): string {
  if (!('status' in outcome)) return outcome.error instanceof TypeError ? 'cut' : String(outcome.error)
  if ('error' in outcome) return outcome.error instanceof TypeError ? `${outcome.status}, cut` : String(outcome.error)
  const skew = Math.round((Date.parse(outcome.headers.get('Date') ?? '') - Date.now()) / 60_000)
  const isHtml =
    outcome.headers.get('Content-Type')?.startsWith('text/html') && /sign in|unavailable|gateway/i.test(outcome.text)
  return `${outcome.status}${isHtml ? ', HTML' : ''}${skew === 0 ? '' : `, ${skew} min`}`
}

const seen: Record<FaultKind, { client: string; carriedOut: boolean }> = {
  refuse: { client: 'cut', carriedOut: false },
  'reset-before': { client: 'cut', carriedOut: false },
  'reset-after': { client: 'cut', carriedOut: true },
  status: { client: '503, HTML', carriedOut: false },
  slow: { client: '200', carriedOut: true },
  truncate: { client: '200, cut', carriedOut: true },
  'malformed-json': { client: '200', carriedOut: true },
  html: { client: '200, HTML', carriedOut: false },
  'expired-token': { client: '401', carriedOut: false },
  'clock-skew': { client: '200, 60 min', carriedOut: true },
}
const providers: EmulatedProvider[] = ['netlify', 'github', 'git', 'sites', 'relay', 'gitlab', 'vercel']

describe.each([{ http2: false }, { http2: true }])('with %o, every fault', ({ http2 }) => {
  it.each(providers)('is seen by a client of %s, and the next request goes well', async (provider) => {
    const { emulator, ask } = await start({ http2 })
    const url = await addressOf(provider)
    const clean = textOf(await ask(url))
    for (const [kind, fault] of Object.entries(plainFaults)) {
      emulator.clearRequests()
      const remove = emulator.faults.add({ provider, fault })
      const outcome = await ask(url)
      const [logged] = emulator.requests.filter((one) => one.provider === provider)
      const { client: usual, carriedOut } = seen[kind as FaultKind]
      // Vercel answers a token that it does not know with 403.
      const client = provider === 'vercel' && kind === 'expired-token' ? '403' : usual
      expect([kind, kindOf(outcome), logged]).toMatchObject([kind, client, { fault: kind, carriedOut, provider }])
      if (kind === 'malformed-json') expect(clean).toBe(textOf(outcome) + clean.slice(textOf(outcome).length))
      if (kind === 'malformed-json') expect(textOf(outcome).length).toBe(Math.floor(clean.length / 2))
      remove()
      expect(kindOf(await ask(url))).toBe('200')
      expect(textOf(await ask(url)).length).toBe(clean.length)
    }
  })
})

describe('a fault at a request that creates something', () => {
  it.each([
    ['refuse', false],
    ['reset-before', false],
    ['reset-after', true],
    ['status', false],
    ['slow', true],
    ['truncate', true],
    ['malformed-json', true],
    ['html', false],
    ['expired-token', false],
    ['clock-skew', true],
  ] as const)('leaves it made or not made: %s, %s', async (kind, made) => {
    const { emulator, ask } = await start({ faults: [{ method: 'POST', fault: plainFaults[kind] }] })
    const body = { name: 'shop' }
    await ask(`${emulator.netlify.url}/sites`, 'POST', body)
    expect([...emulator.netlify.state.sites.values()].map(({ name }) => name)).toEqual(made ? ['shop'] : [])
    await ask(`${emulator.github.url}/user/repos`, 'POST', body)
    expect(emulator.github.state.repositories.map(({ name }) => name)).toEqual(made ? ['shop'] : [])
    const bytes = kind === 'refuse' ? 0 : JSON.stringify(body).length
    expect(emulator.requests).toMatchObject([
      { provider: 'netlify', path: '/api/v1/sites', host: '127.0.0.1', bytes, carriedOut: made },
      { provider: 'github', path: '/user/repos', host: '127.0.0.1', bytes, carriedOut: made },
    ])
  })

  it('may be carried out although an error or a sign-in page is answered', async () => {
    const { emulator, ask } = await start()
    emulator.faults.add({ times: 1, fault: { kind: 'status', status: 504, carriedOut: true } })
    emulator.faults.add({ times: 1, fault: { kind: 'html', carriedOut: true } })
    const statuses = [
      await ask(`${emulator.netlify.url}/sites`, 'POST', { name: 'one' }),
      await ask(`${emulator.netlify.url}/sites`, 'POST', { name: 'two' }),
    ].map(kindOf)
    expect(statuses).toEqual(['504, HTML', '200, HTML'])
    expect([...emulator.netlify.state.sites.values()].map(({ name }) => name)).toEqual(['one', 'two'])
  })
})

describe('an injected status', () => {
  const apis = [
    { provider: 'netlify', path: '/user', contract: netlifyContract() },
    { provider: 'vercel', path: '/v2/user', contract: vercelContract() },
    { provider: 'neon', path: '/users/me', contract: neonContract() },
    { provider: 'github', path: '/user', contract: githubContract() },
    { provider: 'gitlab', path: '/user', contract: gitlabContract() },
  ] as const
  const page = { Origin: 'http://localhost:5173' }
  const crossOrigin = ({ headers }: Response) => [...headers].filter(([name]) => name.startsWith('access-control-'))
  const limitsOf = ({ headers }: Response) => {
    return [...headers.keys()].filter((name) => /^(?:x-)?ratelimit-|^retry-after$/.test(name))
  }

  it.each(apis)(
    'has the form and the headers of $provider, as its own errors have',
    async ({ provider, path, contract }) => {
      const { emulator } = await start({ neon: { cors: true } })
      const url = (provider === 'gitlab' ? `${emulator.gitlab.url}/api/v4` : emulator[provider].url) + path
      const headers = { ...page, Authorization: `Bearer ${emulator.token}` }
      const own = await emulator.fetch(`${url}/nothing`, { headers })
      expect(own.status).toBe(404)
      const kinds: Fault[] = [400, 403, 404, 408, 422, 425, 429, 500].map((status) => ({ kind: 'status', status }))
      for (const fault of [...kinds, { kind: 'expired-token' } as const]) {
        const remove = emulator.faults.add({ fault })
        const response = await emulator.fetch(url, { headers })
        remove()
        const { status } = response
        const text = await response.text()
        // GitLab's limit is told by what stands before its API, in plain text.
        const isJson = response.headers.get('Content-Type')?.startsWith('application/json')
        expect([fault, isJson]).toEqual([fault, provider !== 'gitlab' || status !== 429])
        const told = { method: 'GET', path, status, body: isJson ? JSON.parse(text) : text }
        expect([fault, contract.checkReply(told)]).toEqual([fault, []])
        expect([fault, crossOrigin(response)]).toEqual([fault, crossOrigin(own)])
      }
      expect(crossOrigin(own)).toContainEqual(['access-control-allow-origin', '*'])
    },
  )

  it.each([
    ['netlify', { netlify: { limits: { requestsPerMinute: 1 } } }],
    ['vercel', { vercel: { limits: { requestsPerMinute: 1 } } }],
    ['neon', { neon: { limits: { requestsPerMinute: 1 } } }],
  ] as const)('of 429 is what the limit of %s answers', async (provider, options) => {
    const now = Date.UTC(2030, 0, 1)
    const { emulator } = await start({ ...options, clock: { now: () => now } })
    const { path } = apis.find((api) => api.provider === provider) ?? { path: '' }
    const headers = { ...page, 'X-Request-ID': 'mine', Authorization: `Bearer ${emulator.token}` }
    const asked = () => emulator.fetch(emulator[provider].url + path, { headers })
    expect((await asked()).status).toBe(200)
    const own = await asked()
    emulator.faults.add({ fault: { kind: 'status', status: 429 } })
    const injected = await asked()
    expect([injected.status, own.status]).toEqual([429, 429])
    const names = ({ headers }: Response) => [...headers.keys()].filter((name) => name !== 'cache-control')
    expect(names(injected)).toEqual(names(own))
    for (const name of limitsOf(own).filter((name) => name !== 'x-ratelimit-limit')) {
      expect([name, injected.headers.get(name)]).toEqual([name, own.headers.get(name)])
    }
    const words = async (response: Response) => (await response.text()).replace(/\b(?:1|500)\b|'\w+'/g, '…')
    expect(await words(injected)).toBe(await words(own))
  })

  it('of 429 tells when the limit ends, as far as its provider does', async () => {
    const now = Date.UTC(2030, 0, 1)
    const fault = { kind: 'status', status: 429, retryAfter: 7 } as const
    const { emulator } = await start({ clock: { now: () => now }, faults: [{ fault }] })
    const ends = async (url: string) => {
      const { headers } = await emulator.fetch(url, { headers: page })
      return ['x-ratelimit-reset', 'ratelimit-reset'].map((name) => Number(headers.get(name)) - now / 1000)
    }
    const none = -now / 1000
    expect(await ends(`${emulator.netlify.url}/user`)).toEqual([7, none])
    expect(await ends(`${emulator.vercel.url}/v2/user`)).toEqual([7, none])
    expect(await ends(`${emulator.gitlab.url}/api/v4/user`)).toEqual([none, 7])
    // A secondary limit leaves the hour's requests as they are.
    expect(await ends(`${emulator.github.url}/user`)).toEqual([3600, none])
  })

  it.each([408, 425, 429, 500, 502, 503, 504])('is told in the words of each provider: %i', async (status) => {
    const { emulator, ask } = await start({ faults: [{ fault: { kind: 'status', status, retryAfter: 7 } }] })
    const { netlify, github } = emulator
    for (const [url, member] of [
      [netlify.url, 'code'],
      [github.url, 'documentation_url'],
    ] as const) {
      const outcome = await ask(`${url}/user`)
      expect(outcome).toMatchObject({ status })
      if (!('text' in outcome)) throw outcome.error
      expect(outcome.headers.get('Retry-After')).toBe('7')
      expect(outcome.headers.get('Access-Control-Allow-Origin')).toBe('*')
      if (status >= 502) expect(outcome.text).toContain(`<h1>${status} `)
      else expect(JSON.parse(outcome.text)).toMatchObject({ message: expect.any(String), [member]: expect.anything() })
      const exposed = outcome.headers.get('Access-Control-Expose-Headers')?.includes('Retry-After') ?? false
      expect(exposed).toBe(url === github.url)
    }
  })

  it('can name the time at which to come back, by the clock of its server', async () => {
    const now = Date.UTC(2030, 0, 1)
    const { emulator, ask } = await start({ clock: { now: () => now } })
    const fault = { kind: 'status', status: 429, retryAfter: { date: 30 }, clockSkew: -3_600_000 } as const
    emulator.faults.add({ fault })
    const outcome = await ask(`${emulator.github.url}/user`)
    if (!('headers' in outcome)) throw outcome.error
    const dates = ['Date', 'Retry-After'].map((name) => Date.parse(outcome.headers.get(name) ?? '') - now)
    expect(dates).toEqual([-3_600_000, -3_570_000])
  })

  it('is hidden from pages as far as its provider is told to send no CORS headers', async () => {
    const readable = async (cors: boolean | 'no-uploads'): Promise<boolean[]> => {
      await bench?.emulator.close()
      const { emulator, ask } = await start({ netlify: { cors }, faults: [{ fault: { kind: 'status', status: 500 } }] })
      const outcomes = [
        await ask(`${emulator.netlify.url}/user`),
        await ask(`${emulator.netlify.url}/deploys/1/files/index.html`, 'PUT', 'one'),
      ]
      return outcomes.map((outcome) => 'headers' in outcome && outcome.headers.has('Access-Control-Allow-Origin'))
    }
    expect(await readable(true)).toEqual([true, true])
    expect(await readable('no-uploads')).toEqual([true, false])
    expect(await readable(false)).toEqual([false, false])
  })
})

describe('the clock of a provider', () => {
  it('dates every answer, and moves what else is a time', async () => {
    const now = Date.UTC(2030, 0, 1)
    const { emulator, ask } = await start({ clock: { now: () => now } })
    const url = `${emulator.github.url}/user`
    const times = async (): Promise<number[]> => {
      const outcome = await ask(url)
      if (!('headers' in outcome)) throw outcome.error
      const reset = Number(outcome.headers.get('X-RateLimit-Reset')) * 1000
      return [Date.parse(outcome.headers.get('Date') ?? ''), reset]
    }
    const [date = 0, reset = 0] = await times()
    expect(date).toBe(now)
    emulator.faults.add({ fault: { kind: 'clock-skew', by: 90_000 } })
    expect(await times()).toEqual([date + 90_000, reset + 90_000])
  })
})

describe('a fault behind the relay', () => {
  it('reaches the client as the relay passes it on, and a body that breaks off is cut there too', async () => {
    const { emulator, ask, log } = await start()
    const { host } = new URL(emulator.github.url)
    const through = (): Promise<Outcome> => ask(`${emulator.relay.url}/${host}/user`)
    emulator.faults.add({ provider: 'github', at: 0, fault: plainFaults.truncate })
    emulator.faults.add({ provider: 'github', at: 1, fault: plainFaults['reset-after'] })
    expect(kindOf(await through())).toMatch(/cut$/)
    expect(kindOf(await through())).toBe('502')
    expect(kindOf(await through())).toBe('200')
    const relayed = [200, 502, 200].map((status) => `GET /${host}/user ${status} null`)
    const direct = ['GET /user 200 truncate', 'GET /user null reset-after', 'GET /user 200 null']
    expect(log()).toEqual([0, 1, 2].flatMap((at) => [relayed[at], direct[at]]))
  })
})

describe('an answer that comes late', () => {
  it('waits by the clock of the emulator where that can sleep', async () => {
    const asked: number[] = []
    const sleep = async (milliseconds: number): Promise<void> => void asked.push(milliseconds)
    const { emulator, ask } = await start({ clock: { now: Date.now, sleep } })
    emulator.faults.add({ fault: { kind: 'slow', milliseconds: 86_400_000 } })
    expect(await ask(`${emulator.github.url}/user`)).toMatchObject({ status: 200 })
    expect(asked).toEqual([86_400_000])
  })

  it('is carried out before, and forgotten when the client leaves', async () => {
    const { emulator, ask } = await start()
    emulator.faults.add({ fault: { kind: 'slow', milliseconds: 86_400_000 } })
    const controller = new AbortController()
    const reason = new Error('enough')
    const answer = ask(`${emulator.netlify.url}/sites`, 'POST', { name: 'shop' }, controller.signal)
    await expect.poll(() => emulator.netlify.state.sites.size).toBe(1)
    controller.abort(reason)
    expect(await answer).toEqual({ error: reason })
    expect(emulator.requests).toMatchObject([{ status: null, carriedOut: true }])
  })

  it('does not keep the emulator from ending', async () => {
    const { emulator, ask } = await start()
    emulator.faults.add({ fault: { kind: 'slow', milliseconds: 86_400_000 } })
    const answer = ask(`${emulator.netlify.url}/sites`, 'POST', { name: 'shop' })
    await expect.poll(() => emulator.netlify.state.sites.size).toBe(1)
    await emulator.close()
    expect(kindOf(await answer)).toBe('cut')
  })
})
