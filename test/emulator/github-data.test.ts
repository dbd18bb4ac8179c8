import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GithubBench, type Reply, startGithub } from './github-support.js'

let bench: GithubBench
let name: string
let head: string
let count = 0

const files = { 'README.md': '# Read me\n', 'src/a.ts': 'export {}\n', 'src/deep/c.ts': 'c' }

beforeAll(async () => {
  bench = await startGithub()
})
beforeEach(async () => {
  name = `data-${++count}`
  await bench.state.create(bench.accounts.owner, name)
  const author = bench.accounts.owner
  head = await bench.state.commit({ repository: `owner/${name}`, files, message: 'First', author })
})
afterAll(() => bench.close())

const post = (path: string, json: unknown, token?: string): Promise<Reply> =>
  bench.ask(`/repos/owner/${name}/git/${path}`, { method: 'POST', json, ...(token && { token }) })
const git = (...command: string[]): Promise<string> =>
  bench.mustGit(bench.folder, '--git-dir', bench.state.repository(`owner/${name}`).path, ...command)
const blob = async (content: string): Promise<string> => String((await post('blobs', { content })).body.sha)
const treeOf = async (reply: Reply): Promise<string> =>
  git('ls-tree', '-r', '--format=%(objectmode) %(path)', String(reply.body.sha))

describe('blobs', () => {
  it('are written as text or as Base64, and read back', async () => {
    const bytes = Buffer.from([0, 255, 128, 10])
    const written = await post('blobs', { content: bytes.toString('base64'), encoding: 'base64' })
    expect(written.status).toBe(201)
    const sha = String(written.body.sha)
    expect(await git('cat-file', '-t', sha)).toBe('blob')
    const read = await bench.ask(`/repos/owner/${name}/git/blobs/${sha}`)
    expect(read.body).toMatchObject({ sha, size: 4, encoding: 'base64' })
    expect(Buffer.from(String(read.body.content), 'base64')).toEqual(bytes)
    expect(await blob('tëxt\n')).toBe((await post('blobs', { content: 'tëxt\n', encoding: 'utf-8' })).body.sha)
    expect((await bench.ask(`/repos/owner/${name}/git/blobs/${'0'.repeat(40)}`)).status).toBe(404)
  })

  it('are refused where they are no Base64, too large, or by whom they may not be written', async () => {
    expect((await post('blobs', { content: 'a*b', encoding: 'base64' })).status).toBe(422)
    expect((await post('blobs', {})).body.message).toBe('Invalid request.\n\n"content" wasn\'t supplied.')
    const { credentials } = bench.accounts
    expect((await post('blobs', { content: '' }, credentials.stranger.token)).status).toBe(404)
    expect((await post('blobs', { content: '' }, credentials.powerless.token)).status).toBe(404)
    const { limits } = bench.state
    const usual = limits.blobBytes
    limits.blobBytes = 10
    const refused = await post('blobs', { content: '0123456789' })
    limits.blobBytes = usual
    expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining('too large to process')])
  })
})

