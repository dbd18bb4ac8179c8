import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GithubOptions } from '../../src/git/github.js'
import type { GitHost, Repository } from '../../src/spec/git-host.js'
import type { SetupChange, SetupPhase } from '../../src/spec/repository-setup.js'
import { artifactsOf } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { sshKey } from '../support/ssh-key.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { type GithubBench, startGithubBench } from './github-bench.js'

type SetupOptions = NonNullable<GithubOptions['setup']>

let bench: GithubBench
let count = 0

beforeAll(async () => {
  bench = await startGithubBench()
})
afterAll(() => bench.close())

function watched(intercept?: Interceptor): { context: TestContext; requests: readonly SeenRequest[] } {
  const { fetch, requests } = watchFetch(bench.fetch, intercept)
  return { context: testContext({ fetch, clock: hurriedClock() }), requests }
}

const isWrite = ({ method }: SeenRequest): boolean => method !== 'GET'

/** A host with a repository that holds one commit. */
async function create(setup: SetupOptions, options: Partial<GithubOptions> = {}): Promise<Made> {
  const fullName = `owner/setup-${++count}`
  const host = bench.hostWith({ repository: fullName, setup, ...options })
  const { context } = watched()
  const repository = await bench.hostWith({ repository: fullName }).prepare({ branches: [] }, context)
  await bench.commit({ repository: fullName, files: { 'a.txt': '1' }, message: 'one' })
  await bench.commit({ repository: fullName, branch: 'release', files: { 'a.txt': '2' }, message: 'two' })
  const state = () => bench.emulator.github.state.repository(fullName)
  return { fullName, host, repository, state }
}

interface Made {
  readonly fullName: string
  readonly host: GitHost
  readonly repository: Repository
  state(): ReturnType<GithubBench['emulator']['github']['state']['repository']>
}

async function apply(
  { host, repository }: Pick<Made, 'host' | 'repository'>,
  context: TestContext,
  phases: readonly SetupPhase[] = ['before-commit', 'after-commit'],
): Promise<SetupChange[]> {
  const changes: SetupChange[] = []
  for (const phase of phases) changes.push(...((await host.setup?.apply(phase, repository, context)) ?? []))
  return changes
}

/** Everything, with a key of its own: GitHub lets a key be used once. */
const full = (): SetupOptions => ({
  visibility: 'public',
  description: 'A shop',
  homepage: 'https://shop.example',
  topics: ['shop', 'tea'],
  defaultBranch: 'release',
  protection: { reviews: 1, checks: ['ci'] },
  secrets: { api_key: 'line one\nline two: ünïcode' },
  variables: { region: 'eu' },
  environments: {
    production: {
      reviewers: ['owner'],
      waitTimer: 30,
      preventSelfReview: true,
      branches: ['main', 'release/*'],
      secrets: { TOKEN: () => Promise.resolve('of the environment') },
      variables: { URL: 'https://shop.example' },
    },
  },
  webhooks: [{ url: 'https://hooks.example/T000/secret-path', events: ['push', 'release'], secret: 'hook-secret' }],
  deployKeys: [{ title: 'server', key: sshKey() }],
})

/** The creating requests of a full setup, by what their addresses end with. */
const creating = [
  'POST /actions/variables',
  'PUT /environments/production',
  'POST /environments/production/deployment-branch-policies',
  'POST /environments/production/variables',
  'PUT /actions/secrets/API_KEY',
  'POST /hooks',
  'POST /keys',
  'POST /rulesets',
  'PUT /topics',
]

function nameOf({ method, url }: SeenRequest): string {
  return `${method} ${url.pathname.replace(/^\/repos\/[^/]+\/[^/]+/, '')}`
}

function expectAll({ setup, ...repository }: ReturnType<Made['state']>): void {
  expect(repository).toMatchObject({ private: false, description: 'A shop', homepage: 'https://shop.example' })
  expect(setup.topics).toEqual(['shop', 'tea'])
  expect([...setup.secrets.values()]).toMatchObject([{ name: 'API_KEY', value: 'line one\nline two: ünïcode' }])
  expect([...setup.variables.values()]).toMatchObject([{ name: 'REGION', value: 'eu' }])
  const environments = [...setup.environments.values()]
  expect(environments).toMatchObject([
    {
      name: 'production',
      waitTimer: 30,
      preventSelfReview: true,
      reviewers: [{ type: 'User', reviewer: { login: 'owner' } }],
      branches: 'custom',
      branchPolicies: [{ name: 'main' }, { name: 'release/*' }],
    },
  ])
  expect(environments[0]?.secrets.get('TOKEN')?.value).toBe('of the environment')
  expect(environments[0]?.variables.get('URL')?.value).toBe('https://shop.example')
  expect(setup.hooks).toMatchObject([
    { active: true, events: ['push', 'release'], config: { content_type: 'json', secret: 'hook-secret' } },
  ])
  expect(setup.deployKeys).toMatchObject([{ title: 'server', readOnly: true }])
  expect(setup.rulesets).toMatchObject([
    { name: 'Tabship: the default branch', include: ['~DEFAULT_BRANCH'], bypass: [{ actor_id: 5 }] },
  ])
  expect(setup.rulesets[0]?.rules.map(({ type }) => type)).toEqual([
    'deletion',
    'non_fast_forward',
    'pull_request',
    'required_status_checks',
  ])
}

