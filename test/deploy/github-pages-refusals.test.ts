import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GithubOptions } from '../../src/git/github.js'
import { type DeploymentEvent, formatPlan } from '../../src/index.js'
import { type GithubPagesOptions, githubPages } from '../../src/targets/github-pages.js'
import { endOf, eventsOf, type Overrides, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
  const page = '<!doctype html><title>Shop</title><script src="/shop/assets/app-91bc.js"></script>'
  await stage.write({ 'src/index.html': page, 'src/_redirects': null })
})
afterEach(() => stage.close())

interface Choice {
  readonly pages?: Omit<GithubPagesOptions, 'host'>
  readonly github?: Partial<GithubOptions>
  readonly deploy?: Overrides
}

function deploy({ pages, github, deploy: options }: Choice = {}) {
  const host = stage.github({ private: false, ...github })
  return stage.deploy({ git: host, targets: [githubPages({ host, ...pages })], ...options })
}
const run = async (choice: Choice = {}): Promise<DeploymentEvent[]> => eventsOf(deploy(choice))
const head = (branch: string) => stage.emulator.github.state.head('owner/shop', branch)

/** A repository of somebody, with a commit on each of the branches. */
async function repositoryWith(branches: readonly string[]): Promise<void> {
  const { owner } = stage.emulator.accounts
  const { state } = stage.emulator.github
  await state.create(owner, 'shop')
  for (const branch of branches)
    await state.commit({
      repository: 'owner/shop',
      branch,
      files: { 'thesis.html': 'my thesis' },
      message: 'My thesis',
      author: owner,
    })
}

describe('a deployment to GitHub Pages that would do harm', () => {
  it('is refused before anything is asked where the source is committed to the branch of the site', async () => {
    const choice = { pages: { branch: 'live' }, deploy: { commit: { branch: 'live' } } }
    for (const repository of ['shop', 'owner/shop']) {
      const host = stage.github({ repository })
      const targets = [githubPages({ host, ...choice.pages })]
      const { error } = failureOf(await eventsOf(stage.deploy({ ...choice.deploy, targets })))
      expect(error).toMatchObject({ code: 'options-invalid', step: null })
      expect(error.message).toMatch(/githubPages\.branch is live, and so is deploy\.commit\.branch/)
    }
    expect(stage.emulator.requests).toEqual([])
  })

  it('is refused before anything is committed where that is the default branch', async () => {
    const { error } = failureOf(await run({ pages: { branch: 'main' } }))
    expect(error).toMatchObject({ code: 'options-invalid', step: 'site-github-pages' })
    expect(error.message).toContain('the default branch, which the source is committed to')
    expect(await head('main')).toBeUndefined()
    expect(stage.emulator.github.state.pages.sites).toEqual([])
  })

  it('is refused before anything is asked where the output is committed to the branch of the site', async () => {
    for (const content of ['both', 'artifacts'] as const) {
      const { error } = failureOf(await run({ deploy: { commit: { content } } }))
      expect(error).toMatchObject({ code: 'options-invalid', step: null })
      expect(error.message).toContain('githubPages.branch is gh-pages, and so is deploy.commit.artifactsBranch')
      expect(error.hint).toContain("commit.content: 'source'")
    }
    expect(stage.emulator.requests).toEqual([])
    const apart = await run({ deploy: { commit: { content: 'both', artifactsBranch: 'output' } } })
    expect(endOf(apart).outcome).toBe('success')
  })

  it('is refused before anything is asked where a preview is wanted', async () => {
    const { error } = failureOf(await run({ deploy: { environment: 'preview' } }))
    expect(error).toMatchObject({ code: 'preview-unsupported', step: null })
    expect(stage.emulator.requests).toEqual([])
  })

  it('leaves a branch of somebody else alone, and commits nothing', async () => {
    await repositoryWith(['main', 'gh-pages'])
    const before = [await head('main'), await head('gh-pages')]
    const expectedHead = before[0] ?? null
    const { error } = failureOf(await run({ deploy: { commit: { expectedHead } } }))
    expect(error).toMatchObject({
      name: 'ConflictError',
      code: 'pages-branch-taken',
      step: 'site-github-pages',
      details: { branch: 'gh-pages', found: before[1], subject: 'My thesis' },
    })
    expect(error.hint).toMatch(/githubPages\.branch .* remove or rename the branch gh-pages/)
    expect(error.hint).not.toMatch(/expectedHead|onConflict/)
    expect([await head('main'), await head('gh-pages')]).toEqual(before)
    expect(stage.emulator.github.state.pages.sites).toEqual([])
    const elsewhere = await run({ pages: { branch: 'pages' }, deploy: { commit: { expectedHead } } })
    expect(endOf(elsewhere).outcome).toBe('success')
  })

  it('leaves a site alone that is published from elsewhere, and commits nothing', async () => {
    await repositoryWith(['main'])
    await ask('POST', '/pages', { source: { branch: 'main', path: '/' } })
    const before = await head('main')
    const { error } = failureOf(await run({ deploy: { commit: { expectedHead: before ?? null } } }))
    expect(error).toMatchObject({ code: 'pages-source-taken', step: 'site-github-pages' })
    expect(await head('main')).toBe(before)
    expect(await head('gh-pages')).toBeUndefined()
  })
})

