import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import type { EventBody } from '../../src/spec/event.js'
import type { Release, Site } from '../../src/spec/release.js'
import type { Target } from '../../src/spec/target.js'
import { type GithubPagesOptions, githubPages } from '../../src/targets/github-pages.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { watchFetch } from '../support/watched-fetch.js'

let emulator: Emulator
let count = 0

beforeAll(async () => {
  emulator = await createEmulator({ github: { pages: { delays: { building: 1, built: 1, certificate: 1 } } } })
})
afterAll(() => emulator.close())

const freshName = (): string => `flow-${++count}`
const context = (more: Partial<Parameters<typeof testContext>[0]> = {}) =>
  testContext({ fetch: emulator.fetch, ...more })

function target(name: string, options: Partial<GithubPagesOptions> = {}, auth = emulator.token): Target {
  const urls = { apiUrl: emulator.github.url, gitUrl: emulator.git.url }
  const host = github({ auth, repository: name, private: false, transport: 'direct', ...urls })
  return githubPages({ host, mode: 'workflow', ...options })
}

async function inputOf(site: Site, files: Files, deployment = `deployment-${++count}`, title = 'A test') {
  return { site, artifacts: await artifactsOf(files), environment: 'production', title, deployment } as const
}

async function publish(
  name: string,
  files: Files,
  { title, given = context(), ...options }: Partial<GithubPagesOptions> & { title?: string; given?: TestContext } = {},
): Promise<{ site: Site; release: Release; context: TestContext }> {
  const one = target(name, options)
  const site = await one.prepare({ environment: 'production' }, context())
  const release = await one.publish(await inputOf(site, files, undefined, title), given)
  return { site, release, context: given }
}

const get = async (url: string): Promise<[number, string]> => {
  const response = await emulator.fetch(url)
  return [response.status, await response.text()]
}
const repositoryOf = (name: string) => emulator.github.state.repository(`owner/${name}`)
const pagesOf = (name: string) => emulator.github.state.pages.find(repositoryOf(name))
const runsOf = (name: string) =>
  emulator.github.state.actions.runs.filter(({ repository }) => repository === repositoryOf(name))
const api = (path: string, method: string, json?: unknown) =>
  emulator.fetch(`${emulator.github.url}/repos/owner/${path}`, {
    method,
    headers: { authorization: `Bearer ${emulator.token}` },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })

/** Lets nobody but a reviewer publish. */
async function review(name: string): Promise<void> {
  const reviewers = [{ type: 'User', id: emulator.accounts.owner.id }]
  const policy = { protected_branches: false, custom_branch_policies: true }
  const response = await api(`${name}/environments/github-pages`, 'PUT', {
    reviewers,
    deployment_branch_policy: policy,
  })
  expect(response.status).toBe(200)
}

/** A context whose tab is closed at an event. */
function dyingAt(isLast: (event: EventBody) => boolean) {
  const controller = new AbortController()
  const given = context({ signal: controller.signal })
  const report = (event: EventBody): void => {
    given.report(event)
    if (isLast(event)) controller.abort(new Error('The tab was closed'))
  }
  return { given, dying: { ...given, report } }
}

