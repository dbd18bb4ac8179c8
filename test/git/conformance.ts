import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Artifact } from '../../src/spec/artifact.js'
import type { Commit, CommitInput, GitHost, Repository } from '../../src/spec/git-host.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import { artifactsOf, bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { gitHostResumeConformance } from './resume-conformance.js'

/** A commit that somebody else makes behind the back of the deployment. */
export interface OthersCommit {
  /** `owner/name` */
  readonly repository: string
  readonly branch?: string
  /** `null` removes the file. */
  readonly files: Readonly<Record<string, string | null>>
  readonly message: string
}

/** What the suite needs to know of a git host. */
export interface GitHostBench {
  readonly fetch: typeof fetch
  /** Address of a relay that reaches the host. */
  readonly relay: string
  /** Logins: of the token, of an organisation that it belongs to, and of somebody else. */
  readonly user: string
  readonly organization: string
  readonly stranger: string
  host(repository: string, token?: 'owner' | 'wrong' | 'powerless'): GitHost<unknown>
  /** Makes an empty repository. */
  create(fullName: string, settings?: { private?: boolean; archived?: boolean }): Promise<void>
  /** Commits as the stranger. @returns the commit's object id */
  commit(commit: OthersCommit): Promise<string>
  head(fullName: string, branch?: string): Promise<string | undefined>
  /** Folder of the bare repository. */
  folder(fullName: string): string
  /** Address for git, with a token inside. */
  remote(fullName: string): string
  /** Whether a request carries a pack to the host. */
  isPush(request: SeenRequest): boolean
  /** Whether a request asks the host what a push would meet. */
  isPushQuestion(request: SeenRequest): boolean
  close(): Promise<void>
}

/** A git host, and how to start it. */
export interface GitHostSuite {
  readonly name: string
  /** @param way How git is reached. @default straight */
  setup(way?: 'straight' | 'through the relay'): Promise<GitHostBench>
}

const date = Date.UTC(2024, 4, 17, 12, 30, 15)
const author = { name: 'Ada Example', email: 'ada@example.com' }

/** Files that go wrong where trees are written carelessly. */
export const demandingFiles: Files = {
  'index.html': '<!doctype html>\r\n',
  empty: '',
  'deep/er/and/deeper/file.txt': 'deep\n',
  'image.bin': Uint8Array.from({ length: 70_000 }, (_, index) => (index * index) % 251),
  // Git sorts a folder as if its name ended in a slash, which lies between "." and "0".
  'a/b': 'folder',
  'a.b': 'dot',
  a0b: 'zero',
  // In UTF-16 the face comes before the tilde, in UTF-8 behind it.
  '\uff5e.txt': 'wide tilde',
  '😀.txt': 'face',
  'größe/日本語 & #?%+.txt': 'unicode',
  '.dot/.file': 'dot',
  ' leading and trailing ': 'spaces',
  '"quoted\'.txt': 'quotes',
}

