import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginRepository } from '../../src/git/github/begin-repository.js'
import { commitByApi } from '../../src/git/github/commit-by-api.js'
import type { Context } from '../../src/spec/context.js'
import { artifactsOf, type Files, manyFiles } from '../support/artifacts.js'
import { type TestContext, type TestContextOptions, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { type ApiBench, date, type Modes, nativeCommit, person, startApiBench } from './api-bench.js'

let bench: ApiBench

beforeAll(async () => {
  bench = await startApiBench()
})
afterAll(() => bench.close())

const binary = Uint8Array.from([137, 80, 78, 71, 0, 255, 254, 192, 128, 13, 10])
const bytes = (seed: number): Uint8Array => Uint8Array.from([0, 255, seed >> 8, seed & 255])

function watched(
  intercept?: Interceptor,
  options: Partial<TestContextOptions> = {},
): { context: TestContext; requests: readonly SeenRequest[] } {
  const { fetch, requests } = watchFetch(bench.emulator.fetch, intercept)
  return { context: testContext({ fetch, clock: hurriedClock(), ...options }), requests }
}

const creating = (requests: readonly SeenRequest[]): string[] =>
  requests.flatMap(({ method, url }) => (method === 'POST' || method === 'PATCH' ? [`${method} ${url.pathname}`] : []))
const kinds = (requests: readonly SeenRequest[]): string[] =>
  creating(requests).map((one) => one.replace(/\/repos\/owner\/[^/]+\/git\//, ''))

/** A repository that holds some files, and the draft of a commit that holds others. */
async function prepared(before: Files | null, after: Files, modes: Modes = {}) {
  const fullName = await bench.repository(before)
  const parent = (await bench.head(fullName)) ?? null
  const draft = await bench.draft(fullName, parent, after, modes)
  return { fullName, draft, commit: { fullName, branch: 'main', draft } }
}

/** Commits, and holds the branch against what native git makes of the same files. */
async function expectNative(before: Files, after: Files, modes: Modes = {}, context: Context = watched().context) {
  const { fullName, draft, commit } = await prepared(before, after, modes)
  expect(await commitByApi(bench.api, commit, context)).toMatchObject({ result: 'pushed' })
  const native = await nativeCommit(bench, fullName, draft, after, modes)
  expect(await bench.git(fullName, 'rev-parse', 'main^{tree}')).toBe(native.tree)
  expect(await bench.head(fullName)).toBe(native.oid)
  expect(await bench.git(fullName, 'fsck', '--strict', '--no-dangling')).toBe('')
  return { fullName, draft }
}

describe('a commit by the API', () => {
  it('is the one that native git makes: text, binary, executable, link, deletion, empty file', async () => {
    const before = { 'README.md': '# Shop\n', 'old.txt': 'old', 'src/app.js': '1', 'src/kept.js': 'kept' }
    const after = {
      'README.md': '# Shop 2\n',
      'src/app.js': '1',
      'src/kept.js': 'kept',
      'src/new/deep.js': 'deep\r\n',
      'bom.txt': '\uFEFFbom',
      'logo.png': binary,
      'run.sh': '#!/bin/sh\n',
      link: 'src/app.js',
      empty: '',
    }
    const modes = { 'run.sh': '100755', link: '120000', 'src/app.js': '100755' } as const
    const { context, requests } = watched()
    await expectNative(before, after, modes, context)
    expect(kinds(requests)).toEqual(['POST blobs', 'POST trees', 'POST commits', 'PATCH refs/heads/main'])
    expect(context.eventsOf('step-progress').at(-1)).toMatchObject({ done: 9, total: 9, unit: 'files' })
  })

  it('bears names that mean something elsewhere', async () => {
    const names = [
      'a b#c?d%20.txt',
      '"quoted"',
      "it's",
      '-dash',
      '{0}',
      '*.[ch]',
      'ünï/日本語.md',
      '😀',
      '$HOME',
      '.gitignore',
      '~',
    ]
    const after = Object.fromEntries(names.map((name, index) => [name, `content ${index}`]))
    await expectNative({ a: '1' }, { ...after, '.gitignore': '*\n' })
  })

  it('puts files where folders were and folders where files were', async () => {
    const before = { a: 'file', 'b/c': 'deep', 'b/d/e': 'deeper', f: binary }
    const after = { 'a/b/c': 'folder now', b: 'file now', 'f/g': 'file now', h: 'file now' }
    await expectNative(before, after)
    await expectNative({ only: '1' }, { 'only/one': '1' })
  })

  it('sends content once, however many files share it', async () => {
    const shared = 'shared '.repeat(1000)
    const after = {
      ...Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`text-${index}.txt`, shared])),
      ...Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`image-${index}.png`, binary])),
    }
    const { context, requests } = watched()
    await expectNative({ a: '1' }, after, {}, context)
    const sent = requests.map(({ body }) => String(body)).join('')
    expect(sent.split(shared)).toHaveLength(2)
    expect(creating(requests).filter((one) => one.endsWith('/blobs'))).toHaveLength(1)
  })

  it('takes a thousand files in batches of two hundred', async () => {
    const { context, requests } = watched()
    await expectNative({ a: '1' }, manyFiles(1000), {}, context)
    expect(creating(requests).filter((one) => one.endsWith('/trees'))).toHaveLength(6)
    const progress = context.eventsOf('step-progress').map(({ done }) => done)
    expect(progress).toEqual([...progress].sort((one, other) => one - other))
    expect(progress.at(-1)).toBe(1001)
  })

  it('keeps batches below two megabytes, and writes longer texts by themselves', async () => {
    const after = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`${index}`, `${index}`.repeat(900_000)]))
    const { context, requests } = watched()
    await expectNative({ a: '1' }, { ...after, long: 'x'.repeat(1_000_001) }, {}, context)
    const count = (kind: string) => creating(requests).filter((one) => one.endsWith(kind)).length
    expect([count('/trees'), count('/blobs')]).toEqual([3, 1])
    for (const { body } of requests) expect(String(body ?? '').length).toBeLessThan(2_200_000)
  })

  it.each([422, 502] as const)('halves what GitHub refuses as too large with status %i', async (treeRefusal) => {
    const { limits } = bench.emulator.github.state
    const usual = { ...limits }
    Object.assign(limits, { treeEntries: 60, treeRefusal })
    const { context, requests } = watched()
    await expectNative({ a: '1' }, manyFiles(400), {}, context).finally(() => Object.assign(limits, usual))
    // Twice refused, at 200 and at 100, it remembers what went through: 50.
    expect(creating(requests).filter((one) => one.endsWith('/trees')).length).toBeLessThan(14)
  })

  it('writes a text by itself that is too large for any tree', async () => {
    const { limits } = bench.emulator.github.state
    const usual = { ...limits }
    limits.treeBytes = 1000
    const done = expectNative({ a: '1' }, { 'large.txt': 'x'.repeat(1001), 'small.txt': 'y' })
    await done.finally(() => Object.assign(limits, usual))
  })

  it('makes a new branch, on top of a commit or of none', async () => {
    const { fullName, draft } = await prepared({ a: '1' }, { a: '2' })
    const { context } = watched()
    const onTop = { fullName, branch: 'feature/über', draft, isNewBranch: true }
    expect(await commitByApi(bench.api, onTop, context)).toMatchObject({ result: 'pushed' })
    expect(await bench.head(fullName, 'feature/über')).toBe(draft.oid)
    const alone = await bench.draft(fullName, null, { 'index.html': 'page' })
    const orphan = { fullName, branch: 'gh-pages', draft: alone }
    expect(await commitByApi(bench.api, orphan, context)).toMatchObject({ result: 'pushed' })
    expect(await bench.head(fullName, 'gh-pages')).toBe(alone.oid)
    const taken = await bench.draft(fullName, null, { 'index.html': 'other' })
    const outcome = await commitByApi(bench.api, { ...orphan, draft: taken }, context)
    expect(outcome).toEqual({ result: 'moved', oid: alone.oid })
  })
})

