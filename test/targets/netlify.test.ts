import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeployState } from '../../src/emulator/index.js'
import type { Release } from '../../src/spec/release.js'
import { type NetlifyOptions, netlify } from '../../src/targets/netlify.js'
import { artifactsOf, bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { hostileFiles, targetConformance } from './conformance.js'
import { isUpload, type NetlifyBench, startNetlifyBench } from './netlify-bench.js'

targetConformance({ name: 'netlify', setup: startNetlifyBench })

describe('netlify', () => {
  let bench: NetlifyBench
  let count = 0

  beforeAll(async () => {
    bench = await startNetlifyBench()
  })
  afterAll(() => bench.close())

  const freshName = (): string => `shop-${++count}`
  const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
    Response.json(body, { status, headers })
  const isPoll = ({ method, url }: SeenRequest): boolean =>
    method === 'GET' && /\/sites\/[^/]+\/deploys\/[^/]+$/.test(url.pathname)
  const isCreation = ({ method, url }: SeenRequest): boolean => method === 'POST' && /\/deploys$/.test(url.pathname)

  /** Publishes, keeping what was seen even where it fails. */
  function start(name: string, files: Files, intercept?: Interceptor) {
    const watched = watchFetch(bench.fetch, intercept)
    const context: TestContext = testContext({ ...bench, fetch: watched.fetch })
    const done = (async (): Promise<Release> => {
      const target = bench.target(name)
      const site = await target.prepare({ environment: 'production' }, context)
      return target.publish(
        { site, artifacts: await artifactsOf(files), environment: 'production', title: 'A & B', deployment: name },
        context,
      )
    })()
    return { done, context, requests: watched.requests }
  }

  const statesOf = (context: TestContext): string[] => context.eventsOf('release-state').map((event) => event.state)

  it('tells Netlify every digest, and the title, in one request', async () => {
    const name = freshName()
    const { done, requests } = start(name, { 'index.html': 'page', 'a/b.txt': 'b' })
    const { id } = await done
    const creations = requests.filter(isCreation)
    const { artifacts } = await artifactsOf({ 'index.html': 'page', 'a/b.txt': 'b' })
    expect(creations).toHaveLength(1)
    const title = creations[0]?.url.searchParams.get('title')
    expect(title).toMatch(/^A & B \(tabship [0-9a-f]{12}\)$/)
    expect(JSON.parse(String(creations[0]?.body))).toEqual({
      files: Object.fromEntries(artifacts.map(({ path, sha1 }) => [path, sha1])),
      draft: false,
    })
    expect(bench.deploys(name).map((deploy) => [deploy.id, deploy.title])).toEqual([[id, title]])
  })

  it('sends exactly one upload for each required digest, percent-encoded', async () => {
    const { done, requests } = start(freshName(), { ...hostileFiles, 'copy.txt': 'space' })
    await done
    const uploads = requests.filter(isUpload)
    const { artifacts } = await artifactsOf(hostileFiles)
    expect(uploads).toHaveLength(new Set(artifacts.map((artifact) => artifact.sha1)).size)
    expect(uploads.every(({ url }) => url.search === '' && url.hash === '')).toBe(true)
    expect(uploads.map(({ url }) => decodeURIComponent(url.pathname.split('/files/')[1] ?? ''))).toContain('a?b=c.txt')
  })

  it('lets Netlify compare digests in the background above 100 files only', async () => {
    const asked = async (files: number): Promise<unknown> => {
      const { done, requests } = start(freshName(), manyFiles(files))
      await done
      return JSON.parse(String(requests.find(isCreation)?.body)).async
    }
    expect(await asked(100)).toBeUndefined()
    expect(await asked(101)).toBe(true)
  })

  it('saves the checkpoint before the first byte of a file leaves', async () => {
    const saved: number[] = []
    const name = freshName()
    const { done, context } = start(name, { 'index.html': name }, (request, send) => {
      if (isUpload(request)) saved.push(context.checkpoints.length)
      return send()
    })
    const { id } = await done
    expect(saved).toEqual([3])
    const { artifacts } = await artifactsOf({ 'index.html': name })
    expect(context.checkpoints).toMatchObject([
      { kind: 'site', site: name },
      { kind: 'intent' },
      { kind: 'deploy', deploy: id, sent: [] },
      { kind: 'deploy', deploy: id, sent: [artifacts[0]?.sha1] },
    ])
  })

  it('reports each state once and in order, for a small and a large release, changed or not', async () => {
    const order: DeployState[] = [
      'new',
      'preparing',
      'prepared',
      'uploading',
      'uploaded',
      'processing',
      'processed',
      'ready',
    ]
    for (const size of [2, 150]) {
      const name = freshName()
      for (const round of ['changed', 'unchanged']) {
        const { done, context } = start(name, { ...manyFiles(size), 'index.html': name })
        await done
        const states = statesOf(context)
        expect(states, `${size} files, ${round}`).toEqual(order.filter((state) => states.includes(state)))
        expect(states.at(-1)).toBe('ready')
        expect(bench.deploys(name).at(-1)?.states).toEqual(expect.arrayContaining(states))
      }
    }
  })

  it('fails with the words of Netlify when a deployment ends in an error', async () => {
    const name = freshName()
    const { done, context } = start(name, { 'index.html': name }, async (request, send) => {
      const id = bench.deploys(name).at(-1)?.id
      if (isPoll(request) && id) bench.emulator.netlify.fail(id, 'Processing of headers failed: line 3')
      return send()
    })
    const error = await thrownBy(done)
    expect(error).toMatchObject({ name: 'RequestError', code: 'release-failed', retryable: false })
    expect(error.message).toContain('Processing of headers failed: line 3')
    expect(error.details).toEqual({ deploy: bench.deploys(name)[0]?.id, state: 'error' })
    expect(statesOf(context)).toEqual(['error'])
  })

  it('fails when a reviewer rejects the deployment', async () => {
    const name = freshName()
    const { done } = start(name, { 'index.html': name }, async (request, send) => {
      if (!isPoll(request)) return send()
      return json(200, { ...(await (await send()).json()), state: 'rejected' })
    })
    const error = await thrownBy(done)
    expect(error.code).toBe('release-failed')
    expect(error.message).toContain('rejected')
  })

  it('does not call a release live while the site is locked to another', async () => {
    const name = freshName()
    const first = await start(name, { 'index.html': 'first' }).done
    const authorization = `Bearer ${bench.emulator.token}`
    const lock = `${bench.emulator.netlify.url}/deploys/${first.id}/lock`
    await bench.fetch(lock, { method: 'POST', headers: { authorization } })
    const error = await thrownBy(start(name, { 'index.html': 'second' }).done)
    expect(error).toMatchObject({ name: 'ConflictError', code: 'site-locked', details: { published: first.id } })
    expect(error.hint).toMatch(/unlockSite\(\{ target \}\).*promote\(\{ target, release: '\w+' \}\)/)
    expect(await (await bench.fetch(first.url)).text()).toBe('first')
  })

  it('waits as long as X-RateLimit-Reset says, sends the file again, and finishes', async () => {
    const name = freshName()
    let refusals = 3
    const before = bench.clock.now()
    const files = { 'index.html': name, ...manyFiles(30) }
    const { done, context, requests } = start(name, files, async (request, send) => {
      if (!isUpload(request) || refusals === 0) return send()
      refusals -= 1
      const reset = Math.ceil(bench.clock.now() / 1000) + 7
      const headers = { 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${reset}` }
      return json(429, { code: 429, message: 'API rate limit exceeded' }, headers)
    })
    const release = await done
    const retries = context.eventsOf('request-retry')
    expect(retries).toHaveLength(3)
    expect(retries.every((event) => event.reason === 'status 429' && event.provider === 'netlify')).toBe(true)
    expect(retries[0]?.until).toBeGreaterThanOrEqual(before + 7000)
    expect(bench.clock.now()).toBeGreaterThanOrEqual(before + 7000)
    expect(requests.filter(isUpload)).toHaveLength(release.uploaded.files + 3)
    expect(await (await bench.fetch(`${release.url}/folder-0/file-7.txt`)).text()).toBe('file 7\n')
  })

  it('tells of a limit that is too far away instead of waiting for it', async () => {
    const reset = `${Math.ceil(bench.clock.now() / 1000) + 3600}`
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    const error = await thrownBy(
      start(freshName(), { 'index.html': '1' }, async (request, send) =>
        isCreation(request) ? json(429, { code: 429, message: 'API rate limit exceeded' }, headers) : send(),
      ).done,
    )
    expect(error).toMatchObject({ name: 'QuotaError', code: 'rate-limited', retryable: true })
    expect(error.details.until).toBe(Number(reset) * 1000)
  })

  it('says so when something else answers with a page in the place of Netlify', async () => {
    const page = (): Response =>
      new Response('<!doctype html><title>Sign in to the hotel network</title>', {
        headers: { 'content-type': 'text/html' },
      })
    const asks: [string, (request: SeenRequest) => boolean][] = [
      ['the search of the site', ({ url }) => url.pathname.endsWith('/sites')],
      ['the creation', isCreation],
      ['an upload', isUpload],
      ['the state', isPoll],
    ]
    for (const [which, matches] of asks) {
      const name = freshName()
      const answer: Interceptor = async (request, send) => (matches(request) ? page() : send())
      const error = await thrownBy(start(name, { 'index.html': name }, answer).done)
      expect(error, which).toMatchObject({ name: 'RequestError', code: 'reply-malformed', retryable: true })
      expect(error.message, which).toContain('Sign in to the hotel network')
      expect(error.message, which).toContain('Netlify')
    }
  })

  it('names the field of a reply that is not as it should be', async () => {
    const error = await thrownBy(
      start(freshName(), { 'index.html': '1' }, async (request, send) =>
        isCreation(request) ? json(200, { id: 7 }) : send(),
      ).done,
    )
    expect(error.code).toBe('reply-malformed')
    expect(error.message).toContain('id (expected string)')
    expect(error.message).toContain('state (expected string)')
  })

  it('gives up on a deployment that never gets ready', async () => {
    const name = freshName()
    const error = await thrownBy(
      start(name, { 'index.html': name }, async (request, send) =>
        isPoll(request) ? json(200, { ...(await (await send()).json()), state: 'processing' }) : send(),
      ).done,
    )
    expect(error).toMatchObject({ code: 'release-timeout', retryable: true, details: { state: 'processing' } })
    expect(error.message).toContain('20 minutes')
  })

  it('sends a file again after its answer was lost', async () => {
    const name = freshName()
    let lost = false
    const { done, context } = start(name, { 'index.html': name }, async (request, send) => {
      const response = await send()
      if (!isUpload(request) || lost) return response
      lost = true
      throw new TypeError('Failed to fetch')
    })
    const release = await done
    expect(await (await bench.fetch(release.url)).text()).toBe(name)
    expect(context.eventsOf('request-retry')).toMatchObject([{ reason: 'network-unreachable' }])
  })

  const isList = ({ method, url }: SeenRequest): boolean => method === 'GET' && /\/deploys$/.test(url.pathname)

  it('does not send again what an earlier run has sent, although Netlify goes on asking for it', async () => {
    const name = freshName()
    const files = Object.fromEntries(Object.keys(manyFiles(10)).map((path) => [path, `${path} of ${name}`]))
    const target = bench.target(name)
    const site = await target.prepare({ environment: 'production' }, testContext(bench))
    const artifacts = await artifactsOf(files)
    const input = { site, artifacts, environment: 'production', title: 'Halved', deployment: name } as const
    let asked: unknown
    const first = watchFetch(bench.fetch, async (request, send) => {
      if (isUpload(request) && request.url.pathname.endsWith('file-9.txt')) return json(404, { message: 'Not Found' })
      const response = await send()
      if (isCreation(request)) asked = (await response.clone().json()).required
      return response
    })
    const context = testContext({ ...bench, fetch: first.fetch })
    expect(await thrownBy(target.publish(input, context))).toMatchObject({ details: { status: 404 } })
    const saved = target.checkpoint.parse(JSON.parse(JSON.stringify(context.checkpoints.at(-1))))
    const second = watchFetch(bench.fetch, async (request, send) => {
      const response = await send()
      return isPoll(request) ? json(200, { ...(await response.json()), required: asked }) : response
    })
    const next = testContext({ ...bench, fetch: second.fetch, saved, again: true })
    const release = await bench.target(name).publish(input, next)
    expect(asked).toHaveLength(10)
    expect(second.requests.filter(isUpload).map(({ url }) => url.pathname.split('/').at(-1))).toEqual(['file-9.txt'])
    expect(release.uploaded.files).toBe(10)
    expect(release.uploaded.bytes).toBe(artifacts.artifacts.reduce((sum, { size }) => sum + size, 0))
    expect(bench.deploys(name).map(({ id, state }) => [id, state])).toEqual([[release.id, 'ready']])
    expect(next.checkpoints.at(-1)).toMatchObject({ deploy: release.id, sent: { length: 10 } })
  })

  /** Says that a file has come which never did, that often; and counts how often it is sent. */
  function losing(file: string, times: number) {
    const count = { sent: 0 }
    const intercept: Interceptor = async (request, send) => {
      if (!isUpload(request) || !request.url.pathname.endsWith(`/${file}`)) return send()
      count.sent += 1
      return count.sent > times ? send() : json(200, { id: `/${file}`, path: `/${file}` })
    }
    return { count, intercept }
  }

  it.each([1, 2])('sends again what Netlify goes on asking for, up to %s times', async (times) => {
    const name = freshName()
    const { count, intercept } = losing('a.txt', times)
    const begun = bench.clock.now()
    const { done, context, requests } = start(name, { 'index.html': name, 'a.txt': `a of ${name}` }, intercept)
    const release = await done
    expect(count.sent).toBe(times + 1)
    expect(requests.filter(isUpload)).toHaveLength(times + 2)
    expect(bench.clock.now() - begun).toBeGreaterThanOrEqual(times * 30_000)
    expect(bench.clock.now() - begun).toBeLessThan(times * 30_000 + 60_000)
    expect(release.uploaded).toEqual({ files: 2, bytes: name.length + `a of ${name}`.length })
    expect(await (await bench.fetch(`${release.url}/a.txt`)).text()).toBe(`a of ${name}`)
    expect(context.eventsOf('log-line').map(({ text }) => text)).toHaveLength(times)
  })

  it('gives up where Netlify does not cease to ask for a file', async () => {
    const name = freshName()
    const { count, intercept } = losing('a.txt', Number.POSITIVE_INFINITY)
    const { done } = start(name, { 'index.html': name, 'a.txt': `a of ${name}` }, intercept)
    expect(await thrownBy(done)).toMatchObject({ code: 'release-timeout', details: { state: 'uploading' } })
    expect(count.sent).toBe(3)
  })

  it('sends what an earlier run has sent in vain', async () => {
    const name = freshName()
    const { count, intercept } = losing('a.txt', 1)
    const cut: Interceptor = async (request, send) => {
      if (isPoll(request) && count.sent > 0) throw new TypeError('Failed to fetch')
      return intercept(request, send)
    }
    const files = { 'index.html': name, 'a.txt': `a of ${name}` }
    const { done, context } = start(name, files, cut)
    expect(await thrownBy(done)).toMatchObject({ retryable: true })
    const target = bench.target(name)
    const saved = target.checkpoint.parse(JSON.parse(JSON.stringify(context.checkpoints.at(-1))))
    expect(saved).toMatchObject({ sent: { length: 2 } })
    const next = testContext({ ...bench, saved, again: true })
    const site = await target.prepare({ environment: 'production' }, testContext(bench))
    const input = { site, artifacts: await artifactsOf(files), environment: 'production', title: 'A & B' } as const
    const release = await target.publish({ ...input, deployment: name }, next)
    expect(release.uploaded.files).toBe(2)
    expect(next.checkpoints.at(-1)).toMatchObject({ sent: { length: 2 } })
    expect(await (await bench.fetch(`${release.url}/a.txt`)).text()).toBe(`a of ${name}`)
  })

  it('asks for nothing more than before, to know later what was published when it began', async () => {
    const name = freshName()
    const first = await start(name, { 'index.html': name }).done
    const { done, context, requests } = start(name, { 'index.html': `${name} 2` })
    await done
    const kinds = requests.filter((request) => !isPoll(request)).map(({ method }) => method)
    expect(kinds).toEqual(['GET', 'POST', 'PUT'])
    expect(context.checkpoints.at(-1)).toMatchObject({ kind: 'deploy', before: first.id })
  })

  it('finds its deployment behind a hundred others, and by a mark that no title cuts off', async () => {
    const name = freshName()
    const target = bench.target(name)
    const site = await target.prepare({ environment: 'production' }, testContext(bench))
    const artifacts = await artifactsOf({ 'index.html': name })
    const title = '😀'.repeat(300)
    const publish = (again: boolean) => {
      const input = { site, artifacts, environment: 'production', title, deployment: name } as const
      return bench.target(name).publish(input, testContext({ ...bench, again }))
    }
    const first = await publish(false)
    for (let index = 0; index < 101; index += 1) {
      const headers = { authorization: `Bearer ${bench.emulator.token}`, 'content-type': 'application/json' }
      const address = `${bench.emulator.netlify.url}/sites/${site.id}/deploys`
      await bench.fetch(address, { method: 'POST', headers, body: '{}' })
    }
    expect((await publish(true)).id).toBe(first.id)
    expect(bench.deploys(name)).toHaveLength(102)
    expect(bench.deploys(name)[0]?.title).toMatch(/^(?:😀){200} \(tabship [0-9a-f]{12}\)$/u)
  })

  it('asks a deployment that it finds in the list for what the list does not say', async () => {
    const name = freshName()
    let lost = false
    const { done } = start(name, { 'index.html': name, 'a.txt': `a of ${name}` }, async (request, send) => {
      const response = await send()
      if (isList(request)) {
        const deploys = (await response.json()) as Record<string, unknown>[]
        return json(
          200,
          deploys.map(({ required: _, ...deploy }) => deploy),
        )
      }
      if (!isCreation(request) || lost) return response
      lost = true
      throw new TypeError('Failed to fetch')
    })
    const release = await done
    expect(lost).toBe(true)
    expect(release.uploaded.files).toBe(2)
    expect(await (await bench.fetch(`${release.url}/a.txt`)).text()).toBe(`a of ${name}`)
  })

  it('finds a site behind a hundred others whose names contain its own', async () => {
    const context = testContext(bench)
    for (let index = 0; index < 101; index += 1) {
      await bench.target(`crowded-${index}`).prepare({ environment: 'production' }, context)
    }
    const created = await bench.target('crowded').prepare({ environment: 'production' }, context)
    const found = await bench.target('Crowded').prepare({ environment: 'production' }, context)
    expect(found).toEqual({ ...created, created: false })
  })

  it('finds a site by its id, and creates none for an id that is unknown', async () => {
    const context = testContext(bench)
    const name = freshName()
    const created = await bench.target(name).prepare({ environment: 'production' }, context)
    expect(await bench.target(created.id).prepare({ environment: 'production' }, context)).toMatchObject({ name })
    const unknown = bench.target('00000000-0000-4000-8000-000000000000').prepare({ environment: 'production' }, context)
    expect(await thrownBy(unknown)).toMatchObject({ name: 'OptionsError', code: 'site-missing' })
  })

  it('creates a site in the team that it is told', async () => {
    const { emulator } = bench
    const name = freshName()
    const options = { auth: async () => emulator.token, site: name, apiUrl: `${emulator.netlify.url}/` }
    await netlify({ ...options, team: 'organization' }).prepare({ environment: 'production' }, testContext(bench))
    const site = [...emulator.netlify.state.sites.values()].find((one) => one.name === name)
    expect(site?.account.login).toBe('organization')
    const elsewhere = netlify({ ...options, site: freshName(), team: 'nobodys' })
    const error = await thrownBy(elsewhere.prepare({ environment: 'production' }, testContext(bench)))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'team-missing', details: { team: 'nobodys' } })
  })

  it('does not call a name taken that Netlify refuses for another reason', async () => {
    const error = await thrownBy(
      start(freshName(), { 'index.html': '1' }, async (request, send) =>
        request.method === 'POST' ? json(422, { errors: { subdomain: ['is reserved'] } }) : send(),
      ).done,
    )
    expect(error).toMatchObject({ name: 'OptionsError', code: 'site-refused' })
    expect(error.message).toContain('is reserved')
  })

  it('works through the relay alone', async () => {
    const { emulator } = bench
    const name = freshName()
    const api = new URL(emulator.netlify.url).host
    const watched = watchFetch(bench.fetch, async (request, send) => {
      if (request.url.host === api) throw new TypeError('Failed to fetch')
      return send()
    })
    const context = testContext({
      ...bench,
      fetch: watched.fetch,
      relay: emulator.relay.url,
    })
    const target = bench.target(name)
    const site = await target.prepare({ environment: 'production' }, context)
    const files = { ...hostileFiles, 'index.html': name }
    const artifacts = await artifactsOf(files)
    const release = await target.publish(
      { site, artifacts, environment: 'production', title: 'Relayed', deployment: '1' },
      context,
    )
    expect(context.eventsOf('transport-change')).toMatchObject([{ provider: 'netlify', transport: 'relay' }])
    for (const [path, content] of Object.entries(files)) {
      const encoded = path.normalize('NFC').split('/').map(encodeURIComponent).join('/')
      const response = await bench.fetch(`${release.url}/${encoded}`)
      expect(new Uint8Array(await response.arrayBuffer()), path).toEqual(bytesOf(content))
    }
  })

  it('keeps the token out of everything that it reports and throws', async () => {
    const name = freshName()
    const { done, context } = start(name, { 'index.html': name })
    const release = await done
    const refused = await thrownBy(
      start(name, { 'index.html': '2' }, async (request, send) =>
        isCreation(request) ? json(500, { message: 'trouble' }) : send(),
      ).done,
    )
    const all = JSON.stringify([release, context.events, context.checkpoints, refused])
    expect(all).not.toContain(bench.emulator.token)
    expect(JSON.stringify(bench.target(name))).not.toContain(bench.emulator.token)
  })

  it('names every wrong option', () => {
    const wrong = { auth: 'token', site: 'no spaces', apiUrl: 'ftp://example.com', transport: 'pigeon' }
    const make = (): unknown => netlify(wrong as unknown as Parameters<typeof netlify>[0])
    expect(make).toThrow(/netlify\.site.*netlify\.apiUrl.*netlify\.transport/)
    expect(() => netlify({ auth: 'two words', site: 'shop' })).toThrow('netlify.auth')
    const unsigned = { site: 'shop' } as NetlifyOptions
    expect(() => netlify(unsigned)).toThrow('netlify.auth must be a token')
    const single = { auth: 'token', site: 'shop', domains: 'www.acme.com' as never }
    expect(() => netlify(single)).toThrow('netlify.domains: expected a list of domains')
    const listed = { auth: 'token', site: 'shop', variables: [] as never }
    expect(() => netlify(listed)).toThrow('netlify.variables: expected an object that gives each name its value')
    for (const alias of ['', '-a', 'a-', 'a.b', 'x'.repeat(38)])
      expect(() => netlify({ auth: 'token', site: 'shop', alias }), alias).toThrow('netlify.alias')
    for (const name of ['', 'Shop', 'a b', '-a', 'a-', 'a_b', 'x'.repeat(33)])
      expect(() => netlify({ auth: 'token', site: 'shop', name }), name).toThrow('netlify.name')
  })

  it('refuses an option that it does not know, so that a typo sends no token elsewhere', () => {
    const typo = { auth: 'token', site: 'shop', apiURL: 'http://127.0.0.1:1' }
    expect(() => netlify(typo)).toThrow('netlify: there is no option apiURL')
    expect(() => netlify(typo)).toThrow(
      expect.objectContaining({ hint: 'Write netlify.apiUrl in place of netlify.apiURL.' }),
    )
  })

  it('makes no promise of how often it asks while Netlify processes a release', async () => {
    const name = freshName()
    let polls = 0
    const { done, requests } = start(name, { 'index.html': name }, async (request, send) => {
      const response = await send()
      if (!isPoll(request)) return response
      polls += 1
      return polls < 100 ? json(200, { ...(await response.json()), state: 'processing' }) : response
    })
    await done
    const { most } = bench.target(name).requests.publish(1)
    expect(requests.filter(({ url }) => url.pathname.includes('/deploys')).length).toBeLessThanOrEqual(most ?? Infinity)
  })

  it('publishes two sites in one deployment', async () => {
    const stage = await startStage()
    try {
      const [shop, docs] = [freshName(), freshName()]
      const targets = [stage.netlify({ site: shop }), stage.netlify({ site: docs, name: 'docs' })]
      const deployment = stage.deploy({ git: undefined, targets })
      const { releases, verifications } = await deployment.done
      expect(releases.map(({ target }) => target)).toEqual(['netlify', 'docs'])
      expect(verifications.map(({ target }) => target)).toEqual(['netlify', 'docs'])
      expect(new Set(releases.map(({ url }) => url)).size).toBe(2)
    } finally {
      await stage.close()
    }
  })

  it('publishes previews under an alias as well as at addresses of their own', async () => {
    const stage = await startStage()
    try {
      const { emulator } = stage
      const site = freshName()
      const start = (environment: 'preview' | 'production', alias = 'staging') =>
        stage.deploy({ git: undefined, targets: [stage.netlify({ site, alias })], environment }).done
      const textOf = async (address: string | null | undefined) => (await emulator.fetch(address ?? '')).text()
      const [live] = (await start('production')).releases
      const old = await textOf(live?.url)
      expect(live?.url).toBe(emulator.netlify.siteUrl(site))
      await stage.write({ 'src/index.html': '<!doctype html><title>First</title>' })
      const [first] = (await start('preview')).releases
      await stage.write({ 'src/index.html': '<!doctype html><title>Second</title>' })
      const [second] = (await start('preview')).releases
      expect([first?.url, second?.url]).toEqual(Array(2).fill(emulator.netlify.siteUrl(`staging--${site}`)))
      expect(second?.permalink).toBe(emulator.netlify.siteUrl(`${second?.id}--${site}`))
      expect(await textOf(first?.permalink)).toContain('First')
      expect(await textOf(second?.permalink)).toContain('Second')
      expect(await textOf(second?.url)).toBe(await textOf(second?.permalink))
      expect(await textOf(live?.url)).toBe(old)
      expect(await thrownBy(start('preview', 'main'))).toMatchObject({ name: 'OptionsError', code: 'options-invalid' })
    } finally {
      await stage.close()
    }
  })
})
