import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Commit, GitHost, Repository } from '../../src/spec/git-host.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'
import { faultAt, faults } from '../support/faults.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type Death, type Memory, type MortalRun, mortalRun } from '../support/mortal-run.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { thrownBy } from '../support/thrown-by.js'
import type { Interceptor } from '../support/watched-fetch.js'
import type { GitHostBench, GitHostSuite } from './conformance.js'

const date = Date.UTC(2024, 4, 17, 12, 30, 15)
const author = { name: 'Ada Example', email: 'ada@example.com' }
const before: Files = { 'a.txt': 'before', 'b.txt': 'b' }
const after: Files = { 'a.txt': 'after', 'c/d.txt': 'd' }

/** The promises of the port about what goes wrong on the way: nothing is made twice, and nothing is lost. */
export function gitHostResumeConformance(suite: GitHostSuite): void {
  describe(`${suite.name} as a git host that is interrupted`, () => {
    let bench: GitHostBench
    let git: NativeGit
    let count = 0
    const clock = hurriedClock()

    beforeAll(async () => {
      bench = await suite.setup()
      git = await startNativeGit()
    })
    afterAll(async () => {
      await bench.close()
      await git.close()
    })

    interface RunOptions {
      readonly memory?: Memory
      readonly files?: Files
      readonly death?: Death
      readonly intercept?: Interceptor
    }
    async function commitTo(host: GitHost<unknown>, repository: Repository, files: Files, context = freshContext()) {
      const { artifacts } = await artifactsOf(files)
      const branch = repository.defaultBranch
      const expectedHead = repository.heads[branch] ?? null
      const given = { repository, branch, artifacts, keep: [], message: 'Deploy', deployment: 'deployment-1' }
      return host.commit({ ...given, author, date, expectedHead, based: true }, context)
    }
    const freshContext = () => testContext({ fetch: bench.fetch, clock })

    /** Prepares and commits with an adapter of its own, as a tab does. */
    function run(name: string, { memory = new Map(), files = after, ...how }: RunOptions): Promise<MortalRun> {
      const host = bench.host(name)
      return mortalRun(
        { fetch: bench.fetch, clock },
        memory,
        async (step) => {
          const prepare = (context: Parameters<typeof host.prepare>[1]) => host.prepare({ branches: [] }, context)
          const repository = await step('repository', host.checkpoint, prepare)
          await step('commit', host.checkpoint, (context) =>
            commitTo(host, repository, files, context as ReturnType<typeof freshContext>),
          )
        },
        how,
      )
    }

    const resultOf = <Result>(memory: Memory, step: string): Result => JSON.parse(memory.get(step)?.result ?? 'null')
    const repositoryOf = (memory: Memory): Repository => resultOf(memory, 'repository')
    const commitOf = (memory: Memory): Commit => resultOf(memory, 'commit')

    /** A repository that is not there yet, or one with a commit; and how many commits it is to have in the end. */
    const scenes = {
      'a repository that has to be made': async () => {
        const name = `survivor-${++count}`
        return { name, fullName: `${bench.user}/${name}`, created: true, commits: 1 }
      },
      'a branch with a commit': async () => {
        const name = `survivor-${++count}`
        const fullName = `${bench.user}/${name}`
        await bench.create(fullName)
        await bench.commit({ repository: fullName, files: before as Record<string, string>, message: 'Theirs' })
        return { name, fullName, created: false, commits: 2 }
      },
    }
    type Scene = Awaited<ReturnType<(typeof scenes)[keyof typeof scenes]>>

    /** The commit is the same object wherever and whenever it is made; so `oid` tells all but what it stands on. */
    async function expectOne({ fullName, created, commits }: Scene, memory: Memory): Promise<void> {
      const commit = commitOf(memory)
      expect(repositoryOf(memory)).toMatchObject({ fullName, created })
      expect(commit).toMatchObject({ created: true, branch: repositoryOf(memory).defaultBranch })
      expect(await bench.head(fullName)).toBe(commit.oid)
      expect(await git.run(bench.folder(fullName), 'rev-list', '--count', 'HEAD')).toBe(`${commits}`)
    }

    describe.each(Object.entries(scenes))('on %s', (_, set) => {
      it.each(Object.keys(faults))('makes everything once where any one request %s', async (fault) => {
        for (let index = 0; ; index += 1) {
          const scene = await set()
          const memory: Memory = new Map()
          const broken = faultAt(index, fault)
          await run(scene.name, { memory, intercept: broken.intercept })
          await expectOne(scene, memory)
          if (!broken.befell) {
            expect(index).toBeGreaterThan(4)
            return
          }
        }
      })

      it.each(['at a save', 'before a request', 'after a request'] as const)(
        'goes on where it ended when the tab is closed %s',
        async (moment) => {
          for (let index = 0; ; index += 1) {
            const scene = await set()
            const memory: Memory = new Map()
            const first = await run(scene.name, { memory, death: { moment, index } })
            if (!first.ended) {
              const second = await run(scene.name, { memory })
              // A pack that has arrived is not sent again.
              const pushed = first.answered.some(bench.isPush)
              expect(second.requests.filter(bench.isPush)).toHaveLength(pushed ? 0 : 1)
            }
            await expectOne(scene, memory)
            if (first.ended) return
          }
        },
      )

      it('adopts what it made when the network dies with the answer', async () => {
        for (let index = 0; ; index += 1) {
          const scene = await set()
          const memory: Memory = new Map()
          let sent = 0
          const intercept: Interceptor = async (_request, send) => {
            if (sent > index) throw new TypeError('Failed to fetch')
            sent += 1
            const response = await send()
            if (sent <= index) return response
            throw new TypeError('Failed to fetch')
          }
          const error = await run(scene.name, { memory, intercept }).then(
            () => undefined,
            (error: unknown) => error,
          )
          if (error !== undefined) {
            expect(error).toMatchObject({ code: 'network-unreachable', retryable: true })
            await run(scene.name, { memory })
          }
          await expectOne(scene, memory)
          if (error === undefined) return
        }
      })
    })

    it('does not call a repository its own that somebody made in between', async () => {
      const scene = await scenes['a repository that has to be made']()
      const memory: Memory = new Map()
      await run(scene.name, { memory, death: { moment: 'at a save', index: 0 } })
      await bench.create(scene.fullName)
      await bench.commit({ repository: scene.fullName, files: { 'theirs.txt': 'theirs' }, message: 'Theirs' })
      await run(scene.name, { memory, files: { ...after, 'theirs.txt': 'theirs' } })
      expect(repositoryOf(memory).created).toBe(false)
      expect(await git.run(bench.folder(scene.fullName), 'rev-list', '--count', 'HEAD')).toBe('2')
    })

    it('does not call a repository its own that another tab made first', async () => {
      const scene = await scenes['a repository that has to be made']()
      const memory: Memory = new Map()
      let made = false
      await run(scene.name, {
        memory,
        intercept: async (request, send) => {
          if (request.method === 'POST' && !made) {
            made = true
            await bench.create(scene.fullName)
          }
          return send()
        },
      })
      expect(repositoryOf(memory).created).toBe(false)
    })

    it('pushes no second commit where somebody has committed in between', async () => {
      const scene = await scenes['a branch with a commit']()
      const memory: Memory = new Map()
      const isPushed: Interceptor = async (request, send) => {
        if (bench.isPush(request)) throw new TypeError('Failed to fetch')
        return send()
      }
      expect((await thrownBy(run(scene.name, { memory, intercept: isPushed }))).retryable).toBe(true)
      const theirs = await bench.commit({ repository: scene.fullName, files: { e: 'e' }, message: 'Their change' })
      expect(await thrownBy(run(scene.name, { memory }))).toMatchObject({ code: 'branch-moved', retryable: false })
      expect(await bench.head(scene.fullName)).toBe(theirs)
    })

    /** Ends a run with the answer to its push: what it has pushed, it can't know of. */
    async function pushUnseen(name: string, memory: Memory, files = after): Promise<void> {
      let isCut = false
      const intercept: Interceptor = async (request, send) => {
        if (isCut) throw new TypeError('Failed to fetch')
        isCut = bench.isPush(request)
        if (isCut) await (await send()).arrayBuffer()
        return isCut ? Promise.reject(new TypeError('Failed to fetch')) : send()
      }
      expect(await thrownBy(run(name, { memory, files, intercept }))).toMatchObject({ retryable: true })
    }

    describe.each(Object.entries(scenes))('on %s, where its push arrived unseen', (_, set) => {
      it('knows its commit below what somebody has put on top of it', async () => {
        const scene = await set()
        const { name, fullName } = scene
        const memory: Memory = new Map()
        await pushUnseen(name, memory)
        const ours = await bench.head(fullName)
        await bench.commit({ repository: fullName, files: { e: 'e' }, message: 'Their change' })
        const theirs = await bench.commit({ repository: fullName, files: { f: 'f' }, message: 'Another' })
        const { requests } = await run(name, { memory })
        expect(commitOf(memory)).toMatchObject({ oid: ours, created: true })
        expect(requests.filter(bench.isPush)).toEqual([])
        expect(await bench.head(fullName)).toBe(theirs)
      })

      it('puts another content on top of its own commit, however often', async () => {
        const scene = await set()
        const { name, fullName } = scene
        const memory: Memory = new Map()
        await pushUnseen(name, memory)
        const first = await bench.head(fullName)
        await pushUnseen(name, memory, { 'a.txt': 'built again' })
        const second = await bench.head(fullName)
        expect(second).not.toBe(first)
        await pushUnseen(name, memory, { 'a.txt': 'and again' })
        const third = await bench.head(fullName)
        await run(name, { memory, files: { 'a.txt': 'and again' } })
        expect(commitOf(memory)).toMatchObject({ oid: third, parent: second, created: true })
        expect(await git.run(bench.folder(fullName), 'rev-list', '--count', 'HEAD')).toBe(`${scene.commits + 2}`)
        expect(await git.filesOf(bench.remote(fullName))).toEqual({ 'a.txt': bytesOf('and again') })
      })

      it('overwrites nothing that was put on top of it where its content is another', async () => {
        const { name, fullName } = await set()
        const memory: Memory = new Map()
        await pushUnseen(name, memory)
        const theirs = await bench.commit({ repository: fullName, files: { e: 'e' }, message: 'Their change' })
        const work = run(name, { memory, files: { 'a.txt': 'built again' } })
        expect(await thrownBy(work)).toMatchObject({ code: 'branch-moved', details: { found: theirs } })
        expect(await bench.head(fullName)).toBe(theirs)
      })
    })

    /** A commit on the expected head that is not the one that was pushed, and what the next run makes of it. */
    async function goOnAbove(
      message: string,
      forget: boolean,
    ): Promise<{ theirs: string; head: string; error?: unknown }> {
      const { name, fullName } = await scenes['a branch with a commit']()
      const memory: Memory = new Map()
      await pushUnseen(name, memory)
      const folder = bench.folder(fullName)
      const expected = await git.run(folder, 'rev-parse', 'HEAD^')
      await git.run(folder, 'update-ref', 'HEAD', expected)
      const theirs = await bench.commit({ repository: fullName, files: { 'a.txt': 'amended' }, message })
      if (forget) memory.set('commit', {})
      const error = await run(name, { memory, files: { 'a.txt': 'built again' } }).then(
        () => undefined,
        (error: unknown) => error,
      )
      return { theirs, head: (await bench.head(fullName)) ?? '', error }
    }

    it('takes a commit for its own by the id of its deployment alone, where it saved nothing of it', async () => {
      const { theirs, head, error } = await goOnAbove('Deploy\n\nTabship-Deployment: deployment-1\n', true)
      expect(error).toBeUndefined()
      expect(head).not.toBe(theirs)
    })

    it.each([
      ['another deployment', 'Deploy\n\nTabship-Deployment: deployment-2\n', true],
      ['a deployment whose id begins as its own', 'Deploy\n\nTabship-Deployment: deployment-10\n', true],
      ['somebody who quotes its id', 'Revert\n\nTabship-Deployment: deployment-1\n\nIt was wrong.\n', true],
      ['somebody who amended its own', 'Deploy\n\nTabship-Deployment: deployment-1\n', false],
    ])('does not take the commit of %s for its own', async (_, message, forget) => {
      const { theirs, head, error } = await goOnAbove(message, forget)
      expect(error).toMatchObject({ code: 'branch-moved', retryable: false, details: { found: theirs } })
      expect(head).toBe(theirs)
    })

    it('confirms a repository, and a commit as long as its branch holds it', async () => {
      const scene = await scenes['a branch with a commit']()
      const { fullName } = scene
      const memory: Memory = new Map()
      await run(scene.name, { memory })
      const [repository, commit] = [repositoryOf(memory), commitOf(memory)]
      const confirm = async (branch = commit.branch, oid = commit.oid) =>
        bench.host(scene.name).confirmCommit({ ...commit, branch, oid }, repository, freshContext())
      expect(await bench.host(scene.name).confirmRepository(repository, freshContext())).toBe(true)
      expect(await confirm()).toBe(true)
      const above = await bench.commit({ repository: fullName, files: { e: 'e' }, message: 'Their change' })
      expect(await confirm()).toBe(true)
      expect(await confirm('feature/no such branch')).toBe(false)
      expect(await confirm(commit.branch, '0'.repeat(40))).toBe(false)
      await bench.commit({ repository: fullName, branch: 'apart', files: { f: 'f' }, message: 'Apart' })
      expect(await confirm('apart')).toBe(false)
      await git.run(bench.folder(fullName), 'update-ref', `refs/heads/${commit.branch}`, commit.parent ?? '', above)
      expect(await confirm()).toBe(false)
      const gone = { ...repository, fullName: `${bench.user}/never-made` }
      expect(await bench.host(scene.name).confirmRepository(gone, freshContext())).toBe(false)
      expect(await bench.host(scene.name).confirmCommit(commit, gone, freshContext())).toBe(false)
    })

    it('does not take a page for the word that a repository is gone', async () => {
      const page = async () =>
        new Response('<!doctype html>', { status: 404, headers: { 'content-type': 'text/html' } })
      const repository = { fullName: 'a/b', url: '', defaultBranch: 'main', created: false, heads: {} }
      const asked = bench.host('a/b').confirmRepository(repository, testContext({ fetch: page, clock }))
      expect(await thrownBy(asked)).toMatchObject({ code: 'reply-malformed', retryable: true })
    })

    it('keeps the content of the commit through all of it', async () => {
      const scene = await scenes['a branch with a commit']()
      const memory: Memory = new Map()
      for (let index = 0; ; index += 1) {
        const death = { moment: 'after a request', index } as const
        if ((await run(scene.name, { memory, death })).ended) break
      }
      await expectOne(scene, memory)
      const expected = Object.fromEntries(Object.entries(after).map(([path, content]) => [path, bytesOf(content)]))
      expect(await git.filesOf(bench.remote(scene.fullName))).toEqual(expected)
    })
  })
}