describe('GitHub Pages that a workflow publishes', () => {
  it('are live when the run of this very commit has ended, and hold what begins with a dot', async () => {
    const name = freshName()
    const files = { 'index.html': 'one', '_app/app.js': 'app', '.well-known/security.txt': 'Contact: us' }
    const { site, release, context } = await publish(name, files)
    const head = await emulator.github.state.head(`owner/${name}`, 'gh-pages')
    expect(release).toMatchObject({ target: 'github-pages', id: head, url: site.url, permalink: null })
    expect(await get(site.url)).toEqual([200, 'one'])
    expect(await get(`${site.url}.well-known/security.txt`)).toEqual([200, 'Contact: us'])
    expect(await get(`${site.url}no/such/page`)).toEqual([404, 'one'])
    expect((await get(`${site.url}.github/workflows/tabship-pages.yml`))[0]).toBe(404)
    expect(pagesOf(name)).toMatchObject({ buildType: 'workflow', commit: head })
    expect(context.eventsOf('run-start')).toMatchObject([{ host: 'GitHub Actions', adopted: false }])
    expect(context.eventsOf('run-job').at(-1)?.job).toMatchObject({ name: 'Publish', conclusion: 'success' })
    expect(context.eventsOf('release-state').map(({ state }) => state)).toEqual(['queued', 'published'])
    const one = target(name)
    expect(await one.confirmSite(site, context)).toBe(true)
    expect(await one.confirmRelease(release, site, context)).toBe(true)
    expect(await one.confirmRelease({ ...release, id: '0'.repeat(40) }, site, context)).toBe(false)
  })

  it('are published again in the same place, and not at all where nothing has changed', async () => {
    const name = freshName()
    const first = await publish(name, { 'index.html': 'one', 'about.html': 'about' })
    const second = await publish(name, { 'index.html': 'two', 'about.html': 'about' }, { title: 'Two [skip ci]' })
    expect(second.site).toEqual({ ...first.site, created: false })
    expect(second.release.uploaded.files).toBe(1)
    expect(await get(second.site.url)).toEqual([200, 'two'])
    const third = await publish(name, { 'index.html': 'two', 'about.html': 'about' })
    expect(third.release).toMatchObject({ id: second.release.id, uploaded: { files: 0, bytes: 0 } })
    expect(runsOf(name)).toHaveLength(2)
  })

  it('are published again where somebody has removed the site', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'one' })
    await api(`${name}/pages`, 'DELETE')
    const { site } = await publish(name, { 'index.html': 'one' })
    expect(await get(site.url)).toEqual([200, 'one'])
    expect(runsOf(name).map(({ attempt }) => attempt)).toEqual([2])
  })

  it('take over what was published from the branch by a deployment, and give it back', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'by branch' }, { mode: 'branch' })
    expect(pagesOf(name)?.buildType).toBe('legacy')
    const { site } = await publish(name, { 'index.html': 'by workflow' })
    expect(pagesOf(name)?.buildType).toBe('workflow')
    expect(await get(site.url)).toEqual([200, 'by workflow'])
    await publish(name, { 'index.html': 'by branch again' }, { mode: 'branch' })
    expect(pagesOf(name)?.buildType).toBe('legacy')
    expect(await get(site.url)).toEqual([200, 'by branch again'])
  })

  it('leave alone what somebody else publishes, from a branch or by a workflow', async () => {
    const author = emulator.accounts.owner
    for (const [branch, code] of [
      ['gh-pages', 'pages-branch-taken'],
      ['main', 'pages-source-taken'],
    ] as const) {
      const name = freshName()
      const repository = `owner/${name}`
      await emulator.github.state.create(author, name)
      await emulator.github.state.commit({ repository, files: { 'index.html': 'theirs' }, message: 'a', author })
      await emulator.github.state.commit({ repository, branch, files: { 'b.html': 'b' }, message: 'b', author })
      await api(`${name}/pages`, 'POST', { source: { branch } })
      expect(await thrownBy(publish(name, { 'index.html': 'ours' }))).toMatchObject({ code })
      expect(pagesOf(name)).toMatchObject({ buildType: 'legacy', source: { branch } })
    }
    const name = freshName()
    await publish(name, { 'index.html': 'theirs' })
    const error = await thrownBy(publish(name, { 'index.html': 'ours' }, { branch: 'pages' }))
    expect(error).toMatchObject({ code: 'pages-source-taken' })
    expect(await emulator.github.state.head(`owner/${name}`, 'pages')).toBeUndefined()
  })

  it('get their domain from the settings', async () => {
    const name = freshName()
    const domain = `www.${name}.localhost`
    const { release } = await publish(name, { 'index.html': 'one' }, { domain })
    expect(new URL(release.url).hostname).toBe(domain)
    expect(await get(release.url)).toEqual([200, 'one'])
    await publish(name, { 'index.html': 'two' })
    expect(pagesOf(name)).toMatchObject({ cname: domain })
  })

  it('are made once where an answer is lost', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'by branch' }, { mode: 'branch', branch: 'pages' })
    for (const [method, path] of [
      ['PUT', /\/pages$/],
      ['POST', /\/deployment-branch-policies$/],
      ['GET', /\/actions\/runs\?/],
    ] as const)
      emulator.faults.add({ provider: 'github', method, path, times: 1, fault: { kind: 'reset-after' } })
    repositoryOf(name).setup.environments.get('github-pages')?.branchPolicies.splice(0)
    const { site } = await publish(name, { 'index.html': 'by workflow' }, { branch: 'pages' })
    expect(await get(site.url)).toEqual([200, 'by workflow'])
    expect(runsOf(name)).toHaveLength(1)
    const policies = repositoryOf(name).setup.environments.get('github-pages')?.branchPolicies
    expect(policies?.map(({ name }) => name)).toEqual(['pages'])
  })

  it('need a token that may write workflows, which is said before anything is made', async () => {
    const name = freshName()
    const one = target(name, {}, emulator.otherTokens.withoutWorkflow)
    const error = await thrownBy(one.prepare({ environment: 'production' }, context()))
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
    expect(emulator.github.state.repositories.some((one) => one.name === name)).toBe(false)
  })
})