describe('setting a repository up', () => {
  it('makes everything that is asked for, and tells each setting', async () => {
    const made = await create(full(), { private: true })
    const { context } = watched()
    const changes = await apply(made, context)
    expectAll(made.state())
    expect(context.eventsOf('setting-ready').map(({ type: _, ...change }) => change)).toEqual(changes)
    expect(changes.map(({ setting, name, change }) => `${change} ${setting} ${name}`)).toEqual([
      'unchanged visibility public',
      'changed description A shop',
      'changed homepage https://shop.example',
      'changed topics shop, tea',
      'created secret API_KEY',
      'created variable REGION',
      'created environment production',
      'created environment-secret production/TOKEN',
      'created environment-variable production/URL',
      'created webhook hooks.example',
      'created deploy-key server',
      'changed default-branch release',
      'created protection the default branch',
    ])
    const repository = await made.host.prepare({ branches: [] }, watched().context)
    expect(repository.defaultBranch).toBe('release')
  })

  it('writes nothing the second time but the secrets, which nobody can compare', async () => {
    const made = await create(full())
    await apply(made, watched().context)
    const { context, requests } = watched()
    const changes = await apply(made, context)
    expect(requests.filter(isWrite).map(nameOf)).toEqual([
      'PUT /actions/secrets/API_KEY',
      'PUT /environments/production/secrets/TOKEN',
    ])
    expect(changes.filter(({ change }) => change !== 'unchanged').map(({ name }) => name)).toEqual([
      'API_KEY',
      'production/TOKEN',
    ])
    expectAll(made.state())
  })

  it('sends as many requests as it says', async () => {
    const made = await create(full())
    for (let turn = 0; turn < 2; turn += 1) {
      for (const phase of ['before-commit', 'after-commit'] as const) {
        const { context, requests } = watched()
        await apply(made, context, [phase])
        const estimate = made.host.setup?.requests(phase)
        expect(requests.length).toBeGreaterThanOrEqual(estimate?.least ?? 0)
        expect(requests.length).toBeLessThanOrEqual(estimate?.most ?? 0)
      }
    }
  })

  it('leaves what others have set up where it is', async () => {
    const made = await create(full())
    const { setup } = made.state()
    const others = { events: ['push'], active: true, createdAt: 0, updatedAt: 0 }
    setup.hooks.push({
      ...others,
      id: 9001,
      config: { url: 'https://others.example/', content_type: 'form', insecure_ssl: '0' },
    })
    setup.variables.set('OTHER', { name: 'OTHER', value: 'theirs', createdAt: 0, updatedAt: 0 })
    await apply(made, watched().context)
    expect(setup.hooks.map(({ config }) => config.url)).toContain('https://others.example/')
    expect(setup.variables.get('OTHER')?.value).toBe('theirs')
  })

  it('changes what differs, and only that', async () => {
    const made = await create(full())
    await apply(made, watched().context)
    const { setup } = made.state()
    const environment = setup.environments.get('production')
    const hook = setup.hooks[0]
    const ruleset = setup.rulesets[0]
    if (!environment || !hook || !ruleset) throw new Error('the setup was not made')
    environment.waitTimer = 5
    setup.variables.set('REGION', { name: 'REGION', value: 'us', createdAt: 0, updatedAt: 0 })
    hook.events = ['push']
    ruleset.enforcement = 'disabled'
    const { context, requests } = watched()
    await apply(made, context)
    expect(requests.filter(isWrite).map(nameOf)).toEqual([
      'PUT /actions/secrets/API_KEY',
      'PATCH /actions/variables/REGION',
      'PUT /environments/production',
      'PUT /environments/production/secrets/TOKEN',
      expect.stringMatching(/^PATCH \/hooks\/\d+$/),
      expect.stringMatching(/^PUT \/rulesets\/\d+$/),
    ])
    expectAll(made.state())
  })

  it('keeps of an environment what it is not told to change', async () => {
    const made = await create({ environments: { production: { reviewers: ['owner'], waitTimer: 30 } } })
    await apply(made, watched().context)
    const host = bench.hostWith({
      repository: made.fullName,
      setup: { environments: { production: { branches: 'protected' } } },
    })
    await apply({ ...made, host }, watched().context)
    expect(made.state().setup.environments.get('production')).toMatchObject({
      waitTimer: 30,
      reviewers: [{ reviewer: { login: 'owner' } }],
      branches: 'protected',
    })
  })

  it('finds more than a page of what is there', async () => {
    const made = await create({ variables: { LAST: 'new' } })
    const { variables } = made.state().setup
    for (let index = 0; index < 250; index += 1) {
      const name = index === 249 ? 'LAST' : `V_${index}`
      variables.set(name, { name, value: 'old', createdAt: 0, updatedAt: 0 })
    }
    expect(await apply(made, watched().context)).toEqual([{ setting: 'variable', name: 'LAST', change: 'changed' }])
    expect(variables.get('LAST')?.value).toBe('new')
  })

  it('lets nobody bypass the rules where that is asked for', async () => {
    const made = await create({ protection: { branch: 'release', reviews: 0, bypass: 'nobody' } })
    await apply(made, watched().context)
    expect(made.state().setup.rulesets).toMatchObject([
      { name: 'Tabship: release', include: ['refs/heads/release'], bypass: [] },
    ])
  })

  it('finds the team that approves', async () => {
    const fullName = `organization/setup-${++count}`
    const setup = { environments: { production: { reviewers: ['organization/reviewers'] } } }
    const host = bench.hostWith({ repository: fullName, setup })
    const repository = await host.prepare({ branches: [] }, watched().context)
    await apply({ host, repository }, watched().context)
    const { environments } = bench.emulator.github.state.repository(fullName).setup
    expect(environments.get('production')?.reviewers).toMatchObject([{ type: 'Team', reviewer: { slug: 'reviewers' } }])
  })
})

