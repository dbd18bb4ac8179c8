import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GithubOptions } from '../../src/git/github.js'
import { type DeploymentEvent, eventSchema, formatPlan, initialState, reduce } from '../../src/index.js'
import { endOf, eventsOf, project, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

const setup: NonNullable<GithubOptions['setup']> = {
  visibility: 'public',
  topics: ['shop'],
  secrets: { API_KEY: 'a-secret-of-actions' },
  environments: { production: { waitTimer: 5 } },
  webhooks: [{ url: 'https://hooks.example/path-that-is-secret', secret: 'a-secret-of-hooks' }],
  protection: { reviews: 1 },
}

const setupOf = () => stage.emulator.github.state.repository('owner/shop').setup
const typesOf = (events: readonly DeploymentEvent[], step: string | null) =>
  events.filter((event) => event.step === step && event.type !== 'step-progress').map(({ type }) => type)
const at = (events: readonly DeploymentEvent[], type: string, step: string) =>
  events.findIndex((event) => event.type === type && event.step === step)
const writes = () =>
  stage.emulator.requests.filter(
    // To fetch is a POST, too.
    ({ provider, method, path }) =>
      ['github', 'git'].includes(provider) && !['GET', 'HEAD'].includes(method) && !path.endsWith('/git-upload-pack'),
  )

describe('a deployment that sets its repository up', () => {
  it('checks the rights, builds, sets up, commits, protects and publishes, in this order', async () => {
    const deployment = stage.deploy({ git: stage.github({ setup }) })
    const events = await eventsOf(deployment)
    const result = await deployment.done
    expect(typesOf(events, 'access')).toEqual(['step-start', 'step-end'])
    expect(typesOf(events, 'setup-repository')).toEqual([
      'step-start',
      ...Array<string>(5).fill('setting-ready'),
      'step-end',
    ])
    expect(typesOf(events, 'protect-repository')).toEqual(['step-start', 'setting-ready', 'step-end'])
    const order = [
      ['access', 'build'],
      ['access', 'repository'],
      ['access', 'site-netlify'],
      ['collect', 'setup-repository'],
      ['repository', 'setup-repository'],
      ['setup-repository', 'commit'],
      ['commit', 'protect-repository'],
    ] as const
    for (const [before, after] of order) {
      expect(at(events, 'step-start', after), after).toBeGreaterThan(-1)
      expect(at(events, 'step-end', before), `${before} before ${after}`).toBeLessThan(at(events, 'step-start', after))
    }
    expect(result.settings).toEqual([
      { setting: 'visibility', name: 'public', change: 'unchanged' },
      { setting: 'topics', name: 'shop', change: 'changed' },
      { setting: 'secret', name: 'API_KEY', change: 'created' },
      { setting: 'environment', name: 'production', change: 'created' },
      { setting: 'webhook', name: 'hooks.example', change: 'created' },
      { setting: 'protection', name: 'the default branch', change: 'created' },
    ])
    expect(events.reduce(reduce, initialState).settings).toEqual(result.settings)
    for (const event of events) expect(eventSchema.parse(event)).toEqual(event)
    expect(setupOf().secrets.get('API_KEY')?.value).toBe('a-secret-of-actions')
  })

  it('tells no secret', async () => {
    const text = JSON.stringify(await eventsOf(stage.deploy({ git: stage.github({ setup }) })))
    expect(text).toContain('API_KEY')
    for (const secret of ['a-secret-of-actions', 'a-secret-of-hooks', 'path-that-is-secret'])
      expect(text).not.toContain(secret)
  })

  it('shows each setting in the plan, before anything is done', async () => {
    const { plan } = await stage.deploy({ git: stage.github({ setup }), dryRun: true }).done
    const table = formatPlan(plan)
    const expected = ['makes the repository public', 'sets the topics shop', 'puts the secrets API_KEY']
    expected.push('makes the environment production, after 5 minutes', 'adds the webhooks hooks.example')
    expected.push('protects the default branch: by pull requests with 1 review')
    for (const line of expected) expect(table).toContain(line)
    expect(stage.emulator.requests).toEqual([])
  })

  it('writes nothing the second time but the secrets', async () => {
    const git = () => stage.github({ setup })
    await stage.deploy({ git: git() }).done
    stage.emulator.clearRequests()
    const { settings } = await stage.deploy({ git: git() }).done
    expect(settings.filter(({ change }) => change !== 'unchanged')).toEqual([
      { setting: 'secret', name: 'API_KEY', change: 'changed' },
    ])
    expect(writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /repos/owner/shop/actions/secrets/API_KEY',
    ])
  })

  it('goes on where an answer is lost, and makes nothing twice', async () => {
    for (const path of [/\/hooks$/, /\/environments\/production$/, /\/rulesets$/, /\/topics$/]) {
      stage.emulator.faults.add({ provider: 'github', method: 'POST', path, times: 1, fault: { kind: 'reset-after' } })
      stage.emulator.faults.add({ provider: 'github', method: 'PUT', path, times: 1, fault: { kind: 'reset-after' } })
    }
    await stage.deploy({ git: stage.github({ setup }) }).done
    expect(setupOf().hooks).toHaveLength(1)
    expect(setupOf().rulesets).toHaveLength(1)
    expect(setupOf().environments.size).toBe(1)
  })

  it('sets nothing up where the build fails', async () => {
    await stage.write({ 'build.mjs': 'process.exit(1)' })
    const events = await eventsOf(stage.deploy({ git: stage.github({ setup }) }))
    expect(endOf(events).outcome).toBe('failure')
    // The repository may be there by then, and nothing of it is changed.
    expect(stage.emulator.github.state.repositories.flatMap((one) => one.setup.topics)).toEqual([])
    expect(writes().filter(({ path }) => !path.endsWith('/user/repos'))).toEqual([])
  })

  it('has the steps that it had before where nothing is asked for', async () => {
    const { plan } = await stage.deploy({ dryRun: true }).done
    const ids = plan.steps.map(({ id }) => id)
    expect(ids).toEqual([
      'repository',
      'site-netlify',
      'build',
      'collect',
      'commit',
      'publish-netlify',
      'verify-netlify',
    ])
  })
})

