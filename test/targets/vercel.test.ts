import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment, Release, Site } from '../../src/spec/release.js'
import type { Target } from '../../src/spec/target.js'
import { vercel } from '../../src/targets/vercel.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { targetConformance } from './conformance.js'
import { isUpload, startVercelBench, type VercelBench } from './vercel-bench.js'

targetConformance({
  name: 'vercel',
  can: {
    // There is no deployment before all files have arrived, so none can be canceled while they are sent.
    cancellation: false,
    // Names of projects are each account's own.
    takenNames: false,
  },
  setup: startVercelBench,
})

interface Started {
  readonly done: Promise<{ readonly site: Site; readonly release: Release }>
  readonly context: TestContext
  readonly requests: readonly SeenRequest[]
}

interface StartOptions {
  readonly environment?: Environment
  readonly intercept?: Interceptor
  readonly signal?: AbortSignal
  readonly target?: Target
}

/** Publishes, keeping what was seen even where it fails. */
function startOn(bench: VercelBench, name: string, files: Files, options: StartOptions = {}): Started {
  const { environment = 'production', intercept, signal, target = bench.target(name) } = options
  const watched = watchFetch(bench.fetch, intercept)
  const context: TestContext = testContext({ ...bench, fetch: watched.fetch, ...(signal && { signal }) })
  const publish = async () => {
    const site = await target.prepare({ environment }, context)
    const artifacts = await artifactsOf(files)
    const release = await target.publish({ site, artifacts, environment, title: 'A & B', deployment: name }, context)
    return { site, release }
  }
  return { done: publish(), context, requests: watched.requests }
}

const isCreation = ({ method, url }: SeenRequest): boolean => method === 'POST' && url.pathname === '/v13/deployments'
const isPoll = ({ method, url }: SeenRequest): boolean => method === 'GET' && /^\/v13\/deployments\//.test(url.pathname)
const statesOf = (context: TestContext): string[] => context.eventsOf('release-state').map((event) => event.state)