describe('a branch that is not where it was', () => {
  it('is left alone', async () => {
    const { fullName, commit } = await prepared({ a: '1' }, { a: '2' })
    const author = bench.emulator.accounts.stranger
    const theirs = await bench.emulator.github.state.commit({
      repository: fullName,
      files: { b: '1' },
      message: 'b',
      author,
    })
    expect(await commitByApi(bench.api, commit, watched().context)).toEqual({ result: 'moved', oid: theirs })
    expect(await bench.head(fullName)).toBe(theirs)
  })

  it('may be gone', async () => {
    const { fullName, commit } = await prepared({ a: '1' }, { a: '2' })
    await bench.git(fullName, 'update-ref', '-d', 'refs/heads/main')
    await bench.git(fullName, 'update-ref', 'refs/heads/other', commit.draft.parent ?? '')
    expect(await commitByApi(bench.api, commit, watched().context)).toEqual({ result: 'moved', oid: null })
  })

  it('may hold the commit already, below another', async () => {
    const { fullName, draft, commit } = await prepared({ a: '1' }, { a: '2' })
    await commitByApi(bench.api, commit, watched().context)
    const author = bench.emulator.accounts.stranger
    await bench.emulator.github.state.commit({ repository: fullName, files: { b: '1' }, message: 'b', author })
    const { context, requests } = watched(undefined, { again: true })
    expect(await commitByApi(bench.api, commit, context)).toMatchObject({ result: 'pushed' })
    expect(await bench.git(fullName, 'rev-parse', 'main^')).toBe(draft.oid)
    // What is there is not made again.
    expect(creating(requests)).toHaveLength(1)
  })
})

