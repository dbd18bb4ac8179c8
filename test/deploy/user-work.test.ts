import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatPlan, plan, survey } from '../../src/index.js'
import { endOf, eventsOf, project, projectOptions, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})

afterEach(async () => {
  await stage.close()
})

const grace = { name: 'Grace', email: 'grace@example.com' }
const text = async (path: string) => new TextDecoder().decode(await stage.container.fs.readFile(path))
const committed = async () => {
  const { path } = stage.emulator.github.state.repository('owner/shop')
  const { nativeGit } = await import('../support/stage.js')
  return (await nativeGit(path, 'ls-tree', '-r', '--name-only', 'main')).trim().split('\n')
}

describe('work of somebody else in the repository', () => {
  it('that came after the last deployment is a conflict that names it, and stays', async () => {
    const first = await stage.deploy().done
    const theirs = await stage.emulator.github.state.commit({
      repository: 'owner/shop',
      files: { 'teammate.ts': 'export {}' },
      message: 'Help out',
      author: grace,
    })
    const events = await eventsOf(stage.deploy())
    expect(endOf(events)).toMatchObject({
      outcome: 'failure',
      error: {
        code: 'branch-foreign',
        step: 'commit',
        details: { author: 'Grace', found: theirs, changes: { deleted: 1 } },
      },
    })
    expect(await stage.emulator.github.state.head('owner/shop')).toBe(theirs)
    expect(events.some((event) => event.step === 'publish-netlify' && event.type === 'step-start')).toBe(false)

    // Whoever says that the project is based on it may go on.
    await stage.write({ 'teammate.ts': 'export {}' })
    const { commits } = await stage.deploy({ commit: { expectedHead: theirs } }).done
    expect(commits).toMatchObject([{ created: false, oid: theirs }])
    expect(first.commits[0]?.oid).not.toBe(theirs)
  })

  it('that the project holds as well is no conflict', async () => {
    await stage.deploy({ targets: [] }).done
    await stage.emulator.github.state.commit({
      repository: 'owner/shop',
      files: { 'a.txt': 'a' },
      message: 'A',
      author: grace,
    })
    await stage.write({ 'a.txt': 'a', 'b.txt': 'b' })
    const { commits } = await stage.deploy({ targets: [] }).done
    expect(commits).toMatchObject([{ created: true, changes: { added: 1, changed: 0, deleted: 0 } }])
  })
})

describe('a project in a sub-folder', () => {
  it('is committed with all that stands around it', async () => {
    await stage.write({ 'packages/lib/index.js': 'export {}', 'site/index.html': '<h1>Site</h1>' })
    const { url } = await stage.deploy({ project: { root: 'site' } }).done
    expect(await (await stage.emulator.fetch(url ?? '')).text()).toBe('<h1>Site</h1>')
    expect(await committed()).toEqual(
      [...Object.keys(project), 'packages/lib/index.js', 'site/index.html'].sort((a, b) => (a < b ? -1 : 1)),
    )
  })

  it('is committed by itself where that is asked for', async () => {
    await stage.write({ 'site/index.html': '<h1>Site</h1>' })
    await stage.deploy({ project: { root: 'site' }, commit: { root: 'site' } }).done
    expect(await committed()).toEqual(['index.html'])
  })
})

describe('source in the output folder', () => {
  const mixed = { installCommand: null, buildCommand: 'node bundle.mjs', outputDirectory: 'public', framework: 'other' }
  const bundle = `import { mkdirSync, writeFileSync } from 'node:fs'
    mkdirSync('public/build', { recursive: true }); writeFileSync('public/build/bundle.js', 'run()')`

  it('stays, is published and is committed', async () => {
    await stage.write({ 'bundle.mjs': bundle, 'public/index.html': '<script src="/build/bundle.js"></script>' })
    const { url, releases } = await stage.deploy({ project: mixed }).done
    expect(releases[0]?.uploaded.files).toBe(2)
    expect(await (await stage.emulator.fetch(url ?? '')).text()).toBe('<script src="/build/bundle.js"></script>')
    expect(await text('public/index.html')).toBe('<script src="/build/bundle.js"></script>')
    expect(await committed()).toContain('public/index.html')
    expect((await stage.deploy({ project: mixed }).done).releases[0]?.uploaded.files).toBe(0)
  })

  it('comes back over what a failing build left', async () => {
    await stage.write({
      '.gitignore': 'public\n',
      'public/index.html': 'good',
      'bundle.mjs': `${bundle}; process.exit(1)`,
    })
    const events = await eventsOf(stage.deploy({ project: mixed }))
    expect(endOf(events)).toMatchObject({ error: { code: 'build-failed' } })
    expect(await text('public/index.html')).toBe('good')
    await expect(text('public/build/bundle.js')).rejects.toThrow('ENOENT')
  })

  it('that .gitignore names is of the build, and what an earlier build left is gone', async () => {
    await stage.write({ '.gitignore': 'public\n', 'public/old.js': 'old', 'bundle.mjs': bundle })
    const { releases } = await stage.deploy({ project: mixed, verify: false }).done
    expect(releases[0]?.uploaded.files).toBe(1)
    await expect(text('public/old.js')).rejects.toThrow('ENOENT')
  })
})

