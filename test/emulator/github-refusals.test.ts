import { readdir, readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AskOptions, type GithubBench, type GitResult, startGithub } from './github-support.js'

let bench: GithubBench
let head = ''
let blob = ''
let build = ''

beforeAll(async () => {
  bench = await startGithub()
  const { owner, stranger } = bench.accounts
  const first = {
    files: { 'index.html': 'one', '.github/workflows/work.yml': workflow },
    message: 'First',
    author: owner,
  }
  await bench.state.create(owner, 'shop')
  head = await bench.state.commit({ repository: 'owner/shop', ...first })
  await bench.state.commit({
    repository: 'owner/shop',
    branch: 'aside',
    files: { aside: '1' },
    message: 'Aside',
    author: owner,
  })
  await bench.state.create(owner, 'hidden', { private: true })
  await bench.state.commit({ repository: 'owner/hidden', ...first })
  await bench.state.create(stranger, 'theirs')
  await bench.state.commit({ repository: 'stranger/theirs', ...first })
  await bench.state.create(owner, 'empty')
  const content = await bench.ask('/repos/owner/shop/contents/index.html')
  blob = String(content.body.sha)
  const archived = await bench.state.create(owner, 'archived')
  await bench.state.commit({ repository: 'owner/archived', ...first })
  archived.archived = true
  await bench.ask('/repos/owner/shop/pages', { method: 'POST', json: { source: { branch: 'main' } } })
  const { body } = await bench.ask('/repos/owner/shop/pages/builds/latest')
  build = String(body.url).split('/').at(-1) ?? ''
  expect(build).toMatch(/^\d+$/)
})
afterAll(() => bench.close())

const workflow =
  'on: { workflow_dispatch: { inputs: { size: { type: number, required: true } } } }\njobs: { work: { runs-on: ubuntu-latest, steps: [{ run: exit 1 }] } }\n'

/** All that a refused request must leave as it was. */
async function everything(): Promise<unknown> {
  const { repositories, actions, pages } = bench.state
  const heads = repositories.map(async ({ owner, name, setup, pulls, comments, ...rest }) => {
    const vaults = [...setup.secrets.keys(), ...setup.variables.keys(), ...setup.environments.keys()]
    const counts = [setup.hooks, setup.deployKeys, setup.deployments, setup.rulesets, pulls, comments]
    const facts = [owner.login, name, rest.private, rest.description, rest.archived, setup.topics]
    return [...facts, await refsOf(rest.path), vaults, counts.map(({ length }) => length)]
  })
  const sites = pages.sites.map(({ buildType, source, cname, builds }) => [buildType, source, cname, builds.length])
  return [await Promise.all(heads), actions.runs.length, sites]
}

// Faster than git, who is asked for nothing else here: no test packs refs.
async function refsOf(repository: string): Promise<string[]> {
  const entries = await readdir(join(repository, 'refs'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.sort().map(async (file) => `${file} ${await readFile(file, 'utf8')}`))
}

type Row = readonly [title: string, path: string, options: AskOptions, status: number, message: string | RegExp]

const post = (json: unknown): AskOptions => ({ method: 'POST', json })
const put = (json: unknown): AskOptions => ({ method: 'PUT', json })
const shop = '/repos/owner/shop'
const fields = (...names: string[]): string =>
  `Invalid request.\n\n${names.map((name) => `"${name}" wasn't supplied.`)}`

async function refused([, path, options, status, message]: Row): Promise<Record<string, unknown>> {
  const before = await everything()
  const asked = path.replace('$build', build)
  const text = options.json === undefined ? options.text : JSON.stringify(options.json)
  const filled = text?.replaceAll('$head', head).replaceAll('$blob', blob)
  const { json: _json, ...rest } = options
  const answer = await bench.ask(asked, { ...rest, ...(filled !== undefined && { text: filled }) })
  expect([answer.status, answer.body.message]).toEqual([
    status,
    typeof message === 'string' ? message : expect.stringMatching(message),
  ])
  expect(answer.body).toMatchObject({
    status: String(status),
    documentation_url: expect.stringMatching(/^https:\/\/docs\./),
  })
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('x-github-request-id')).toMatch(/^[0-9A-F:]+$/)
  expect(answer.headers.get('etag')).toBeNull()
  expect(await everything()).toEqual(before)
  return answer.body
}

