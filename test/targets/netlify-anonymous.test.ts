import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cache } from '../../src/spec/context.js'
import type { Claim, Release } from '../../src/spec/release.js'
import type { Target } from '../../src/spec/target.js'
import { claimSite, netlify } from '../../src/targets/netlify.js'
import { artifactsOf, bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import { memoryCache, testContext } from '../support/context.js'
import { type Death, type Memory, mortalRun } from '../support/mortal-run.js'
import { optionsError } from '../support/options-error.js'
import { thrownBy } from '../support/thrown-by.js'
import type { Interceptor, SeenRequest } from '../support/watched-fetch.js'
import { isUpload, type NetlifyBench, startNetlifyBench } from './netlify-bench.js'

const hour = 60 * 60_000
const isCreation = ({ method, url }: SeenRequest) => method === 'POST' && url.pathname.endsWith('/drop')
const claimOf = ({ claim }: Release): Claim => {
  if (!claim) throw new Error('the release has no claim')
  return claim
}
const tokenOf = (release: Release) => claimOf(release).url.replace(/^.*#drop_token=/, '')

describe('netlify without an account', () => {
  let bench: NetlifyBench
  let count = 0

  beforeAll(async () => {
    bench = await startNetlifyBench()
  })
  afterAll(() => bench.close())

  const fresh = (): Files => ({ 'index.html': `<h1>${++count}</h1>`, 'a.js': `a(${count})`, 'b.js': `b(${count})` })
  const targetOf = ({ emulator }: NetlifyBench = bench): Target =>
    netlify({ anonymous: true, apiUrl: emulator.netlify.url })
  const claimWith = (auth: string, claim: Claim) =>
    claimSite({ auth, claim, apiUrl: bench.emulator.netlify.url, fetch: bench.fetch, clock: bench.clock })
  const sites = () => [...bench.emulator.netlify.state.sites.values()]

  interface RunOptions {
    readonly memory?: Memory
    readonly cache?: Cache
    readonly death?: Death | undefined
    readonly intercept?: Interceptor
  }
  async function run(files: Files, { memory = new Map(), cache = memoryCache(), ...how }: RunOptions = {}) {
    const target = targetOf()
    const before = new Set(sites())
    const ended = await mortalRun(
      { fetch: bench.fetch, clock: bench.clock, cache },
      memory,
      async (step) => {
        const artifacts = await artifactsOf(files)
        const environment = 'production'
        const site = await step('site', target.checkpoint, (context) => target.prepare({ environment }, context))
        const input = { site, artifacts, environment, title: 'A test', deployment: 'one' } as const
        await step('publish', target.checkpoint, (context) => target.publish(input, context))
      },
      how,
    )
    const warnings = ended.contexts.flatMap((context) => context.eventsOf('warning'))
    const release: Release | undefined = JSON.parse(memory.get('publish')?.result ?? 'null') ?? undefined
    return { ...ended, release, warnings, made: sites().filter((site) => !before.has(site)) }
  }
  async function published(files: Files, options: RunOptions = {}): Promise<Release> {
    const { release } = await run(files, options)
    if (!release) throw new Error('nothing was published')
    return release
  }
  async function expectServed({ url }: Release, files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const response = await bench.fetch(`${url}/${path}`)
      expect(new Uint8Array(await response.arrayBuffer()), path).toEqual(bytesOf(content))
    }
  }

  it('publishes on a new site, sends what is required alone, and gives the link to claim it within an hour', async () => {
    const files = fresh()
    const start = bench.clock.now()
    const { release, made, requests } = await run(files)
    const [site] = made
    expect(made).toHaveLength(1)
    expect(release).toMatchObject({ environment: 'production', uploaded: { files: 3 }, previous: null })
    const claim = claimOf(release as Release)
    expect(claim.url).toBe(`https://app.netlify.com/drop/${site?.name}#drop_token=${site?.drop?.token}`)
    expect(claim.site).toBe(site?.id)
    expect(claim.expiresAt).toBeGreaterThanOrEqual(start + hour)
    expect(claim.expiresAt).toBeLessThanOrEqual(site?.drop?.expiresAt ?? 0)
    expect(requests.filter(isUpload)).toHaveLength(3)
    await expectServed(release as Release, files)
    const changed = { ...files, 'a.js': 'changed' }
    const second = await run(changed)
    expect(second.release?.uploaded).toEqual({ files: 1, bytes: 7 })
    expect(second.release?.url).not.toBe(release?.url)
    await expectServed(second.release as Release, changed)
  })

  it('serves many files, and an empty one', async () => {
    const files = { ...fresh(), ...manyFiles(30), 'empty.txt': '' }
    await expectServed(await published(files), files)
  })

  it('lets a user who signs in later own the site and publish there by name', async () => {
    const files = fresh()
    const release = await published(files)
    const { stranger } = bench.emulator.otherTokens
    const { id, name } = await claimWith(stranger, claimOf(release))
    expect(sites().find((site) => site.id === id)).toMatchObject({ name, account: { login: 'stranger' } })
    await expectServed(release, files)
    const target = netlify({ auth: stranger, site: name, apiUrl: bench.emulator.netlify.url })
    const context = testContext(bench)
    const site = await target.prepare({ environment: 'production' }, context)
    expect(site).toMatchObject({ id, created: false })
    const next = { ...files, 'index.html': 'mine' }
    const input = { site, artifacts: await artifactsOf(next), environment: 'production', title: '', deployment: 'two' }
    await expectServed(await target.publish({ ...input, environment: 'production' }, context), next)
    const error = await thrownBy(claimWith(bench.emulator.token, claimOf(release)))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'claim-refused' })
    expect(JSON.stringify(error)).not.toContain(tokenOf(release))
    expect(await targetOf().confirmRelease(release, site, context)).toBe(false)
  })

  it.each(['reset-before', 'reset-after'] as const)('claims a site whose answer is lost by a %s', async (kind) => {
    const claim = claimOf(await published(fresh()))
    const { stranger } = bench.emulator.otherTokens
    bench.emulator.faults.add({ path: /\/drop\/claim$/, times: 1, fault: { kind } })
    const claimed = await claimWith(stranger, claim)
    expect(sites().find(({ id }) => id === claimed.id)).toMatchObject({ account: { login: 'stranger' } })
    // As somebody does who was told of a failure.
    expect(await claimWith(stranger, claim)).toEqual(claimed)
    expect(await thrownBy(claimWith(bench.emulator.token, claim))).toMatchObject({ code: 'claim-refused' })
  })

  it('looks whose the site is where no claim is answered', async () => {
    const claim = claimOf(await published(fresh()))
    const { stranger } = bench.emulator.otherTokens
    const carried = bench.emulator.faults.add({ path: /\/drop\/claim$/, fault: { kind: 'reset-after' } })
    expect(await claimWith(stranger, claim)).toMatchObject({ id: claim.site })
    carried()
    const lost = claimOf(await published(fresh()))
    bench.emulator.faults.add({ path: /\/drop\/claim$/, times: 5, fault: { kind: 'reset-before' } })
    const error = await thrownBy(claimWith(stranger, lost))
    expect(error).toMatchObject({ name: 'RequestError', retryable: true })
  })

  it('is gone after an hour where nobody has claimed it', async () => {
    const own = await startNetlifyBench()
    const target = targetOf(own)
    const context = testContext(own)
    const site = await target.prepare({ environment: 'production' }, context)
    const input = { site, artifacts: await artifactsOf(fresh()), environment: 'production', title: '' } as const
    const release = await target.publish({ ...input, deployment: 'one' }, context)
    const { expiresAt } = claimOf(release)
    expect(await target.confirmRelease(release, site, context)).toBe(true)
    while (own.clock.now() < (expiresAt ?? 0) + 1000) await own.clock.sleep(29_000)
    expect((await own.fetch(release.url)).status).toBe(404)
    expect(await target.confirmRelease(release, site, context)).toBe(false)
    const options = { apiUrl: own.emulator.netlify.url, fetch: own.fetch, clock: own.clock }
    const error = await thrownBy(claimSite({ auth: own.emulator.token, claim: claimOf(release), ...options }))
    expect(error).toMatchObject({ code: 'claim-refused', hint: expect.stringContaining('60 minutes') })
    await own.close()
  })

  it('tells of the limit of the day, at once and again', async () => {
    const own = await startNetlifyBench({ limits: { requestsPerMinute: 1_000_000, dropsPerDay: 1 } })
    const target = targetOf(own)
    const publish = async () => {
      const context = testContext(own)
      const site = await target.prepare({ environment: 'production' }, context)
      const artifacts = await artifactsOf(fresh())
      const input = { site, artifacts, environment: 'production', title: '', deployment: `${count}` } as const
      return target.publish(input, context)
    }
    await publish()
    for (const _ of [1, 2]) {
      const error = await thrownBy(publish())
      expect(error).toMatchObject({ name: 'QuotaError', code: 'quota-exhausted', retryable: false })
      expect(error.hint).toContain('sign in')
    }
    expect(own.emulator.netlify.state.sites.size).toBe(1)
    await own.close()
  })

  it('takes nothing that belongs to an account, and says so', () => {
    const wrong = { anonymous: true, auth: 'token-of-somebody', site: 'shop' } as const
    const error = optionsError(() => netlify(wrong as never))
    expect(error.message).toContain('netlify.auth, netlify.site')
    expect(error.message).not.toContain('token-of-somebody')
    expect(optionsError(() => netlify({ anonymous: true, color: 'red' } as never)).message).toContain('color')
    expect(optionsError(() => netlify({ anonymous: 'yes', auth: 'a', site: 'b' } as never)).message).toContain(
      'netlify.anonymous',
    )
    const claim = { url: 'https://example.com/', expiresAt: null, site: '1' }
    return expect(thrownBy(claimSite({ auth: 'a', claim }))).resolves.toMatchObject({ code: 'options-invalid' })
  })

  it.each(['at a save', 'before a request', 'after a request'] as const)(
    'goes on with the same site when the tab is closed %s',
    async (moment) => {
      for (let index = 0; ; index += 1) {
        const files = fresh()
        const [memory, cache]: [Memory, Cache] = [new Map(), memoryCache()]
        const first = await run(files, { memory, cache, death: { moment, index } })
        const second = first.ended ? undefined : await run(files, { memory, cache })
        const release = (second ?? first).release as Release
        const made = [...first.made, ...(second?.made ?? [])]
        // Who made the site and did not live to hear of it: nobody can find it again, and it has no files.
        const isLost = first.answered.at(-1) !== undefined && first.requests.filter(isCreation).length > 0
        const lost = made.filter(({ id }) => id !== claimOf(release).site)
        expect(lost.map(({ published }) => published)).toEqual(lost.length > 0 ? [undefined] : [])
        if (lost.length > 0) {
          expect([moment, isLost]).toEqual(['after a request', true])
          expect(second?.warnings.map(({ code }) => code)).toEqual(['anonymous-site-left'])
        }
        const contents = (requests: readonly SeenRequest[]) => requests.filter(isUpload).map(({ url }) => url.pathname)
        expect(contents(second?.requests ?? []).filter((one) => contents(first.answered).includes(one))).toEqual([])
        await expectServed(release, files)
        expect((await claimWith(bench.emulator.token, claimOf(release))).id).toBe(claimOf(release).site)
        for (const { saved = '' } of memory.values()) expect(saved).not.toContain(tokenOf(release))
        if (!first.ended) continue
        expect(index).toBeGreaterThan(2)
        return
      }
    },
  )

  it('makes one site where an answer is lost, but for the one answer that alone would tell of it', async () => {
    for (let index = 0; ; index += 1) {
      const files = fresh()
      let befell: SeenRequest | undefined
      let sent = 0
      const { release, made, warnings } = await run(files, {
        async intercept(request, send) {
          const response = await send()
          if (sent++ !== index) return response
          befell = request
          throw new TypeError('Failed to fetch')
        },
      })
      await expectServed(release as Release, files)
      const isCreating = befell !== undefined && isCreation(befell)
      expect(made.map(({ published }) => published !== undefined)).toEqual(isCreating ? [false, true] : [true])
      expect(warnings).toHaveLength(isCreating ? 1 : 0)
      if (befell) continue
      expect(index).toBeGreaterThan(5)
      return
    }
  })

  it('begins a new site, and says so, where the token can no longer be read or the files are others', async () => {
    for (const how of ['another browser', 'other files'] as const) {
      const [memory, cache]: [Memory, Cache] = [new Map(), memoryCache()]
      const files = fresh()
      expect((await run(files, { memory, cache, death: { moment: 'after a request', index: 3 } })).ended).toBe(false)
      const other = how === 'other files' ? fresh() : files
      const later = { memory, cache: how === 'another browser' ? memoryCache() : cache }
      const { warnings, made, release } = await run(other, later)
      expect(warnings).toMatchObject([{ code: 'anonymous-site-left', hint: expect.stringContaining('60 minutes') }])
      expect(made).toHaveLength(1)
      await expectServed(release as Release, other)
    }
  })
})