describe('vercel', () => {
  let bench: VercelBench
  let count = 0

  beforeAll(async () => {
    bench = await startVercelBench()
  })
  afterAll(() => bench.close())

  const freshName = (): string => `shop-${++count}`
  const start = (name: string, files: Files, options?: StartOptions) => startOn(bench, name, files, options)
  const page = async (address: string): Promise<[number, string]> => {
    const response = await bench.fetch(address)
    return [response.status, await response.text()]
  }

  it('tells Vercel every digest of a prebuilt output, sends what is missing, and asks again', async () => {
    const name = freshName()
    const { done, requests, context } = start(name, { 'index.html': name, 'a/b.txt': `b of ${name}` })
    const { site, release } = await done
    const { artifacts } = await artifactsOf({ 'index.html': name, 'a/b.txt': `b of ${name}` })
    const [first, ...rest] = requests.filter((request) => isCreation(request) || isUpload(request))
    expect(rest.map(({ url }) => url.pathname)).toEqual(['/v2/files', '/v2/files', '/v13/deployments'])
    expect(first?.url.searchParams.get('prebuilt')).toBe('1')
    const body = JSON.parse(String(first?.body))
    expect(body).toMatchObject({ name, project: site.id, target: 'production', meta: { tabshipTitle: 'A & B' } })
    expect(body.meta.tabship).toMatch(/^[0-9a-f]{40}$/)
    const [config, ...files] = body.files
    expect([config.file, JSON.parse(config.data).version]).toEqual(['.vercel/output/config.json', 3])
    expect(files).toEqual(
      artifacts.map(({ path, sha1, size }) => ({ file: `.vercel/output/static/${path}`, sha: sha1, size })),
    )
    expect(context.checkpoints).toMatchObject([
      { kind: 'site', project: name },
      { kind: 'intent', project: site.id, sent: [] },
      { kind: 'files', sent: [] },
      { kind: 'files', sent: { length: 2 } },
      { kind: 'intent', sent: { length: 2 } },
      { kind: 'deployment', deployment: release.id, sent: { length: 2 } },
    ])
  })

  it('names the digest and the size of each upload, and takes "already there" for an answer', async () => {
    const name = freshName()
    const seen: unknown[] = []
    const fetchSeen: typeof fetch = async (input, init) => {
      const response = await bench.fetch(input, init)
      if (!String(input).endsWith('/v2/files')) return response
      const headers = new Headers(init?.headers)
      seen.push([headers.get('x-now-digest'), headers.get('x-now-size'), headers.get('content-type')])
      return Response.json({ error: { code: 'conflict', message: 'It is there.' } }, { status: 409 })
    }
    const { done } = startOn({ ...bench, fetch: fetchSeen }, name, { 'index.html': name })
    const { release } = await done
    const { artifacts } = await artifactsOf({ 'index.html': name })
    expect(seen).toEqual([[artifacts[0]?.sha1, `${name.length}`, 'application/octet-stream']])
    expect(await page(release.url)).toEqual([200, name])
  })

  it('sends files with the request where pages may not send them one by one, and asks for a relay where they are large', async () => {
    const name = freshName()
    // As a browser does with headers that the host does not allow.
    const strict: typeof fetch = (input, init) =>
      new Headers(init?.headers).has('x-now-digest')
        ? Promise.reject(new TypeError('Failed to fetch'))
        : bench.fetch(input, init)
    const files = { 'index.html': name, 'copy.html': name, 'a/b.txt': `b of ${name}` }
    const { done, context } = startOn({ ...bench, fetch: strict }, name, files)
    const { release } = await done
    expect(await page(release.url)).toEqual([200, name])
    expect(await page(`${release.url}/copy.html`)).toEqual([200, name])
    expect(context.eventsOf('log-line')).toMatchObject([{ text: expect.stringContaining('so 3 go along') }])
    const large = { 'index.html': name, 'large.bin': new Uint8Array(3_100_000) }
    const error = await thrownBy(startOn({ ...bench, fetch: strict }, freshName(), large).done)
    expect(error).toMatchObject({ name: 'RequestError', code: 'network-unreachable', retryable: false })
    expect(error.hint).toContain('option relay')
  })

  it('sends a few small files with the request: text as it is, and what is no text or would be longer so in base64', async () => {
    const name = freshName()
    const files = {
      'index.html': `<p title="Grüße">${name}</p>\n`,
      'marked.txt': `\uFEFF${name}`,
      'pixel.bin': Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256),
      'replaced.txt': '\uFFFD',
      'quotes.txt': '"'.repeat(90),
    }
    const target = bench.targetWith({ project: name, upload: 'auto' })
    const { done, requests } = start(name, files, { target })
    const { release } = await done
    expect(requests.filter(isUpload)).toEqual([])
    const body = JSON.parse(String(requests.find(isCreation)?.body)) as { files: { file: string; encoding: string }[] }
    expect(Object.fromEntries(body.files.map(({ file, encoding }) => [file.split('/').at(-1), encoding]))).toEqual({
      'config.json': 'utf-8',
      'index.html': 'utf-8',
      'marked.txt': 'utf-8',
      'pixel.bin': 'base64',
      'replaced.txt': 'base64',
      'quotes.txt': 'base64',
    })
    for (const [path, content] of Object.entries(files)) {
      const served = await (await bench.fetch(`${release.url}/${path}`)).arrayBuffer()
      expect(Buffer.from(served).equals(bytesOf(content)), path).toBe(true)
    }
  })

  it('waits until the domains lead to it, and reports each state once', async () => {
    const name = freshName()
    const { done, context } = start(name, { 'index.html': name })
    const { release } = await done
    expect(bench.found(name)[0]?.aliasAssignedAt).toBeDefined()
    expect(statesOf(context).at(-1)).toBe('READY')
    expect(new Set(statesOf(context)).size).toBe(statesOf(context).length)
    expect(await page(release.url)).toEqual([200, name])
  })

  it('fails with the reason of Vercel when a deployment ends otherwise', async () => {
    const ends: readonly (readonly [string, (id: string, project: string) => void, string])[] = [
      ['ERROR', (id) => bench.emulator.vercel.fail(id, { code: 'internal', message: 'No room left' }), 'No room left'],
      [
        'BLOCKED',
        (id) => bench.emulator.vercel.fail(id, { code: 'blocked', message: 'Phishing' }, 'BLOCKED'),
        'Phishing',
      ],
      [
        'READY',
        (_, project) => bench.emulator.vercel.failAlias(project, { code: 'alias_in_use', message: 'Taken' }),
        'Taken',
      ],
    ]
    for (const [state, end, words] of ends) {
      const name = freshName()
      let isEnded = false
      const { done, context } = start(
        name,
        { 'index.html': name },
        {
          intercept: async (request, send) => {
            const deployment = bench.found(name)[0]
            if (deployment && isPoll(request) && !isEnded) end(deployment.id, deployment.project.id)
            if (deployment && isPoll(request)) isEnded = true
            return send()
          },
        },
      )
      const error = await thrownBy(done)
      expect(error, state).toMatchObject({ name: 'RequestError', code: 'release-failed', retryable: false })
      expect(error.message, state).toContain(words)
      expect(error.details).toMatchObject({ deploy: bench.found(name)[0]?.id, state })
      expect(statesOf(context).at(-1)).toBe(state)
    }
  })

  it('gives up on a deployment that never gets ready', async () => {
    const name = freshName()
    const { done } = start(
      name,
      { 'index.html': name },
      {
        intercept: async (request, send) => {
          if (!isPoll(request)) return send()
          return Response.json({ ...(await (await send()).json()), readyState: 'QUEUED', aliasAssigned: false })
        },
      },
    )
    const error = await thrownBy(done)
    expect(error).toMatchObject({ code: 'release-timeout', retryable: true, details: { state: 'QUEUED' } })
  })

  it('does not call a release live where the domains stay with an earlier one', async () => {
    const name = freshName()
    const { release } = await start(name, { 'index.html': 'first' }).done
    await start(name, { 'index.html': 'second' }).done
    await bench.call('POST', `/v1/projects/${bench.found(name)[0]?.project.id}/rollback/${release.id}`)
    await bench.clock.sleep(5000)
    const error = await thrownBy(start(name, { 'index.html': 'third' }).done)
    expect(error).toMatchObject({ name: 'ConflictError', code: 'site-locked', details: { site: name } })
    expect(error.hint).toMatch(/unlockSite\(\{ target \}\).*promote\(\{ target, release: 'dpl_\w+' \}\)/)
    expect(await page(release.url)).toEqual([200, 'first'])
  })

  it('locks no project to nothing', async () => {
    const target = bench.target(freshName())
    const context = testContext(bench)
    const site = await target.prepare({ environment: 'production' }, context)
    const error = await thrownBy(target.releases?.lock(true, site, context) ?? Promise.resolve())
    expect(error).toMatchObject({ name: 'ConflictError', code: 'release-missing', details: { site: site.name } })
  })

  it('keeps to the single-page fallback and to the 404 page that the files have', async () => {
    const files = { 'index.html': 'app', 'about.html': 'about', 'docs/index.html': 'docs' }
    const plain = (await start(freshName(), files).done).release.url
    expect(await page(`${plain}/about.html`)).toEqual([200, 'about'])
    expect(await page(`${plain}/docs/`)).toEqual([200, 'docs'])
    expect((await page(`${plain}/not/there`))[0]).toBe(404)
    const spa = (await start(freshName(), { ...files, _redirects: '# app\n/*  /index.html  200\n' }).done).release.url
    expect(await page(`${spa}/not/there`)).toEqual([200, 'app'])
    expect(await page(`${spa}/about.html`)).toEqual([200, 'about'])
    const own = (await start(freshName(), { ...files, '404.html': 'nothing here' }).done).release.url
    expect(await page(`${own}/not/there`)).toEqual([404, 'nothing here'])
    expect(await page(`${own}/about.html`)).toEqual([200, 'about'])
  })

  it('takes the address of the site from Vercel, whatever its name', async () => {
    const name = freshName()
    await bench.fetch(`${bench.emulator.vercel.url}/v11/projects`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bench.emulator.otherTokens.stranger}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name }),
    })
    const { site, release } = await start(name, { 'index.html': name }).done
    expect(site.url).not.toBe(bench.emulator.vercel.siteUrl(name))
    expect(await page(site.url)).toEqual([200, name])
    expect(release.permalink).not.toBe(release.url)
  })

  it('takes a domain of the project’s own for the address only where Vercel’s leads there, or is gone', async () => {
    const name = freshName()
    const { site } = await start(name, { 'index.html': name }).done
    const prepare = () => bench.target(name).prepare({ environment: 'production' }, testContext(bench))
    const domains = `/v10/projects/${name}/domains`
    const vercels = `${domains.replace('v10', 'v9')}/${new URL(site.url).host}`
    await bench.call('POST', domains, { name: `${name}.example` })
    expect((await prepare()).url).toBe(site.url)
    await bench.call('PATCH', vercels, { redirect: `${name}.example`, redirectStatusCode: 308 })
    expect((await prepare()).url).toBe(`https://${name}.example`)
    await bench.call('DELETE', vercels)
    await bench.call('DELETE', `${domains.replace('v10', 'v9')}/${name}.example`)
    const error = await thrownBy(prepare())
    expect(error).toMatchObject({ name: 'OptionsError', code: 'site-refused', details: { site: name } })
    expect(error.message).toContain('no production domain')
  })

  it('shows its token nowhere', async () => {
    const name = freshName()
    const { done, context } = start(name, { 'index.html': name })
    const quoting: Interceptor = async (request, send) =>
      isCreation(request)
        ? Response.json({ error: { code: 'bad', message: `${bench.emulator.token} is no token` } }, { status: 500 })
        : send()
    const refused = await thrownBy(start(freshName(), { 'index.html': name }, { intercept: quoting }).done)
    expect(refused.message).toContain('is no token')
    const all = JSON.stringify([await done, context.events, context.checkpoints, refused, bench.target(name)])
    expect(all).not.toContain(bench.emulator.token)
  })

  it('publishes for a team by its slug or its id, and says what is wrong where it may not', async () => {
    const name = freshName()
    const { login, netlifyId } = bench.emulator.accounts.organization
    const bySlug = bench.targetWith({ project: name, team: login })
    const { site, release } = await start(name, { 'index.html': name }, { target: bySlug }).done
    expect(bench.found(name)[0]?.project.account.login).toBe(login)
    expect(await page(release.url)).toEqual([200, name])
    const byId = bench.targetWith({ project: site.id, team: `team_${netlifyId}` })
    expect(await byId.confirmSite(site, testContext(bench))).toBe(true)
    expect(await byId.confirmRelease(release, site, testContext(bench))).toBe(true)
    const stranger = bench.targetWith({ auth: bench.emulator.otherTokens.stranger, project: name, team: login })
    const error = await thrownBy(start(name, {}, { target: stranger }).done)
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-forbidden', details: { team: login } })
    expect(error.message).toContain(`in the team ${login}`)
    expect(error.hint).toContain('vercel.team')
  })

  it('finds a project by its id, and makes none for an id that is not there', async () => {
    const name = freshName()
    const { site } = await start(name, { 'index.html': name }).done
    const found = await start(site.id, { 'index.html': name }).done
    expect(found.site).toEqual({ ...site, created: false })
    const error = await thrownBy(start('prj_notThere', { 'index.html': name }).done)
    expect(error).toMatchObject({ name: 'OptionsError', code: 'site-missing' })
    expect(bench.countSites('prj_notThere')).toBe(0)
  })

  it('says what Vercel objects to in a name, and in a deployment', async () => {
    const refuse = (code: string): Response =>
      Response.json({ error: { code, message: 'That will not do.' } }, { status: 400 })
    for (const [matches, code] of [
      [({ url, method }: SeenRequest) => method === 'POST' && url.pathname === '/v11/projects', 'site-refused'],
      [isCreation, 'release-failed'],
    ] as const) {
      const name = freshName()
      const intercept: Interceptor = async (request, send) => (matches(request) ? refuse('bad_request') : send())
      const error = await thrownBy(start(name, { 'index.html': name }, { intercept }).done)
      expect(error.code).toBe(code)
      expect(error.message).toContain('That will not do.')
      expect(bench.deployments(name)).toEqual([])
    }
  })

  it('sends again what Vercel goes on asking for, and gives up where it does not cease', async () => {
    for (const [losses, isLive] of [
      [1, true],
      [Number.POSITIVE_INFINITY, false],
    ] as const) {
      const name = freshName()
      let sent = 0
      const { done } = start(
        name,
        { 'index.html': name },
        {
          intercept: async (request, send) => {
            if (!isUpload(request)) return send()
            sent += 1
            return sent > losses ? send() : Response.json({ urls: [] })
          },
        },
      )
      if (isLive) expect((await done).release.uploaded).toEqual({ files: 1, bytes: name.length })
      else expect(await thrownBy(done)).toMatchObject({ code: 'release-failed', retryable: true })
      expect(sent).toBe(isLive ? 2 : 3)
    }
  })

  it('says until when a limit of the day is used up', async () => {
    for (const limits of [{ deploymentsPerDay: 1 }, { uploadsPerDay: 1 }]) {
      const limited = await startVercelBench({ limits })
      try {
        await startOn(limited, 'first', { 'index.html': 'first' }).done
        const error = await thrownBy(startOn(limited, 'second', { 'index.html': 'second' }).done)
        expect(error).toMatchObject({ name: 'QuotaError', code: 'quota-exhausted', retryable: false })
        expect(error.details.until).toBeGreaterThan(limited.clock.now() + 23 * 3_600_000)
        expect(error.details.until).toBeLessThanOrEqual(limited.clock.now() + 24 * 3_600_000)
        expect(limited.deployments('second')).toEqual([])
      } finally {
        await limited.close()
      }
    }
  })

  it.each(['the deployment is known', 'its answer was not waited for'])(
    'cancels a deployment under way where %s, and begins anew after that',
    async (when) => {
      const name = freshName()
      await start(name, { 'index.html': 'before' }).done
      const controller = new AbortController()
      const reason = new Error('enough')
      const { done, context } = start(
        name,
        { 'index.html': `after ${name}` },
        {
          signal: controller.signal,
          intercept: async (request, send) => {
            const isMoment = when === 'the deployment is known' ? isPoll : isCreation
            const response = await send()
            if (isMoment(request) && bench.deployments(name).length === 2) controller.abort(reason)
            return response
          },
        },
      )
      await expect(done).rejects.toBe(reason)
      expect(bench.deployments(name).map(({ state }) => state)).toEqual(['live', 'under-way'])
      const target = bench.target(name)
      const saved = target.checkpoint.parse(JSON.parse(JSON.stringify(context.checkpoints.at(-1))))
      await target.cancel?.(saved, testContext(bench))
      await bench.clock.sleep(5000)
      expect(bench.found(name).map(({ readyState }) => readyState)).toEqual(['READY', 'CANCELED'])
      const again = testContext({ ...bench, saved, again: true })
      const site = await target.prepare({ environment: 'production' }, testContext(bench))
      const artifacts = await artifactsOf({ 'index.html': `after ${name}` })
      const input = { site, artifacts, environment: 'production', title: 'Again', deployment: name } as const
      const release = await target.publish(input, again)
      expect(bench.found(name).map(({ readyState }) => readyState)).toEqual(['READY', 'CANCELED', 'READY'])
      expect(await page(release.url)).toEqual([200, `after ${name}`])
    },
  )

  it('refuses options that can not be meant', () => {
    const auth = 'token'
    for (const options of [
      { auth, project: 'a---b' },
      { auth, project: 'a/b' },
      { auth, project: 'a', team: '' },
      { auth, project: 'a', customEnvironment: 'production' },
    ]) {
      expect(() => vercel(options)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
    }
  })
})