describe('who asks', () => {
  it.each<Row>([
    ['nobody', `${shop}/git/blobs`, { ...post({ content: 'x' }), token: null }, 401, 'Requires authentication'],
    ['a wrong token', shop, { token: 'ghp_wrong' }, 401, 'Bad credentials'],
    ['an unknown scheme', shop, { token: null, headers: { Authorization: 'Digest x' } }, 401, 'Bad credentials'],
    ['a token without a word', shop, { token: null, headers: { Authorization: 'Bearer' } }, 401, 'Bad credentials'],
  ])('is refused: %s', async (...row) => void (await refused(row)))

  it('is told less the less they may', async () => {
    const { powerless, stranger, withoutWorkflow } = bench.accounts.credentials
    const rows: Row[] = [
      ['without a scope', `${shop}/git/blobs`, { ...post({ content: 'x' }), token: powerless.token }, 404, 'Not Found'],
      ["another's private one", '/repos/owner/hidden', { token: stranger.token }, 404, 'Not Found'],
      [
        "another's settings",
        shop,
        { method: 'PATCH', json: { description: 'x' }, token: stranger.token },
        403,
        /admin rights/,
      ],
      ["another's hooks", `${shop}/hooks`, { token: stranger.token }, 404, 'Not Found'],
      ["another's Pages", `${shop}/pages`, { ...put({ cname: null }), token: stranger.token }, 404, 'Not Found'],
      [
        "another's runs",
        `${shop}/actions/workflows/work.yml/dispatches`,
        { ...post({ ref: 'main' }), token: stranger.token },
        403,
        /write access/,
      ],
      [
        'a workflow without its scope',
        `${shop}/contents/.github/workflows/new.yml`,
        { ...put({ message: 'x', content: btoa('on: push') }), token: withoutWorkflow.token },
        ...([404, 'Not Found'] as const),
      ],
    ]
    for (const row of rows) await refused(row)
  })

  it('is told which permission a fine-grained token lacks', async () => {
    const { token } = bench.accounts.issue({ permissions: { contents: 'read' } })
    const body = await refused([
      'read only',
      `${shop}/git/refs`,
      { ...post({ ref: 'refs/heads/x', sha: '$head' }), token },
      403,
      /^Resource not accessible by personal access token$/,
    ])
    expect(body).not.toHaveProperty('errors')
    const { headers } = await bench.ask(`${shop}/git/refs`, { ...post({ ref: 'x', sha: head }), token })
    expect(headers.get('x-accepted-github-permissions')).toBe('contents=write')
    expect(headers.get('x-oauth-scopes')).toBeNull()
  })
})

