import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope, TokenPermissions } from '../../src/emulator/accounts.js'
import type { GithubOptions } from '../../src/git/github.js'
import type { GitHost } from '../../src/spec/git-host.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { type GithubBench, startGithubBench } from './github-bench.js'

let bench: GithubBench
let count = 0

beforeAll(async () => {
  bench = await startGithubBench()
})
afterAll(() => bench.close())

const workflow = '.github/workflows/ci.yml'
const hooks = { webhooks: [{ url: 'https://hooks.example/1' }] }

const issue = (rights: { scopes: readonly Scope[] } | { permissions: TokenPermissions; app?: boolean }): string =>
  bench.emulator.accounts.issue(rights).token

async function create(settings: { private?: boolean } = {}): Promise<string> {
  const fullName = `owner/scopes-${++count}`
  await bench.create(fullName, settings)
  return fullName
}

async function check(
  repository: string,
  options: Partial<GithubOptions>,
  files: Files = { 'a.txt': '1' },
  branch?: string,
): Promise<readonly SeenRequest[]> {
  const { fetch, requests } = watchFetch(bench.fetch)
  const { artifacts } = await artifactsOf(files)
  const context = testContext({ fetch, clock: hurriedClock() })
  await bench.hostWith({ repository, ...options }).access?.check({ branch, artifacts, publishes: true }, context)
  return requests
}

function apply(host: GitHost, fullName: string): Promise<unknown> {
  const repository = { fullName, url: '', defaultBranch: 'main', created: false, heads: {} }
  const context = testContext({ fetch: bench.fetch, clock: hurriedClock() })
  return Promise.resolve(host.setup?.apply('before-commit', repository, context))
}

describe('what has to be asked of a token', () => {
  it('is nothing for files without workflows, and with nothing to set up or to show', async () => {
    const needs = async (options: Partial<GithubOptions>, files: Files, publishes = true) => {
      const { artifacts } = await artifactsOf(files)
      const host = bench.hostWith({ repository: 'owner/shop', ...options })
      return host.access?.needs({ branch: undefined, artifacts, publishes })
    }
    expect(await needs({}, { 'src/a.ts': '1', 'docs/.github/workflows/ci.yml': '1' })).toEqual([])
    expect(await needs({ pullRequest: 'find' }, {})).toEqual([])
    expect(await needs({}, { [workflow]: '1' })).toEqual(['write workflows'])
    const all = { setup: hooks, deployments: true, pullRequest: 7 }
    expect(await needs(all, {})).toEqual([
      'set the repository up',
      'show where each commit is live',
      'comment on the pull request 7',
    ])
    expect(await needs(all, {}, false)).toEqual(['set the repository up'])
  })
})