describe('answers that are lost', () => {
  const steps = ['/blobs', '/trees', '/commits', '/refs/heads/main']

  it.each(steps)('are no loss for POST or PATCH of %s', async (step) => {
    let isLost = false
    const { context, requests } = watched(async ({ method, url }, send) => {
      const response = await send()
      if (isLost || method === 'GET' || !url.pathname.endsWith(step)) return response
      isLost = true
      await response.arrayBuffer()
      throw new TypeError('Failed to fetch')
    })
    await expectNative({ a: '1' }, { a: '2', 'b.png': binary }, {}, context)
    expect(isLost).toBe(true)
    expect(creating(requests)).toHaveLength(5)
  })

  it('are no loss for a new branch', async () => {
    const { fullName, draft } = await prepared({ a: '1' }, { a: '2' })
    let isLost = false
    const { context } = watched(async ({ url }, send) => {
      const response = await send()
      if (isLost || !url.pathname.endsWith('/git/refs')) return response
      isLost = true
      await response.arrayBuffer()
      throw new TypeError('Failed to fetch')
    })
    const commit = { fullName, branch: 'new', draft, isNewBranch: true }
    expect(await commitByApi(bench.api, commit, context)).toMatchObject({ result: 'pushed' })
    expect([isLost, await bench.head(fullName, 'new')]).toEqual([true, draft.oid])
  })

  it('and a tab that dies leave what has arrived: it is not sent again', async () => {
    const images = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}.png`, bytes(index)]))
    const { fullName, draft, commit } = await prepared({ a: '1' }, images)
    const end = new AbortController()
    let blobs = 0
    const first = watched(
      async ({ url }, send) => {
        const response = await send()
        if (url.pathname.endsWith('/blobs') && ++blobs === 7) end.abort(new Error('gone'))
        return response
      },
      { signal: end.signal },
    )
    await expect(commitByApi(bench.api, commit, first.context)).rejects.toThrow('gone')
    const { context, requests } = watched(undefined, { again: true })
    expect(await commitByApi(bench.api, commit, context)).toMatchObject({ result: 'pushed' })
    expect(creating(requests).filter((one) => one.endsWith('/blobs'))).toHaveLength(3)
    expect(await bench.head(fullName)).toBe(draft.oid)
  })

  it('may leave a database behind that does not know yet what was written', async () => {
    const late = new Map([
      ['/trees', 'base_tree is not a valid tree oid'],
      ['/commits', 'Tree SHA does not exist'],
    ])
    const { context } = watched(async ({ method, url }, send) => {
      const step = [...late.keys()].find((one) => url.pathname.endsWith(one))
      const message = step && late.get(step)
      if (method !== 'POST' || !step || !message) return send()
      late.delete(step)
      return Response.json({ message, documentation_url: 'https://docs.github.com/rest' }, { status: 422 })
    })
    await expectNative({ a: '1' }, { a: '2' }, {}, context)
    expect(late.size).toBe(0)
  })
})

describe('what GitHub refuses', () => {
  it('is a commit on a protected branch, and its reason is told', async () => {
    const { fullName, draft, commit } = await prepared({ a: '1' }, { a: '2' })
    const message = 'Repository rule violations found\n\nChanges must be made through a pull request.'
    const { context } = watched(async ({ method }, send) => {
      return method === 'PATCH' ? Response.json({ message, status: '422' }, { status: 422 }) : send()
    })
    const error = await thrownBy(commitByApi(bench.api, commit, context))
    expect(error).toMatchObject({ code: 'push-refused', retryable: false, details: { said: message } })
    expect(await bench.head(fullName)).toBe(draft.parent)
  })

  const refused = async (after: Files, token?: string): Promise<Awaited<ReturnType<typeof thrownBy>>> => {
    const { fullName, draft, commit } = await prepared({ a: '1' }, after)
    const api = token === undefined ? bench.api : bench.apiWith(token)
    const error = await thrownBy(commitByApi(api, commit, watched().context))
    expect(await bench.head(fullName)).toBe(draft.parent)
    return error
  }

  it('is a workflow of a token without its scope, and it is named', async () => {
    const workflow = '.github/workflows/deploy.yml'
    const error = await refused({ b: '1', [workflow]: 'on: push\n' }, bench.emulator.otherTokens.withoutWorkflow)
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-forbidden', details: { workflow } })
    expect(error.hint).toContain('scope workflow')
  })

  it('is everything of a token without rights', async () => {
    const error = await refused({ 'b.png': binary }, bench.emulator.otherTokens.stranger)
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-forbidden' })
  })

  it('is a file that is too large for the API, before anything is sent', async () => {
    const { commit } = await prepared({ a: '1' }, { b: '2' })
    const blobs = commit.draft.blobs.map((blob) => ({ ...blob, path: 'film.mp4', size: 60 * 1024 * 1024 }))
    const { context, requests } = watched()
    const error = await thrownBy(commitByApi(bench.api, { ...commit, draft: { ...commit.draft, blobs } }, context))
    expect(error).toMatchObject({ code: 'file-too-large', details: { path: 'film.mp4' } })
    expect(requests).toEqual([])
  })

  it('is a path of which git makes something else', async () => {
    const { fullName, draft, commit } = await prepared({ a: '1' }, { b: '1', c: '2', d: '3' })
    const changes = draft.changes.map((change) => (change.path === 'c' ? { ...change, path: '.git/config' } : change))
    const error = await thrownBy(commitByApi(bench.api, { ...commit, draft: { ...draft, changes } }, watched().context))
    expect(error).toMatchObject({ code: 'push-refused', details: { path: '.git/config' } })
    expect(error.message).toContain('malformed path component')
    expect(await bench.head(fullName)).toBe(draft.parent)
  })

  it('leaves the branch where it is when the tree is not the one that was to be made', async () => {
    const { fullName, draft, commit } = await prepared({ a: '1' }, { a: '2' })
    const wrong = { ...commit, draft: { ...draft, tree: draft.parentTree ?? '' } }
    const error = await thrownBy(commitByApi(bench.api, wrong, watched().context))
    expect(error).toMatchObject({ code: 'object-differs', details: { object: 'tree' } })
    expect(await bench.head(fullName)).toBe(draft.parent)
  })

  it('has the id that GitHub gives it, should that be another', async () => {
    const { fullName, draft, commit } = await prepared({ a: '1' }, { a: '2' })
    const other = { ...commit, draft: { ...draft, oid: draft.parent ?? '' } }
    const outcome = await commitByApi(bench.api, other, watched().context)
    expect(outcome).toEqual({ result: 'pushed', oid: draft.oid })
    expect(await bench.head(fullName)).toBe(draft.oid)
  })
})

describe('an empty repository', () => {
  const files = { 'index.html': '<!doctype html>', 'a.txt': 'a', 'logo.png': binary, '.github/workflows/a.yml': '' }
  const beginning = async (fullName: string) => {
    const { artifacts } = await artifactsOf(files)
    return { fullName, branch: 'main', deployment: 'deployment-1', artifacts, author: person, date }
  }

  it('takes a first commit with one of the files, and the real one on top', async () => {
    const { fullName, commit } = await prepared(null, files)
    const { context } = watched()
    expect(await commitByApi(bench.api, commit, context)).toEqual({ result: 'empty' })
    const begun = await beginRepository(bench.api, await beginning(fullName), context)
    expect(begun).toEqual({ result: 'began', oid: await bench.head(fullName) })
    const message = 'Begin with a.txt\n\nTabship-Deployment: deployment-1'
    expect(await bench.git(fullName, 'log', '--format=%an %at %B', 'main')).toBe(
      `Ada Example ${date / 1000} ${message}\n`,
    )
    expect(await bench.git(fullName, 'ls-tree', '-r', '--name-only', 'main')).toBe('a.txt')
    const draft = await bench.draft(fullName, begun.oid, files)
    expect(await commitByApi(bench.api, { ...commit, draft }, context)).toMatchObject({ result: 'pushed' })
    const native = await nativeCommit(bench, fullName, draft, files)
    expect(await bench.head(fullName)).toBe(native.oid)
  })

  it('gets one first commit, though its answer is lost and the tab with it', async () => {
    const fullName = await bench.repository(null)
    let isLost = false
    const lossy = watched(async ({ method }, send) => {
      const response = await send()
      if (method !== 'PUT' || isLost) return response
      isLost = true
      await response.arrayBuffer()
      throw new TypeError('Failed to fetch')
    })
    const begun = await beginRepository(bench.api, await beginning(fullName), lossy.context)
    const { context, requests } = watched(undefined, { again: true })
    expect(await beginRepository(bench.api, await beginning(fullName), context)).toEqual(begun)
    expect(requests.every(({ method }) => method === 'GET')).toBe(true)
    expect(await bench.git(fullName, 'rev-list', '--count', 'main')).toBe('1')
  })

  it('may have got one from somebody else', async () => {
    const fullName = await bench.repository({ 'a.txt': 'theirs' })
    const begun = await beginRepository(bench.api, await beginning(fullName), watched().context)
    expect(begun).toEqual({ result: 'moved', oid: await bench.head(fullName) })
  })
})
