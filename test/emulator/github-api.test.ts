import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench

beforeAll(async () => {
  bench = await startGithub()
})

afterAll(() => bench.close())

const nameTaken = [
  { resource: 'Repository', code: 'custom', field: 'name', message: 'name already exists on this account' },
]

describe('signing in', () => {
  it('tells who the token belongs to, and its scopes', async () => {
    const { status, body, headers } = await bench.ask('/user')
    expect(status).toBe(200)
    expect(body).toMatchObject({ login: 'owner', name: 'Owner', email: 'owner@example.com', type: 'User' })
    expect(body).toHaveProperty('two_factor_authentication')
    expect(headers.get('x-oauth-scopes')).toBe('repo, workflow, user, read:org')
    expect(headers.get('x-accepted-oauth-scopes')).toBe('')
  })

  it('keeps the private part of the profile from a token without the scope user', async () => {
    const { status, body, headers } = await bench.ask('/user', { token: bench.accounts.credentials.powerless.token })
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('two_factor_authentication')
    expect(headers.get('x-oauth-scopes')).toBe('')
  })

  it('takes the schemes bearer, token and basic', async () => {
    const { token } = bench.accounts.credentials.owner
    const basic = Buffer.from(`owner:${token}`).toString('base64')
    for (const authorization of [`Bearer ${token}`, `token ${token}`, `Basic ${basic}`]) {
      const { status } = await bench.ask('/user', { token: null, headers: { Authorization: authorization } })
      expect(status).toBe(200)
    }
  })

  it('refuses a wrong token everywhere, with its own body', async () => {
    for (const path of ['/user', '/repos/owner/anything', '/no/such/endpoint']) {
      const { status, body } = await bench.ask(path, { token: 'wrong' })
      expect(status).toBe(401)
      expect(body).toEqual({
        message: 'Bad credentials',
        documentation_url: 'https://docs.github.com/rest',
        status: '401',
      })
    }
  })

  it('asks for a token where one is needed', async () => {
    const { status, body } = await bench.ask('/user', { token: null })
    expect(status).toBe(401)
    expect(body.message).toBe('Requires authentication')
    expect((await bench.ask('/user/repos', { method: 'POST', json: { name: 'x' }, token: null })).status).toBe(401)
  })
})