describe('a classic token', () => {
  it('without the scope for workflows is told which, what for, and where to get one', async () => {
    const auth = bench.emulator.otherTokens.withoutWorkflow
    const error = await thrownBy(check(await create(), { auth }, { [workflow]: 'on: push' }))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing', retryable: false })
    expect(error.message).toContain('the scope workflow')
    expect(error.message).toContain(workflow)
    const { link } = error.details as { link: string }
    expect(error.hint).toContain(link)
    const { origin, pathname, searchParams } = new URL(link)
    expect([origin, pathname]).toEqual([bench.emulator.git.url, '/settings/tokens/new'])
    expect(searchParams.get('scopes')?.split(',')).toEqual(['repo', 'user', 'read:org', 'workflow'])
  })

  it('without that scope may commit a workflow again that the branch holds as it is', async () => {
    const fullName = await create()
    await bench.commit({ repository: fullName, files: { [workflow]: 'on: push\n' }, message: 'm' })
    const auth = bench.emulator.otherTokens.withoutWorkflow
    const requests = await check(fullName, { auth }, { [workflow]: 'on: push\n', 'a.txt': '1' })
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
    const changed = await thrownBy(check(fullName, { auth }, { [workflow]: 'on: pull_request\n' }))
    expect(changed.code).toBe('token-scope-missing')
    const other = await thrownBy(check(fullName, { auth }, { [workflow]: 'on: push\n' }, 'other'))
    expect(other.code).toBe('token-scope-missing')
  })

  it('for public repositories is enough for one, and not for a private one', async () => {
    const auth = issue({ scopes: ['public_repo'] })
    await check(await create(), { auth, deployments: false }, { 'a.txt': '1' })
    const hidden = await thrownBy(check('owner/not-there-yet', { auth, private: true, setup: {} }))
    expect(hidden).toMatchObject({ code: 'token-scope-missing', message: expect.stringContaining('the scope repo') })
  })

  it.each<[string, readonly Scope[]]>([
    ['for it', ['user']],
    ['at all', []],
  ])('without any scope %s may not make a repository', async (_, scopes) => {
    const repository = `owner/made-${++count}`
    const { fetch, requests } = watchFetch(bench.fetch)
    const host = bench.hostWith({ repository, auth: issue({ scopes }) })
    const error = await thrownBy(host.prepare({ branches: [] }, testContext({ fetch, clock: hurriedClock() })))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
    expect(error.hint).toContain('/settings/tokens/new?scopes=')
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('for public repositories makes a public one, and no private one', async () => {
    const auth = issue({ scopes: ['public_repo'] })
    const context = () => testContext({ fetch: bench.fetch, clock: hurriedClock() })
    const prepare = (hidden: boolean) =>
      bench
        .hostWith({ repository: `owner/made-${++count}`, auth, private: hidden })
        .prepare({ branches: [] }, context())
    expect(await prepare(false)).toMatchObject({ created: true })
    expect(await thrownBy(prepare(true))).toMatchObject({ details: { missing: ['the scope repo'] } })
  })

  it('lacks several scopes at once, and all are named', async () => {
    const setup = { ...hooks, environments: { production: { reviewers: ['organization/reviewers'] } } }
    const auth = issue({ scopes: ['user'] })
    const error = await thrownBy(check(await create(), { auth, setup }, { [workflow]: 'x' }))
    expect(error.details.missing).toEqual(['the scope repo', 'the scope read:org', 'the scope workflow'])
  })

  it('for webhooks alone may make webhooks, and nothing else', async () => {
    const fullName = await create()
    const auth = issue({ scopes: ['public_repo', 'admin:repo_hook'] })
    await check(fullName, { auth, setup: hooks })
    const error = await thrownBy(check(fullName, { auth, setup: { ...hooks, secrets: { KEY: 'value' } } }))
    expect(error.message).toContain('put the secrets KEY')
  })

  it('of someone who is no administrator is told so before anything is written', async () => {
    const fullName = await create()
    bench.emulator.github.state.repository(fullName).collaborators.set('stranger', 'push')
    const auth = bench.emulator.otherTokens.stranger
    await check(fullName, { auth })
    const host = bench.hostWith({ repository: fullName, auth, setup: hooks })
    const context = testContext({ fetch: bench.fetch, clock: hurriedClock() })
    const checked = Promise.resolve(host.access?.check({ branch: undefined, artifacts: [] }, context))
    const error = await thrownBy(checked)
    expect(error).toMatchObject({ code: 'token-forbidden', message: expect.stringContaining('administrator') })
    // GitHub itself says "Not Found", of a repository that is there.
    const hidden = await thrownBy(apply(host, fullName))
    expect(hidden).toMatchObject({ name: 'AuthError', code: 'token-forbidden' })
    expect(hidden.message).not.toMatch(/not found/i)
  })
})

describe('a fine-grained token', () => {
  const every: TokenPermissions = { contents: 'write', metadata: 'read' } as TokenPermissions

  it.each<[string, string, NonNullable<GithubOptions['setup']>]>([
    ['Webhooks', 'repository_hooks', hooks],
    ['Secrets', 'secrets', { secrets: { KEY: 'value' } }],
    ['Variables', 'variables', { variables: { KEY: 'value' } }],
    ['Administration', 'administration', { deployKeys: [{ title: 'a', key: 'ssh-ed25519 AAAA' }] }],
  ])('without %s is told the permission by the name that people see', async (name, permission, setup) => {
    const fullName = await create()
    // That it may not write shows with the first write only, and that it may not even read before.
    for (const permissions of [every, { ...every, [permission]: 'read' as const }]) {
      const auth = issue({ permissions })
      if (permission in permissions) await check(fullName, { auth, setup })
      else {
        const checked = await thrownBy(check(fullName, { auth, setup }))
        expect(checked).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
        expect(checked.message).toContain(`the permission ${name}: write`)
      }
      const error = await thrownBy(apply(bench.hostWith({ repository: fullName, auth, setup }), fullName))
      expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
      expect(error.message).toContain(`the permission ${name}: write`)
      expect(error.hint).toContain('/settings/personal-access-tokens/new')
      expect(error.message).not.toMatch(/not found|not accessible/i)
    }
  })

  it('with the permissions sets everything up that they are for', async () => {
    const fullName = await create()
    const auth = issue({ permissions: { ...every, secrets: 'write', repository_hooks: 'write' } })
    const setup = { ...hooks, secrets: { KEY: 'value' } }
    await apply(bench.hostWith({ repository: fullName, auth, setup }), fullName)
    expect(bench.emulator.github.state.repository(fullName).setup.secrets.get('KEY')?.value).toBe('value')
  })

  it('without the permission for deployments is told it', async () => {
    const fullName = await create()
    await bench.commit({ repository: fullName, files: { 'a.txt': '1' }, message: 'm' })
    const oid = (await bench.head(fullName)) ?? ''
    const host = bench.hostWith({ repository: fullName, auth: issue({ permissions: every }), deployments: true })
    const repository = { fullName, url: '', defaultBranch: 'main', created: false, heads: {} }
    const changes = { added: 0, changed: 0, deleted: 0 }
    const commit = { oid, parent: null, branch: 'main', url: '', changes, created: false }
    const input = { repository, commit, environment: 'production', isProduction: true, deployment: 'd-1' }
    const context = testContext({ fetch: bench.fetch, clock: hurriedClock() })
    const error = await thrownBy(Promise.resolve(host.deployments?.begin(input, context)))
    expect(error).toMatchObject({
      code: 'token-scope-missing',
      message: expect.stringContaining('the permission Deployments: write'),
    })
  })
})

describe('a token with permissions', () => {
  const context = () => testContext({ fetch: bench.fetch, clock: hurriedClock() })
  const commit = async (fullName: string, auth: string, files: Files, way: Partial<GithubOptions> = {}) => {
    const host = bench.hostWith({ repository: fullName, auth, ...way })
    const repository = await host.prepare({ branches: [] }, context())
    const { artifacts } = await artifactsOf(files)
    const fixed = { keep: [], message: 'Deploy', deployment: 'd-1', date: 0, author: null, based: true }
    const input = { repository, branch: 'main', artifacts, ...fixed, expectedHead: repository.heads.main ?? null }
    return host.commit(input, context())
  }

  it.each([false, true])('that may not push is told the permission (an app’s: %s)', async (app) => {
    const fullName = await create({ private: true })
    const nothing = await thrownBy(commit(fullName, issue({ permissions: {}, app }), { 'a.txt': '1' }))
    const readOnly = await thrownBy(
      commit(fullName, issue({ permissions: { contents: 'read' }, app }), { 'a.txt': '1' }),
    )
    for (const error of [nothing, readOnly]) {
      expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
      expect(error.message).toContain('the permission Contents: write')
      expect(error.hint).toContain('/settings/personal-access-tokens/new')
    }
    expect(await bench.head(fullName)).toBeUndefined()
  })

  it('that may not make a repository is told the permission', async () => {
    const auth = issue({ permissions: { contents: 'write' } })
    const error = await thrownBy(commit(`owner/made-${++count}`, auth, { 'a.txt': '1' }))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
    expect(error.message).toContain('the permission Administration: write')
    expect(error.hint).toContain('/settings/personal-access-tokens/new')
  })

  it.each([
    [false, 'a Personal Access Token'],
    [true, 'a GitHub App'],
  ])('that may not write workflows is told so, whatever GitHub calls it (an app’s: %s)', async (app, words) => {
    const fullName = await create()
    const auth = issue({ permissions: { contents: 'write' }, app })
    const error = await thrownBy(commit(fullName, auth, { [workflow]: 'on: push' }))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
    expect(error.message).toContain(`the permission Workflows: write (classic: the scope workflow)`)
    expect(error.message).toContain(workflow)
    expect(String((error.cause as Error).message)).toContain(`refusing to allow ${words} to create or update workflow`)
    const files = { [workflow]: 'on: push', 'a.txt': '1' }
    const byApi = await thrownBy(commit(fullName, auth, files, { transport: 'auto' }))
    expect(byApi).toMatchObject({ code: 'token-scope-missing', message: expect.stringContaining(workflow) })
  })
})

describe('a pull request that is to be told of publications', () => {
  it('must be there, which is found out before anything is done', async () => {
    const fullName = await create()
    for (const repository of [fullName, 'owner/not-there-yet']) {
      const error = await thrownBy(check(repository, { pullRequest: 99 }))
      expect(error).toMatchObject({ name: 'OptionsError', code: 'pull-request-missing' })
      expect(error.message).toContain('no pull request 99')
      expect(error.hint).toContain('github.pullRequest')
    }
  })
})

describe('a token of which GitHub tells nothing', () => {
  it('is refused by GitHub’s “Not Found”, and the right is named all the same', async () => {
    const fullName = await create()
    const auth = issue({ permissions: {}, app: true })
    const error = await thrownBy(apply(bench.hostWith({ repository: fullName, auth, setup: hooks }), fullName))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
    expect(error.message).toContain('Webhooks')
    expect(error.message).not.toMatch(/not found/i)
  })
})
