import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { type GitlabBench, startGitlab } from './gitlab-support.js'

let bench: GitlabBench
let git: NativeGit

beforeEach(async () => {
  bench = await startGitlab()
  git = await startNativeGit()
  await bench.state.create('owner/shop')
})
afterEach(async () => {
  await git.close()
  await bench.close()
})

const repository = `/projects/${encodeURIComponent('owner/shop')}/repository`
const filesOf = async (branch?: string): Promise<Record<string, string>> => {
  const files = await git.filesOf(bench.remote('owner/shop'), branch)
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]))
}
const create = (file_path: string, content = file_path) => ({ action: 'create', file_path, content })
const { stringify } = JSON

describe("the emulated GitLab's commits", () => {
  it('make the first one, and then all kinds of changes at once', async () => {
    const first = await bench.commit({ actions: [create('a'), create('b/c'), create('d')] })
    expect(first).toMatchObject({ status: 201, body: { parent_ids: [], title: 'Change', author_name: 'Owner' } })
    const second = await bench.commit({
      commit_message: 'All kinds\n\nOf changes',
      author_name: 'Ada Example',
      author_email: 'ada@example.com',
      actions: [
        { action: 'update', file_path: 'a', content: Buffer.from('new').toString('base64'), encoding: 'base64' },
        { action: 'move', file_path: 'moved', previous_path: 'b/c' },
        { action: 'delete', file_path: 'd' },
        { ...create('b'), encoding: 'text' },
        { action: 'chmod', file_path: 'b', execute_filemode: true },
      ],
    })
    expect(second.body).toMatchObject({
      parent_ids: [first.body.id],
      title: 'All kinds',
      message: 'All kinds\n\nOf changes',
      author_email: 'ada@example.com',
      committer_name: 'Owner',
    })
    expect(await filesOf()).toEqual({ a: 'new', moved: 'b/c', b: 'b' })
    const { folder } = bench.state.project('owner/shop')
    expect(await git.run(folder, 'ls-tree', 'HEAD', 'b')).toContain('100755')
    await git.run(folder, 'fsck', '--strict', '--full')
  })

  it.each([
    ['creates what is there', [create('a')], 'A file with this name already exists'],
    ['creates a file where a folder is', [create('b')], 'A directory with this name already exists'],
    ['creates a file below a file', [create('a/x')], 'A file with this name already exists'],
    ['updates what is not there', [{ ...create('x'), action: 'update' }], "A file with this name doesn't exist"],
    ['deletes what is not there', [{ action: 'delete', file_path: 'x' }], "A file with this name doesn't exist"],
    ['moves what is not there', [{ action: 'move', file_path: 'y', previous_path: 'x' }], "doesn't exist"],
    ['leaves the repository', [create('../x')], 'Path cannot include directory traversal'],
    ['writes into .git', [create('x/.git/config')], 'invalid path'],
    ['names no file', [create('')], 'You must provide a file path'],
  ])('do nothing at all where one action %s', async (_, actions, words) => {
    const { body } = await bench.commit({ actions: [create('a'), create('b/c')] })
    const { status, body: refusal } = await bench.commit({ actions: [create('fine'), ...actions] })
    expect(status).toBe(400)
    expect(refusal.message).toContain(words)
    expect(await bench.state.head('owner/shop')).toBe(body.id)
  })

  it('refuse a file whose last commit is another than the client knows', async () => {
    const { body: known } = await bench.commit({ actions: [create('a'), create('b')] })
    await bench.commit({ actions: [{ ...create('a', 'theirs'), action: 'update' }] })
    const lease = { action: 'update', content: 'mine', last_commit_id: known.id }
    const refused = await bench.commit({ actions: [{ ...lease, file_path: 'a' }] })
    expect([refused.status, refused.body.message]).toEqual([
      400,
      'The file has changed since you started editing it: a',
    ])
    expect((await bench.commit({ actions: [{ ...lease, file_path: 'b' }] })).status).toBe(201)
  })

  it('begin a new branch where they are told, and never on one that is there', async () => {
    const { body: first } = await bench.commit({ actions: [create('a')] })
    const actions = [create('b')]
    const nowhere = await bench.commit({ branch: 'new', actions })
    expect(nowhere.body.message).toBe('You can only create or edit files when you are on a branch')
    const bySha = await bench.commit({ branch: 'new', start_sha: first.id, actions })
    expect(bySha.body.parent_ids).toEqual([first.id])
    expect((await bench.commit({ branch: 'x', start_branch: 'main', actions })).body.parent_ids).toEqual([first.id])
    const there = await bench.commit({ branch: 'new', start_sha: first.id, actions: [create('c')] })
    expect(there.body.message).toContain("A branch called 'new' already exists.")
    const forced = await bench.commit({ branch: 'new', start_sha: first.id, actions: [create('c')], force: true })
    expect(forced.status).toBe(201)
    expect(await filesOf('new')).toEqual({ a: 'a', c: 'c' })
    const messages = [
      { start_sha: '0'.repeat(40) },
      { start_sha: 'main' },
      { start_sha: first.id, start_branch: 'main' },
      { branch: 'a..b', start_branch: 'main' },
    ].map(async (json) => (await bench.commit({ branch: 'y', ...json, actions })).body.message)
    expect(await Promise.all(messages)).toEqual([
      `Cannot find start_sha '${'0'.repeat(40)}'`,
      "Invalid start_sha 'main'",
      "You can't pass both start_branch and start_sha",
      expect.stringContaining("tried to create 'a..b'"),
    ])
  })

  it('are refused on a protected branch to all but Maintainers', async () => {
    const project = await bench.state.create('stranger/work')
    await bench.state.commit({
      project: 'stranger/work',
      files: { a: 'a' },
      message: 'Theirs',
      author: bench.accounts.stranger,
    })
    const write = (branch: string) =>
      bench.commit(
        { branch, ...(branch !== 'main' && { start_branch: 'main' }), actions: [create('b')] },
        'stranger/work',
      )
    project.members.set('owner', { level: 20 })
    expect((await write('own')).status).toBe(403)
    project.members.set('owner', { level: 30 })
    expect(await write('main')).toMatchObject({ status: 403, body: { message: '403 Forbidden' } })
    expect((await write('own')).status).toBe(201)
    project.members.set('owner', { level: 40 })
    expect((await write('main')).status).toBe(201)
    project.archived = true
    expect((await write('main')).status).toBe(403)
  })

  it('can be taken back, unless somebody has changed the same since', async () => {
    await bench.commit({ actions: [create('a')] })
    const { body: made } = await bench.commit({ actions: [create('b'), { ...create('a', '2'), action: 'update' }] })
    await bench.commit({ actions: [create('c')] })
    const revert = () =>
      bench.ask(`${repository}/commits/${made.id}/revert`, { method: 'POST', json: { branch: 'main' } })
    expect((await revert()).body).toMatchObject({
      title: 'Revert "Change"',
      message: `Revert "Change"\n\nThis reverts commit ${made.id}`,
    })
    expect(await filesOf()).toEqual({ a: 'a', c: 'c' })
    expect(await revert()).toMatchObject({ status: 400, body: { error_code: 'conflict' } })
  })

  it('are read one by one, in lists and by what holds them', async () => {
    const { body: first } = await bench.commit({ actions: [create('a')] })
    const { body: second } = await bench.commit({ branch: 'next', start_branch: 'main', actions: [create('b')] })
    expect((await bench.ask(`${repository}/commits/next`)).body).toMatchObject({
      id: second.id,
      project_id: bench.state.project('owner/shop').id,
    })
    expect((await bench.ask(`${repository}/commits/none`)).body).toEqual({ message: '404 Commit Not Found' })
    const { list, headers } = await bench.ask(`${repository}/commits?ref_name=next&per_page=1`)
    expect([list.map(({ id }) => id), headers.get('x-next-page')]).toEqual([[second.id], '2'])
    const refs = (id: unknown, type: string) => bench.ask(`${repository}/commits/${id}/refs?type=${type}`)
    expect((await refs(first.id, 'branch')).list).toEqual([
      { type: 'branch', name: 'main' },
      { type: 'branch', name: 'next' },
    ])
    expect((await refs(second.id, 'all')).list).toEqual([{ type: 'branch', name: 'next' }])
    expect((await refs(second.id, 'tag')).list).toEqual([])
    const base = await bench.ask(`${repository}/merge_base?refs[]=main&refs[]=next`)
    expect(base.body.id).toBe(first.id)
    expect((await bench.ask(`${repository}/merge_base?refs[]=main&refs[]=none`)).status).toBe(400)
    const { body: comparison } = await bench.ask(`${repository}/compare?from=main&to=next`)
    expect(comparison).toMatchObject({
      commit: { id: second.id },
      commits: [{ id: second.id }],
      compare_same_ref: false,
    })
  })

  it('have a list in an empty repository, and no branch and no tree', async () => {
    expect(await bench.ask(`${repository}/commits`)).toMatchObject({ status: 200, list: [] })
    expect((await bench.ask(`${repository}/branches/main`)).body).toEqual({ message: '404 Branch Not Found' })
    expect((await bench.ask(`${repository}/tree`)).body).toEqual({ message: '404 Tree Not Found' })
  })

  it('show where a branch is, protected where it is the default one', async () => {
    const { body } = await bench.commit({ actions: [create('a')] })
    await bench.commit({ branch: 'feature/x', start_branch: 'main', actions: [create('b')] })
    const main = await bench.ask(`${repository}/branches/main`)
    expect(main.body).toMatchObject({ commit: { id: body.id }, default: true, protected: true, can_push: true })
    const other = await bench.ask(`${repository}/branches/${encodeURIComponent('feature/x')}`)
    expect(other.body).toMatchObject({ name: 'feature/x', default: false, protected: false })
  })

  it('list their files page by page, each with a link to the next one', async () => {
    const paths = Array.from({ length: 25 }, (_, index) => `folder/${String(index).padStart(2, '0')}`)
    await bench.commit({ actions: paths.map((path) => create(path, 'the same')) })
    const seen: unknown[] = []
    let path: string | undefined = `${repository}/tree?recursive=true&per_page=10&pagination=keyset`
    for (let pages = 0; path !== undefined; pages += 1) {
      const { list, headers } = await bench.ask(path)
      expect([pages, list.length]).toEqual([pages, [10, 10, 6][pages]])
      seen.push(...list.map((entry) => entry.path))
      const next: string | undefined = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
      path = next?.slice(`${bench.url}/api/v4`.length)
    }
    expect(seen).toEqual(['folder', ...paths])
    const inside = await bench.ask(`${repository}/tree?path=folder&per_page=1`)
    expect(inside.list).toMatchObject([{ name: '00', path: 'folder/00', type: 'blob', mode: '100644' }])
    expect(inside.headers.get('x-total')).toBe('25')
  })

  it('take no null byte as text', async () => {
    const { status } = await bench.commit({ actions: [create('a', 'x\0y')] })
    expect(status).toBe(400)
    expect(stringify(await bench.ask(`${repository}/commits`))).toContain('[]')
  })

  it('lead to merge requests, one for each pair of branches', async () => {
    await bench.commit({ actions: [create('a')] })
    const { body: made } = await bench.commit({ branch: 'next', start_branch: 'main', actions: [create('b')] })
    const path = `/projects/${encodeURIComponent('owner/shop')}/merge_requests`
    const ask = (source_branch: string) =>
      bench.ask(path, { method: 'POST', json: { source_branch, target_branch: 'main', title: 'Merge it' } })
    expect(await ask('next')).toMatchObject({ status: 201, body: { iid: 1, state: 'opened', sha: made.id } })
    expect(await ask('next')).toMatchObject({ status: 409, body: { message: [expect.stringContaining('!1')] } })
    expect((await ask('none')).status).toBe(400)
    expect((await bench.ask(`${path}?source_branch=next&state=opened`)).list).toMatchObject([{ iid: 1 }])
    expect((await bench.ask(`${path}?source_branch=other`)).list).toEqual([])
  })
})