describe('creating repositories', () => {
  it('makes an empty one', async () => {
    const { status, body, headers } = await bench.ask('/user/repos', {
      method: 'POST',
      json: { name: 'made', description: 'A shop', private: true, has_wiki: false },
    })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`${bench.api}/repos/owner/made`)
    expect(body).toMatchObject({
      full_name: 'owner/made',
      private: true,
      visibility: 'private',
      description: 'A shop',
      has_wiki: false,
      default_branch: 'main',
      html_url: `${bench.web}/owner/made`,
      clone_url: `${bench.web}/owner/made.git`,
      permissions: { admin: true, push: true, pull: true },
    })
    expect(bench.state.repository('owner/made').private).toBe(true)
    expect(await bench.state.head('owner/made')).toBeUndefined()
  })

  it('makes one with a first commit', async () => {
    const { body } = await bench.ask('/user/repos', { method: 'POST', json: { name: 'started', auto_init: true } })
    expect(body.default_branch).toBe('main')
    const branch = await bench.ask('/repos/owner/started/branches/main')
    expect(branch.body).toMatchObject({
      name: 'main',
      protected: false,
      commit: { sha: await bench.state.head('owner/started'), commit: { message: 'Initial commit' } },
    })
  })

  it('makes a valid name of what it gets', async () => {
    const { body } = await bench.ask('/user/repos', { method: 'POST', json: { name: 'my shop: größer.git' } })
    expect(body.name).toBe('my-shop-gr-er')
  })

  it('refuses a name that is taken, in any case, and only within one account', async () => {
    await bench.ask('/user/repos', { method: 'POST', json: { name: 'Taken' } })
    const again = await bench.ask('/user/repos', { method: 'POST', json: { name: 'tAKEN' } })
    expect(again.status).toBe(422)
    expect(again.body).toMatchObject({ message: 'Repository creation failed.', errors: nameTaken, status: '422' })
    const { stranger } = bench.accounts.credentials
    const elsewhere = await bench.ask('/user/repos', { method: 'POST', json: { name: 'taken' }, token: stranger.token })
    expect(elsewhere.status).toBe(201)
    expect(elsewhere.body.full_name).toBe('stranger/taken')
  })

  it('gives a name to one of two requests at once', async () => {
    const create = () => bench.ask('/user/repos', { method: 'POST', json: { name: 'race' } })
    const answers = await Promise.all([create(), create()])
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422])
  })

  it('makes one in an organisation for its members only', async () => {
    const options = { method: 'POST', json: { name: 'shared', visibility: 'private' } }
    const { status, body } = await bench.ask('/orgs/organization/repos', options)
    expect(status).toBe(201)
    expect(body).toMatchObject({ full_name: 'organization/shared', private: true, owner: { type: 'Organization' } })

    const token = bench.accounts.credentials.stranger.token
    const refused = await bench.ask('/orgs/organization/repos', { ...options, token })
    expect(refused.status).toBe(403)
    expect(refused.body.message).toContain('You need admin access to the organization')
    expect((await bench.ask('/orgs/absent/repos', options)).status).toBe(404)
    expect((await bench.ask('/orgs/owner/repos', options)).status).toBe(404)
  })

  it('answers 404 to a token without the scope', async () => {
    const token = bench.accounts.credentials.powerless.token
    const { status, headers } = await bench.ask('/user/repos', { method: 'POST', json: { name: 'denied' }, token })
    expect(status).toBe(404)
    expect(headers.get('x-accepted-oauth-scopes')).toBe('public_repo, repo')
    expect(() => bench.state.repository('owner/denied')).toThrow('no repository')
  })

  it.each([
    ['{"name": ', 400, 'Problems parsing JSON'],
    ['["name"]', 400, 'Body should be a JSON object'],
    ['{}', 422, 'Invalid request.\n\n"name" wasn\'t supplied.'],
    ['{"name": "x", "private": "yes"}', 422, 'Invalid request.\n\nFor \'properties/private\', "yes" is not a boolean.'],
    ['{"name": ""}', 422, 'Repository creation failed.'],
    [`{"name": "${'x'.repeat(101)}"}`, 422, 'Repository creation failed.'],
    ['{"name": "x", "license_template": "mit"}', 422, 'Repository creation failed.'],
  ])('refuses the body %s', async (text, status, message) => {
    const answer = await bench.ask('/user/repos', { method: 'POST', text })
    expect(answer.status).toBe(status)
    expect(answer.body.message).toBe(message)
  })

  it('refuses a missing body', async () => {
    const answer = await bench.ask('/user/repos', { method: 'POST' })
    expect(answer.status).toBe(422)
    expect(answer.body.message).toContain('Invalid request.')
  })
})

describe('reading and changing repositories', () => {
  it('finds one in any case and hides private ones', async () => {
    await bench.state.create(bench.accounts.owner, 'Hidden', { private: true })
    expect((await bench.ask('/repos/OWNER/hidden')).body.full_name).toBe('owner/Hidden')
    const { stranger, powerless } = bench.accounts.credentials
    for (const token of [stranger.token, powerless.token, null]) {
      const { status, body } = await bench.ask('/repos/owner/Hidden', { token })
      expect(status).toBe(404)
      expect(body.message).toBe('Not Found')
    }
  })

  it('shows a public one to everybody, with what they may do', async () => {
    await bench.state.create(bench.accounts.owner, 'open')
    const { stranger } = bench.accounts.credentials
    const { body } = await bench.ask('/repos/owner/open', { token: stranger.token })
    expect(body.permissions).toEqual({ admin: false, maintain: false, push: false, triage: false, pull: true })
    expect((await bench.ask('/repos/owner/open', { token: null })).body).not.toHaveProperty('permissions')
  })

  it('changes what its admins ask for', async () => {
    await bench.state.create(bench.accounts.owner, 'changed')
    const author = bench.accounts.owner
    const commit = { repository: 'owner/changed', files: { a: '1' }, message: 'First', author }
    await bench.state.commit(commit)
    await bench.state.commit({ ...commit, branch: 'next' })
    const json = { description: 'New', private: true, default_branch: 'next' }
    const { status, body } = await bench.ask('/repos/owner/changed', { method: 'PATCH', json })
    expect(status).toBe(200)
    expect(body).toMatchObject(json)

    const absent = await bench.ask('/repos/owner/changed', { method: 'PATCH', json: { default_branch: 'absent' } })
    expect(absent.status).toBe(422)
    await bench.ask('/repos/owner/changed', { method: 'PATCH', json: { visibility: 'public' } })
    const token = bench.accounts.credentials.stranger.token
    expect((await bench.ask('/repos/owner/changed', { method: 'PATCH', json, token })).status).toBe(403)
  })

  it.each(['not a url', 'https://shop.example/a b', 'ftp://shop.example'])(
    'refuses the homepage %j, which no reply could show, and changes nothing else then',
    async (homepage) => {
      const name = `homepage-${bench.state.repositories.length}`
      const made = await bench.ask('/user/repos', { method: 'POST', json: { name, homepage } })
      expect(made.status).toBe(422)
      await bench.state.create(bench.accounts.owner, name)
      const json = { homepage, description: 'New' }
      const changed = await bench.ask(`/repos/owner/${name}`, { method: 'PATCH', json })
      expect(changed.status).toBe(422)
      expect(changed.body.errors).toMatchObject([{ resource: 'Repository', field: 'homepage' }])
      expect(bench.state.repository(`owner/${name}`)).toMatchObject({ homepage: null, description: null })
      const removed = await bench.ask(`/repos/owner/${name}`, { method: 'PATCH', json: { homepage: '' } })
      expect(removed.status).toBe(200)
    },
  )

  it('knows organisations', async () => {
    const { status, body } = await bench.ask('/orgs/ORGANIZATION')
    expect(status).toBe(200)
    expect(body).toMatchObject({ login: 'organization', type: 'Organization' })
    expect((await bench.ask('/orgs/owner')).status).toBe(404)
  })
})

