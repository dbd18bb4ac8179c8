import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type GitlabBench, startGitlab } from './gitlab-support.js'

let bench: GitlabBench

beforeEach(async () => {
  bench = await startGitlab()
})
afterEach(() => bench.close())

const create = (json: object, token?: string) =>
  bench.ask('/projects', { method: 'POST', json, ...(token !== undefined && { token }) })
const pathOf = (fullPath: string): string => `/projects/${encodeURIComponent(fullPath)}`

describe("the emulated GitLab's API", () => {
  it('tells whose token it is, in both headers that GitLab takes', async () => {
    const { token } = bench.accounts.credentials.owner
    const own = await bench.ask('/user')
    expect(own).toMatchObject({ status: 200, body: { id: 1, username: 'owner', commit_email: 'owner@example.com' } })
    const other = await bench.ask('/user', { token: null, headers: { 'PRIVATE-TOKEN': token } })
    expect(other.body).toEqual(own.body)
  })

  it('refuses a wrong token everywhere, and none where one is needed', async () => {
    await bench.state.create('owner/shop')
    for (const [path, token] of [
      ['/user', null],
      ['/user', 'wrong'],
      [pathOf('owner/shop'), 'wrong'],
    ] as const) {
      const { status, body } = await bench.ask(path, { token })
      expect([status, body]).toEqual([401, { message: '401 Unauthorized' }])
    }
    expect((await bench.ask(pathOf('owner/shop'), { token: null })).status).toBe(200)
    const write = await bench.ask('/projects', { method: 'POST', json: { name: 'a' }, token: null })
    expect(write.status).toBe(401)
  })

  it('reads with a token that lacks the scope, and writes nothing with it', async () => {
    const { token } = bench.accounts.credentials.powerless
    expect((await bench.ask('/user', { token })).status).toBe(200)
    const { status, body } = await create({ name: 'shop' }, token)
    expect([status, body]).toMatchObject([403, { error: 'insufficient_scope', scope: 'api' }])
    expect(bench.state.projects).toEqual([])
  })

  it('serves nothing that the contract does not name', async () => {
    const { status, body } = await bench.ask('/version')
    expect([status, body]).toEqual([404, { error: '404 Not Found' }])
  })

  it('lets pages of any origin read the API, with any header', async () => {
    const preflight = await fetch(`${bench.url}/api/v4/user`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://ide.example',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    })
    expect(preflight.status).toBe(200)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    const page = { headers: { Origin: 'https://ide.example' } }
    const answers = [await bench.ask('/user', page), await bench.ask('/user', { ...page, token: 'wrong' })]
    for (const { headers } of [preflight, ...answers]) {
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toContain('Link')
    }
  })

  it('creates a project for the user, for a group and for a group in it', async () => {
    const mine = await create({ name: 'My Shop', description: 'A shop', visibility: 'public' })
    expect(mine).toMatchObject({
      status: 201,
      body: {
        path_with_namespace: 'owner/my-shop',
        name: 'My Shop',
        description: 'A shop',
        visibility: 'public',
        default_branch: 'main',
        empty_repo: true,
        http_url_to_repo: `${bench.url}/owner/my-shop.git`,
        permissions: { project_access: { access_level: 50 }, group_access: null },
      },
    })
    await bench.state.create('organization/team/other')
    for (const group of ['organization', 'organization/team']) {
      const { body: namespace } = await bench.ask(`/namespaces/${encodeURIComponent(group)}`)
      expect(namespace).toMatchObject({ kind: 'group', full_path: group })
      const { status, body } = await create({ path: 'shop', name: 'shop', namespace_id: namespace.id })
      expect([status, body.path_with_namespace]).toEqual([201, `${group}/shop`])
      expect(body.permissions).toMatchObject({ project_access: null, group_access: { access_level: 50 } })
    }
  })

  it('fills a project with a README where it is asked to', async () => {
    await create({ name: 'shop', initialize_with_readme: true })
    const { list } = await bench.ask(`${pathOf('owner/shop')}/repository/tree`)
    expect(list.map(({ path }) => path)).toEqual(['README.md'])
  })

  it('refuses a name that is taken in any case, a path that is none, and a namespace that is not open to the caller', async () => {
    await create({ name: 'shop' })
    const taken = await create({ name: 'SHOP', path: 'Shop' })
    const already = ['has already been taken']
    expect([taken.status, taken.body.message]).toMatchObject([400, { name: already, path: already }])
    expect((await create({ name: 'a', path: '-a' })).body.message).toHaveProperty('path')
    expect((await create({ name: 'a', path: 'a.git' })).body.message).toHaveProperty('path')
    const { body } = await bench.ask('/namespaces/organization')
    const foreign = await create({ name: 'a', namespace_id: body.id }, bench.accounts.credentials.stranger.token)
    expect([foreign.status, foreign.body.message]).toMatchObject([400, { namespace: ['is not valid'] }])
  })

  it('says what is wrong with parameters as grape does', async () => {
    await bench.state.create('owner/shop')
    expect((await create({})).body.error).toContain('name, path are missing')
    expect((await create({ name: 'a', visibility: 'secret' })).body.error).toBe(
      'visibility does not have a valid value',
    )
    expect((await create({ name: 1 })).body.error).toBe('name is invalid')
    const noActions = await bench.ask(`${pathOf('owner/shop')}/repository/commits`, {
      method: 'POST',
      json: { branch: 'main', commit_message: 'a' },
    })
    expect([noActions.status, noActions.body]).toEqual([400, { error: 'actions is missing' }])
    const noContent = await bench.commit({ actions: [{ action: 'create', file_path: 'a' }] })
    expect(noContent.body.error).toBe('actions[0][content] is missing')
    const broken = await bench.ask('/projects', { method: 'POST', text: '{' })
    expect(broken.status).toBe(400)
  })

  it('finds a project by number and by path in any case, and hides private ones', async () => {
    const project = await bench.state.create('owner/shop', { visibility: 'private' })
    for (const id of [String(project.id), encodeURIComponent('OWNER/Shop')])
      expect((await bench.ask(`/projects/${id}`)).body.path_with_namespace).toBe('owner/shop')
    for (const token of [null, bench.accounts.credentials.stranger.token]) {
      const { status, body } = await bench.ask(pathOf('owner/shop'), { token })
      expect([status, body]).toEqual([404, { message: '404 Project Not Found' }])
    }
    project.visibility = 'internal'
    expect((await bench.ask(pathOf('owner/shop'), { token: null })).status).toBe(404)
    const { token } = bench.accounts.credentials.stranger
    expect((await bench.ask(pathOf('owner/shop'), { token })).body.permissions).toEqual({
      project_access: null,
      group_access: null,
    })
  })

  it('shows namespaces to their members alone, and groups to everyone', async () => {
    const { token } = bench.accounts.credentials.stranger
    const hidden = await bench.ask('/namespaces/organization', { token })
    expect([hidden.status, hidden.body]).toEqual([404, { message: '404 Namespace Not Found' }])
    const found = await bench.ask('/namespaces?search=ORG')
    expect(found.list.map(({ full_path }) => full_path)).toEqual(['organization'])
    expect(found.headers.get('x-total')).toBe('1')
    expect((await bench.ask('/groups/organization', { token })).body.full_path).toBe('organization')
    expect((await bench.ask('/groups/owner', { token })).body).toEqual({ message: '404 Group Not Found' })
  })

  it('tells of members by any way', async () => {
    const project = await bench.state.create('stranger/shop')
    const ask = () => bench.ask(`/projects/${project.id}/members/all/1`)
    expect((await ask()).status).toBe(404)
    project.members.set('owner', { level: 30, invited: true })
    expect((await ask()).body).toMatchObject({ id: 1, access_level: 30 })
    expect((await bench.ask(`/projects/${project.id}`)).body.permissions).toMatchObject({ project_access: null })
  })
})
