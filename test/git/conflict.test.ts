import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BranchConflict, Commit, CommitInput, ConflictChoice, GitHost } from '../../src/spec/git-host.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { memoryCache, type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { thrownBy } from '../support/thrown-by.js'
import { type GithubBench, startGithubBench } from './github-bench.js'

const author = { name: 'Ada Example', email: 'ada@example.com' }
const start: Record<string, string> = { 'index.html': 'one', 'about.html': 'about', 'folder/page.html': 'page' }

describe.each(['git', 'the API'] as const)('a branch that has moved, reached by %s', (way) => {
  let bench: GithubBench
  let git: NativeGit
  let count = 0

  beforeAll(async () => {
    bench = await startGithubBench(way === 'git' ? 'straight' : 'without git')
    git = await startNativeGit()
  })
  afterAll(async () => {
    await bench.close()
    await git.close()
  })

  interface Scene {
    readonly fullName: string
    readonly host: GitHost<unknown>
    /** The commit that the project is based on. */
    readonly ground: string
    commit(files: Files, changes?: Partial<CommitInput>, context?: TestContext): Promise<Commit>
    theirs(files: Record<string, string | null>): Promise<string>
  }

  /** A repository with a commit, on which a project is based. */
  async function scene(): Promise<Scene> {
    count += 1
    const fullName = `${bench.user}/conflict-${count}`
    const host = bench.hostWith({ repository: fullName })
    await bench.create(fullName)
    const ground = await bench.commit({ repository: fullName, files: start, message: 'Begin' })
    return {
      fullName,
      host,
      ground,
      theirs: (files) => bench.commit({ repository: fullName, files, message: 'Their change' }),
      async commit(files, changes = {}, context = freshContext()) {
        const repository = await host.prepare({ branches: [] }, context)
        const { artifacts } = await artifactsOf(files)
        const given = { repository, branch: 'main', artifacts, author, keep: [], message: 'Deploy\n\nWith care.' }
        const more = { deployment: `deployment-${count}`, date: Date.UTC(2024, 4, 17), based: true }
        return host.commit({ ...given, ...more, expectedHead: ground, ...changes }, context)
      },
    }
  }
  const freshContext = () => testContext({ fetch: bench.fetch, clock: hurriedClock() })
  const filesOf = async (fullName: string, branch?: string) => {
    await git.run(bench.folder(fullName), 'fsck', '--strict', '--full', '--no-dangling')
    const files = await git.filesOf(bench.remote(fullName), branch)
    return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]))
  }
  const answering = (...choices: ConflictChoice[]) => {
    const asked: BranchConflict[] = []
    return {
      asked,
      onConflict(conflict: BranchConflict): ConflictChoice {
        asked.push(conflict)
        return choices[asked.length - 1] ?? 'stop'
      },
    }
  }

  it('shows whose commit it is, and stops where nobody chooses', async () => {
    const { fullName, commit, theirs, ground } = await scene()
    const found = await theirs({ 'theirs.html': 'theirs' })
    const { asked, onConflict } = answering()
    const error = await thrownBy(commit({ ...start, 'index.html': 'two' }, { onConflict }))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'branch-moved', retryable: false })
    expect(asked).toEqual([
      expect.objectContaining({ branch: 'main', expected: ground, found, subject: 'Their change', paths: null }),
    ])
    expect(asked[0]?.choices).toEqual(['rebase', 'branch'])
    expect(await bench.head(fullName)).toBe(found)
  })

  it('takes the commit on top, where both touch different files', async () => {
    const { fullName, commit, theirs } = await scene()
    const found = await theirs({ 'theirs.html': 'theirs', 'folder/page.html': null })
    const context = freshContext()
    const { 'about.html': _, ...rest } = start
    const ours = { ...rest, 'index.html': 'two', 'new.html': 'new' }
    const made = await commit(ours, { onConflict: () => 'rebase' }, context)
    expect(made).toMatchObject({ parent: found, branch: 'main', changes: { added: 1, changed: 1, deleted: 1 } })
    expect(await filesOf(fullName)).toEqual({ 'index.html': 'two', 'new.html': 'new', 'theirs.html': 'theirs' })
    const [warning] = context.eventsOf('warning')
    expect(warning).toMatchObject({ code: 'commit-rebased' })
    expect(warning?.message).toContain(found.slice(0, 7))
  })

  it('names the files that both have changed, and loses neither', async () => {
    const { fullName, commit, theirs } = await scene()
    const found = await theirs({ 'index.html': 'theirs', 'about.html': null, 'both.html': 'same', 'clash/a': 'a' })
    const { asked, onConflict } = answering('rebase')
    const ours = { ...start, 'index.html': 'two', 'about.html': 'changed', 'both.html': 'same', clash: 'a file' }
    const error = await thrownBy(commit(ours, { onConflict }))
    expect(error).toMatchObject({ code: 'branch-moved', details: { choices: ['branch'] } })
    expect(error.message).toContain('about.html, clash/a, index.html')
    expect(asked.map(({ paths }) => paths)).toEqual([null, ['about.html', 'clash/a', 'index.html']])
    expect(await bench.head(fullName)).toBe(found)
  })

  it('is left alone, and the commit gets a branch of its own with a pull request', async () => {
    const { fullName, commit, theirs, ground } = await scene()
    const found = await theirs({ 'index.html': 'theirs' })
    const { asked, onConflict } = answering('rebase', 'branch')
    const made = await commit({ ...start, 'index.html': 'two' }, { onConflict })
    expect(asked).toHaveLength(2)
    expect(await bench.head(fullName)).toBe(found)
    expect(made).toMatchObject({ parent: ground, created: true, branch: expect.stringMatching(/^tabship\//) })
    expect(await bench.head(fullName, made.branch)).toBe(made.oid)
    expect(await filesOf(fullName, made.branch)).toEqual({ ...start, 'index.html': 'two' })
    const { pulls } = bench.emulator.github.state.repository(fullName)
    expect(pulls).toHaveLength(1)
    expect(made.pullRequest?.url).toContain(`/pull/${made.pullRequest?.number}`)
  })

  it('opens one pull request alone where the same is done again', async () => {
    const { fullName, commit, theirs } = await scene()
    await theirs({ 'index.html': 'theirs' })
    const saved: unknown[] = []
    const context = testContext({ fetch: bench.fetch, clock: hurriedClock(), onSave: (one) => void saved.push(one) })
    const first = await commit(
      { ...start, 'index.html': 'two' },
      { onConflict: () => 'branch' },
      context as TestContext,
    )
    const again = testContext({ fetch: bench.fetch, clock: hurriedClock(), again: true, saved: saved.at(-1) })
    const second = await commit({ ...start, 'index.html': 'two' }, { onConflict: () => 'stop' }, again as TestContext)
    expect(second).toMatchObject({ oid: first.oid, branch: first.branch, pullRequest: first.pullRequest })
    expect(bench.emulator.github.state.repository(fullName).pulls).toHaveLength(1)
  })

  it('knows a commit that it put on top, though the tab died with the answer', async () => {
    const { fullName, commit, theirs } = await scene()
    await theirs({ 'theirs.html': 'theirs' })
    const saved: unknown[] = []
    const context = testContext({ fetch: bench.fetch, clock: hurriedClock(), onSave: (one) => void saved.push(one) })
    const ours = { ...start, 'index.html': 'two' }
    const first = await commit(ours, { onConflict: () => 'rebase' }, context as TestContext)
    await theirs({ 'later.html': 'later' })
    const again = testContext({ fetch: bench.fetch, clock: hurriedClock(), again: true, saved: saved.at(-1) })
    const second = await commit(ours, {}, again as TestContext)
    expect(second).toEqual(first)
    expect(await filesOf(fullName)).toEqual({ ...ours, 'theirs.html': 'theirs', 'later.html': 'later' })
  })

  it('is rebased on what the last deployment from here left, where nobody said what the project is based on', async () => {
    const { fullName, commit, theirs } = await scene()
    const cache = memoryCache()
    const context = () => testContext({ fetch: bench.fetch, clock: hurriedClock(), cache })
    await commit({ ...start, 'index.html': 'two' }, {}, context())
    const found = await theirs({ 'theirs.html': 'theirs' })
    const ours = { ...start, 'index.html': 'three' }
    const unbased = { based: false, expectedHead: found }
    expect(await thrownBy(commit(ours, unbased, context()))).toMatchObject({ code: 'branch-foreign' })
    await commit(ours, { ...unbased, onConflict: () => 'rebase' }, context())
    expect(await filesOf(fullName)).toEqual({ ...ours, 'theirs.html': 'theirs' })
  })

  it.each([true, false])(
    'keeps their work in later deployments of a project that does not hold it (based: %s)',
    async (based) => {
      const { fullName, commit, theirs } = await scene()
      const cache = memoryCache()
      const context = () => testContext({ fetch: bench.fetch, clock: hurriedClock(), cache })
      await theirs({ 'theirs.html': 'theirs', 'folder/page.html': 'theirs too' })
      const first = await commit({ ...start, 'index.html': 'two' }, { onConflict: () => 'rebase' }, context())
      const { 'about.html': _, ...rest } = start
      const next = { based, expectedHead: first.oid }
      const second = await commit({ ...rest, 'index.html': 'three' }, next, context())
      expect(second).toMatchObject({ parent: first.oid, changes: { added: 0, changed: 1, deleted: 1 } })
      const held = { 'index.html': 'three', 'theirs.html': 'theirs', 'folder/page.html': 'theirs too' }
      expect(await filesOf(fullName)).toEqual(held)
      const third = { based, expectedHead: second.oid }
      await commit({ ...held, 'index.html': 'four' }, third, context())
      const { 'theirs.html': __, ...last } = held
      const fourth = { based, expectedHead: (await bench.head(fullName)) ?? null }
      await commit({ ...last, 'index.html': 'five' }, fourth, context())
      expect(await filesOf(fullName)).toEqual({ 'index.html': 'five', 'folder/page.html': 'theirs too' })
    },
  )

  it('keeps their work from a browser that knows of nothing, where nobody says what the project is based on', async () => {
    const { fullName, commit, theirs } = await scene()
    await theirs({ 'theirs.html': 'theirs' })
    const { oid } = await commit({ ...start, 'index.html': 'two' }, { onConflict: () => 'rebase' })
    const unknowing = { based: false, expectedHead: oid }
    const error = await thrownBy(commit({ ...start, 'index.html': 'three' }, unknowing))
    expect(error).toMatchObject({ code: 'branch-foreign' })
    expect(await bench.head(fullName)).toBe(oid)
  })

  it('is not overwritten by the deployment of somebody else, whatever each of them knows', async () => {
    const { fullName, commit } = await scene()
    const [adas, bobs] = [memoryCache(), memoryCache()]
    const context = (cache = memoryCache()) => testContext({ fetch: bench.fetch, clock: hurriedClock(), cache })
    await commit({ ...start, 'ada.html': 'Ada' }, {}, context(adas))
    const bob = { author: { name: 'Bob Example', email: 'bob@example.com' }, based: false, deployment: 'of-bob' }
    const at = async () => ({ expectedHead: (await bench.head(fullName)) ?? null })
    const refused = await thrownBy(commit({ ...start, 'bob.html': 'Bob' }, { ...bob, ...(await at()) }, context(bobs)))
    expect(refused).toMatchObject({ code: 'branch-foreign', details: { changes: { deleted: 1 } } })
    const rebase = { onConflict: (): ConflictChoice => 'rebase' }
    await commit({ ...start, 'bob.html': 'Bob' }, { ...bob, ...rebase, ...(await at()) }, context(bobs))
    expect(await filesOf(fullName)).toEqual({ ...start, 'ada.html': 'Ada', 'bob.html': 'Bob' })
    const again = { based: false, deployment: 'ada-again', ...(await at()) }
    const ours = { ...start, 'ada.html': 'Ada, again' }
    expect(await thrownBy(commit(ours, again, context(adas)))).toMatchObject({ code: 'branch-foreign' })
    await commit(ours, { ...again, ...rebase }, context(adas))
    expect(await filesOf(fullName)).toEqual({ ...ours, 'bob.html': 'Bob' })
    // The same person from elsewhere: the project is the same one.
    await commit(
      { ...ours, 'more.html': 'more', 'bob.html': 'Bob' },
      { ...again, ...(await at()), deployment: 'ada-elsewhere', onConflict: () => 'rebase' },
    )
    expect(await filesOf(fullName)).toEqual({ ...ours, 'more.html': 'more', 'bob.html': 'Bob' })
  })

  it('keeps the first commit of somebody else who was quicker', async () => {
    const { fullName, commit } = await scene()
    const first = { expectedHead: null, based: false, author: { name: 'Bob Example', email: 'bob@example.com' } }
    const error = await thrownBy(commit({ 'bob.html': 'Bob' }, first))
    expect(error).toMatchObject({ code: 'branch-moved' })
    await commit({ 'bob.html': 'Bob' }, { ...first, onConflict: () => 'rebase' })
    expect(await filesOf(fullName)).toEqual({ ...start, 'bob.html': 'Bob' })
    const clash = await thrownBy(
      commit({ 'index.html': 'Bob' }, { ...first, deployment: 'clash', onConflict: () => 'rebase' }),
    )
    expect(clash).toMatchObject({ details: { paths: ['index.html'], choices: ['branch'] } })
  })

  it.each([true, false])(
    'stays without what they have deleted, in later deployments too (based: %s)',
    async (based) => {
      const { fullName, commit, theirs } = await scene()
      const cache = memoryCache()
      const context = () => testContext({ fetch: bench.fetch, clock: hurriedClock(), cache })
      await theirs({ 'about.html': null })
      const { oid } = await commit({ ...start, 'index.html': 'two' }, { onConflict: () => 'rebase' }, context())
      const next = { based, expectedHead: oid, deployment: `after-${oid}` }
      await commit({ ...start, 'index.html': 'three' }, next, context())
      expect(await filesOf(fullName)).toEqual({ 'index.html': 'three', 'folder/page.html': 'page' })
    },
  )

  it('is given nothing back by the pull request, where nobody said what the project is based on', async () => {
    const { fullName, commit, theirs } = await scene()
    const cache = memoryCache()
    const context = () => testContext({ fetch: bench.fetch, clock: hurriedClock(), cache })
    const known = await commit({ ...start, 'ours.html': 'ours' }, {}, context())
    const found = await theirs({ 'theirs.html': 'theirs', 'index.html': 'theirs too' })
    const unbased = { based: false, expectedHead: found, onConflict: (): ConflictChoice => 'branch' }
    const made = await commit({ ...start, 'ours.html': 'ours, again' }, { ...unbased, deployment: 'second' }, context())
    expect(made.parent).toBe(known.oid)
    const fresh = await commit(
      { ...start, 'fresh.html': 'fresh' },
      { ...unbased, deployment: 'third', author: { name: 'Bob Example', email: 'bob@example.com' } },
    )
    expect(fresh).toMatchObject({ parent: found, changes: { deleted: 0 } })
    expect(fresh.branch).not.toBe(made.branch)
    expect(await bench.head(fullName)).toBe(found)
  })

  it('has one pull request of a person, which is kept up to date', async () => {
    const { fullName, commit, theirs } = await scene()
    await theirs({ 'index.html': 'theirs' })
    const ours = { ...start, 'index.html': 'two' }
    const first = await commit(ours, { onConflict: () => 'branch', deployment: 'first' })
    const second = await commit({ ...ours, 'more.html': 'more' }, { onConflict: () => 'branch', deployment: 'second' })
    expect(second).toMatchObject({ parent: first.oid, branch: first.branch, pullRequest: first.pullRequest })
    const third = await commit({ ...ours, 'more.html': 'more' }, { onConflict: () => 'branch', deployment: 'third' })
    expect(third).toMatchObject({ oid: second.oid, created: false, pullRequest: first.pullRequest })
    expect(bench.emulator.github.state.repository(fullName).pulls).toHaveLength(1)
  })

  it('is where a new branch begins', async () => {
    const { fullName, commit, ground } = await scene()
    const begin = { branch: 'feature', expectedHead: null, based: false, startFrom: { oid: ground, branch: 'main' } }
    const made = await commit({ ...start, 'index.html': 'two' }, begin)
    expect(made).toMatchObject({ parent: ground, branch: 'feature', changes: { changed: 1, deleted: 0 } })
    const same = await commit(start, { ...begin, branch: 'same' })
    expect(same).toMatchObject({ parent: ground, changes: { added: 0, changed: 0, deleted: 0 } })
    expect(await bench.head(fullName, 'same')).toBe(same.oid)
    expect(await filesOf(fullName, 'feature')).toEqual({ ...start, 'index.html': 'two' })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('the dialog is gone')
      },
      'the dialog is gone',
    ],
    ['gives what is no choice', () => 'force' as ConflictChoice, 'it gave force, not stop, rebase, branch'],
  ])('is left alone where onConflict %s, which is said', async (_what, onConflict, said) => {
    const { fullName, commit, theirs } = await scene()
    const found = await theirs({ 'index.html': 'theirs' })
    const error = await thrownBy(commit({ ...start, 'index.html': 'two' }, { onConflict }))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'on-conflict-failed' })
    expect(error.message).toContain(said)
    expect(await bench.head(fullName)).toBe(found)
  })

  it('is not rebased on a history that somebody has rewritten', async () => {
    const { fullName, commit, ground } = await scene()
    const folder = bench.folder(fullName)
    const tree = await git.run(folder, 'rev-parse', `${ground}^{tree}`)
    const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com']
    const other = await git.run(folder, ...identity, 'commit-tree', '-m', 'Another beginning', tree)
    await git.run(folder, 'update-ref', 'refs/heads/main', other)
    const error = await thrownBy(commit({ ...start, 'index.html': 'two' }, { onConflict: () => 'rebase' }))
    expect(error).toMatchObject({ code: 'branch-moved' })
    expect(await bench.head(fullName)).toBe(other)
  })
})