describe('a token without the scope for workflows', () => {
  const workflow = { ...project, '.github/workflows/ci.yml': 'on: push\n' }

  it('ends a deployment that brings one before the build starts, and before anything is made', async () => {
    await stage.write({ '.github/workflows/ci.yml': workflow['.github/workflows/ci.yml'] })
    const git = stage.github({ auth: stage.emulator.otherTokens.withoutWorkflow })
    const events = await eventsOf(stage.deploy({ git }))
    const end = endOf(events)
    expect(end).toMatchObject({ outcome: 'failure', error: { code: 'token-scope-missing', step: 'access' } })
    expect(at(events, 'step-start', 'build')).toBe(-1)
    expect(writes()).toEqual([])
    expect(stage.emulator.github.state.repositories).toEqual([])
    expect(stage.emulator.netlify.state.sites.size).toBe(0)
  })
})

describe('a deployment that GitHub shows', () => {
  it('is in progress before it is published, and live once it is verified', async () => {
    const deployment = stage.deploy({ git: stage.github({ deployments: true }) })
    const events = await eventsOf(deployment)
    const { commits, url } = await deployment.done
    const order = ['commit', 'announce-netlify', 'publish-netlify', 'verify-netlify', 'report-netlify']
    for (const [index, step] of order.slice(1).entries())
      expect(at(events, 'step-end', order[index] ?? '')).toBeLessThan(at(events, 'step-start', step))
    expect(setupOf().deployments).toMatchObject([
      {
        sha: commits[0]?.oid,
        environment: 'production',
        payload: { tabship: deployment.id },
        statuses: [{ state: 'in_progress' }, { state: 'success', environmentUrl: url }],
      },
    ])
  })

  it('has failed where publishing fails', async () => {
    const fault = { kind: 'status', status: 422 } as const
    stage.emulator.faults.add({ provider: 'netlify', method: 'POST', path: /\/deploys/, fault })
    const events = await eventsOf(stage.deploy({ git: stage.github({ deployments: true }) }))
    expect(endOf(events).outcome).toBe('failure')
    const [shown] = setupOf().deployments
    expect(shown?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'failure'])
    expect(shown?.statuses.at(-1)?.description).toContain('Netlify')
  })

  it('has failed where it is canceled', async () => {
    const deployment = stage.deploy({ git: stage.github({ deployments: true }) })
    for await (const event of deployment.events)
      if (event.type === 'step-start' && event.step === 'publish-netlify') deployment.cancel()
    const statuses = setupOf().deployments[0]?.statuses.map(({ state, description }) => [state, description])
    expect(statuses?.at(-1)).toEqual(['failure', 'The deployment was canceled.'])
  })

  it('fails for its own reasons where GitHub can’t be told', async () => {
    const status = { kind: 'status', status: 422 } as const
    stage.emulator.faults.add({ provider: 'netlify', method: 'POST', path: /\/deploys/, fault: status })
    stage.emulator.faults.add({ provider: 'github', method: 'POST', path: /\/statuses/, at: 1, fault: status })
    const events = await eventsOf(stage.deploy({ git: stage.github({ deployments: true }) }))
    expect(endOf(events)).toMatchObject({ outcome: 'failure', error: { step: 'publish-netlify' } })
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'failure-untold' }))
  })
})
