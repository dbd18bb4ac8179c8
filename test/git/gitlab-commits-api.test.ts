import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Commit, CommitInput } from '../../src/spec/git-host.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { type TestContext, type TestContextOptions, testContext } from '../support/context.js'
import { faultAt, faults } from '../support/faults.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type Memory, mortalRun } from '../support/mortal-run.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { demandingFiles } from './conformance.js'
import { type GitlabBench, startGitlabBench } from './gitlab-bench.js'

const isGit = ({ url }: SeenRequest): boolean => /\.git\/(?:info\/refs|git-)/.test(url.pathname)
const isCommit = ({ method, url }: SeenRequest): boolean =>
  method === 'POST' && url.pathname.endsWith('/repository/commits')

describe('gitlab without git', () => {
  let bench: GitlabBench
  let git: NativeGit
  let count = 0

  beforeAll(async () => {
    bench = await startGitlabBench('as a page')
    git = await startNativeGit()
  })
  afterAll(async () => {
    await bench.close()
    await git.close()
  })

  interface World extends Partial<Omit<TestContextOptions, 'fetch'>> {
    readonly intercept?: Interceptor
  }
  /** What a page sees of GitLab without a relay: the API, and nothing of git. */
  function watched({ intercept = (_, send) => send(), ...rest }: World = {}) {
    const { fetch, requests } = watchFetch(bench.fetch, async (request, send) => {
      if (isGit(request)) throw new TypeError('Failed to fetch')
      return intercept(request, send)
    })
    return { context: testContext({ clock: hurriedClock(), ...rest, fetch }), requests }
  }
  const freshName = (): string => `owner/page-${++count}`

  type Changes = Partial<Omit<CommitInput, 'repository' | 'artifacts'>> & { modes?: Parameters<typeof artifactsOf>[1] }
  async function commit(
    fullName: string,
    files: Files,
    { modes, ...changes }: Changes = {},
    context: TestContext = watched().context,
  ): Promise<Commit> {
    const host = bench.hostWith({ repository: fullName })
    const branches = changes.branch === undefined ? [] : [changes.branch]
    const repository = await host.prepare({ branches }, context)
    const branch = changes.branch ?? repository.defaultBranch
    const { artifacts } = await artifactsOf(files, modes)
    const given = { repository, branch, artifacts, keep: [], message: 'Deploy', author: null, based: true, date: 0 }
    const expectedHead = repository.heads[branch] ?? null
    return host.commit({ ...given, deployment: 'deployment-1', expectedHead, ...changes }, context)
  }
  async function expectFiles(fullName: string, files: Files, branch?: string): Promise<void> {
    await git.run(bench.folder(fullName), 'fsck', '--strict', '--full', '--no-dangling')
    const expected = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]))
    expect(await git.filesOf(bench.remote(fullName), branch)).toEqual(expected)
  }
  const show = (fullName: string, format: string, oid = 'HEAD'): Promise<string> =>
    git.run(bench.folder(fullName), 'show', '--no-patch', `--format=${format}`, oid)
  const commitsOf = async (fullName: string): Promise<number> =>
    Number(await git.run(bench.folder(fullName), 'rev-list', '--count', 'HEAD'))

  it('makes the first commit and the next ones with the Commits API', async () => {
    const fullName = freshName()
    const { context, requests } = watched()
    const first = await commit(fullName, demandingFiles, {}, context)
    expect(first).toMatchObject({ parent: null, created: true, branch: 'main' })
    expect(requests.filter(isCommit)).toHaveLength(1)
    expect(requests.filter(isGit)).toEqual([])
    await expectFiles(fullName, demandingFiles)
    const { empty, ...rest } = demandingFiles
    const files = { ...rest, 'index.html': 'changed', 'new.txt': 'new' }
    const second = await commit(fullName, files)
    expect(empty).toBe('')
    expect(second).toMatchObject({ parent: first.oid, changes: { added: 1, changed: 1, deleted: 1 } })
    expect(await bench.head(fullName)).toBe(second.oid)
    await expectFiles(fullName, files)
  })

  it('is the way where the relay does not let git through, which is told', async () => {
    const { fetch } = watchFetch(bench.fetch, async (request, send) => {
      if (!isGit(request)) return send()
      return new Response('{}', { status: 403, headers: { 'x-relay-error': 'relay-destination-refused' } })
    })
    const context = testContext({ fetch, relay: bench.relay })
    const fullName = freshName()
    await commit(fullName, { 'a.txt': '1' }, {}, context)
    await expectFiles(fullName, { 'a.txt': '1' })
    const change = {
      provider: 'gitlab',
      transport: 'api',
      reason: expect.stringContaining('relay-destination-refused'),
    }
    expect(context.eventsOf('transport-change')).toMatchObject([change])
  })

  it('goes on with git where that failed only once', async () => {
    let isBroken = true
    const { fetch, requests } = watchFetch(bench.fetch, async (request, send) => {
      if (!isGit(request) || !isBroken) return send()
      isBroken = false
      throw new TypeError('Failed to fetch')
    })
    const fullName = freshName()
    await commit(fullName, { 'a.txt': '1' }, {}, testContext({ fetch, relay: bench.relay, clock: hurriedClock() }))
    expect(requests.filter(isCommit)).toEqual([])
    await expectFiles(fullName, { 'a.txt': '1' })
  })

  it('signs as the author, with the trailer of the deployment', async () => {
    const fullName = freshName()
    const author = { name: 'Ada <Example>', email: 'ada@example.com' }
    await commit(fullName, { 'a.txt': '1' }, { author, message: 'Größer 😀\n\nWith a body.' })
    expect((await show(fullName, '%an|%ae|%cn|%B')).trim()).toBe(
      'Ada  Example|ada@example.com|Owner|Größer 😀\n\nWith a body.\n\nTabship-Deployment: deployment-1',
    )
  })

  it('makes no commit where nothing has changed', async () => {
    const fullName = freshName()
    const first = await commit(fullName, demandingFiles)
    const { context, requests } = watched()
    const second = await commit(fullName, demandingFiles, { deployment: 'deployment-2' }, context)
    expect(second).toMatchObject({ oid: first.oid, created: false })
    expect(requests.filter(isCommit)).toEqual([])
  })

  it('turns a file into a folder, a folder into a file, and a link into a file', async () => {
    const fullName = freshName()
    await bench.create(fullName)
    await bench.commit({ repository: fullName, files: { one: 'file', 'two/file.txt': 'deep' }, message: 'Theirs' })
    const clone = join(git.folder, 'with-a-link')
    await git.run(git.folder, 'clone', '--quiet', bench.remote(fullName), clone)
    await symlink('one', join(clone, 'link'))
    await git.run(clone, 'add', 'link')
    const person = ['-c', 'user.name=Stranger', '-c', 'user.email=stranger@example.com']
    await git.run(clone, ...person, 'commit', '--quiet', '--message=A link')
    await git.run(clone, 'push', '--quiet')
    const files = { 'one/file.txt': 'deep', two: 'file', link: 'now a file' }
    await commit(fullName, files)
    await expectFiles(fullName, files)
    expect(await git.run(bench.folder(fullName), 'ls-tree', 'HEAD', 'link')).toContain('100644 blob')
  })

  it('leaves executable files executable, and makes them so where it is told', async () => {
    const fullName = freshName()
    const files = { 'run.sh': '#!/bin/sh\n', 'plain.txt': '1' }
    await commit(fullName, files, { modes: { 'run.sh': '100755' } })
    const modes = async () => (await git.run(bench.folder(fullName), 'ls-tree', 'HEAD')).match(/^\d+/gm)
    expect(await modes()).toEqual(['100644', '100755'])
    await commit(fullName, { ...files, 'run.sh': '#!/bin/sh\necho\n' })
    expect(await modes()).toEqual(['100644', '100755'])
    await commit(fullName, { ...files, 'plain.txt': '2' }, { modes: { 'plain.txt': '100755' } })
    expect(await modes()).toEqual(['100755', '100755'])
  })

  it('keeps paths that could not be read', async () => {
    const fullName = freshName()
    await bench.create(fullName)
    await bench.commit({ repository: fullName, files: { '.env': 'x', 'kept/a': 'a', gone: 'g' }, message: 'Theirs' })
    await commit(fullName, { 'a.txt': '1' }, { keep: ['.env', 'kept/'] })
    await expectFiles(fullName, { '.env': 'x', 'kept/a': 'a', 'a.txt': '1' })
  })

  it('begins a new branch at the default one', async () => {
    const fullName = freshName()
    const main = await commit(fullName, { 'source.ts': 'source' })
    const branch = 'deploy/site-1'
    const first = await commit(fullName, { 'index.html': '1' }, { branch })
    expect(first).toMatchObject({ branch, parent: main.oid, created: true })
    await expectFiles(fullName, { 'index.html': '1' }, branch)
    await expectFiles(fullName, { 'source.ts': 'source' })
  })

  it('reads a repository of more files than a page of the API holds', async () => {
    const fullName = freshName()
    const files: Record<string, string> = {}
    for (let index = 0; index < 250; index += 1) files[`folder-${index % 7}/file-${index}.txt`] = 'the same in all'
    await commit(fullName, files)
    files['folder-1/file-1.txt'] = 'another'
    const { context, requests } = watched()
    const { changes } = await commit(fullName, files, {}, context)
    expect(changes).toEqual({ added: 0, changed: 1, deleted: 0 })
    expect(requests.filter(({ url }) => url.pathname.endsWith('/tree'))).toHaveLength(3)
  })

  it('remembers what a branch holds from the last time', async () => {
    const fullName = freshName()
    const { cache } = watched().context
    await commit(fullName, { 'a.txt': '1' }, {}, watched({ cache }).context)
    const { context, requests } = watched({ cache })
    await commit(fullName, { 'a.txt': '2' }, {}, context)
    expect(requests.filter(({ url }) => url.pathname.endsWith('/tree'))).toEqual([])
    await expectFiles(fullName, { 'a.txt': '2' })
  })

  it('loses nothing of a commit that no deployment made, unless the project is based on it', async () => {
    const fullName = freshName()
    await bench.create(fullName)
    const theirs = await bench.commit({ repository: fullName, files: { 'b.txt': '2' }, message: 'Their work' })
    const error = await thrownBy(commit(fullName, { 'a.txt': '1' }, { based: false }))
    expect(error).toMatchObject({ code: 'branch-foreign', details: { found: theirs, changes: { deleted: 1 } } })
    expect(await bench.head(fullName)).toBe(theirs)
    await commit(fullName, { 'a.txt': '1', 'b.txt': '2' }, { based: false })
  })

  /** Somebody commits in the moment between what the deployment has read and its own commit. */
  const somebodyCommits = (fullName: string, files: Record<string, string | null>, seen: { theirs: string }) => {
    const intercept: Interceptor = async (request, send) => {
      if (isCommit(request) && seen.theirs === '')
        seen.theirs = await bench.commit({ repository: fullName, files, message: 'Their change' })
      return send()
    }
    return watched({ intercept }).context
  }

  it.each<[string, Record<string, string | null>]>([
    ['changes the same file', { 'a.txt': 'theirs' }],
    ['changes a file that it deletes', { 'gone.txt': 'theirs' }],
    ['deletes a file that it changes', { 'a.txt': null }],
    ['adds a file that it adds', { 'new.txt': 'theirs' }],
  ])('commits nothing where somebody %s in that very moment', async (_, theirFiles) => {
    const fullName = freshName()
    await commit(fullName, { 'a.txt': '1', 'gone.txt': '1' })
    const seen = { theirs: '' }
    const context = somebodyCommits(fullName, theirFiles, seen)
    const error = await thrownBy(commit(fullName, { 'a.txt': '2', 'new.txt': '2' }, {}, context))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'branch-moved', details: { found: seen.theirs } })
    expect(await bench.head(fullName)).toBe(seen.theirs)
  })

  it('takes its commit back where somebody changes other files in that very moment', async () => {
    const fullName = freshName()
    await commit(fullName, { 'a.txt': '1', 'gone.txt': '1' })
    const seen = { theirs: '' }
    const context = somebodyCommits(fullName, { 'their.txt': 'theirs' }, seen)
    const error = await thrownBy(commit(fullName, { 'a.txt': '2', 'new.txt': '2' }, {}, context))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'branch-moved', details: { found: seen.theirs } })
    await expectFiles(fullName, { 'a.txt': '1', 'gone.txt': '1', 'their.txt': 'theirs' })
    // What it left behind is no deployment's, so the next one does not overwrite theirs unasked.
    const next = commit(fullName, { 'a.txt': '2' }, { based: false, deployment: 'deployment-2' })
    expect(await thrownBy(next)).toMatchObject({ code: 'branch-foreign' })
  })

  it('does not commit to a branch that moved, was made or was deleted in between', async () => {
    const fullName = freshName()
    const first = await commit(fullName, { 'a.txt': '1' })
    const theirs = await bench.commit({ repository: fullName, files: { b: 'b' }, message: 'Their change' })
    const other = { deployment: 'deployment-2' }
    for (const expectedHead of [first.oid, null]) {
      const error = await thrownBy(commit(fullName, { 'a.txt': '2' }, { ...other, expectedHead }))
      expect(error).toMatchObject({ code: 'branch-moved', details: { found: theirs, subject: 'Their change' } })
    }
    const gone = commit(fullName, { 'a.txt': '2' }, { ...other, branch: 'pages', expectedHead: first.oid })
    expect(await thrownBy(gone)).toMatchObject({ code: 'branch-moved', details: { found: null } })
    expect(await bench.head(fullName)).toBe(theirs)
    expect(await bench.head(fullName, 'pages')).toBeUndefined()
  })

  describe.each(['without git', 'with git'] as const)('%s, where a branch has moved', (way) => {
    const contextFor = (more: World = {}) =>
      way === 'without git' ? watched(more).context : testContext({ fetch: bench.fetch, relay: bench.relay, ...more })
    async function moved(theirFiles: Record<string, string>) {
      const fullName = freshName()
      const first = await commit(fullName, { 'a.txt': '1', 'b.txt': '1' }, {}, contextFor())
      const theirs = await bench.commit({ repository: fullName, files: theirFiles, message: 'Their change' })
      return { fullName, theirs, changes: { expectedHead: first.oid, deployment: 'deployment-2' } }
    }

    it('commits to a branch of its own and opens a merge request, where that is chosen', async () => {
      const { fullName, theirs, changes } = await moved({ 'a.txt': 'theirs' })
      const seen: unknown[] = []
      const onConflict = (conflict: unknown) => {
        seen.push(conflict)
        return 'branch' as const
      }
      const files = { 'a.txt': 'ours' }
      const context = contextFor()
      const made = await commit(fullName, files, { ...changes, onConflict }, context)
      expect(seen).toMatchObject([{ branch: 'main', found: theirs, author: 'Stranger', subject: 'Their change' }])
      const { branch } = made
      expect(made).toMatchObject({ branch: expect.stringMatching(/^tabship\//), parent: changes.expectedHead })
      expect(made.pullRequest).toMatchObject({ number: 1, url: expect.stringContaining('/-/merge_requests/1') })
      expect(await bench.head(fullName)).toBe(theirs)
      await expectFiles(fullName, files, branch)
      const [request] = bench.emulator.gitlab.state.project(fullName).mergeRequests
      expect(request).toMatchObject({ source: branch, target: 'main', title: 'Deploy' })
      const resumed = contextFor({ again: true, saved: context.checkpoints.at(-1) })
      expect(await commit(fullName, files, { ...changes, onConflict }, resumed)).toEqual(made)
      expect(await bench.head(fullName, branch)).toBe(made.oid)
    })

    it('puts the commit on top of theirs, where that is chosen and both touch other files', async () => {
      const { fullName, theirs, changes } = await moved({ 'their.txt': 'theirs' })
      const onConflict = () => 'rebase' as const
      const files = { 'a.txt': 'ours', 'new.txt': 'new' }
      const made = await commit(fullName, files, { ...changes, onConflict }, contextFor())
      expect(made).toMatchObject({ parent: theirs, changes: { added: 1, changed: 1, deleted: 1 } })
      await expectFiles(fullName, { ...files, 'their.txt': 'theirs' })
    })

    it('names the files that both have changed', async () => {
      const { fullName, theirs, changes } = await moved({ 'a.txt': 'theirs' })
      const onConflict = () => 'rebase' as const
      const work = commit(fullName, { 'a.txt': 'ours' }, { ...changes, onConflict }, contextFor())
      expect(await thrownBy(work)).toMatchObject({ code: 'branch-moved', details: { found: theirs, paths: ['a.txt'] } })
      expect(await bench.head(fullName)).toBe(theirs)
    })
  })

  it('adopts what it has put on top of theirs when it goes on', async () => {
    const fullName = freshName()
    const { oid: expectedHead } = await commit(fullName, { 'a.txt': '1' }, { deployment: 'deployment-0' })
    const theirs = await bench.commit({ repository: fullName, files: { b: 'b' }, message: 'Their change' })
    const changes = { expectedHead, onConflict: () => 'rebase' as const }
    const made = await commit(fullName, { 'a.txt': '2' }, changes)
    expect(made).toMatchObject({ parent: theirs })
    const { context, requests } = watched({ again: true })
    expect(await commit(fullName, { 'a.txt': '2' }, changes, context)).toEqual(made)
    expect(requests.filter(isCommit)).toEqual([])
  })

  const cut: Interceptor = async (request, send) => {
    const response = await send()
    if (!isCommit(request)) return response
    await response.arrayBuffer()
    throw new TypeError('Failed to fetch')
  }

  it('adopts its commit when the answer is lost', async () => {
    const fullName = freshName()
    const { context, requests } = watched({ intercept: cut })
    const first = await commit(fullName, { 'a.txt': '1' }, {}, context)
    expect(first).toMatchObject({ created: true, parent: null, oid: await bench.head(fullName) })
    const second = await commit(fullName, { 'a.txt': '2' }, {}, watched({ intercept: cut }).context)
    expect(second).toMatchObject({ parent: first.oid, oid: await bench.head(fullName) })
    expect(requests.filter(isCommit)).toHaveLength(1)
    expect(await commitsOf(fullName)).toBe(2)
  })

  it('adopts its commit in another tab, below what somebody has put on top of it', async () => {
    const fullName = freshName()
    const before = await commit(fullName, { 'a.txt': '1' }, { deployment: 'deployment-0' })
    const made = await commit(fullName, { 'a.txt': '2' })
    const resume = () =>
      commit(fullName, { 'a.txt': '2' }, { expectedHead: before.oid }, watched({ again: true }).context)
    expect(await resume()).toEqual(made)
    const theirs = await bench.commit({ repository: fullName, files: { b: 'b' }, message: 'Their change' })
    expect(await resume()).toEqual(made)
    expect(await bench.head(fullName)).toBe(theirs)
    const otherwise = commit(fullName, { 'a.txt': '3' }, { expectedHead: before.oid }, watched({ again: true }).context)
    expect(await thrownBy(otherwise)).toMatchObject({ code: 'branch-moved', details: { found: theirs } })
  })

  it('puts another content on top of its own commit when it goes on', async () => {
    const fullName = freshName()
    const before = await commit(fullName, { 'a.txt': '1' }, { deployment: 'deployment-0' })
    const first = await commit(fullName, { 'a.txt': '2' })
    const { context } = watched({ again: true })
    const second = await commit(fullName, { 'a.txt': '3' }, { expectedHead: before.oid }, context)
    expect(second).toMatchObject({ parent: first.oid, oid: await bench.head(fullName) })
    await expectFiles(fullName, { 'a.txt': '3' })
  })

  it('goes on with git where it began without, and the other way round', async () => {
    const fullName = freshName()
    const before = await commit(fullName, { 'a.txt': '1' }, { deployment: 'deployment-0' })
    const byApi = await commit(fullName, { 'a.txt': '2' })
    const withGit = (again = true) => testContext({ fetch: bench.fetch, relay: bench.relay, again })
    expect((await commit(fullName, { 'a.txt': '2' }, { expectedHead: before.oid }, withGit())).oid).toBe(byApi.oid)
    const next = { deployment: 'deployment-2' }
    const byGit = await commit(fullName, { 'a.txt': '3' }, next, withGit(false))
    const again = { ...next, expectedHead: byApi.oid }
    expect((await commit(fullName, { 'a.txt': '3' }, again, watched({ again: true }).context)).oid).toBe(byGit.oid)
  })

  it("passes on GitLab's words where it refuses the commit", async () => {
    const fullName = freshName()
    const words = "Commit message does not follow the pattern '^JIRA-'"
    const intercept: Interceptor = async (request, send) =>
      isCommit(request) ? Response.json({ message: words }, { status: 400 }) : send()
    const error = await thrownBy(commit(fullName, { 'a.txt': '1' }, {}, watched({ intercept }).context))
    expect(error).toMatchObject({ name: 'RequestError', code: 'push-refused', retryable: false })
    expect(error.message).toContain(words)
  })

  it('says before it reads or sends anything that a commit is too large, or holds a link', async () => {
    const fullName = freshName()
    const host = bench.hostWith({ repository: fullName })
    const { context, requests } = watched()
    const repository = await host.prepare({ branches: [] }, context)
    const { artifacts } = await artifactsOf({ 'large.bin': '1' })
    const input = { repository, branch: 'main', keep: [], message: 'Deploy', author: null, based: true, date: 0 }
    const large = artifacts.map((one) => ({ ...one, size: 101 * 1024 * 1024, read: () => Promise.reject(new Error()) }))
    const rest = { ...input, deployment: 'deployment-1', expectedHead: null }
    const error = await thrownBy(host.commit({ ...rest, artifacts: large }, context))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'commit-too-large' })
    expect(error.hint).toContain('relay')
    const link = artifacts.map((one) => ({ ...one, mode: '120000' as const }))
    expect(await thrownBy(host.commit({ ...rest, artifacts: link }, context))).toMatchObject({
      code: 'commit-needs-git',
    })
    expect(requests.filter(isCommit)).toEqual([])
  })

  it('refuses bytes that are not those that were collected', async () => {
    const { artifacts } = await artifactsOf({ 'a.txt': '1' })
    const changed = artifacts.map((artifact) => ({ ...artifact, read: async () => bytesOf('2') }))
    const host = bench.hostWith({ repository: freshName() })
    const { context } = watched()
    const repository = await host.prepare({ branches: [] }, context)
    const input = { repository, branch: 'main', artifacts: changed, keep: [], message: 'Deploy', author: null, date: 0 }
    const work = host.commit({ ...input, based: true, deployment: 'deployment-1', expectedHead: null }, context)
    await expect(work).rejects.toThrow('a.txt')
    expect(await bench.head(repository.fullName)).toBeUndefined()
  })

  it('stops when it is aborted', async () => {
    const fullName = freshName()
    const controller = new AbortController()
    const reason = new Error('enough')
    const intercept: Interceptor = (request, send) => {
      if (isCommit(request)) controller.abort(reason)
      return send()
    }
    const { context } = watched({ intercept, signal: controller.signal })
    await expect(commit(fullName, { 'a.txt': '1' }, {}, context)).rejects.toBe(reason)
  })

  it.each(Object.keys(faults))('makes everything once where any one request %s', async (fault) => {
    for (let index = 0; ; index += 1) {
      const fullName = freshName()
      await bench.create(fullName)
      const parent = await bench.commit({ repository: fullName, files: { 'a.txt': '1' }, message: 'Theirs' })
      const broken = faultAt(index, fault)
      const made = await commit(fullName, { 'b.txt': '2' }, {}, watched({ intercept: broken.intercept }).context)
      expect(made).toMatchObject({ created: true, parent, oid: await bench.head(fullName) })
      expect(await commitsOf(fullName)).toBe(2)
      if (!broken.befell) {
        expect(index).toBeGreaterThan(4)
        return
      }
    }
  })

  it.each(['before a request', 'after a request'] as const)(
    'goes on where it ended when the tab is closed %s',
    async (moment) => {
      const { fetch } = watchFetch(bench.fetch, async (request, send) => {
        if (isGit(request)) throw new TypeError('Failed to fetch')
        return send()
      })
      for (let index = 0; ; index += 1) {
        const fullName = freshName()
        const memory: Memory = new Map()
        const run = (death?: { moment: typeof moment; index: number }) =>
          mortalRun(
            { fetch, clock: hurriedClock() },
            memory,
            async (step) => {
              const host = bench.hostWith({ repository: fullName })
              const prepare = (context: TestContext) => host.prepare({ branches: [] }, context)
              const repository = await step('repository', host.checkpoint, (context) => prepare(context as TestContext))
              const { artifacts } = await artifactsOf({ 'a.txt': '1' })
              const input = { repository, branch: 'main', artifacts, keep: [], message: 'Deploy', author: null }
              const rest = { deployment: 'deployment-1', date: 0, expectedHead: null, based: true }
              await step('commit', host.checkpoint, (context) => host.commit({ ...input, ...rest }, context))
            },
            { death },
          )
        const first = await run({ moment, index })
        if (first.ended) return
        await run()
        const made = JSON.parse(memory.get('commit')?.result ?? 'null')
        expect(made).toMatchObject({ created: true, parent: null, oid: await bench.head(fullName) })
        expect(await commitsOf(fullName)).toBe(1)
      }
    },
  )
})