describe('a deployment that ends early', () => {
  it('says what was done before and stands', async () => {
    const deployment = stage.deploy()
    for await (const event of deployment.events) if (event.type === 'release-create') deployment.cancel()
    const end = endOf(await eventsOf(deployment))
    if (end.outcome === 'success') throw new Error('the deployment was not canceled')
    const done = end.error.details.done as string[]
    // The site and the repository are made side by side.
    expect([...done.slice(0, 2).sort(), ...done.slice(2)]).toEqual([
      expect.stringContaining('created the repository'),
      expect.stringContaining('created the site'),
      expect.stringMatching(/^committed [0-9a-f]{7} to main$/),
      expect.stringContaining('published http'),
    ])
    expect(end.error.hint).toContain('published http')
  })
})

describe('survey and plan', () => {
  it('give the plan without a deployment', async () => {
    const options = {
      container: stage.container,
      project: projectOptions,
      git: stage.github(),
      targets: [stage.netlify()],
    }
    const facts = await survey(options)
    const table = formatPlan(plan(options, facts))
    expect(table).toContain('Publish on Netlify')
    expect(facts.source?.artifacts.map(({ path }) => path)).toEqual(Object.keys(project).sort())
  })
})

describe('two first deployments at the same time', () => {
  it('share one site and one repository', async () => {
    const results = await Promise.allSettled([stage.deploy().done, stage.deploy().done])
    // The same content in both: whoever comes second finds its commit there, or a branch that has moved.
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(failed.filter((code) => code !== 'branch-moved')).toEqual([])
    expect(failed.length).toBeLessThan(2)
    expect(stage.emulator.github.state.repositories).toHaveLength(1)
    expect([...stage.emulator.netlify.state.sites.values()]).toHaveLength(1)
  })
})

describe('what a repository does not take', () => {
  it('is refused before a byte is sent, by its name', async () => {
    await stage.write({ 'media/film.bin': new Uint8Array(101 * 1024 * 1024) as unknown as string })
    const before = stage.emulator.requests.length
    const end = endOf(await eventsOf(stage.deploy()))
    expect(end).toMatchObject({ outcome: 'failure', error: { name: 'OptionsError', code: 'file-too-large' } })
    if (end.outcome === 'success') throw new Error('it was deployed')
    expect(end.error.message).toContain('media/film.bin')
    expect(end.error.hint).toContain('https://gh.io/lfs')
    expect(stage.emulator.requests).toHaveLength(before)
  })
})

describe('a commit without a relay', () => {
  it('says before it begins how it is made and how long that takes at the most', async () => {
    const pictures = Array.from({ length: 160 }, (_, index) => [`pictures/${index}.png`, `picture ${index}`] as const)
    await stage.write(Object.fromEntries(pictures))
    const git = stage.github({ transport: 'auto' })
    const { plan: made } = await stage.deploy({ git, targets: [], dryRun: true }).done
    const line = made.steps.find(({ id }) => id === 'commit')
    expect(line?.description).toContain("by GitHub's API since there is no relay, in at most 2 minutes")
    expect(line?.requests?.most).toBeGreaterThan(160)
    expect(line?.duration).toBeGreaterThanOrEqual(120_000)
    const relayed = await stage.deploy({ git, targets: [], dryRun: true, relay: stage.emulator.relay.url }).done
    expect(relayed.plan.steps.find(({ id }) => id === 'commit')?.duration).toBeLessThan(10_000)
  })

  it('goes to the branch all the same', async () => {
    const { commits } = await stage.deploy({ git: stage.github({ transport: 'auto' }), targets: [] }).done
    expect(commits).toMatchObject([{ created: true, branch: 'main' }])
    expect(await stage.emulator.github.state.head('owner/shop')).toBe(commits[0]?.oid)
    const { path } = stage.emulator.github.state.repository('owner/shop')
    expect(stage.emulator.requests.some(({ path }) => path.includes('git-receive-pack'))).toBe(false)
    const { nativeGit } = await import('../support/stage.js')
    await nativeGit(path, 'fsck', '--strict')
  })
})
