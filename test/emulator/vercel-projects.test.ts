import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DnsRecord } from '../../src/emulator/vercel/call.js'
import { type DeploymentJson, type ProjectJson, startVercel, type VercelBench } from './vercel-support.js'

interface VariableJson {
  readonly id: string
  readonly key: string
  readonly value: string
  readonly type: string
  readonly target: readonly string[]
}

let bench: VercelBench
let records: DnsRecord[]

beforeEach(async () => {
  records = []
  bench = await startVercel({ dns: () => records })
})
afterEach(() => bench.close())

const host = (label: string): string => `${label}.vercel.localhost:${new URL(bench.sitesUrl).port}`

describe('the emulated Vercel', () => {
  it('knows the user and the teams, and refuses tokens that it does not know', async () => {
    const user = await bench.call('GET', '/v2/user')
    expect(user.json).toMatchObject({ user: { username: 'owner', email: 'owner@example.com' } })
    const teams = await bench.call<{ teams: { id: string; slug: string }[] }>('GET', '/v2/teams')
    expect(teams.json.teams.map(({ slug }) => slug)).toEqual(['organization'])
    const id = teams.json.teams[0]?.id ?? ''
    expect((await bench.call('GET', `/teams/${id}`)).json).toMatchObject({ slug: 'organization' })
    const wrong = await bench.call('GET', '/v2/user', undefined, { token: 'wrong' })
    expect([wrong.status, wrong.json.error]).toMatchObject([403, { code: 'forbidden', invalidToken: true }])
    const none = await bench.call('GET', '/v2/user', undefined, { token: null })
    expect([none.status, none.json.error]).toMatchObject([401, { code: 'forbidden', missingToken: true }])
  })

  it('lets nobody act for a team of others, and no token that is for other providers write', async () => {
    const { json } = await bench.call<{ teams: { id: string }[] }>('GET', '/v2/teams')
    const id = json.teams[0]?.id ?? ''
    const { stranger, powerless } = bench.accounts.credentials
    for (const team of [`teamId=${id}`, 'slug=organization', 'teamId=team_none']) {
      const refused = await bench.call('GET', `/v10/projects?${team}`, undefined, { token: stranger.token })
      expect([refused.status, refused.json.error.code]).toEqual([403, 'forbidden'])
    }
    expect((await bench.call('GET', '/v10/projects', undefined, { token: powerless.token })).status).toBe(200)
    const write = await bench.call('POST', '/v11/projects', { name: 'x' }, { token: powerless.token })
    expect([write.status, write.json.error.code]).toEqual([403, 'forbidden'])
    const made = await bench.call<ProjectJson>('POST', `/v11/projects?teamId=${id}`, { name: 'shop' })
    expect(made.json.accountId).toBe(id)
    expect((await bench.call('GET', '/v9/projects/shop')).status).toBe(404)
  })

  it('says in its own form what it does not serve and what is no JSON', async () => {
    const absent = await bench.call('GET', '/v9/nothing')
    expect([absent.status, absent.json.error.code]).toEqual([404, 'not_found'])
    expect((await bench.call('POST', '/v11/projects', '{')).json.error.code).toBe('invalid_json')
    const typed = await bench.call('POST', '/v11/projects', '{}', { headers: { 'Content-Type': 'text/plain' } })
    expect(typed.json.error.code).toBe('bad_request')
  })

  it('lets pages of any origin read its answers, unless it is told not to', async () => {
    const preflight = await fetch(`${bench.apiUrl}/v2/files`, { method: 'OPTIONS' })
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toMatch(/x-now-digest/i)
    expect((await bench.call('GET', '/v2/user')).headers.get('Access-Control-Allow-Origin')).toBe('*')
    await bench.close()
    bench = await startVercel({ cors: false })
    expect((await bench.call('GET', '/v2/user')).headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})

describe('a project on the emulated Vercel', () => {
  it('is made, found by id and name, changed, listed and deleted', async () => {
    const made = await bench.createProject('shop', { framework: 'sveltekit' })
    expect(made.id).toMatch(/^prj_\w{28}$/)
    for (const path of [`/v9/projects/${made.id}`, '/v9/projects/shop']) {
      expect((await bench.call<ProjectJson>('GET', path)).json).toMatchObject({ id: made.id, framework: 'sveltekit' })
    }
    const settings = { name: 'store', buildCommand: 'npm run ship', outputDirectory: 'out', framework: null }
    const changed = await bench.call<ProjectJson>('PATCH', `/v9/projects/${made.id}`, settings)
    expect(changed.json).toMatchObject(settings)
    await bench.createProject('other')
    const list = async (query: string): Promise<string[]> => {
      const { json } = await bench.call<{ projects: { name: string }[] }>('GET', `/v9/projects${query}`)
      return json.projects.map(({ name }) => name)
    }
    expect(await list('')).toEqual(['other', 'store'])
    expect(await list('?search=sto')).toEqual(['store'])
    expect(await list('?limit=1')).toEqual(['other'])
    expect((await bench.call('DELETE', '/v9/projects/store')).status).toBe(204)
    expect(await list('')).toEqual(['other'])
  })

  it('needs a name that is free and has no capitals', async () => {
    await bench.createProject('shop')
    const refusal = async (body: unknown): Promise<[number, string]> => {
      const { status, json } = await bench.call('POST', '/v11/projects', body)
      return [status, json.error.code]
    }
    expect(await refusal({ name: 'shop' })).toEqual([409, 'conflict'])
    expect(await refusal({ name: 'Shop' })).toEqual([400, 'bad_request'])
    expect(await refusal({ name: 'a---b' })).toEqual([400, 'bad_request'])
    expect(await refusal({})).toEqual([400, 'bad_request'])
    expect(await refusal({ name: 'x', framework: 'none' })).toEqual([400, 'bad_request'])
    expect(await refusal({ name: 'x', unknown: 1 })).toEqual([400, 'bad_request'])
  })

  it('has a first domain that no other account can have', async () => {
    await bench.createProject('shop')
    const token = bench.accounts.credentials.stranger.token
    const theirs = await bench.call<ProjectJson>('POST', '/v11/projects', { name: 'shop' }, { token })
    const { json } = await bench.call<{ domains: { name: string }[] }>(
      'GET',
      `/v9/projects/${theirs.json.id}/domains`,
      undefined,
      { token },
    )
    expect(json.domains.map(({ name }) => name)).toEqual([host('shop-stranger-app')])
  })

  it('is handed over by a code, once', async () => {
    const { id } = await bench.createProject('shop')
    await bench.deploy('shop', { 'index.html': 'kept' }, { target: 'production' })
    const { json } = await bench.call<{ code: string }>('POST', `/projects/${id}/transfer-request`, {})
    const token = bench.accounts.credentials.stranger.token
    const accept = (): Promise<{ status: number }> =>
      bench.call('PUT', `/projects/transfer-request/${json.code}`, { newProjectName: 'mine' }, { token })
    expect((await accept()).status).toBe(202)
    expect((await accept()).status).toBe(404)
    expect((await bench.call('GET', '/v9/projects/shop')).status).toBe(404)
    const mine = await bench.call<ProjectJson>('GET', '/v9/projects/mine', undefined, { token })
    expect(mine.json.id).toBe(id)
    expect(await (await bench.visit(host('shop'))).text()).toBe('kept')
    const late = await bench.call<{ code: string }>('POST', `/projects/${id}/transfer-request`, {}, { token })
    bench.advance(24 * 60 * 60_000)
    expect((await bench.call('PUT', `/projects/transfer-request/${late.json.code}`, {})).status).toBe(404)
  })
})

describe('environment variables on the emulated Vercel', () => {
  const add = (body: unknown, query = '') => bench.call('POST', `/v10/projects/shop/env${query}`, body)
  const list = async (query = ''): Promise<VariableJson[]> => {
    return (await bench.call<{ envs: VariableJson[] }>('GET', `/v10/projects/shop/env${query}`)).json.envs
  }
  const variable = { key: 'API_URL', value: 'https://one.example', type: 'encrypted', target: ['production'] }

  beforeEach(async () => void (await bench.createProject('shop')))

  it('are added, read only with decryption, replaced with upsert, changed and removed', async () => {
    expect((await add(variable)).status).toBe(201)
    expect((await list())[0]?.value).not.toContain('one.example')
    expect((await list('?decrypt=true'))[0]?.value).toBe('https://one.example')
    expect((await add({ ...variable, value: 'two' })).json.error.code).toBe('ENV_CONFLICT')
    expect((await add({ ...variable, value: 'two' }, '?upsert=true')).status).toBe(201)
    const [known] = await list('?decrypt=true')
    expect(known?.value).toBe('two')
    const one = await bench.call<VariableJson>('GET', `/v1/projects/shop/env/${known?.id}`)
    expect(one.json.value).toBe('two')
    const changed = await bench.call<VariableJson>('PATCH', `/v9/projects/shop/env/${known?.id}`, {
      target: ['preview'],
    })
    expect(changed.json.target).toEqual(['preview'])
    expect((await bench.call('DELETE', `/v9/projects/shop/env/${known?.id}`)).status).toBe(200)
    expect(await list()).toEqual([])
  })

  it('that are sensitive are never shown, and not for development', async () => {
    await add({ ...variable, type: 'sensitive' })
    expect((await list('?decrypt=true'))[0]?.value).toBe('')
    const refused = await add({ ...variable, key: 'OTHER', type: 'sensitive', target: ['development'] })
    expect(refused.status).toBe(400)
  })

  it('come as a list too, of which each is judged on its own', async () => {
    const { json, status } = await bench.call<{ created: unknown[]; failed: { error: { code: string } }[] }>(
      'POST',
      '/v10/projects/shop/env',
      [variable, { ...variable, key: 'SECOND', type: 'plain' }, { ...variable, key: '1X' }, variable],
    )
    expect([status, json.created.length]).toEqual([201, 2])
    expect(json.failed.map(({ error }) => error.code)).toEqual(['INVALID_KEY', 'ENV_CONFLICT'])
  })

  it('need a type, a target, and the target preview where they are for a branch', async () => {
    for (const wrong of [{ type: undefined }, { type: 'secret' }, { target: ['staging'] }, { target: [] }]) {
      expect((await add({ ...variable, ...wrong })).status).toBe(400)
    }
    expect((await add({ ...variable, gitBranch: 'next' })).status).toBe(400)
    expect((await add({ ...variable, target: ['preview'], gitBranch: 'next' })).status).toBe(201)
  })

  it('can be for a custom environment, to which deployments go', async () => {
    const made = await bench.call<{ id: string; slug: string }>('POST', '/v9/projects/shop/custom-environments', {
      slug: 'staging',
    })
    expect(made.status).toBe(201)
    const { status } = await add({ ...variable, target: undefined, customEnvironmentIds: [made.json.id] })
    expect(status).toBe(201)
    expect(await list('?customEnvironmentSlug=staging')).toHaveLength(1)
    const deployed = await bench.deploy('shop', { 'index.html': 'x' }, { customEnvironmentSlugOrId: 'staging' })
    expect(deployed.customEnvironment).toMatchObject({ slug: 'staging' })
    expect(deployed.alias).toEqual([host('shop-env-staging-owner')])
    const path = '/v9/projects/shop/custom-environments/staging'
    expect((await bench.call('PATCH', path, { description: 'Before' })).json).toMatchObject({ description: 'Before' })
    expect((await bench.call('POST', '/v9/projects/shop/custom-environments', { slug: 'staging' })).status).toBe(409)
    expect((await bench.call('DELETE', path, {})).status).toBe(200)
    expect((await bench.call('GET', path)).status).toBe(404)
  })
})

describe('production on the emulated Vercel', () => {
  const move = (what: string, id: string) => bench.call('POST', `/${what}/${id}`)
  const project = async (): Promise<ProjectJson> => (await bench.call<ProjectJson>('GET', '/v9/projects/shop')).json
  const text = async (): Promise<string> => (await bench.visit(host('shop'))).text()

  it('is rolled back, stays there for later deployments, and goes on with a promotion', async () => {
    const one = await bench.deploy('shop', { 'index.html': 'one' }, { target: 'production' })
    const two = await bench.deploy('shop', { 'index.html': 'two' }, { target: 'production' })
    expect((await move('v9/projects/shop/rollback', one.id)).status).toBe(201)
    expect((await project()).lastAliasRequest).toMatchObject({ jobStatus: 'pending', type: 'rollback' })
    expect((await move('v9/projects/shop/rollback', one.id)).json.error.code).toBe('conflict')
    bench.advance(40)
    expect((await project()).lastAliasRequest?.jobStatus).toBe('in-progress')
    expect(await text()).toBe('two')
    bench.advance(40)
    expect((await project()).lastAliasRequest).toMatchObject({ jobStatus: 'succeeded', toDeploymentId: one.id })
    expect(await text()).toBe('one')
    const three = await bench.deploy('shop', { 'index.html': 'three' }, { target: 'production' })
    expect(three).toMatchObject({ aliasAssigned: true, readySubstate: 'STAGED' })
    expect(await text()).toBe('one')
    expect((await move('v10/projects/shop/promote', three.id)).status).toBe(201)
    bench.advance(100)
    expect(await text()).toBe('three')
    const aliases = await bench.call('GET', '/v9/projects/shop/promote/aliases')
    expect(aliases.json).toMatchObject({ aliases: [{ alias: host('shop'), status: 'completed' }] })
    const list = await bench.call<{ deployments: { uid: string }[] }>('GET', '/v7/deployments?rollbackCandidate=true')
    expect(list.json.deployments.map(({ uid }) => uid)).toEqual([two.id, one.id])
  })

  it('is not for previews, for what is not ready, and for what never was in production', async () => {
    await bench.deploy('shop', { 'index.html': 'one' }, { target: 'production' })
    const preview = await bench.deploy('shop', { 'index.html': 'two' })
    expect((await move('v10/projects/shop/promote', preview.id)).status).toBe(400)
    expect((await move('v9/projects/shop/rollback', preview.id)).status).toBe(400)
    const { json } = await bench.call<DeploymentJson>('POST', '/v13/deployments', {
      name: 'shop',
      target: 'production',
      files: [{ file: 'index.html', data: 'x' }],
    })
    expect((await move('v10/projects/shop/promote', json.id)).status).toBe(400)
  })

  it("leads to another deployment by an alias, also under a name of one's own", async () => {
    const one = await bench.deploy('shop', { 'index.html': 'one' }, { target: 'production' })
    const two = await bench.deploy('shop', { 'index.html': 'two' })
    const assign = (id: string, alias: string) => bench.call('POST', `/v2/deployments/${id}/aliases`, { alias })
    const assigned = await assign(two.id, host('shop'))
    expect(assigned.json).toMatchObject({ alias: host('shop'), oldDeploymentId: one.id })
    expect(await text()).toBe('two')
    await assign(one.id, 'stable')
    expect(await (await bench.visit(host('stable'))).text()).toBe('one')
    const listed = await bench.call<{ aliases: { alias: string }[] }>('GET', `/v2/deployments/${one.id}/aliases`)
    expect(listed.json.aliases.map(({ alias }) => alias)).toEqual([host('shop-owner'), host('stable')])
    expect((await assign(two.id, 'shop.example')).json.error.code).toBe('domain_not_found')
    expect((await assign(two.id, '-')).json.error.code).toBe('invalid_alias')
    const all = await bench.call<{ aliases: { uid: string; alias: string }[] }>('GET', '/v4/aliases')
    const stable = all.json.aliases.find(({ alias }) => alias === host('stable'))
    expect((await bench.call('DELETE', `/v2/aliases/${stable?.uid}`)).json).toEqual({ status: 'SUCCESS' })
    expect((await bench.call('GET', `/v4/aliases/${stable?.uid}`)).status).toBe(404)
    const token = bench.accounts.credentials.stranger.token
    expect((await bench.call('GET', `/v4/aliases/${host('shop')}`, undefined, { token })).status).toBe(404)
  })
})

describe('a domain on the emulated Vercel', () => {
  const add = (name: unknown, more = {}, token?: string) =>
    bench.call<{ verified: boolean; verification?: { domain: string; value: string }[] } & { error: { code: string } }>(
      'POST',
      '/v10/projects/shop/domains',
      { name, ...more },
      token === undefined ? {} : { token },
    )
  const misconfigured = async (name: string): Promise<unknown> =>
    (await bench.call<{ misconfigured: boolean }>('GET', `/v6/domains/${name}/config`)).json.misconfigured

  beforeEach(async () => {
    await bench.createProject('shop')
    await bench.deploy('shop', { 'index.html': 'live' }, { target: 'production' })
  })

  it('is reached when its DNS leads here, and when its certificate is there', async () => {
    expect((await add('www.shop.example')).json.verified).toBe(true)
    expect(await misconfigured('www.shop.example')).toBe(true)
    const { port } = new URL(bench.sitesUrl)
    const visit = () => request(Number(port), 'www.shop.example')
    await expect(visit()).rejects.toThrow(/hang up|reset/i)
    records.push({ name: 'www.shop.example', type: 'CNAME', value: 'cname.vercel-dns.com' })
    expect(await misconfigured('www.shop.example')).toBe(false)
    await expect(visit()).rejects.toThrow(/hang up|reset/i)
    bench.advance(200)
    expect(await visit()).toBe('live')
    expect((await bench.call('DELETE', '/v9/projects/shop/domains/www.shop.example')).status).toBe(200)
    expect((await bench.call('GET', '/v9/projects/shop/domains/www.shop.example')).status).toBe(404)
  })

  it('of an apex is configured by an address, and may send visitors elsewhere', async () => {
    await add('shop.example')
    await add('www.shop.example', { redirect: 'shop.example', redirectStatusCode: 308 })
    records.push({ name: 'shop.example', type: 'A', value: '76.76.21.21' })
    const { json } = await bench.call('GET', '/v6/domains/shop.example/config')
    expect(json).toMatchObject({ configuredBy: 'A', misconfigured: false })
    const changed = await bench.call('PATCH', '/v9/projects/shop/domains/www.shop.example', { redirect: null })
    expect(changed.json).toMatchObject({ redirect: null })
  })

  it('that another account has is verified by a record, and refused where the very name is taken', async () => {
    await add('shop.example')
    const { token } = bench.accounts.credentials.stranger
    await bench.call('POST', '/v11/projects', { name: 'shop' }, { token })
    expect((await add('shop.example', {}, token)).json.error.code).toBe('domain_already_in_use')
    const theirs = await add('blog.shop.example', {}, token)
    expect(theirs.json.verified).toBe(false)
    const [challenge] = theirs.json.verification ?? []
    const verify = () => bench.call('POST', '/v9/projects/shop/domains/blog.shop.example/verify', undefined, { token })
    expect((await verify()).json.error.code).toBe('missing_txt_record')
    records.push({ name: challenge?.domain ?? '', type: 'TXT', value: challenge?.value ?? '' })
    expect((await verify()).json).toMatchObject({ verified: true })
  })

  it('needs a name that can be one, and is not there twice', async () => {
    for (const name of ['shop', 'shop..example', 'http://shop.example', '-.example']) {
      expect((await add(name)).json.error.code).toBe('invalid_domain')
    }
    expect((await add(7)).json.error.code).toBe('bad_request')
    await add('shop.example')
    expect((await add('shop.example')).status).toBe(400)
  })
})

async function request(port: number, name: string): Promise<string> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, headers: { host: name } }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += String(chunk)
      resolve(text)
    })
    outgoing.once('error', reject).end()
  })
}