describe('what is asked for', () => {
  it.each<Row>([
    ['no such endpoint', '/repos/owner/shop/no-such-thing', {}, 404, 'Not Found'],
    ['one that the emulator does not serve', '/gists', {}, 404, 'Not Found'],
    ['another method', `${shop}/pages/builds/latest`, { method: 'DELETE' }, 404, 'Not Found'],
    ['a method that none has', shop, { method: 'PROPFIND' }, 404, 'Not Found'],
    ['a path that begins with a version', '/v3/user', {}, 404, 'Not Found'],
    ['broken percent-encoding', '/repos/owner/%zz', {}, 404, 'Not Found'],
    ['no such repository', '/repos/owner/absent', {}, 404, 'Not Found'],
    ['no such owner', '/repos/absent/shop', {}, 404, 'Not Found'],
    ['no such run', `${shop}/actions/runs/1`, {}, 404, 'Not Found'],
    ['no such build', `${shop}/pages/builds/1`, {}, 404, 'Not Found'],
    ['a build of another repository', '/repos/owner/empty/pages/builds/$build', {}, 404, 'Not Found'],
    ['no such pull request', `${shop}/pulls/99`, {}, 404, 'Not Found'],
    ['no such environment', `${shop}/environments/absent`, {}, 404, 'Not Found'],
    ['an id that is none', `${shop}/actions/runs/first`, {}, 404, 'Not Found'],
    ['a page that is no number', `${shop}/branches?page=two`, {}, 422, /'query\/page'/],
    ['an unknown value of the query', `${shop}/pulls?state=lost`, {}, 422, /'query\/state'/],
    [
      'another version of the API',
      shop,
      { headers: { 'X-GitHub-Api-Version': '2019-01-01' } },
      400,
      /not a supported API version/,
    ],
    [
      'another type',
      shop,
      { headers: { Accept: 'application/xml' } },
      415,
      "Unsupported 'Accept' header: 'application/xml'. Must accept 'application/json'.",
    ],
  ])('is refused: %s', async (...row) => void (await refused(row)))

  it('takes pages out of range for empty ones, and too long ones for the longest', async () => {
    for (const query of ['page=99', 'per_page=1000&page=2']) {
      const { status, text, headers } = await bench.ask(`${shop}/branches?${query}`)
      expect([status, text]).toEqual([200, '[]'])
      expect(headers.get('link')).toContain('rel="first"')
      expect(headers.get('link')).not.toContain('rel="next"')
    }
  })

  it('is refused without a name of the client', async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(`${bench.api}/user`, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.end()
    })
    expect(status).toBe(403)
  })
})