describe('a setup whose answers are lost', () => {
  it.each(creating)('makes nothing twice after %s', async (lost) => {
    const made = await create(full())
    let isCut = false
    const { context } = watched(async (request, send) => {
      if (isCut || nameOf(request) !== lost) return send()
      isCut = true
      await (await send()).arrayBuffer()
      throw new TypeError('Failed to fetch')
    })
    const changes = await apply(made, context)
    expect(isCut).toBe(true)
    expectAll(made.state())
    expect(changes).toHaveLength(13)
    const { requests, context: later } = watched()
    await apply(made, later)
    expect(requests.filter(isWrite)).toHaveLength(2)
  })
})

describe('secrets', () => {
  it('turn up in no event, no checkpoint and no request but their own box', async () => {
    const made = await create(full())
    const { context, requests } = watched()
    await apply(made, context)
    const told = JSON.stringify([context.events, context.checkpoints, made.host])
    const sent = JSON.stringify(requests.filter(({ url }) => !url.pathname.endsWith('/hooks')))
    for (const secret of ['line two', 'of the environment', 'hook-secret', 'secret-path']) {
      expect(told).not.toContain(secret)
      expect(sent).not.toContain(secret)
    }
    expect(made.host.secrets?.()).toEqual(
      expect.arrayContaining(['line one\nline two: ünïcode', 'of the environment', 'hook-secret']),
    )
  })

  it('that a function fails to give stop the setup, without its words', async () => {
    const made = await create({ secrets: { KEY: () => Promise.reject(new Error('the value is hunter2')) } })
    const error = await thrownBy(apply(made, watched().context))
    expect(error).toMatchObject({ name: 'AuthError', code: 'secret-unavailable', retryable: true })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect(error.message).toContain('github.setup.secrets.KEY')
  })
})

