import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GithubBench, type Reply, startGithub } from './github-support.js'

let bench: GithubBench
let name: string
let count = 0

const commit = (files: Record<string, string>, branch: string): Promise<string> =>
  bench.state.commit({ repository: `owner/${name}`, files, message: 'm', author: bench.accounts.owner, branch })
const ask = (path: string, method = 'GET', json?: unknown, token?: string): Promise<Reply> =>
  bench.ask(`/repos/owner/${name}/${path}`, { method, json, ...(token && { token }) })
const git = (...command: string[]): Promise<string> =>
  bench.mustGit(bench.folder, '--git-dir', bench.state.repository(`owner/${name}`).path, ...command)
const open = (change: object = {}): Promise<Reply> =>
  ask('pulls', 'POST', { title: 'Feature', head: 'feature', base: 'main', body: 'New', ...change })
const listed = async (query = ''): Promise<number[]> =>
  (JSON.parse((await ask(`pulls${query}`)).text) as { number: number }[]).map(({ number }) => number)

beforeAll(async () => {
  bench = await startGithub()
})
beforeEach(async () => {
  name = `pulls-${++count}`
  await bench.state.create(bench.accounts.owner, name)
  await commit({ a: '1' }, 'main')
  for (const branch of ['feature', 'other']) {
    await git('branch', branch, 'main')
    await commit({ b: branch }, branch)
  }
})
afterAll(() => bench.close())

describe('pull requests', () => {
  it('are opened, read and changed', async () => {
    const opened = await open()
    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({
      ...{ number: 1, state: 'open', title: 'Feature', commits: 1, changed_files: 1, merged: false },
      ...{ head: { label: 'owner:feature', ref: 'feature' }, base: { ref: 'main' }, user: { login: 'owner' } },
    })
    const sha = await commit({ c: '1' }, 'feature')
    expect((await ask('pulls/1')).body).toMatchObject({ commits: 2, head: { sha } })
    const changed = await ask('pulls/1', 'PATCH', { title: 'Better', state: 'closed' })
    expect(changed.body).toMatchObject({
      title: 'Better',
      state: 'closed',
      closed_at: expect.any(String),
      merged: false,
    })
    expect((await ask('pulls/2')).status).toBe(404)
  })

  it('are listed by state, head and base', async () => {
    await git('branch', 'release', 'main')
    await open()
    await open({ head: 'other' })
    await open({ head: 'other', base: 'release' })
    await ask('pulls/2', 'PATCH', { state: 'closed' })
    expect(await listed()).toEqual([3, 1])
    expect(await listed('?state=all')).toEqual([3, 2, 1])
    expect(await listed('?state=closed')).toEqual([2])
    expect(await listed('?head=owner:other')).toEqual([3])
    expect(await listed('?head=other')).toEqual([3, 1])
    expect(await listed('?base=main&direction=asc')).toEqual([1])
    const page = await ask('pulls?state=all&per_page=2')
    expect(page.headers.get('link')).toContain('page=2>; rel="next"')
    expect((await ask('pulls?state=unheard')).status).toBe(422)
  })

  it('are refused in the words of GitHub', async () => {
    await open()
    await git('branch', 'same', 'main')
    const orphan = await git('commit-tree', '-m', 'orphan', 'main^{tree}')
    await git('update-ref', 'refs/heads/orphan', orphan)
    const cases: [object, object][] = [
      [{}, { code: 'custom', message: 'A pull request already exists for owner:feature.' }],
      [{ head: 'owner:feature' }, { code: 'custom', message: 'A pull request already exists for owner:feature.' }],
      [{ head: 'same' }, { code: 'custom', message: 'No commits between main and same' }],
      [{ head: 'orphan' }, { message: 'The orphan branch has no history in common with main' }],
      [{ head: 'absent' }, { field: 'head', code: 'invalid' }],
      [{ base: 'absent' }, { field: 'base', code: 'invalid' }],
      [
        { title: undefined, head: 'other' },
        { field: 'title', code: 'missing_field' },
      ],
    ]
    for (const [change, error] of cases) {
      const { status, body } = await open(change)
      expect([status, body.message]).toEqual([422, 'Validation Failed'])
      expect(body.errors).toEqual([expect.objectContaining({ resource: 'PullRequest', ...error })])
    }
    const { stranger } = bench.accounts.credentials
    expect((await ask('pulls', 'POST', { title: 'T', head: 'other', base: 'main' }, stranger.token)).status).toBe(404)
  })

  it('are merged when their commits arrive at the base, and closed when their branch goes', async () => {
    await open()
    await open({ head: 'other' })
    const sha = await git('rev-parse', 'feature')
    await ask('git/refs/heads/main', 'PATCH', { sha })
    expect((await ask('pulls/1')).body).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: sha })
    await ask('git/refs/heads/other', 'DELETE')
    expect((await ask('pulls/2')).body).toMatchObject({ state: 'closed', merged: false, merged_at: null })
    expect((await open()).body.errors).toMatchObject([{ message: 'No commits between main and feature' }])
  })
})

describe('comments', () => {
  it('are written, listed and changed', async () => {
    await open()
    const written = await ask('issues/1/comments', 'POST', { body: 'Hello' })
    expect(written.status).toBe(201)
    expect(written.body).toMatchObject({ body: 'Hello', user: { login: 'owner' } })
    const { stranger } = bench.accounts.credentials
    expect((await ask('issues/1/comments', 'POST', { body: 'Hi' }, stranger.token)).status).toBe(201)
    expect((await ask(`issues/comments/${written.body.id}`, 'PATCH', { body: 'Changed' })).status).toBe(200)
    const all = JSON.parse((await ask('issues/1/comments')).text) as { body: string }[]
    expect(all.map(({ body }) => body)).toEqual(['Changed', 'Hi'])
    const second = await ask('issues/1/comments?per_page=1&page=2')
    expect(JSON.parse(second.text)).toMatchObject([{ body: 'Hi' }])
    expect((await ask('pulls/1')).body.comments).toBe(2)
  })

  it('are refused where they are empty, or where there is nothing to comment on', async () => {
    await open()
    expect((await ask('issues/1/comments', 'POST', { body: ' ' })).status).toBe(422)
    expect((await ask('issues/1/comments', 'POST', {})).status).toBe(422)
    expect((await ask('issues/2/comments', 'POST', { body: 'Hello' })).status).toBe(404)
    expect((await ask('issues/comments/1', 'PATCH', { body: 'Hello' })).status).toBe(404)
  })
})