describe('a run that publishes', () => {
  it('waits for a reviewer, which is told, and is an error where it is rejected', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'one' })
    await review(name)
    const decide = async (run: string, state: 'approved' | 'rejected'): Promise<void> => {
      const pending = await api(`${name}/actions/runs/${run}/pending_deployments`, 'GET')
      const [{ environment }] = (await pending.json()) as [{ environment: { id: number } }]
      const json = { environment_ids: [environment.id], state, comment: '' }
      await api(`${name}/actions/runs/${run}/pending_deployments`, 'POST', json)
    }
    const publishReviewed = (text: string, state: 'approved' | 'rejected') => {
      const given = context()
      const decided: Promise<void>[] = []
      const report = (event: EventBody): void => {
        given.report(event)
        if (event.type === 'approval-wait') decided.push(decide(event.approval.run, state))
      }
      return { given, done: publish(name, { 'index.html': text }, { given: { ...given, report } }), decided }
    }
    const rejected = publishReviewed('no', 'rejected')
    expect(await thrownBy(rejected.done)).toMatchObject({ code: 'release-failed', details: { result: 'rejected' } })
    expect(rejected.given.eventsOf('approval-wait')[0]?.approval.environments).toEqual(['github-pages'])
    const approved = publishReviewed('two', 'approved')
    const { site } = await approved.done
    expect(await get(site.url)).toEqual([200, 'two'])
    await Promise.all([...rejected.decided, ...approved.decided])
  })

  it('is an error with its address where it fails, and is started again by the next deployment', async () => {
    const name = freshName()
    const { site } = await publish(name, { 'index.html': 'one' })
    const policy = { protected_branches: true, custom_branch_policies: false }
    await api(`${name}/environments/github-pages`, 'PUT', { deployment_branch_policy: policy })
    const error = await thrownBy(publish(name, { 'index.html': 'two' }))
    expect(error).toMatchObject({ name: 'RequestError', code: 'release-failed', details: { job: 'Publish' } })
    expect(error.hint).toContain(`${emulator.git.url}/owner/${name}/actions/runs/`)
    expect(await get(site.url)).toEqual([200, 'one'])
    await api(`${name}/environments/github-pages`, 'PUT', { deployment_branch_policy: null })
    await publish(name, { 'index.html': 'two' })
    expect(await get(site.url)).toEqual([200, 'two'])
    expect(runsOf(name).map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('is gone on with where the tab was closed', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'one' })
    for (const moment of ['release-state', 'run-start'] as const) {
      const one = target(name)
      const site = await one.prepare({ environment: 'production' }, context())
      const input = await inputOf(site, { 'index.html': moment })
      const { given, dying } = dyingAt(({ type }) => type === moment)
      await expect(one.publish(input, dying)).rejects.toThrow('The tab was closed')
      const before = runsOf(name).length
      const saved = one.checkpoint.parse(structuredClone(given.checkpoints.at(-1)))
      const resumed = context({ again: true, saved })
      const release = await target(name).publish(input, resumed)
      expect(await get(site.url)).toEqual([200, moment])
      expect(release.id).toBe(await emulator.github.state.head(`owner/${name}`, 'gh-pages'))
      expect(runsOf(name)).toHaveLength(before)
      expect(runsOf(name).map(({ attempt }) => attempt)).toEqual(Array<number>(before).fill(1))
    }
  })

  it('is canceled with the deployment, also where nobody had found it yet, and begins anew when that is resumed', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'one' })
    await review(name)
    for (const moment of ['release-state', 'approval-wait'] as const) {
      const one = target(name)
      const site = await one.prepare({ environment: 'production' }, context())
      const input = await inputOf(site, { 'index.html': moment })
      const { given, dying } = dyingAt(({ type }) => type === moment)
      // What is about to be found is saved before it is looked for.
      const slow = { ...dying, save: async (value: unknown) => void given.checkpoints.push(value) }
      await expect(one.publish(input, slow)).rejects.toThrow('The tab was closed')
      const saved = one.checkpoint.parse(structuredClone(given.checkpoints.at(-1)))
      const canceling = context()
      await one.cancel?.(saved, canceling)
      expect(runsOf(name).at(-1)?.status).not.toBe('waiting')
      const again = one.checkpoint.parse(structuredClone(canceling.checkpoints.at(-1)))
      const { given: second, dying: waiting } = dyingAt(({ type }) => type === 'approval-wait')
      await expect(one.publish(input, { ...waiting, again: true, saved: again })).rejects.toThrow('The tab was closed')
      expect(second.eventsOf('run-start')).toMatchObject([{ run: { attempt: 2 } }])
      await one.cancel?.(one.checkpoint.parse(structuredClone(second.checkpoints.at(-1))), context())
    }
    expect(await get(`${emulator.pages.siteUrl('owner')}/${name}/`)).toEqual([200, 'one'])
  })

  it('is missing where Actions do not run, which is said', async () => {
    const name = freshName()
    await publish(name, { 'index.html': 'one' })
    const { fetch } = watchFetch(emulator.fetch, async ({ url }, send) =>
      url.pathname.endsWith('/actions/runs') ? Response.json({ total_count: 0, workflow_runs: [] }) : send(),
    )
    const one = target(name)
    const site = await one.prepare({ environment: 'production' }, context())
    const input = await inputOf(site, { 'index.html': 'two' })
    const error = await thrownBy(one.publish(input, context({ fetch, clock: hurriedClock() })))
    expect(error).toMatchObject({ code: 'run-missing' })
  })
})
