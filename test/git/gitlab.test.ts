import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GitlabOptions, gitlab } from '../../src/git/gitlab.js'
import type { Commit, GitHost } from '../../src/spec/git-host.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { gitHostConformance } from './conformance.js'
import { type GitlabBench, isPush, startGitlabBench } from './gitlab-bench.js'

gitHostConformance({ name: 'gitlab', setup: startGitlabBench })

describe('gitlab', () => {
  let bench: GitlabBench
  let count = 0

  beforeAll(async () => {
    bench = await startGitlabBench()
  })
  afterAll(() => bench.close())

  const freshName = (): string => `work-${++count}`
  const page = (): Response =>
    new Response('<!doctype html><title>Sign in to the hotel network</title>', {
      headers: { 'content-type': 'text/html' },
    })
  const isGit = ({ url }: SeenRequest): boolean => /\.git\/(?:info\/refs|git-)/.test(url.pathname)
  const isSearch = ({ method, url }: SeenRequest): boolean =>
    method === 'GET' && /^\/api\/v4\/projects\/[^/]+$/.test(url.pathname)
  const isCreation = ({ method, url }: SeenRequest): boolean => method === 'POST' && url.pathname.endsWith('/projects')

  function watched(intercept?: Interceptor): { context: TestContext; requests: readonly SeenRequest[] } {
    const { fetch, requests } = watchFetch(bench.fetch, intercept)
    return { context: testContext({ fetch, clock: hurriedClock() }), requests }
  }
  const answer = (matches: (request: SeenRequest) => boolean, status: number, body: unknown): Interceptor => {
    return async (request, send) => (matches(request) ? Response.json(body, { status }) : send())
  }
  const prepare = (repository: string, intercept?: Interceptor, options: Partial<GitlabOptions> = {}) =>
    bench.hostWith({ repository, ...options }).prepare({ branches: [] }, watched(intercept).context)

  async function commit(host: GitHost, files: Files, context: TestContext): Promise<Commit> {
    const repository = await host.prepare({ branches: [] }, context)
    const { artifacts } = await artifactsOf(files)
    const branch = repository.defaultBranch
    const input = { repository, branch, artifacts, keep: [], message: 'Deploy', author: null, based: true }
    const expectedHead = repository.heads[branch] ?? null
    return host.commit({ ...input, deployment: 'deployment-1', date: Date.UTC(2024, 0, 1), expectedHead }, context)
  }

  it('sends no fewer requests than it says, and to prepare no more', async () => {
    const host = bench.hostWith({ repository: freshName() })
    const { prepare: first, commit: second } = host.requests
    for (const files of [{ 'a.txt': '1' }, { 'a.txt': '2' }, { 'a.txt': '2' }]) {
      const { context, requests } = watched()
      await host.prepare({ branches: [] }, context)
      expect(requests.length).toBeLessThanOrEqual(first.most ?? 0)
      await commit(host, files, context)
      expect(requests.length).toBeGreaterThanOrEqual(2 * first.least + second.least)
    }
  })

  it('makes private repositories unless it is told otherwise, with the description', async () => {
    const { emulator } = bench
    const [secret, open] = [freshName(), freshName()]
    const common = { auth: emulator.token, url: `${emulator.gitlab.url}/` }
    await gitlab({ ...common, repository: secret }).prepare({ branches: [] }, testContext(bench))
    const shown = { repository: open, visibility: 'public', description: 'A shop' } as const
    await gitlab({ ...common, ...shown }).prepare({ branches: [] }, testContext(bench))
    const { state } = emulator.gitlab
    expect(state.project(`owner/${secret}`)).toMatchObject({ visibility: 'private', description: null })
    expect(state.project(`owner/${open}`)).toMatchObject({ visibility: 'public', description: 'A shop' })
  })

  it('creates and commits in a group within a group', async () => {
    await bench.create(`organization/team/${freshName()}`)
    const fullName = `organization/team/${freshName()}`
    const { context } = watched()
    const host = bench.hostWith({ repository: fullName })
    const made = await commit(host, { 'a.txt': '1' }, context)
    expect(await bench.head(fullName)).toBe(made.oid)
    expect(made.url).toBe(`${bench.emulator.gitlab.url}/${fullName}/-/commit/${made.oid}`)
    expect((await bench.fetch(made.url)).status).toBe(200)
  })

  it('spells the repository as GitLab does', async () => {
    const name = `Mixed-${freshName()}`
    await prepare(name)
    expect(await prepare(`OWNER/${name.toUpperCase()}`)).toMatchObject({ fullName: `owner/${name}`, created: false })
  })

  it.each([
    ['the address that its owner chose for commits', { commit_email: 'chosen@example.com' }, 'chosen@example.com'],
    ['their own address where none was chosen', { commit_email: null }, 'owner@example.com'],
    ["GitLab's address for people who show none", { commit_email: '', email: '' }, '1-owner@users.noreply.'],
  ])('signs with %s', async (_, profile, expected) => {
    const fullName = `owner/${freshName()}`
    const { context } = watched(async (request, send) => {
      if (request.url.pathname !== '/api/v4/user') return send()
      return Response.json({ ...((await (await send()).json()) as object), ...profile })
    })
    const { oid } = await commit(bench.hostWith({ repository: fullName }), { 'a.txt': '1' }, context)
    const path = `projects/${encodeURIComponent(fullName)}/repository/commits/${oid}`
    const reply = await bench.fetch(`${bench.emulator.gitlab.url}/api/v4/${path}`)
    expect(await reply.json()).toMatchObject({ author_name: 'Owner', author_email: expect.stringContaining(expected) })
  })

  it('does not confirm a repository that has another path by now', async () => {
    const repository = await prepare(freshName())
    const confirm = (fullName: string): Promise<boolean> => {
      const { context } = watched(async (request, send) => {
        if (!isSearch(request)) return send()
        return Response.json({ ...((await (await send()).json()) as object), path_with_namespace: fullName })
      })
      return bench.hostWith({ repository: repository.fullName }).confirmRepository(repository, context)
    }
    expect(await confirm(repository.fullName)).toBe(true)
    expect(await confirm('owner/moved')).toBe(false)
  })

  it('takes a repository that it may push to by a group that it is shared with', async () => {
    const fullName = `stranger/${freshName()}`
    await bench.create(fullName)
    const { members } = bench.emulator.gitlab.state.project(fullName)
    members.set('owner', { level: 20, invited: true })
    expect(await thrownBy(prepare(fullName))).toMatchObject({ code: 'repository-taken' })
    members.set('owner', { level: 30, invited: true })
    expect(await prepare(fullName)).toMatchObject({ fullName, created: false })
  })

  it('says that a name is taken which the token can not see', async () => {
    const name = freshName()
    await bench.create(`owner/${name}`, { private: true })
    const error = await thrownBy(prepare(name, answer(isSearch, 404, { message: '404 Project Not Found' })))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'repository-taken' })
    expect(error.message).toContain(`owner/${name}`)
  })

  it('does not call a name taken that GitLab refuses for another reason', async () => {
    const error = await thrownBy(prepare(freshName(), answer(isCreation, 400, { message: { path: ['is reserved'] } })))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'repository-refused' })
    expect(error.message).toContain('is reserved')
  })

  it('says that a token may not create in a group that it sees, and that it does not see a group', async () => {
    const isNotValid = answer(isCreation, 400, { message: { namespace: ['is not valid'] } })
    const visible = await thrownBy(prepare(`organization/${freshName()}`, isNotValid))
    expect(visible).toMatchObject({ name: 'AuthError', code: 'token-forbidden' })
    const auth = bench.emulator.otherTokens.stranger
    const hidden = await thrownBy(prepare(`organization/${freshName()}`, undefined, { auth }))
    expect(hidden).toMatchObject({ name: 'OptionsError', code: 'repository-owner-unknown' })
  })

  it('does not go on with the token of somebody else', async () => {
    const host = bench.hostWith({ repository: freshName(), auth: bench.emulator.otherTokens.stranger })
    const error = await thrownBy(host.prepare({ branches: [], owner: 'owner' }, watched().context))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'resume-differs' })
  })

  it("passes on GitLab's words where a branch is protected", async () => {
    const fullName = `stranger/${freshName()}`
    await bench.create(fullName)
    const project = bench.emulator.gitlab.state.project(fullName)
    await bench.commit({ repository: fullName, files: { 'a.txt': '1' }, message: 'Theirs' })
    project.members.set('owner', { level: 30 })
    const { context } = watched()
    const error = await thrownBy(commit(bench.hostWith({ repository: fullName }), { 'a.txt': '2' }, context))
    expect(error).toMatchObject({ name: 'RequestError', code: 'push-refused', retryable: false })
    const log = context.eventsOf('log-line').map(({ text }) => text)
    const words = 'GitLab: You are not allowed to push code to protected branches on this project.'
    expect(`${error.message} ${log.join(' ')}`).toContain(words)
  })

  it('says so when something else answers with a page in the place of GitLab', async () => {
    for (const matches of [isSearch, isPush]) {
      const { context } = watched(async (request, send) => (matches(request) ? page() : send()))
      const error = await thrownBy(commit(bench.hostWith({ repository: freshName() }), { 'a.txt': '1' }, context))
      expect(error).toMatchObject({ name: 'RequestError', code: 'reply-malformed', retryable: true })
      expect(error.message).toContain('Sign in to the hotel network')
    }
  })

  it('sends git through the relay from the start, and the API straight', async () => {
    const { fetch, requests } = watchFetch(bench.fetch)
    const context = testContext({ fetch, relay: bench.relay })
    await commit(bench.hostWith({ repository: freshName(), transport: 'auto' }), { 'a.txt': '1' }, context)
    const relay = new URL(bench.relay).host
    expect(requests.filter(isGit).length).toBeGreaterThan(0)
    expect(requests.every((request) => isGit(request) === (request.url.host === relay))).toBe(true)
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
    expect(all).not.toContain(btoa(`oauth2:${bench.emulator.token}`))
  })

  it('names every wrong option', () => {
    const make = (options: object): unknown => gitlab({ auth: 'token', repository: 'a/b', ...options })
    for (const repository of ['', 'a//b', 'a b', '..', 'owner/', '-owner/name', 'a/b.git', 'a/na me', '/a'])
      expect(() => make({ repository }), repository).toThrow('gitlab.repository')
    for (const repository of ['shop', 'acme/shop.js', 'acme/web/team_1/shop', 'a-b/_c']) make({ repository })
    expect(() => make({ auth: '' })).toThrow('gitlab.auth')
    expect(() => make({ url: 'example.com' })).toThrow('gitlab.url')
    expect(() => make({ visibility: 'secret' })).toThrow('gitlab.visibility')
    expect(() => make({ apiUrl: 'http://127.0.0.1:1' })).toThrow('gitlab: there is no option apiUrl')
  })
})