describe('a deployment to GitHub Pages', () => {
  it('says in its plan by which branch, how and where it publishes', async () => {
    const planOf = async (pages: Choice['pages']) => {
      const { plan } = await deploy({ ...(pages && { pages }), deploy: { dryRun: true } }).done
      return formatPlan(plan)
    }
    expect(await planOf({})).toContain('publishes shop to production, by the branch gh-pages\n')
    expect(await planOf({ branch: 'live', mode: 'workflow', domain: 'www.example.com' })).toContain(
      'publishes shop to production, by a workflow on the branch live, which is let through to the environment github-pages, at www.example.com\n',
    )
  })

  it('tells that it lets its branch through to the environment, also where the set-up names others', async () => {
    const environments = { 'github-pages': { branches: ['main'] } }
    const choice = { pages: { mode: 'workflow' }, github: { setup: { environments } } } as const
    const events = await run(choice)
    expect(endOf(events).outcome).toBe('success')
    const wanted = {
      type: 'setting-ready',
      step: 'publish-github-pages',
      setting: 'environment-branch',
      name: 'github-pages/gh-pages',
      change: 'created',
    }
    expect(events).toContainEqual(expect.objectContaining(wanted))
    await stage.write({ 'src/about.html': 'about' })
    const again = await run(choice)
    expect(again).not.toContainEqual(expect.objectContaining(wanted))
    // What travels in a commit is counted, and not weighed.
    const end = again.find((event) => event.type === 'step-end' && event.step === 'publish-github-pages')
    expect(end).toMatchObject({ summary: '1 file sent' })
  })

  it('advises what helps on GitHub Pages where links into the app get 404', async () => {
    const events = await run({ pages: { spaFallback: false } })
    const warning = events.find((event) => event.type === 'warning' && event.code === 'rewrite-missing')
    expect(warning).toMatchObject({ hint: expect.stringContaining('githubPages.spaFallback: true') })
    expect(warning).not.toMatchObject({ hint: expect.stringContaining('_redirects') })
  })
})

function failureOf(events: readonly DeploymentEvent[]) {
  const end = endOf(events)
  if (end.outcome === 'success' || !end.error) throw new Error('an error was expected')
  return { error: end.error }
}

async function ask(method: string, path: string, json: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${stage.emulator.token}` }
  const url = `${stage.emulator.github.url}/repos/owner/shop${path}`
  const response = await stage.emulator.fetch(url, { method, headers, body: JSON.stringify(json) })
  expect(response.ok).toBe(true)
}
