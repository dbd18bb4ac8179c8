import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GithubOptions, github } from '../../src/git/github.js'
import type { Commit, GitHost, Person } from '../../src/spec/git-host.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { gitHostConformance } from './conformance.js'
import { type GithubBench, isPush, startGithubBench } from './github-bench.js'

gitHostConformance({ name: 'github', setup: startGithubBench })

describe('github', () => {
  let bench: GithubBench
  let count = 0

  beforeAll(async () => {
    bench = await startGithubBench()
  })
  afterAll(() => bench.close())

  const freshName = (): string => `work-${++count}`
  const page = (): Response =>
    new Response('<!doctype html><title>Sign in to the hotel network</title>', {
      headers: { 'content-type': 'text/html' },
    })
  const isGit = ({ url }: SeenRequest): boolean => /\.git\/(?:info\/refs|git-)/.test(url.pathname)
  const isSearch = ({ method, url }: SeenRequest): boolean =>
    method === 'GET' && /^\/repos\/[^/]+\/[^/]+$/.test(url.pathname)
  const isCreation = ({ method, url }: SeenRequest): boolean => method === 'POST' && url.pathname.endsWith('/repos')
  const isUser = ({ url }: SeenRequest): boolean => url.pathname === '/user'

  function watched(intercept?: Interceptor): { context: TestContext; requests: readonly SeenRequest[] } {
    const { fetch, requests } = watchFetch(bench.fetch, intercept)
    return { context: testContext({ fetch, clock: hurriedClock() }), requests }
  }

  const ada = { name: 'Ada Example', email: 'ada@example.com' }

  async function commit(
    host: GitHost,
    files: Files,
    context: TestContext,
    author: Person | null = null,
  ): Promise<Commit> {
    const repository = await host.prepare({ branches: [] }, context)
    const { artifacts } = await artifactsOf(files)
    const expectedHead = repository.heads[repository.defaultBranch] ?? null
    const input = { repository, branch: repository.defaultBranch, artifacts, keep: [], message: 'Deploy', expectedHead }
    const deployment = { deployment: 'deployment-1', based: true, date: Date.UTC(2024, 0, 1) }
    return host.commit({ ...input, ...deployment, author }, context)
  }

  it('sends no more requests than it says', async () => {
    const host = bench.hostWith({ repository: freshName() })
    const estimates = [host.requests.prepare, host.requests.commit]
    const most = estimates.reduce((sum, one) => sum + (one.most ?? 0), 0)
    const least = estimates.reduce((sum, one) => sum + one.least, 0)
    for (const files of [{ 'a.txt': '1' }, { 'a.txt': '2' }, { 'a.txt': '2' }]) {
      const { context, requests } = watched()
      await commit(host, files, context)
      expect(requests.length).toBeLessThanOrEqual(most)
      expect(requests.length).toBeGreaterThanOrEqual(least)
    }
  })

  it('makes private repositories unless it is told otherwise, with the description', async () => {
    const { emulator } = bench
    const [secret, open] = [freshName(), freshName()]
    const common = { auth: emulator.token, apiUrl: `${emulator.github.url}/`, gitUrl: emulator.git.url }
    await github({ ...common, repository: secret }).prepare({ branches: [] }, testContext(bench))
    const shown = { repository: open, private: false, description: 'A shop' }
    await github({ ...common, ...shown }).prepare({ branches: [] }, testContext(bench))
    expect(emulator.github.state.repository(`owner/${secret}`)).toMatchObject({ private: true, description: null })
    expect(emulator.github.state.repository(`owner/${open}`)).toMatchObject({ private: false, description: 'A shop' })
  })

  it('spells the repository as GitHub does', async () => {
    const name = `Mixed-${freshName()}`
    const { context } = watched()
    await bench.hostWith({ repository: name }).prepare({ branches: [] }, context)
    const found = await bench.hostWith({ repository: `OWNER/${name.toUpperCase()}` }).prepare({ branches: [] }, context)
    expect(found).toMatchObject({ fullName: `owner/${name}`, created: false })
  })

  it('signs with the address that GitHub has for people who hide theirs', async () => {
    const fullName = `owner/${freshName()}`
    const { context } = watched()
    const { oid } = await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, context)
    const reply = await bench.fetch(`${bench.emulator.github.url}/repos/${fullName}/commits/${oid}`)
    const { commit: made } = (await reply.json()) as { commit: { author: { name: string; email: string } } }
    expect(made.author).toMatchObject({ name: 'Owner', email: '1+owner@users.noreply.github.com' })
  })

  it('makes the same commit although the owner of the token has another name by then, or is another', async () => {
    const fullName = `owner/${freshName()}`
    const host = bench.hostWith({ repository: fullName })
    const repository = await host.prepare({ branches: [] }, watched().context)
    const { artifacts } = await artifactsOf({ 'a.txt': '1' })
    const input = { repository, branch: repository.defaultBranch, artifacts, keep: [], message: 'Deploy' }
    const rest = { deployment: 'deployment-1', based: true, author: null, date: 0, expectedHead: null }
    let isCut = false
    const first = watched(async (request, send) => {
      if (isCut) throw new TypeError('Failed to fetch')
      isCut = isPush(request)
      if (isCut) await (await send()).arrayBuffer()
      return isCut ? Promise.reject(new TypeError('Failed to fetch')) : send()
    })
    await thrownBy(host.commit({ ...input, ...rest }, first.context))
    const pushed = await bench.head(fullName)
    expect(pushed).toBeDefined()
    const { fetch, requests } = watchFetch(bench.fetch, async (request, send) =>
      isUser(request) ? Response.json({ login: 'other', id: 7, name: 'Another Name' }) : send(),
    )
    const saved = host.checkpoint.parse(JSON.parse(JSON.stringify(first.context.checkpoints.at(-1))))
    const context = testContext({ fetch, clock: hurriedClock(), again: true, saved })
    const made = await bench.hostWith({ repository: fullName }).commit({ ...input, ...rest }, context)
    expect(made).toMatchObject({ oid: pushed, created: true, parent: null })
    expect(requests.filter(isPush)).toEqual([])
  })

  it('does not confirm a repository that has another name by now', async () => {
    const repository = await bench.hostWith({ repository: freshName() }).prepare({ branches: [] }, watched().context)
    const confirm = (fullName: string): Promise<boolean> => {
      const { context } = watched(async (request, send) =>
        isSearch(request) ? Response.json({ ...(await (await send()).json()), full_name: fullName }) : send(),
      )
      return bench.hostWith({ repository: repository.fullName }).confirmRepository(repository, context)
    }
    expect(await confirm(repository.fullName)).toBe(true)
    expect(await confirm('owner/renamed')).toBe(false)
  })

  it('knows its commit although somebody has put one on top before the answer to the push is looked for', async () => {
    const fullName = `owner/${freshName()}`
    await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, watched().context)
    let theirs = ''
    const { context } = watched(async (request, send) => {
      const response = await send()
      if (!isPush(request)) return response
      await response.arrayBuffer()
      theirs = await bench.commit({ repository: fullName, files: { 'b.txt': '2' }, message: 'Their change' })
      throw new TypeError('Failed to fetch')
    })
    const made = await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '3' }, context)
    expect(made.created).toBe(true)
    expect(await bench.head(fullName)).toBe(theirs)
  })

  it('says that a name is taken which the token can not see', async () => {
    const name = freshName()
    await bench.create(`owner/${name}`, { private: true })
    const { context } = watched(async (request, send) =>
      isSearch(request) ? Response.json({ message: 'Not Found' }, { status: 404 }) : send(),
    )
    const error = await thrownBy(bench.hostWith({ repository: name }).prepare({ branches: [] }, context))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'repository-taken' })
    expect(error.message).toContain(`owner/${name}`)
  })

  it('does not call a name taken that GitHub refuses for another reason', async () => {
    const errors = [{ resource: 'Repository', code: 'custom', field: 'name', message: 'name is reserved' }]
    const { context } = watched(async (request, send) =>
      isCreation(request) ? Response.json({ message: 'Repository creation failed.', errors }, { status: 422 }) : send(),
    )
    const error = await thrownBy(bench.hostWith({ repository: freshName() }).prepare({ branches: [] }, context))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'repository-refused' })
    expect(error.message).toContain('name is reserved')
  })

  it('says that a token may not create in an organisation, whether GitHub answers 403 or 404', async () => {
    const repository = `organization/${freshName()}`
    const auth = bench.emulator.otherTokens.stranger
    const hides: Interceptor = async (request, send) =>
      request.url.pathname.endsWith('/repos') ? Response.json({ message: 'Not Found' }, { status: 404 }) : send()
    for (const intercept of [undefined, hides]) {
      const { context } = watched(intercept)
      const error = await thrownBy(bench.hostWith({ repository, auth }).prepare({ branches: [] }, context))
      expect(error).toMatchObject({ name: 'AuthError', code: 'token-forbidden' })
    }
  })

  it('says which scope a workflow needs, where the push is the first to meet it', async () => {
    const fullName = `owner/${freshName()}`
    const host = bench.hostWith({ repository: fullName, auth: bench.emulator.otherTokens.withoutWorkflow })
    const { context } = watched()
    const error = await thrownBy(commit(host, { '.github/workflows/ci.yml': 'on: push\n' }, context))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing', retryable: false })
    expect(error.message).toContain('the scope workflow')
    expect(error.message).toContain('.github/workflows/ci.yml')
    expect(error.hint).toContain('/settings/tokens/new?scopes=')
    expect(String((error.cause as Error).message)).toContain('refusing to allow an OAuth App to create or update')
    expect(await bench.head(fullName)).toBeUndefined()
  })

  it('shows what the server says during a push as lines of the log', async () => {
    const fullName = `owner/${freshName()}`
    const { context } = watched()
    const large = new Uint8Array(101 * 1024 * 1024)
    const error = await thrownBy(commit(bench.hostWith({ repository: fullName }), { 'large.bin': large }, context))
    expect(error.code).toBe('push-refused')
    expect(error.message).toContain('pre-receive hook declined')
    const lines = context.eventsOf('log-line')
    expect(lines.every(({ source, text }) => source === 'git' && text === text.trim() && text !== '')).toBe(true)
    expect(lines.map(({ text }) => text).join('\n')).toContain('large.bin is 101.00 MB')
  })

  it('says so when something else answers with a page in the place of GitHub', async () => {
    for (const matches of [isSearch, isGit, isPush]) {
      const { context } = watched(async (request, send) => (matches(request) ? page() : send()))
      const error = await thrownBy(commit(bench.hostWith({ repository: freshName() }), { 'a.txt': '1' }, context))
      expect(error).toMatchObject({ name: 'RequestError', code: 'reply-malformed', retryable: true })
      expect(error.message).toContain('Sign in to the hotel network')
    }
  })

  it('tells of an exhausted budget as a quota and not as a missing right', async () => {
    const reset = `${Math.floor(Date.UTC(2024, 0, 1) / 1000) + 1800}`
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    const { context } = watched(async (request, send) =>
      isCreation(request) ? Response.json({ message: 'API rate limit exceeded' }, { status: 403, headers }) : send(),
    )
    const error = await thrownBy(bench.hostWith({ repository: freshName() }).prepare({ branches: [] }, context))
    expect(error).toMatchObject({ name: 'QuotaError', code: 'rate-limited', details: { until: Number(reset) * 1000 } })
  })

  it('sends git through the relay from the start, and the API straight', async () => {
    const { fetch, requests } = watchFetch(bench.fetch)
    const context = testContext({ fetch, relay: bench.relay })
    await commit(bench.hostWith({ repository: freshName(), transport: 'auto' }), { 'a.txt': '1' }, context)
    const relay = new URL(bench.relay).host
    expect(requests.filter(isGit).length).toBeGreaterThan(0)
    expect(requests.every((request) => isGit(request) === (request.url.host === relay))).toBe(true)
  })

  it('commits by the API where the relay does not let git through, and says so', async () => {
    const { fetch, requests } = watchFetch(bench.fetch, async (request, send) =>
      isGit(request)
        ? new Response('{}', { status: 403, headers: { 'x-relay-error': 'relay-destination-refused' } })
        : send(),
    )
    const context = testContext({ fetch, relay: bench.relay })
    const name = freshName()
    const made = await commit(bench.hostWith({ repository: name, transport: 'auto' }), { 'a.txt': '1' }, context)
    expect(await bench.head(`owner/${name}`)).toBe(made.oid)
    expect(requests.filter(isPush)).toEqual([])
    const [change] = context.eventsOf('transport-change')
    expect(change).toMatchObject({ provider: 'github', transport: 'api' })
    expect(change?.reason).toContain('refused')
  })

  it('asks a function for the token each time', async () => {
    let asked = 0
    const auth = async (): Promise<string> => {
      asked += 1
      return bench.emulator.token
    }
    const { context, requests } = watched()
    await commit(bench.hostWith({ repository: freshName(), auth }), { 'a.txt': '1' }, context)
    expect(asked).toBe(requests.length)
  })

  it('keeps the token out of everything that it reports and throws', async () => {
    const name = freshName()
    const { context } = watched()
    const host = bench.hostWith({ repository: name })
    const made = await commit(host, { 'a.txt': '1' }, context)
    const broken = watched(async (request, send) => (isPush(request) ? page() : send()))
    const error = await thrownBy(commit(host, { 'a.txt': '2' }, broken.context))
    const all = JSON.stringify([made, context.events, broken.context.events, error, host])
    expect(all).not.toContain(bench.emulator.token)
    expect(all).not.toContain(btoa(`x-access-token:${bench.emulator.token}`))
  })

  it('names every wrong option', () => {
    const make = (options: Partial<GithubOptions>): unknown => github({ auth: 'token', repository: 'a/b', ...options })
    for (const repository of ['', 'a/b/c', 'a b', '..', 'owner/', '-owner/name', 'owner/na me']) {
      expect(() => make({ repository }), repository).toThrow('github.repository')
    }
    for (const repository of ['shop', 'acme/shop.js', 'acme/_.-', 'a-b/c']) make({ repository })
    expect(() => make({ auth: '' })).toThrow('github.auth')
    expect(() => make({ apiUrl: 'example.com' })).toThrow('github.apiUrl')
  })

  it('refuses an option that it does not know, so that a typo sends no token elsewhere', () => {
    const typo = { auth: 'token', repository: 'a/b', gitURL: 'http://127.0.0.1:1' }
    expect(() => github(typo)).toThrow('github: there is no option gitURL')
  })

  it.each([404, 422, 500])('calls a branch moved although the look-up of the commit ends in %i', async (status) => {
    const fullName = `owner/${freshName()}`
    await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, watched().context)
    let theirs = ''
    const { context } = watched(async (request, send) => {
      if (isPush(request) && theirs === '')
        theirs = await bench.commit({ repository: fullName, files: { 'b.txt': '2' }, message: 'Their change' })
      return /\/commits\//.test(request.url.pathname)
        ? Response.json({ message: 'No commit found' }, { status })
        : send()
    })
    const error = await thrownBy(commit(bench.hostWith({ repository: fullName }), { 'a.txt': '3' }, context))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'branch-moved', details: { found: theirs } })
    expect(error.message).toContain(theirs.slice(0, 7))
  })

  /** An app's token, which GitHub does not tell whose it is. */
  const asApp: Interceptor = async (request, send) =>
    isUser(request) ? Response.json({ message: 'Resource not accessible by integration' }, { status: 403 }) : send()

  it('does not ask whose token it is where owner, repository and author are known', async () => {
    const fullName = `owner/${freshName()}`
    await bench.create(fullName)
    const { context, requests } = watched()
    await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, context, ada)
    expect(requests.filter(isUser)).toEqual([])
  })

  it('works with a token of an app, which belongs to no user', async () => {
    const there = `owner/${freshName()}`
    await bench.create(there)
    const missing = `organization/${freshName()}`
    for (const fullName of [there, missing]) {
      const { context } = watched(asApp)
      const made = await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, context, ada)
      expect(await bench.head(fullName)).toBe(made.oid)
    }
  })

  it('leaves it to the push what a token of no user may do', async () => {
    const fullName = `owner/${freshName()}`
    await bench.create(fullName)
    const { context } = watched(async (request, send) => {
      if (!isSearch(request)) return asApp(request, send)
      return Response.json({ ...(await (await send()).json()), permissions: { push: false } })
    })
    await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, context, ada)
    expect(await bench.head(fullName)).toBeDefined()
  })

  it('says what to give where a token of no user leaves it open: the owner, or the author', async () => {
    const name = freshName()
    const noOwner = bench.hostWith({ repository: name }).prepare({ branches: [] }, watched(asApp).context)
    const owner = await thrownBy(noOwner)
    expect(owner).toMatchObject({ name: 'OptionsError', code: 'repository-owner-missing' })
    expect(owner.hint).toContain(`owner/${name}`)
    await bench.create(`owner/${name}`)
    const host = bench.hostWith({ repository: `owner/${name}` })
    const author = await thrownBy(commit(host, { 'a.txt': '1' }, watched(asApp).context))
    expect(author).toMatchObject({ name: 'OptionsError', code: 'author-missing' })
    expect(author.hint).toContain('commit.author')
    expect(await bench.head(`owner/${name}`)).toBeUndefined()
  })
})