describe('two clients that push at the same time', () => {
  let bench: GithubBench
  let git: NativeGit

  beforeAll(async () => {
    bench = await startGithubBench()
    git = await startNativeGit()
  })
  afterAll(async () => {
    await bench.close()
    await git.close()
  })

  it('lose no commit in fifty rounds', async () => {
    const fullName = `${bench.user}/race`
    await bench.create(fullName)
    const first = await bench.commit({ repository: fullName, files: { 'shared.txt': 'shared' }, message: 'Begin' })
    const expected: Record<string, Uint8Array> = { 'shared.txt': bytesOf('shared') }
    const made: string[] = []

    async function client(name: string): Promise<void> {
      const cache = memoryCache()
      const host = bench.hostWith({ repository: fullName })
      const own: Record<string, string> = {}
      let expectedHead = first
      for (let round = 1; round <= 50; round += 1) {
        const context = testContext({ fetch: bench.fetch, clock: hurriedClock(), cache })
        const repository = await host.prepare({ branches: [] }, context)
        own[`${name}/${round}.txt`] = `${name} ${round}`
        const { artifacts } = await artifactsOf({ 'shared.txt': 'shared', ...own })
        const about = { message: `${name} ${round}`, deployment: `${name}-${round}`, date: Date.UTC(2024, 0, round) }
        const given = { repository, branch: 'main', artifacts, author, keep: [], ...about }
        const commit = await host.commit({ ...given, expectedHead, based: true, onConflict: () => 'rebase' }, context)
        made.push(commit.oid)
        // It never looks at what the other one did: that stays on the branch all the same.
        expectedHead = commit.oid
      }
      for (const [path, text] of Object.entries(own)) expected[path] = bytesOf(text)
    }

    await Promise.all([client('one'), client('two')])
    const history = (await git.run(bench.folder(fullName), 'rev-list', 'main')).split('\n')
    expect(history).toHaveLength(101)
    expect(made.every((oid) => history.includes(oid))).toBe(true)
    expect(await git.filesOf(bench.remote(fullName))).toEqual(expected)
    await git.run(bench.folder(fullName), 'fsck', '--strict', '--full', '--no-dangling')
  })
})