describe('what GitHub refuses', () => {
  it('says that a plan has rules for public repositories only', async () => {
    const made = await create({ protection: {} })
    made.state().private = true
    expect(await thrownBy(apply(made, watched().context))).toMatchObject({
      name: 'QuotaError',
      code: 'plan-lacks-feature',
      message: expect.stringContaining('protect the default branch'),
    })
  })

  it('names a reviewer that nobody is', async () => {
    const made = await create({ environments: { production: { reviewers: ['nobody-at-all'] } } })
    expect(await thrownBy(apply(made, watched().context))).toMatchObject({
      code: 'reviewer-unknown',
      message: expect.stringContaining('nobody-at-all'),
    })
    expect(made.state().setup.environments.size).toBe(0)
  })

  it.each<[string, SetupOptions, (made: Made) => void]>([
    // A name that GitHub knows, of an event that repositories have no webhooks for.
    [
      'github.setup.webhooks.0.events',
      { webhooks: [{ url: 'https://a.example/', events: ['installation'] }] },
      () => {},
    ],
    [
      'github.setup.environments.production',
      { environments: { production: { reviewers: ['stranger'] } } },
      ({ state }) => {
        state().private = true
        state().setup.paid = true
      },
    ],
    ['github.setup.defaultBranch', { defaultBranch: 'nowhere' }, () => {}],
  ])('names the option whose value GitHub does not take: %s', async (option, setup, arrange) => {
    const made = await create(setup)
    arrange(made)
    const error = await thrownBy(apply(made, watched().context))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'setting-refused', details: { option, status: 422 } })
    expect(error.message).toContain(`GitHub does not take the value of ${option}.`)
    expect(error.hint).toContain(option)
  })

  it('is a secret that is too large, which a function gave', async () => {
    const made = await create({ secrets: { LONG: () => 'ü'.repeat(24 * 1024 + 1) } })
    const { context, requests } = watched()
    expect(await thrownBy(apply(made, context))).toMatchObject({
      name: 'OptionsError',
      code: 'secret-too-large',
      details: { name: 'LONG' },
    })
    expect(requests.filter(isWrite)).toEqual([])
  })

  it('says that a deploy key is in use elsewhere, and when one may do something else', async () => {
    const used = sshKey()
    await apply(await create({ deployKeys: [{ title: 'a', key: used }] }), watched().context)
    const other = await create({ deployKeys: [{ title: 'b', key: used }] })
    expect(await thrownBy(apply(other, watched().context))).toMatchObject({ code: 'deploy-key-used' })
    const own = sshKey()
    const made = await create({ deployKeys: [{ title: 'c', key: own }] })
    await apply(made, watched().context)
    const setup = { deployKeys: [{ title: 'c', key: own, readOnly: false }] }
    const host = bench.hostWith({ repository: made.fullName, setup })
    expect(await thrownBy(apply({ ...made, host }, watched().context))).toMatchObject({ code: 'deploy-key-differs' })
  })
})

describe('deployments', () => {
  async function begin(intercept?: Interceptor) {
    const { fullName, repository } = await create({})
    const host = bench.hostWith({ repository: fullName, deployments: true })
    const { artifacts } = await artifactsOf({ 'a.txt': '1' })
    const { context } = watched(intercept)
    const heads = await host.prepare({ branches: [] }, context)
    const input = { repository, branch: 'main', artifacts, keep: [], message: 'm', deployment: 'd-1', author: null }
    const expectedHead = heads.heads.main ?? null
    const commit = await host.commit({ ...input, date: 0, expectedHead, based: true }, context)
    const shown = { repository, commit, environment: 'production', isProduction: true, deployment: 'd-1' }
    const state = () => bench.emulator.github.state.repository(fullName).setup.deployments
    return { host, shown, state, context, commit }
  }

  it('say what is published, and where it is live', async () => {
    const { host, shown, state, context, commit } = await begin()
    const deployment = await host.deployments?.begin(shown, context)
    if (!deployment) throw new Error('nothing was begun')
    expect(state()).toMatchObject([
      { sha: commit.oid, environment: 'production', statuses: [{ state: 'in_progress' }] },
    ])
    await host.deployments?.end(deployment, { state: 'success', url: 'https://shop.example' }, context)
    expect(state()[0]?.statuses.at(-1)).toMatchObject({ state: 'success', environmentUrl: 'https://shop.example' })
    await host.deployments?.end(deployment, { state: 'failure', description: 'x'.repeat(500) }, context)
    expect(state()[0]?.statuses.at(-1)).toMatchObject({ state: 'failure', description: 'x'.repeat(140) })
  })

  it.each([/\/deployments$/, /\/statuses$/])('are made once where the answer of %s is lost', async (path) => {
    let isCut = false
    const { host, shown, state, context } = await begin(async (request, send) => {
      if (isCut || request.method !== 'POST' || !path.test(request.url.pathname)) return send()
      isCut = true
      await (await send()).arrayBuffer()
      throw new TypeError('Failed to fetch')
    })
    await host.deployments?.begin(shown, context)
    expect(isCut).toBe(true)
    expect(state()).toMatchObject([{ statuses: [{ state: 'in_progress' }] }])
  })

  it('of an interrupted run are found again by the id of the deployment', async () => {
    const { host, shown, state } = await begin()
    await host.deployments?.begin(shown, watched().context)
    const again = testContext({ fetch: bench.fetch, clock: hurriedClock(), again: true })
    await host.deployments?.begin(shown, again)
    await host.deployments?.begin({ ...shown, deployment: 'd-2' }, again)
    expect(state()).toHaveLength(2)
  })
})