describe('reading commits', () => {
  it('says that an empty repository is empty', async () => {
    await bench.state.create(bench.accounts.owner, 'empty')
    for (const path of ['git/ref/heads/main', 'commits', 'commits/main']) {
      const { status, body } = await bench.ask(`/repos/owner/empty/${path}`)
      expect(status).toBe(409)
      expect(body.message).toBe('Git Repository is empty.')
    }
    const branch = await bench.ask('/repos/owner/empty/branches/main')
    expect(branch.status).toBe(404)
    expect(branch.body.message).toBe('Branch not found')
  })

  it('reads branches, refs and commits, slashes in names included', async () => {
    await bench.state.create(bench.accounts.owner, 'read')
    const author = { name: 'Somebody Else', email: 'else@example.com' }
    const first = { repository: 'owner/read', branch: 'feature/one', files: { a: '1' }, message: 'One', author }
    await bench.state.commit(first)
    const oid = await bench.state.commit({ ...first, message: 'Two\n\nWith a body.', author: bench.accounts.owner })
    const ref = await bench.ask('/repos/owner/read/git/ref/heads/feature/one')
    expect(ref.body).toMatchObject({ ref: 'refs/heads/feature/one', object: { type: 'commit', sha: oid } })
    for (const name of ['feature/one', 'feature%2Fone', oid, oid.slice(0, 10)]) {
      const { status, body } = await bench.ask(`/repos/owner/read/commits/${name}`)
      expect(status).toBe(200)
      expect(body).toMatchObject({
        sha: oid,
        html_url: `${bench.web}/owner/read/commit/${oid}`,
        commit: { message: 'Two\n\nWith a body.', author: { name: 'Owner' } },
        author: { login: 'owner' },
      })
    }
    const branch = await bench.ask('/repos/owner/read/branches/feature/one')
    const [parent] = (branch.body.commit as { parents: { sha: string }[] }).parents
    const earlier = await bench.ask(`/repos/owner/read/commits/${parent?.sha}`)
    expect(earlier.body).toMatchObject({ author: null, commit: { author, message: 'One' } })
  })

  it('says what is not there', async () => {
    await bench.state.create(bench.accounts.owner, 'absent')
    const author = bench.accounts.owner
    await bench.state.commit({ repository: 'owner/absent', files: { a: '1' }, message: 'One', author })
    expect((await bench.ask('/repos/owner/absent/git/ref/heads/mai')).status).toBe(404)
    expect((await bench.ask('/repos/owner/absent/git/ref/heads')).status).toBe(404)
    for (const name of ['nothing', '0'.repeat(40), 'HEAD~1', 'main%40%7B1%7D', '--all']) {
      const { status, body } = await bench.ask(`/repos/owner/absent/commits/${name}`)
      expect(status).toBe(422)
      expect(body.message).toBe(`No commit found for SHA: ${decodeURIComponent(name)}`)
    }
    expect((await bench.ask('/repos/owner/absent/commits?sha=nothing')).status).toBe(404)
  })

  it('lists commits in pages', async () => {
    await bench.state.create(bench.accounts.owner, 'pages')
    const author = bench.accounts.owner
    for (const message of ['1', '2', '3']) {
      await bench.state.commit({ repository: 'owner/pages', files: { [message]: message }, message, author })
    }
    const messages: unknown[] = []
    let next: string | undefined = '/repos/owner/pages/commits?per_page=2'
    while (next) {
      const { text, headers }: { text: string; headers: Headers } = await bench.ask(next)
      for (const one of JSON.parse(text) as { commit: { message: string } }[]) messages.push(one.commit.message)
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.slice(bench.api.length)
    }
    expect(messages).toEqual(['3', '2', '1'])
    const touched = await bench.ask('/repos/owner/pages/commits?path=2&sha=main')
    expect(JSON.parse(touched.text)).toHaveLength(1)
    expect((await bench.ask('/repos/owner/pages/commits?per_page=many')).status).toBe(422)
  })

  it('compares two commits, by name or by id', async () => {
    const author = bench.accounts.owner
    await bench.state.create(author, 'compared')
    const commit = { repository: 'owner/compared', author }
    const one = await bench.state.commit({ ...commit, files: { a: '1' }, message: 'One' })
    const two = await bench.state.commit({ ...commit, files: { a: '2' }, message: 'Two' })
    const apart = await bench.state.commit({ ...commit, branch: 'apart', files: { b: '1' }, message: 'Apart' })
    const compare = (range: string) => bench.ask(`/repos/owner/compared/compare/${range}`)
    expect((await compare(`${two}...main`)).body).toMatchObject({ status: 'identical', ahead_by: 0, commits: [] })
    const ahead = { status: 'ahead', ahead_by: 1, behind_by: 0, base_commit: { sha: one }, commits: [{ sha: two }] }
    expect((await compare(`${one}...main`)).body).toMatchObject(ahead)
    expect((await compare(`main...${one}`)).body).toMatchObject({ status: 'behind', behind_by: 1, total_commits: 0 })
    for (const range of [`${'0'.repeat(40)}...main`, `${one}...nothing`, `${one}`, `${one}...${apart}`])
      expect((await compare(range)).status, range).toBe(404)
  })

  it('hides the commits of private repositories', async () => {
    await bench.state.create(bench.accounts.owner, 'private-commits', { private: true })
    const { token } = bench.accounts.credentials.stranger
    for (const path of ['git/ref/heads/main', 'commits', 'commits/main', 'branches/main']) {
      const { status, body } = await bench.ask(`/repos/owner/private-commits/${path}`, { token })
      expect([status, body.message]).toEqual([404, 'Not Found'])
    }
  })
})

