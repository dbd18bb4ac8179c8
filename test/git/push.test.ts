import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cache } from '../../src/spec/context.js'
import type { Commit, CommitInput } from '../../src/spec/git-host.js'
import { artifactsOf, type Files, manyFiles } from '../support/artifacts.js'
import { memoryCache, testContext } from '../support/context.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { seededRandom } from '../support/seeded-random.js'
import { type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { demandingFiles } from './conformance.js'
import { type GithubBench, startGithubBench } from './github-bench.js'

const author = { name: 'Ada Example', email: 'ada@example.com' }
const date = Date.UTC(2024, 4, 17)

let bench: GithubBench
let git: NativeGit
let count = 0

beforeAll(async () => {
  bench = await startGithubBench()
  git = await startNativeGit()
})
afterAll(async () => {
  await bench.close()
  await git.close()
})

interface Place {
  readonly fullName: string
  readonly cache: Cache
  readonly transport?: 'auto' | 'direct'
}

const freshPlace = (): Place => ({ fullName: `owner/push-${++count}`, cache: memoryCache() })

/** Commits as a deployment does. @returns also what was asked of the host meanwhile */
async function commit(
  { fullName, cache, transport = 'direct' }: Place,
  files: Files,
  changes: Partial<CommitInput> = {},
): Promise<Commit & { readonly requests: readonly SeenRequest[] }> {
  const { fetch, requests } = watchFetch(bench.fetch)
  const context = testContext({ fetch, cache })
  const host = bench.hostWith({ repository: fullName, transport })
  const repository = await host.prepare({ branches: [] }, context)
  const { artifacts } = await artifactsOf(files)
  const expectedHead = repository.heads.main ?? null
  const given = { repository, branch: 'main', artifacts, keep: [], message: 'Deploy', deployment: 'deployment-1' }
  const made = await host.commit({ ...given, author, date, expectedHead, based: true, ...changes }, context)
  return { ...made, requests }
}

const isFetch = ({ url }: SeenRequest): boolean => url.pathname.endsWith('/git-upload-pack')
const isPush = ({ url, method }: SeenRequest): boolean =>
  method === 'POST' && url.pathname.endsWith('/git-receive-pack')
const sizeOf = (request: SeenRequest | undefined): number =>
  request?.body instanceof Blob ? request.body.size : Number.NaN

describe('what a branch holds', () => {
  it('is remembered, so that one changed file of a thousand is a small push and nothing is read', async () => {
    const place = freshPlace()
    const files = manyFiles(1000)
    await commit(place, files)
    const second = await commit(place, { ...files, 'folder-3/file-300.txt': 'changed' })
    expect(second.changes).toEqual({ added: 0, changed: 1, deleted: 0 })
    expect(second.requests.filter(isFetch)).toEqual([])
    // A commit, the tree of the folder, the tree above it and the file.
    expect(sizeOf(second.requests.find(isPush))).toBeLessThan(10_000)
  })

  it('is read without the content of files where it is forgotten', async () => {
    const place = freshPlace()
    const large = new Uint8Array(2_000_000).map((_, index) => (index * 2_654_435_761) >>> 11)
    const files = { ...manyFiles(100), 'large.bin': large }
    await commit(place, files)
    const second = await commit({ ...place, cache: memoryCache() }, { ...files, 'new.txt': 'new' })
    expect(second.changes).toEqual({ added: 1, changed: 0, deleted: 0 })
    const [read, ...more] = second.requests.filter(isFetch)
    expect(more).toEqual([])
    expect(new TextDecoder().decode(read?.body as Uint8Array)).toContain('filter blob:none')
    expect(sizeOf(second.requests.find(isPush))).toBeLessThan(10_000)
  })

  it('is read anew where what was remembered is not what is there', async () => {
    const place = freshPlace()
    await commit(place, { 'a.txt': '1', 'b.txt': '2' })
    const broken: Cache = {
      ...place.cache,
      read: async (key) => {
        const kept = (await place.cache.read(key)) as Record<string, unknown>
        return { ...kept, files: String(kept.files).replace('b.txt', 'c.txt') }
      },
    }
    const second = await commit({ ...place, cache: broken }, { 'a.txt': '1', 'b.txt': '2', 'd.txt': '3' })
    expect(second.changes).toEqual({ added: 1, changed: 0, deleted: 0 })
    expect(second.requests.filter(isFetch)).toHaveLength(1)
  })

  it('gets no commit where it is the same', async () => {
    const place = freshPlace()
    const first = await commit(place, { 'a.txt': '1' })
    const second = await commit(place, { 'a.txt': '1' })
    expect(second).toMatchObject({ oid: first.oid, created: false })
    expect(second.requests.filter(isPush)).toEqual([])
  })
})

describe('a push', () => {
  it('and a commit by the API make the very tree that native git makes', async () => {
    const trees: string[] = []
    for (const transport of ['direct', 'auto'] as const) {
      const place = { ...freshPlace(), transport }
      const first = await commit(place, { ...demandingFiles, 'old.txt': 'old' })
      const second = await commit(place, { ...demandingFiles, 'new.png': Uint8Array.of(0x89, 0x50, 0, 0xff) })
      expect(second.parent).toBe(first.oid)
      const folder = bench.folder(place.fullName)
      await git.run(folder, 'fsck', '--strict', '--full', '--no-dangling')
      trees.push(await git.run(folder, 'rev-parse', 'main^{tree}'))
      const work = `work-${place.fullName.replace('/', '-')}`
      await git.run(git.folder, 'clone', '--quiet', bench.remote(place.fullName), work)
      await git.run(`${git.folder}/${work}`, 'read-tree', '--empty')
      await git.run(`${git.folder}/${work}`, '-c', 'core.autocrlf=false', 'add', '--all', '--force')
      expect(await git.run(`${git.folder}/${work}`, 'write-tree')).toBe(trees.at(-1))
    }
    expect(new Set(trees).size).toBe(1)
  })

  it('takes a file of 95 MB', async () => {
    const random = seededRandom(95)
    const block = Uint8Array.from({ length: 65_536 }, () => random.below(256))
    const large = new Uint8Array(95 * 1024 * 1024)
    for (let at = 0; at < large.length; at += block.length) {
      large.set(block.subarray(0, Math.min(block.length, large.length - at)), at)
      large[at] = (at / block.length) % 256
    }
    const place = freshPlace()
    const made = await commit(place, { 'large.bin': large })
    const folder = bench.folder(place.fullName)
    expect(await git.run(folder, 'cat-file', '-s', `${made.oid}:large.bin`)).toBe(String(large.length))
    await git.run(folder, 'fsck', '--strict', '--full', '--no-dangling')
  })
})
