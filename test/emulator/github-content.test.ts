import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GithubBench, servedPaths, startGithub } from './github-support.js'

let bench: GithubBench
let head: string

const files = { 'README.md': '# Read me\n', 'src/a b#.ts': 'export {}\n', 'src/deep/c.ts': 'c' }

beforeAll(async () => {
  bench = await startGithub()
  await bench.state.create(bench.accounts.owner, 'content')
  await bench.state.create(bench.accounts.owner, 'empty')
  const author = bench.accounts.owner
  head = await bench.state.commit({ repository: 'owner/content', files, message: 'First', author })
})

afterAll(() => bench.close())

describe.runIf(servedPaths.has('/repos/{owner}/{repo}/git/trees/{tree_sha}'))('reading trees', () => {
  it('lists one level or all of them', async () => {
    const flat = await bench.ask('/repos/owner/content/git/trees/main')
    expect(flat.body).toMatchObject({ truncated: false, tree: [{ path: 'README.md', size: 10 }, { path: 'src' }] })
    const deep = await bench.ask(`/repos/owner/content/git/trees/${head}?recursive=1`)
    const paths = (deep.body.tree as { path: string; type: string }[]).map((entry) => `${entry.type} ${entry.path}`)
    const blobs = Object.keys(files).map((path) => `blob ${path}`)
    expect(paths.sort()).toEqual([...blobs, 'tree src', 'tree src/deep'].sort())
  })

  it('says what is not there', async () => {
    expect((await bench.ask('/repos/owner/content/git/trees/nothing')).status).toBe(404)
    expect((await bench.ask('/repos/owner/empty/git/trees/main')).status).toBe(409)
  })
})

describe.runIf(servedPaths.has('/repos/{owner}/{repo}/contents/{path}'))('reading files', () => {
  it('reads a file as base64 and raw', async () => {
    const path = '/repos/owner/content/contents/src/a%20b%23.ts'
    const { body } = await bench.ask(path)
    expect(body).toMatchObject({ type: 'file', name: 'a b#.ts', path: 'src/a b#.ts', size: 10, encoding: 'base64' })
    expect(Buffer.from(String(body.content), 'base64').toString()).toBe('export {}\n')
    const raw = await bench.ask(`${path}?ref=${head}`, { headers: { Accept: 'application/vnd.github.raw+json' } })
    expect(raw.text).toBe('export {}\n')
  })

  it('lists a folder', async () => {
    const { text } = await bench.ask('/repos/owner/content/contents/src')
    const entries = JSON.parse(text) as { path: string; type: string }[]
    expect(entries.map(({ path, type }) => [path, type])).toEqual([
      ['src/a b#.ts', 'file'],
      ['src/deep', 'dir'],
    ])
  })

  it('says what is not there', async () => {
    for (const path of ['content/contents/absent', 'content/contents/README.md/x', 'content/contents/src?ref=absent']) {
      expect((await bench.ask(`/repos/owner/${path}`)).status).toBe(404)
    }
    expect((await bench.ask('/repos/owner/empty/contents/README.md')).body.message).toBe('This repository is empty.')
  })
})

describe.runIf(servedPaths.has('/users/{username}'))('reading users', () => {
  it('knows users and organisations', async () => {
    expect((await bench.ask('/users/STRANGER')).body).toMatchObject({ login: 'stranger', type: 'User' })
    expect((await bench.ask('/users/organization')).body).toMatchObject({ type: 'Organization' })
    expect((await bench.ask('/users/nobody')).status).toBe(404)
  })
})