describe('trees', () => {
  it('change another one: files added, replaced, made executable, linked and deleted', async () => {
    const sha = await blob('binary')
    const made = await post('trees', {
      base_tree: await git('rev-parse', `${head}^{tree}`),
      tree: [
        { path: 'README.md', mode: '100755', type: 'blob', content: '# Other\n' },
        { path: 'bin/run', mode: '100755', type: 'blob', sha },
        { path: 'link', mode: '120000', type: 'blob', content: 'README.md' },
        { path: 'src/deep/c.ts', mode: '100644', type: 'blob', sha: null },
        { path: 'module', mode: '160000', type: 'commit', sha: head },
      ],
    })
    expect(made.status).toBe(201)
    const expected = ['100755 README.md', '100755 bin/run', '120000 link', '160000 module', '100644 src/a.ts']
    expect((await treeOf(made)).split('\n')).toEqual(expected)
    expect(await git('cat-file', 'blob', `${made.body.sha}:README.md`)).toBe('# Other')
    const paths = (made.body.tree as { path: string }[]).map(({ path }) => path)
    expect(paths).toEqual(['README.md', 'bin', 'link', 'module', 'src'])
  })

  it('let a file take the place of a folder, a folder that of a file, and a tree that of either', async () => {
    const deep = await git('rev-parse', `${head}:src/deep`)
    const tree = [
      { path: 'src', mode: '100644', type: 'blob', content: 'file now' },
      { path: 'README.md/index.md', mode: '100644', type: 'blob', content: 'folder now' },
      { path: 'copy', mode: '040000', type: 'tree', sha: deep },
    ]
    const made = await post('trees', { base_tree: head, tree })
    expect((await treeOf(made)).split('\n')).toEqual(['100644 README.md/index.md', '100644 copy/c.ts', '100644 src'])
  })

  it('stand alone without a base', async () => {
    const made = await post('trees', { tree: [{ path: 'only', mode: '100644', type: 'blob', content: '1' }] })
    expect(await treeOf(made)).toBe('100644 only')
  })

  it('are refused in the words of GitHub', async () => {
    const none = '0'.repeat(40)
    const entry = { path: 'a', mode: '100644', type: 'blob' }
    const subtree = await git('rev-parse', `${head}:src`)
    const cases: [unknown, string][] = [
      [{ ...entry, sha: none }, `tree.sha ${none} is not a valid blob`],
      [{ ...entry, sha: subtree }, `tree.sha ${subtree} is not a valid blob`],
      [entry, 'Must supply either tree.sha or tree.content. Request will be rejected if both are present.'],
      [{ ...entry, sha: null, content: '' }, 'Must supply either tree.sha or tree.content.'],
      [{ ...entry, path: '/a', content: '' }, 'tree.path cannot start with a slash'],
      [{ ...entry, path: 'a//b', content: '' }, 'tree.path contains a malformed path component'],
      [{ ...entry, path: 'a/../b', content: '' }, 'tree.path contains a malformed path component'],
      [{ ...entry, path: '.GIT/config', content: '' }, 'tree.path contains a malformed path component'],
      [{ ...entry, mode: '040000', type: 'tree', content: '' }, 'A subdirectory may not have content'],
      [{ ...entry, type: 'tree', sha: subtree }, 'GitRPC::BadObjectState'],
      [{ path: 'a', type: 'blob', content: '' }, 'Must supply a valid tree.mode'],
      [{ ...entry, path: 'absent', sha: null }, 'GitRPC::BadObjectState'],
      [{ ...entry, mode: '100600', content: '' }, 'Invalid request.'],
    ]
    for (const [one, message] of cases) {
      const { status, body } = await post('trees', { base_tree: head, tree: [one] })
      expect([status, body.message]).toEqual([422, expect.stringContaining(message)])
    }
    const unknownBase = await post('trees', { base_tree: none, tree: [{ ...entry, content: '' }] })
    expect(unknownBase.body.message).toBe('base_tree is not a valid tree oid')
    expect((await post('trees', { tree: [] })).status).toBe(422)
  })

  it('are refused where they are too large, as their limits say', async () => {
    const { limits } = bench.state
    const usual = { ...limits }
    const tree = (sizes: number[]): unknown => ({
      tree: sizes.map((size, index) => ({ path: `${index}`, mode: '100644', type: 'blob', content: 'x'.repeat(size) })),
    })
    Object.assign(limits, { treeEntries: 2, treeBytes: 10 })
    const many = await post('trees', tree([1, 1, 1]))
    const large = await post('trees', tree([11]))
    limits.treeRefusal = 502
    const lost = await post('trees', tree([11]))
    const fitting = await post('trees', tree([5, 5]))
    Object.assign(limits, usual)
    expect([many.status, large.status, lost.status, fitting.status]).toEqual([422, 422, 502, 201])
    expect(many.body.message).toContain('Consider building the tree incrementally')
  })
})