/** The promises of the port, which every git host keeps. */
export function gitHostConformance(suite: GitHostSuite): void {
  gitHostResumeConformance(suite)
  describe.each(['straight', 'through the relay'] as const)(`${suite.name} as a git host, %s`, (way) => {
    let bench: GitHostBench
    let git: NativeGit
    let count = 0

    beforeAll(async () => {
      bench = await suite.setup(way)
      git = await startNativeGit()
    })
    afterAll(async () => {
      await bench.close()
      await git.close()
    })

    const freshName = (): string => `project-${++count}`
    const contextFor = (intercept?: Interceptor, signal?: AbortSignal, clock = systemClock): TestContext =>
      testContext({
        clock,
        fetch: watchFetch(bench.fetch, intercept).fetch,
        ...(way === 'straight' ? {} : { relay: bench.relay }),
        ...(signal && { signal }),
      })

    type Changes = Partial<Omit<CommitInput, 'repository' | 'artifacts'>>
    async function inputOf(repository: Repository, files: Files, changes: Changes = {}): Promise<CommitInput> {
      const branch = changes.branch ?? repository.defaultBranch
      const { artifacts } = await artifactsOf(files)
      const expectedHead = repository.heads[branch] ?? null
      const given = { repository, branch, artifacts, author, date, expectedHead }
      return { ...given, keep: [], message: 'Deploy', deployment: 'deployment-1', based: true, ...changes }
    }

    /** Prepares and commits, as a deployment does. */
    async function commit(
      fullName: string,
      files: Files,
      changes: Changes = {},
      context = contextFor(),
    ): Promise<Commit> {
      const host = bench.host(fullName)
      const repository = await host.prepare({ branches: changes.branch === undefined ? [] : [changes.branch] }, context)
      return host.commit(await inputOf(repository, files, changes), context)
    }

    const inBytes = (files: Files): Record<string, Uint8Array> =>
      Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]))
    const show = (fullName: string, oid: string, format: string): Promise<string> =>
      git.run(bench.folder(fullName), 'show', '--no-patch', `--format=${format}`, oid)
    const modesOf = async (fullName: string): Promise<Record<string, string>> => {
      const lines = await git.run(bench.folder(fullName), 'ls-tree', '-r', 'HEAD')
      return Object.fromEntries(lines.split('\n').map((line) => [line.split('\t')[1] ?? '', line.split(' ')[0] ?? '']))
    }
    async function expectFiles(fullName: string, files: Files, branch?: string): Promise<void> {
      await git.run(bench.folder(fullName), 'fsck', '--strict', '--full', '--no-dangling')
      expect(await git.filesOf(bench.remote(fullName), branch)).toEqual(inBytes(files))
    }

    it('creates a repository for the user and commits to it', async () => {
      const name = freshName()
      const fullName = `${bench.user}/${name}`
      const context = contextFor()
      const host = bench.host(name)
      const repository = await host.prepare({ branches: [] }, context)
      expect(repository).toMatchObject({ fullName, created: true })
      expect(repository.heads).toEqual({ [repository.defaultBranch]: null })
      const made = await host.commit(await inputOf(repository, demandingFiles), context)
      expect(made).toMatchObject({ parent: null, branch: repository.defaultBranch, created: true })
      expect(made.url).toContain(made.oid)
      expect(await bench.head(fullName)).toBe(made.oid)
      await expectFiles(fullName, demandingFiles)
    })

    it('creates a repository for an organisation', async () => {
      const fullName = `${bench.organization}/${freshName()}`
      const made = await commit(fullName, { 'a.txt': '1' })
      expect(await bench.head(fullName)).toBe(made.oid)
    })

    it('takes an empty repository that is there', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await bench.create(fullName)
      const repository = await bench.host(fullName).prepare({ branches: [] }, contextFor())
      expect(repository).toMatchObject({ fullName, created: false, heads: { [repository.defaultBranch]: null } })
      await commit(fullName, { 'a.txt': '1' })
      await expectFiles(fullName, { 'a.txt': '1' })
    })

    it('commits on top of what is in an existing repository, and deletes what is no longer there', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await bench.create(fullName)
      const others = { 'old.txt': 'old', 'folder/gone.txt': 'gone', 'same.txt': 'same', 'change.txt': 'before' }
      const parent = await bench.commit({ repository: fullName, files: others, message: 'Theirs' })
      const files = { 'same.txt': 'same', 'change.txt': 'after', 'new/file.txt': 'new' }
      const made = await commit(fullName, files)
      expect(made).toMatchObject({ parent, created: true })
      expect(await show(fullName, made.oid, '%P')).toBe(parent)
      await expectFiles(fullName, files)
    })

    it('writes author, message and date as they are given, and a trailer with the deployment', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const message = 'Deploy größer 😀\n\nWith a body.\n'
      const made = await commit(fullName, { 'a.txt': '1' }, { message })
      const seconds = date / 1000
      expect(await show(fullName, made.oid, '%an|%ae|%at|%cn|%ce|%ct|%B')).toBe(
        `Ada Example|ada@example.com|${seconds}|Ada Example|ada@example.com|${seconds}|${message}\nTabship-Deployment: deployment-1\n`,
      )
    })

    it('adds its trailer to those that the message has', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const message = 'Deploy\n\nSigned-off-by: Ada <ada@example.com>'
      const made = await commit(fullName, { 'a.txt': '1' }, { message })
      expect((await show(fullName, made.oid, '%(trailers:only)')).trim().split('\n')).toEqual([
        'Signed-off-by: Ada <ada@example.com>',
        'Tabship-Deployment: deployment-1',
      ])
    })

    it('loses nothing of a commit that no deployment made, unless the project is based on it', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { 'a.txt': '1' })
      const theirs = await bench.commit({ repository: fullName, files: { 'b.txt': '2' }, message: 'Their work' })
      const error = await thrownBy(commit(fullName, { 'a.txt': '1' }, { based: false }))
      expect(error).toMatchObject({ code: 'branch-foreign', details: { found: theirs, changes: { deleted: 1 } } })
      expect(error.message).toContain('Their work')
      const added = await commit(fullName, { 'a.txt': '1', 'b.txt': '2', 'c.txt': '3' }, { based: false })
      expect(added).toMatchObject({ created: true, parent: theirs, changes: { added: 1, changed: 0, deleted: 0 } })
      const own = await commit(fullName, { 'a.txt': '1' }, { based: false })
      expect(own.changes).toEqual({ added: 0, changed: 0, deleted: 2 })
    })

    it('takes the owner of the token for the author where none is given', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const made = await commit(fullName, { 'a.txt': '1' }, { author: null })
      expect(await show(fullName, made.oid, '%an')).not.toBe('')
      expect(await show(fullName, made.oid, '%ae')).toContain(bench.user)
    })

    it('writes a sound commit for an author whose name is not', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const odd = { name: 'Ada <the first>\nof her name', email: ' <ada@example.com>\n' }
      const made = await commit(fullName, { 'a.txt': '1' }, { author: odd })
      expect(await show(fullName, made.oid, '%an|%ae')).toBe('Ada  the first of her name|ada@example.com')
      await expectFiles(fullName, { 'a.txt': '1' })
    })

    it('makes the same object of the same commit, in any repository', async () => {
      const [one, other] = [`${bench.user}/${freshName()}`, `${bench.user}/${freshName()}`]
      const first = await commit(one, demandingFiles)
      const second = await commit(other, demandingFiles)
      expect(second.oid).toBe(first.oid)
      const later = await commit(`${bench.user}/${freshName()}`, demandingFiles, { date: date + 1000 })
      expect(later.oid).not.toBe(first.oid)
    })

    it('adopts its own commit when the same one is asked for again, on a new branch and on an old one', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const host = bench.host(fullName)
      const repository = await host.prepare({ branches: [] }, contextFor())
      const root = await inputOf(repository, { 'a.txt': '1' })
      const first = await host.commit(root, contextFor())
      expect(await host.commit(root, contextFor())).toEqual(first)
      const next = await inputOf(repository, { 'a.txt': '2' }, { expectedHead: first.oid })
      const second = await host.commit(next, contextFor())
      expect(await host.commit(next, contextFor())).toEqual(second)
      expect(second.parent).toBe(first.oid)
      expect(await bench.head(fullName)).toBe(second.oid)
      expect(await git.run(bench.folder(fullName), 'rev-list', '--count', 'HEAD')).toBe('2')
    })

    it('makes no commit where nothing has changed', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const first = await commit(fullName, demandingFiles)
      const second = await commit(fullName, demandingFiles, { date: date + 60_000, message: 'Again' })
      expect(second).toMatchObject({ oid: first.oid, created: false, parent: null })
      expect(await bench.head(fullName)).toBe(first.oid)
    })

    it('keeps paths that could not be read, files and whole folders, and only those', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await bench.create(fullName)
      const others = { link: 'x', 'kept/a.txt': 'a', 'kept/deep/b.txt': 'b', 'kept.txt': 'k', 'gone.txt': 'g' }
      await bench.commit({ repository: fullName, files: others, message: 'Theirs' })
      const keep = ['link', 'kept/', 'never-there']
      await commit(fullName, { 'a.txt': '1' }, { keep })
      await expectFiles(fullName, { link: 'x', 'kept/a.txt': 'a', 'kept/deep/b.txt': 'b', 'a.txt': '1' })
    })

    it('leaves executable files executable, and makes them so where it is told', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const host = bench.host(fullName)
      const repository = await host.prepare({ branches: [] }, contextFor())
      const contents = { 'run.sh': '#!/bin/sh\n', 'plain.txt': '1' }
      const { artifacts } = await artifactsOf(contents, { 'run.sh': '100755' })
      const first = await host.commit({ ...(await inputOf(repository, {})), artifacts }, contextFor())
      expect(await modesOf(fullName)).toEqual({ 'plain.txt': '100644', 'run.sh': '100755' })
      const changed = { ...contents, 'run.sh': '#!/bin/sh\necho\n' }
      const next = await inputOf(repository, changed, { expectedHead: first.oid })
      await host.commit(next, contextFor())
      expect(await modesOf(fullName)).toEqual({ 'plain.txt': '100644', 'run.sh': '100755' })
      await expectFiles(fullName, changed)
    })

    it('turns a file into a folder and a folder into a file', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { one: 'file', 'two/file.txt': 'in a folder' })
      const files = { 'one/file.txt': 'in a folder', two: 'file' }
      await commit(fullName, files)
      await expectFiles(fullName, files)
    })

    it('commits to a branch that is not the default one, and to both', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { 'source.ts': 'source' })
      const branch = 'deploy/site-1'
      const first = await commit(fullName, { 'index.html': '1' }, { branch })
      expect(first).toMatchObject({ branch, parent: null })
      const second = await commit(fullName, { 'index.html': '2' }, { branch })
      expect(second.parent).toBe(first.oid)
      await expectFiles(fullName, { 'source.ts': 'source' })
      await expectFiles(fullName, { 'index.html': '2' }, branch)
    })

    it('reads where every branch of interest stands', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const main = await commit(fullName, { 'a.txt': '1' })
      const pages = await commit(fullName, { 'b.txt': '1' }, { branch: 'pages' })
      const repository = await bench.host(fullName).prepare({ branches: ['pages', 'absent', 'page'] }, contextFor())
      const heads = { [repository.defaultBranch]: main.oid, pages: pages.oid, absent: null, page: null }
      expect(repository.heads).toEqual(heads)
    })

    it('does not take a tag for the branch of the same name', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const branch = 'release'
      await commit(fullName, { 'a.txt': '1' })
      await git.run(bench.folder(fullName), 'tag', branch)
      await commit(fullName, { 'b.txt': '1' }, { branch })
      await commit(fullName, { 'b.txt': '2' }, { branch })
      expect(await git.run(bench.folder(fullName), 'show', `refs/heads/${branch}:b.txt`)).toBe('2')
    })

    /** The conflict that somebody's commit leads to; theirs must still be there. */
    async function expectMoved(fullName: string, work: Promise<unknown>, theirs: string, branch?: string) {
      const error = await thrownBy(work)
      expect(error).toMatchObject({ name: 'ConflictError', code: 'branch-moved', retryable: false })
      expect(error.details).toMatchObject({ found: theirs, subject: 'Their change' })
      expect(error.message).toContain(String(error.details.author))
      expect(error.message).toContain('Their change')
      expect(String(error.details.author).toLowerCase()).toContain(bench.stranger)
      expect(await bench.head(fullName, branch)).toBe(theirs)
    }
    const theirChange = { files: { 'their.txt': 'theirs' }, message: 'Their change\n\nWith a body.' }

    it('never overwrites a commit that somebody made after the branch was read', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { 'a.txt': '1' })
      const host = bench.host(fullName)
      const repository = await host.prepare({ branches: [] }, contextFor())
      const theirs = await bench.commit({ repository: fullName, ...theirChange })
      const input = await inputOf(repository, { 'a.txt': '2' })
      await expectMoved(fullName, host.commit(input, contextFor()), theirs)
    })

    it.each([
      ['after it has read the branch and before it pushes', 'isPushQuestion'],
      ['while it pushes', 'isPush'],
    ] as const)('never overwrites a commit that somebody makes %s', async (_, moment) => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { 'a.txt': '1' })
      let theirs = ''
      const context = contextFor(async (request, send) => {
        if (bench[moment](request) && theirs === '')
          theirs = await bench.commit({ repository: fullName, ...theirChange })
        return send()
      })
      const work = commit(fullName, { 'a.txt': '2' }, {}, context)
      await thrownBy(work)
      await expectMoved(fullName, work, theirs)
    })

    it('never overwrites the first commit of a branch that was not to exist', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const host = bench.host(fullName)
      const repository = await host.prepare({ branches: [] }, contextFor())
      const theirs = await bench.commit({ repository: fullName, ...theirChange })
      const input = await inputOf(repository, { 'a.txt': '1' }, { expectedHead: null })
      await expectMoved(fullName, host.commit(input, contextFor()), theirs)
    })

    it('never overwrites the first commit of a branch that is made while it pushes', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { 'a.txt': '1' })
      const branch = 'pages'
      let theirs = ''
      const context = contextFor(async (request, send) => {
        if (bench.isPush(request) && theirs === '')
          theirs = await bench.commit({ repository: fullName, branch, ...theirChange })
        return send()
      })
      const work = commit(fullName, { 'index.html': '1' }, { branch }, context)
      await thrownBy(work)
      await expectMoved(fullName, work, theirs, branch)
    })

    it('does not take a commit on top of the expected one for its own', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const first = await commit(fullName, { 'a.txt': '1' })
      const theirs = await bench.commit({ repository: fullName, files: { 'a.txt': '2' }, message: 'Their change' })
      await expectMoved(fullName, commit(fullName, { 'a.txt': '2' }, { expectedHead: first.oid }), theirs)
      await expectMoved(fullName, commit(fullName, { 'a.txt': '1' }, { expectedHead: first.oid }), theirs)
    })

    it('says that a branch was deleted', async () => {
      const fullName = `${bench.user}/${freshName()}`
      await commit(fullName, { 'a.txt': '1' })
      const first = await commit(fullName, { 'b.txt': '1' }, { branch: 'pages' })
      await git.run(bench.folder(fullName), 'branch', '-D', 'pages')
      const work = commit(fullName, { 'b.txt': '2' }, { branch: 'pages', expectedHead: first.oid })
      expect(await thrownBy(work)).toMatchObject({ code: 'branch-moved', details: { branch: 'pages', found: null } })
      expect(await bench.head(fullName, 'pages')).toBeUndefined()
    })

    it('adopts its commit when the answer to the push is lost', async () => {
      const fullName = `${bench.user}/${freshName()}`
      let pushes = 0
      const context = contextFor(async (request, send) => {
        const response = await send()
        if (!bench.isPush(request)) return response
        pushes += 1
        await response.arrayBuffer()
        throw new TypeError('Failed to fetch')
      })
      const made = await commit(fullName, { 'a.txt': '1' }, {}, context)
      expect(made).toMatchObject({ created: true })
      expect(await bench.head(fullName)).toBe(made.oid)
      expect(pushes).toBe(1)
    })

    it('says that the network failed when the push never arrived', async () => {
      const fullName = `${bench.user}/${freshName()}`
      let tries = 0
      const intercept: Interceptor = async (request, send) => {
        if (!bench.isPush(request)) return send()
        tries += 1
        throw new TypeError('Failed to fetch')
      }
      const context = contextFor(intercept, undefined, hurriedClock())
      const error = await thrownBy(commit(fullName, { 'a.txt': '1' }, {}, context))
      expect(error).toMatchObject({ name: 'RequestError', retryable: true })
      expect(error.code).toBe(way === 'straight' ? 'network-unreachable' : 'relay-unreachable')
      expect(tries).toBe(5)
      expect(await bench.head(fullName)).toBeUndefined()
    })

    it('refuses a repository that is archived, and one of somebody else', async () => {
      const archived = `${bench.user}/${freshName()}`
      await bench.create(archived, { archived: true })
      const theirs = `${bench.stranger}/${freshName()}`
      await bench.create(theirs)
      for (const fullName of [archived, theirs]) {
        const error = await thrownBy(bench.host(fullName).prepare({ branches: [] }, contextFor()))
        expect(error).toMatchObject({ name: 'ConflictError', code: 'repository-taken' })
        expect(error.message).toContain(fullName)
      }
    })

    it('says that an owner is unknown', async () => {
      const missing = bench.host(`nobody-of-that-name/${freshName()}`).prepare({ branches: [] }, contextFor())
      expect(await thrownBy(missing)).toMatchObject({ name: 'OptionsError', code: 'repository-owner-unknown' })
    })

    it('says that a token is wrong, and that a token may not do what is asked', async () => {
      const name = freshName()
      const wrong = await thrownBy(bench.host(name, 'wrong').prepare({ branches: [] }, contextFor()))
      expect(wrong).toMatchObject({ name: 'AuthError', code: 'token-rejected' })
      const create = await thrownBy(bench.host(name, 'powerless').prepare({ branches: [] }, contextFor()))
      expect(create).toMatchObject({ name: 'AuthError', code: 'token-scope-missing' })
      const repository = await bench.host(name).prepare({ branches: [] }, contextFor())
      const input = await inputOf(repository, { 'a.txt': '1' })
      const forbidden = await thrownBy(bench.host(name, 'powerless').commit(input, contextFor()))
      expect(forbidden.name).toBe('AuthError')
      const rejected = await thrownBy(bench.host(name, 'wrong').commit(input, contextFor()))
      expect(rejected).toMatchObject({ name: 'AuthError', code: 'token-rejected' })
      expect(await bench.head(`${bench.user}/${name}`)).toBeUndefined()
    })

    it('stops when it is aborted, before and while it pushes', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const reason = new Error('enough')
      await expect(
        commit(fullName, { 'a.txt': '1' }, {}, contextFor(undefined, AbortSignal.abort(reason))),
      ).rejects.toBe(reason)
      const controller = new AbortController()
      const context = contextFor((request, send) => {
        if (bench.isPush(request)) controller.abort(reason)
        return send()
      }, controller.signal)
      await expect(commit(fullName, { 'a.txt': '1' }, {}, context)).rejects.toBe(reason)
    })

    it('takes 1,000 files, and then sends only what has changed', async () => {
      const fullName = `${bench.user}/${freshName()}`
      const files: Record<string, string> = { ...manyFiles(999), 'index.html': 'one' }
      const sizes: number[] = []
      const intercept: Interceptor = (request, send) => {
        if (bench.isPush(request)) sizes.push((request.body as Blob).size)
        return send()
      }
      const context = contextFor(intercept)
      await commit(fullName, files, {}, context)
      const last = context.eventsOf('step-progress').findLast(({ unit }) => unit === 'files')
      expect(last).toMatchObject({ done: 1000, total: 1000, unit: 'files' })
      files['index.html'] = 'two'
      await commit(fullName, files, {}, contextFor(intercept))
      await expectFiles(fullName, files)
      expect(sizes).toHaveLength(2)
      expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) / 20)
    })

    it('refuses bytes that are not those that were collected', async () => {
      const { artifacts } = await artifactsOf({ 'a.txt': '1' })
      const changed = artifacts.map((artifact): Artifact => ({ ...artifact, read: async () => bytesOf('2') }))
      const host = bench.host(freshName())
      const repository = await host.prepare({ branches: [] }, contextFor())
      const input = { ...(await inputOf(repository, {})), artifacts: changed }
      await expect(host.commit(input, contextFor())).rejects.toThrow('a.txt')
      expect(await bench.head(repository.fullName)).toBeUndefined()
    })
  })
}