describe('the wire', () => {
  it('serves nothing that the contract of this emulator does not list', async () => {
    for (const path of ['/', '/graphql', '/repos/owner', '/repos/owner/x/git/blobs', '/repos/%E0%A4%A/x']) {
      const { status, body } = await bench.ask(path)
      expect([status, body.message]).toEqual([404, 'Not Found'])
    }
    expect((await bench.ask('/user', { method: 'DELETE' })).status).toBe(404)
  })

  it('answers preflights with a closed list of headers', async () => {
    const response = await fetch(`${bench.api}/user/repos`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,cache-control',
      },
    })
    expect(response.status).toBe(204)
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ') ?? []
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'x-github-api-version']))
    expect(allowed).not.toContain('cache-control')
    expect(allowed).not.toContain('pragma')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, PUT, DELETE')
  })

  it('lets pages read answers and errors', async () => {
    for (const path of ['/user', '/no/such/endpoint']) {
      const { headers } = await bench.ask(path)
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toContain('X-OAuth-Scopes')
      expect(headers.get('x-github-request-id')).toMatch(/^[0-9A-F]{4}(?::[0-9A-F]{6,8}){4}$/)
      expect(headers.get('x-ratelimit-limit')).toBe('5000')
    }
  })

  it('answers 304 to who has it already', async () => {
    const first = await bench.ask('/user')
    const etag = first.headers.get('etag') ?? ''
    const again = await bench.ask('/user', { headers: { 'If-None-Match': etag } })
    expect([again.status, again.text]).toEqual([304, ''])
    const head = await bench.ask('/user', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })
})
