import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GithubBench, type Reply, startGithub } from './github-support.js'

let bench: GithubBench
let name: string
let head: string
let next: string
let count = 0

const commit = (files: Record<string, string>, branch = 'main'): Promise<string> =>
  bench.state.commit({ repository: `owner/${name}`, files, message: 'm', author: bench.accounts.owner, branch })
const ask = (path: string, method = 'GET', json?: unknown, token?: string): Promise<Reply> =>
  bench.ask(`/repos/owner/${name}/${path}`, { method, json, ...(token && { token }) })
const git = (...command: string[]): Promise<string> =>
  bench.mustGit(bench.folder, '--git-dir', bench.state.repository(`owner/${name}`).path, ...command)

/** A commit with these files on top of another, on no branch yet. */
async function loose(parent: string, path: string, content: string): Promise<string> {
  const entry = { path, mode: '100644', type: 'blob', content }
  const tree = await ask('git/trees', 'POST', { base_tree: parent, tree: [entry] })
  const made = await ask('git/commits', 'POST', { message: path, tree: tree.body.sha, parents: [parent] })
  return String(made.body.sha)
}

beforeAll(async () => {
  bench = await startGithub()
})
beforeEach(async () => {
  name = `refs-${++count}`
  await bench.state.create(bench.accounts.owner, name)
  head = await commit({ 'README.md': '1' })
  next = await loose(head, 'README.md', '2')
})
afterAll(() => bench.close())

describe('refs', () => {
  it('are made, moved forward, listed and deleted', async () => {
    const made = await ask('git/refs', 'POST', { ref: 'refs/heads/feature/ü#1', sha: head })
    expect([made.status, made.body.ref]).toEqual([201, 'refs/heads/feature/ü#1'])
    const path = 'git/refs/heads/feature/%C3%BC%231'
    const moved = await ask(path, 'PATCH', { sha: next, force: false })
    expect(moved.body).toMatchObject({ object: { sha: next, type: 'commit' } })
    const listed = await ask('git/matching-refs/heads/fea')
    expect(JSON.parse(listed.text)).toMatchObject([{ ref: 'refs/heads/feature/ü#1', object: { sha: next } }])
    expect((await ask('git/matching-refs/heads/none')).text).toBe('[]')
    const deleted = await ask(path, 'DELETE')
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    expect((await ask('git/ref/heads/feature/%C3%BC%231')).status).toBe(404)
  })

  it('are not moved back or aside without force', async () => {
    const other = await loose(head, 'other', '')
    expect((await ask('git/refs/heads/main', 'PATCH', { sha: next })).status).toBe(200)
    for (const sha of [other, head]) {
      const { status, body } = await ask('git/refs/heads/main', 'PATCH', { sha })
      expect([status, body.message]).toEqual([422, 'Update is not a fast forward'])
    }
    expect((await ask('git/refs/heads/main', 'PATCH', { sha: other, force: true })).status).toBe(200)
    expect(await bench.state.head(`owner/${name}`)).toBe(other)
  })

  it('are refused in the words of GitHub', async () => {
    const none = '0'.repeat(39).concat('1')
    const tree = await git('rev-parse', `${head}^{tree}`)
    const cases: [string, string, unknown, string][] = [
      ['git/refs', 'POST', { ref: 'refs/heads/main', sha: next }, 'Reference already exists'],
      ['git/refs', 'POST', { ref: 'refs/heads/main/below', sha: next }, 'Reference already exists'],
      ['git/refs', 'POST', { ref: 'refs/heads/new', sha: none }, 'Object does not exist'],
      ['git/refs', 'POST', { ref: 'refs/heads/new', sha: tree }, 'Object is not a commit'],
      ['git/refs', 'POST', { ref: 'heads/new', sha: next }, 'heads/new is not a valid ref name.'],
      ['git/refs', 'POST', { ref: 'refs/heads/a..b', sha: next }, 'refs/heads/a..b is not a valid ref name.'],
      ['git/refs/heads/absent', 'PATCH', { sha: next }, 'Reference does not exist'],
      ['git/refs/heads/main', 'PATCH', { sha: none }, 'Object does not exist'],
      ['git/refs/heads/absent', 'DELETE', undefined, 'Reference does not exist'],
      ['git/refs/heads/main', 'DELETE', undefined, 'Cannot delete the default branch'],
    ]
    for (const [path, method, json, message] of cases) {
      const { status, body } = await ask(path, method, json)
      expect([path, status, body.message]).toEqual([path, 422, message])
    }
    const { stranger } = bench.accounts.credentials
    expect((await ask('git/refs/heads/main', 'PATCH', { sha: next }, stranger.token)).status).toBe(404)
    expect(await bench.state.head(`owner/${name}`)).toBe(head)
  })

  it('have one winner where two move them at once', async () => {
    const other = await loose(head, 'other', '')
    const replies = await Promise.all([next, other].map((sha) => ask('git/refs/heads/main', 'PATCH', { sha })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422])
  })

  it('count as a push', async () => {
    const repository = bench.state.repository(`owner/${name}`)
    repository.pushedAt = 0
    await ask('git/refs/heads/main', 'PATCH', { sha: next })
    expect(repository.pushedAt).toBeGreaterThan(0)
  })
})

describe('workflows', () => {
  const path = '.github/workflows/a.yml'
  const workflow = { path, mode: '100644', type: 'blob', content: 'on: push\n' }

  it('are hidden from a token without the scope: trees, files and refs are not found', async () => {
    const { token } = bench.accounts.credentials.withoutWorkflow
    const tree = { base_tree: head, tree: [workflow] }
    expect((await ask('git/trees', 'POST', tree, token)).status).toBe(404)
    expect((await ask(`contents/${path}`, 'PUT', { message: 'm', content: '' }, token)).status).toBe(404)
    const made = await loose(head, path, 'on: push\n')
    expect((await ask('git/refs/heads/main', 'PATCH', { sha: made }, token)).status).toBe(404)
    expect((await ask('git/refs', 'POST', { ref: 'refs/heads/new', sha: made }, token)).status).toBe(404)
    expect(await bench.state.head(`owner/${name}`)).toBe(head)
    expect((await ask('git/trees', 'POST', tree)).status).toBe(201)
    expect((await ask('git/refs/heads/main', 'PATCH', { sha: made })).status).toBe(200)
  })

  it('may be left, deleted and taken over from another branch by it', async () => {
    const { token } = bench.accounts.credentials.withoutWorkflow
    const before = await commit({ [path]: 'on: push\n' })
    const trees = [[workflow], [{ path, mode: '100644', type: 'blob', sha: null }], [{ ...workflow, path: 'other' }]]
    for (const tree of trees) {
      expect((await ask('git/trees', 'POST', { base_tree: before, tree }, token)).status).toBe(201)
    }
  })
})