describe('commits', () => {
  const person = { name: 'Ada Example', email: 'ada@example.com', date: '2024-05-06T09:08:10+02:00' }

  it('are written word for word, with times in UTC', async () => {
    const tree = await git('rev-parse', `${head}^{tree}`)
    const message = 'Subject\n\nBody\n\nKey: value\n'
    const made = await post('commits', { message, tree, parents: [head], author: person })
    expect(made.status).toBe(201)
    const line = 'Ada Example <ada@example.com> 1714979290 +0000'
    const lines = [`tree ${tree}`, `parent ${head}`, `author ${line}`, `committer ${line}`, '', message]
    expect(await git('cat-file', 'commit', String(made.body.sha))).toBe(lines.join('\n').trim())
    const read = await bench.ask(`/repos/owner/${name}/git/commits/${made.body.sha}`)
    expect(read.body).toMatchObject({
      tree: { sha: tree },
      parents: [{ sha: head }],
      author: { date: '2024-05-06T07:08:10Z' },
    })
    expect((await bench.ask(`/repos/owner/${name}/git/commits/${tree}`)).status).toBe(404)
  })

  it('are made by the caller where nobody is named', async () => {
    const tree = await git('rev-parse', `${head}^{tree}`)
    const made = await post('commits', { message: 'Mine', tree })
    expect(made.body).toMatchObject({ parents: [], author: { name: 'Owner' }, committer: { name: 'Owner' } })
  })

  it('are refused in the words of GitHub', async () => {
    const tree = await git('rev-parse', `${head}^{tree}`)
    const none = '0'.repeat(40)
    const cases: [object, string][] = [
      [{ tree: none }, 'Tree SHA does not exist'],
      [{ tree: head }, 'Tree SHA does not exist'],
      [{ tree: 'nonsense' }, 'The tree parameter must be exactly 40 characters and contain only [0-9a-f].'],
      [{ parents: [none] }, 'Parent SHA does not exist or is not a commit object'],
      [{ author: { name: '', email: 'a@example.com' } }, 'Validation Failed'],
      [{ author: { ...person, date: '2024-05-06T09:08:10' } }, 'Invalid request.'],
    ]
    for (const [one, message] of cases) {
      const { status, body } = await post('commits', { message: 'm', tree, ...one })
      expect([status, body.message]).toEqual([422, expect.stringContaining(message)])
    }
  })
})

describe('an empty repository', () => {
  beforeEach(async () => {
    name = `${name}-empty`
    await bench.state.create(bench.accounts.owner, name)
  })

  it('takes none of these', async () => {
    const requests: [string, unknown][] = [
      ['blobs', { content: '' }],
      ['trees', { tree: [{ path: 'a', mode: '100644', type: 'blob', content: '' }] }],
      ['commits', { message: 'm', tree: head }],
      ['refs', { ref: 'refs/heads/main', sha: head }],
    ]
    for (const [path, json] of requests) {
      const { status, body } = await post(path, json)
      expect([status, body.message]).toEqual([409, 'Git Repository is empty.'])
    }
  })

  it('gets its first commit from a file', async () => {
    const put = { message: 'First', content: Buffer.from('hello').toString('base64'), branch: 'trunk' }
    const path = `/repos/owner/${name}/contents/docs/hello%20world.md`
    const made = await bench.ask(path, { method: 'PUT', json: put })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      content: { path: 'docs/hello world.md' },
      commit: { message: 'First', parents: [] },
    })
    expect(await git('show', 'trunk:docs/hello world.md')).toBe('hello')
    expect((await bench.ask(`/repos/owner/${name}`)).body.default_branch).toBe('trunk')
    expect((await post('blobs', { content: '' })).status).toBe(201)
  })
})

describe('files written one by one', () => {
  const put = (path: string, json: object, token?: string): Promise<Reply> =>
    bench.ask(`/repos/owner/${name}/contents/${path}`, { method: 'PUT', json, ...(token && { token }) })

  it('replace only what is named', async () => {
    const change = { message: 'Change', content: Buffer.from('new').toString('base64') }
    const sha = await git('rev-parse', `${head}:README.md`)
    const unnamed = await put('README.md', change)
    expect([unnamed.status, unnamed.body.message]).toEqual([422, 'Invalid request.\n\n"sha" wasn\'t supplied.'])
    const wrong = await put('README.md', { ...change, sha: head })
    expect([wrong.status, wrong.body.message]).toEqual([409, `README.md does not match ${head}`])
    expect((await put('README.md', { ...change, sha })).status).toBe(200)
    expect(await git('show', 'main:README.md')).toBe('new')
    expect(await git('rev-parse', 'main^')).toBe(head)
  })

  it('are refused on branches and with contents that are none, and to strangers', async () => {
    expect((await put('a', { message: 'm', content: '', branch: 'absent' })).status).toBe(404)
    expect((await put('a', { message: 'm', content: '?' })).status).toBe(422)
    expect((await put('a%2F..%2Fb', { message: 'm', content: '' })).status).toBe(422)
    expect((await put('a', { message: 'm', content: '' }, bench.accounts.credentials.stranger.token)).status).toBe(404)
    expect(await bench.state.head(`owner/${name}`)).toBe(head)
  })
})
