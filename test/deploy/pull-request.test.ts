import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GithubOptions } from '../../src/git/github.js'
import type { Overrides } from '../support/stage.js'
import { endOf, eventsOf, nativeGit, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

const repository = () => stage.emulator.github.state.repository('owner/shop')
const bodies = () => repository().comments.map(({ issue, body }) => [issue, body] as const)
const host = (options: Partial<GithubOptions> = {}) => stage.github({ pullRequest: 'find', ...options })

/** Deploys to a branch of its own. */
const deployFeature = (options: Overrides = {}) =>
  stage.deploy({ git: host(), commit: { branch: 'feature' }, ...options })

/** Makes the repository, with an open pull request of the branch `feature`. */
async function withPullRequest(): Promise<number> {
  await stage.deploy({ git: stage.github(), targets: [] }).done
  await nativeGit(repository().path, 'branch', 'feature', 'main')
  await stage.write({ 'README.md': '# The new shop\n' })
  await stage.deploy({ git: stage.github(), commit: { branch: 'feature' }, targets: [] }).done
  const response = await stage.emulator.fetch(`${stage.emulator.github.url}/repos/owner/shop/pulls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.emulator.token}` },
    body: JSON.stringify({ title: 'Feature', head: 'feature', base: 'main' }),
  })
  expect(response.status).toBe(201)
  return ((await response.json()) as { number: number }).number
}

describe('a deployment whose pull request is told', () => {
  it('shows where each target is live, and the next one says so in the same comment', async () => {
    const number = await withPullRequest()
    const targets = [stage.netlify(), stage.netlify({ site: 'acme-docs', name: 'docs' })]
    const first = deployFeature({ environment: 'preview', targets })
    const events = await eventsOf(first)
    const { commits, releases } = await first.done
    expect(events.filter(({ type }) => type === 'warning')).toEqual([])
    const [[issue, body] = [0, '']] = bodies()
    expect(issue).toBe(number)
    for (const { target, url } of releases) expect(body).toContain(`- \`${target}\`: ✅ live and verified at <${url}>`)
    expect(body).toContain(`Commit [\`${commits[0]?.oid.slice(0, 7)}\`](${commits[0]?.url}) on \`feature\`, 20`)
    expect(body).toMatch(/^### Preview by Tabship\n[\s\S]*UTC\n\n<!-- tabship:preview -->$/)

    await stage.write({ 'src/index.html': '<!doctype html><title>Two</title>' })
    const second = await deployFeature({ environment: 'preview', targets }).done
    expect(bodies()).toHaveLength(1)
    expect(bodies()[0]?.[1]).toContain(second.commits[0]?.oid.slice(0, 7))
    expect(bodies()[0]?.[1]).not.toContain(commits[0]?.oid.slice(0, 7))

    await deployFeature({ targets }).done
    expect(bodies().map(([, text]) => text.split('\n', 1)[0])).toEqual([
      '### Preview by Tabship',
      '### Deployment by Tabship',
    ])
  })

  it('says so while it is under way, and that it is live where nobody verifies it', async () => {
    await withPullRequest()
    const seen: string[] = []
    const deployment = deployFeature({ verify: false })
    for await (const event of deployment.events)
      if (event.type === 'step-start' && event.step === 'publish-netlify') seen.push(bodies()[0]?.[1] ?? '')
    expect(seen[0]).toContain('- `netlify`: ⏳ deploying\n')
    const { url } = await deployment.done
    expect(bodies()[0]?.[1]).toContain(`- \`netlify\`: ✅ live at <${url}>`)
  })

  it('says that it failed and why, in words that nobody can take for Markdown', async () => {
    const number = await withPullRequest()
    const fault = { kind: 'status', status: 422 } as const
    stage.emulator.faults.add({ provider: 'netlify', method: 'POST', path: /\/deploys/, fault })
    const git = host({ pullRequest: number })
    const targets = [stage.netlify({ name: 'docs' }), stage.netlify({ site: 'other' })]
    const end = endOf(await eventsOf(deployFeature({ git, targets })))
    expect(end).toMatchObject({ outcome: 'failure' })
    const [, body] = bodies()[0] ?? [0, '']
    expect(bodies()).toHaveLength(1)
    expect(body).toContain('- `docs`: ❌ failed\n- `netlify`: ❌ failed\n')
    expect(body).toMatch(/\nWhy it failed: `+ ?.*Netlify.*`+\n/)
  })

  it('says that it was canceled', async () => {
    await withPullRequest()
    const deployment = deployFeature()
    for await (const event of deployment.events)
      if (event.type === 'step-start' && event.step === 'publish-netlify') deployment.cancel()
    expect(bodies()[0]?.[1]).toContain('Why it failed: `The deployment was canceled.`')
  })

  it('tells the pull request that a conflict opened, instead of another', async () => {
    const number = await withPullRequest()
    const { owner } = stage.emulator.accounts
    const theirs = { repository: 'owner/shop', files: { 'theirs.txt': 'x' }, message: 'Theirs', author: owner }
    await stage.emulator.github.state.commit(theirs)
    const git = host({ pullRequest: number })
    const { commits } = await stage.deploy({ git, onConflict: 'branch' }).done
    const opened = commits[0]?.pullRequest?.number
    expect(opened).toBeGreaterThan(number)
    expect(bodies().map(([issue]) => issue)).toEqual([opened])
    expect(bodies()[0]?.[1]).toContain('✅ live and verified')
  })

  it('has nobody to tell where there is no pull request, and that is no error', async () => {
    const events = await eventsOf(stage.deploy({ git: host() }))
    expect(endOf(events).outcome).toBe('success')
    expect(events.filter(({ type }) => type === 'warning')).toEqual([])
    expect(repository().comments).toEqual([])
    expect(events).toContainEqual(
      expect.objectContaining({ step: 'announce-pull-request', summary: 'there is no pull request' }),
    )
  })

  it('stays live where the comment is refused, and warns', async () => {
    await withPullRequest()
    const fault = { kind: 'status', status: 403 } as const
    stage.emulator.faults.add({ provider: 'github', method: 'POST', path: /\/comments$/, fault, times: 9 })
    const events = await eventsOf(deployFeature())
    expect(endOf(events).outcome).toBe('success')
    const warnings = events.filter((event) => event.type === 'warning')
    expect(warnings.map(({ code }) => code)).toEqual(['pull-request-untold', 'pull-request-untold'])
    expect(warnings[0]?.message).toMatch(/^The pull request was not told: /)
  })

  it('writes one comment where the answer to it is lost', async () => {
    await withPullRequest()
    const fault = { kind: 'reset-after' } as const
    stage.emulator.faults.add({ provider: 'github', method: 'POST', path: /\/comments$/, fault, times: 1 })
    stage.emulator.faults.add({ provider: 'github', method: 'PATCH', path: /\/comments\//, fault, times: 1 })
    await deployFeature().done
    expect(bodies()).toHaveLength(1)
    expect(bodies()[0]?.[1]).toContain('✅ live and verified')
  })

  it('stands in the plan, and not where nobody asked for it', async () => {
    const ids = async (git: Overrides['git']) =>
      (await stage.deploy({ git, dryRun: true }).done).plan.steps.map(({ id }) => id)
    const [plain, told] = [await ids(stage.github()), await ids(host())]
    expect(told.filter((id) => !plain.includes(id))).toEqual(['announce-pull-request', 'comment-netlify'])
    expect(() => host({ pullRequest: 0 })).toThrow('github.pullRequest')
    expect(() => host({ pullRequest: 'newest' as never })).toThrow('github.pullRequest')
  })
})