describe('what is sent', () => {
  it.each<Row>([
    ['half of a JSON text', `${shop}/git/trees`, { method: 'POST', text: '{"tree": [' }, 400, 'Problems parsing JSON'],
    [
      'a form',
      '/user/repos',
      { method: 'POST', text: 'name=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      400,
      'Problems parsing JSON',
    ],
    ['a list', `${shop}/git/blobs`, { method: 'POST', text: '[]' }, 400, 'Body should be a JSON object'],
    ['a string', `${shop}/git/blobs`, { method: 'POST', text: '"x"' }, 400, 'Body should be a JSON object'],
    ['null', `${shop}/git/blobs`, { method: 'POST', text: 'null' }, 400, 'Body should be a JSON object'],
    ['nothing', `${shop}/git/refs`, { method: 'POST' }, 422, /nil is not an object/],
    ['no property that is needed', `${shop}/git/refs`, post({ ref: 'refs/heads/x' }), 422, fields('sha')],
    [
      'a property of another kind',
      `${shop}/git/refs`,
      post({ ref: 1, sha: '$head' }),
      422,
      /'properties\/ref', 1 is not a string/,
    ],
    ['an unknown value', `${shop}/pages`, put({ build_type: 'magic' }), 422, /'properties\/build_type', "magic"/],
    [
      'an unknown mode',
      `${shop}/git/trees`,
      post({ tree: [{ path: 'a', mode: '123456', content: '' }] }),
      422,
      /properties\/tree\/0\/mode/,
    ],
    [
      'a digest that fits no object',
      `${shop}/git/trees`,
      post({ tree: [{ path: 'a', mode: '100644', sha: '1'.repeat(40) }] }),
      422,
      /is not a valid blob$/,
    ],
    [
      'a digest that is none',
      `${shop}/git/commits`,
      post({ message: 'x', tree: 'main' }),
      422,
      /exactly 40 characters/,
    ],
    [
      'a commit on what is no commit',
      `${shop}/git/commits`,
      post({ message: 'x', tree: '$blob', parents: [] }),
      422,
      'Tree SHA does not exist',
    ],
    [
      'a commit that is too old to build on',
      `${shop}/git/refs/heads/aside`,
      { method: 'PATCH', json: { sha: '$head' } },
      422,
      'Update is not a fast forward',
    ],
    [
      'a ref that is taken',
      `${shop}/git/refs`,
      post({ ref: 'refs/heads/main', sha: '$head' }),
      422,
      'Reference already exists',
    ],
    ['a ref that is not there', `${shop}/git/refs/heads/absent`, { method: 'DELETE' }, 422, 'Reference does not exist'],
    [
      'the default branch',
      `${shop}/git/refs/heads/main`,
      { method: 'DELETE' },
      422,
      'Cannot delete the default branch',
    ],
    ['no Base64', `${shop}/contents/a.txt`, put({ message: 'x', content: '%' }), 422, 'content is not valid Base64'],
    [
      'a path out of the repository',
      `${shop}/contents/a%2F..%2Fb`,
      put({ message: 'x', content: '' }),
      422,
      /malformed path component/,
    ],
    [
      'a file over another, unseen',
      `${shop}/contents/index.html`,
      put({ message: 'x', content: '' }),
      422,
      fields('sha'),
    ],
    [
      'a file over another than it was',
      `${shop}/contents/index.html`,
      put({ message: 'x', content: '', sha: '1'.repeat(40) }),
      409,
      /does not match/,
    ],
    [
      'a file that is not there, to be deleted',
      `${shop}/contents/absent`,
      { method: 'DELETE', json: { message: 'x', sha: '$blob' } },
      404,
      'Not Found',
    ],
    [
      'a file on a branch that is not there',
      `${shop}/contents/a`,
      put({ message: 'x', content: '', branch: 'absent' }),
      404,
      'Branch absent not found',
    ],
    ['a name that is taken', '/user/repos', post({ name: 'Shop' }), 422, 'Repository creation failed.'],
    [
      'a secret that nobody sealed',
      `${shop}/actions/secrets/WORD`,
      put({ encrypted_value: btoa('x'), key_id: '1' }),
      422,
      'Validation Failed',
    ],
    [
      'a secret with a name of GitHub’s',
      `${shop}/actions/secrets/GITHUB_X`,
      put({ encrypted_value: btoa('x'), key_id: '1' }),
      422,
      /must not start with GITHUB_/,
    ],
    [
      'a variable twice as large as may be',
      `${shop}/actions/variables`,
      post({ name: 'X', value: 'x'.repeat(96 * 1024) }),
      422,
      'Variable value is too large',
    ],
    ['a hook to nowhere', `${shop}/hooks`, post({ config: { url: 'nowhere' } }), 422, /must match format "uri"/],
    ['a key that is none', `${shop}/keys`, post({ key: 'ssh-rsa x' }), 422, 'Validation Failed'],
    [
      'a pull request without commits',
      `${shop}/pulls`,
      post({ title: 'x', head: 'main', base: 'main' }),
      422,
      'Validation Failed',
    ],
    [
      'a run at a branch that is not there',
      `${shop}/actions/workflows/work.yml/dispatches`,
      post({ ref: 'absent' }),
      422,
      /No ref found for: absent/,
    ],
    [
      'a run without an input that it needs',
      `${shop}/actions/workflows/work.yml/dispatches`,
      post({ ref: 'main' }),
      422,
      /size/,
    ],
    [
      'a workflow that is not there',
      `${shop}/actions/workflows/no.yml/dispatches`,
      post({ ref: 'main' }),
      404,
      'Not Found',
    ],
  ])('is refused: %s', async (...row) => void (await refused(row)))

  it('is refused where it is too large, before and after it was written', async () => {
    const { limits } = bench.state
    const [before, tree] = [limits.blobBytes, { path: 'a', mode: '100644' }]
    limits.blobBytes = 100
    limits.treeBytes = 100
    const large = 'x'.repeat(101)
    await refused(['a blob', `${shop}/git/blobs`, post({ content: large }), 422, /too large to process/])
    await refused(['a tree', `${shop}/git/trees`, post({ tree: [{ ...tree, content: large }] }), 422, /timed out/])
    limits.treeRefusal = 502
    const row = [`${shop}/git/trees`, post({ tree: [{ ...tree, content: large }] }), 502, 'Server Error'] as const
    await refused(['a tree, by the gateway', ...row])
    Object.assign(limits, { blobBytes: before, treeBytes: 8 * 1024 * 1024, treeRefusal: 422 })
  })
})

describe('what is not the time for it', () => {
  it.each<Row>([
    ['commits of an empty repository', '/repos/owner/empty/commits', {}, 409, 'Git Repository is empty.'],
    [
      'a blob in an empty repository',
      '/repos/owner/empty/git/blobs',
      post({ content: 'x' }),
      409,
      'Git Repository is empty.',
    ],
    [
      'Pages of a branch that is not there',
      '/repos/owner/empty/pages',
      post({ source: { branch: 'main' } }),
      422,
      /must exist/,
    ],
    ['Pages twice', `${shop}/pages`, post({ source: { branch: 'main' } }), 409, 'GitHub Pages is already enabled.'],
    [
      'Pages of a private repository',
      '/repos/owner/hidden/pages',
      post({ source: { branch: 'main' } }),
      422,
      /current plan/,
    ],
    ['HTTPS for a domain that is none', `${shop}/pages`, put({ https_enforced: false }), 422, /HTTPS is required/],
    ['to write to what is archived', '/repos/owner/archived/git/blobs', post({ content: 'x' }), 403, /archived/],
  ])('is refused: %s', async (...row) => void (await refused(row)))
})

describe('what git asks for', () => {
  const clone = (remote: string): Promise<GitResult> => bench.git(bench.folder, 'ls-remote', remote)

  it('is refused in words that git passes on', async () => {
    const { stranger } = bench.accounts.credentials
    const rows: [string, RegExp][] = [
      [bench.remote('owner/absent'), /repository '.*' not found/],
      [bench.remote('owner/hidden', stranger.token), /repository '.*' not found/],
      [bench.remote('owner/hidden', 'wrong'), /Authentication failed|Invalid username or token/],
      [`${bench.web}/owner/hidden.git`, /could not read Username|terminal prompts disabled/],
    ]
    for (const [remote, words] of rows) {
      const { code, complaints } = await clone(remote)
      expect([code === 0, complaints]).toEqual([false, expect.stringMatching(words)])
    }
  })

  it('is refused to those who may read only, and changes nothing', async () => {
    const { stranger } = bench.accounts.credentials
    const before = await everything()
    const path = bench.state.repository('owner/shop').path
    for (const [name, token] of [
      ['owner/shop', stranger.token],
      ['owner/archived', bench.accounts.credentials.owner.token],
    ] as const) {
      const pushed = await bench.git(path, 'push', bench.remote(name, token), 'main:refs/heads/new')
      expect([pushed.code === 0, pushed.complaints]).toEqual([false, expect.stringMatching(/403|denied|read-only/)])
    }
    expect(await everything()).toEqual(before)
  })

  it.each([
    ['/owner/shop.git/info/refs', 403, 'Please upgrade your git client.'],
    ['/owner/shop.git/info/refs?service=git-annex', 403, 'Please upgrade your git client.'],
    ['/owner/shop.git/git-upload-pack', 405, 'Method Not Allowed'],
    ['/owner/absent', 404, 'Not Found'],
    ['/owner/shop/tree/absent', 404, 'Not Found'],
  ])('is refused over HTTP: %s', async (path, status, text) => {
    const response = await fetch(bench.web + path)
    expect([response.status, await response.text()]).toEqual([status, text])
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})
