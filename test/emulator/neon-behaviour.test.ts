import { afterEach, describe, expect, it } from 'vitest'
import { createFaultInjection } from '../../src/emulator/faults/faults.js'
import type { Fault } from '../../src/emulator/faults/rules.js'
import { realisticNeonDelays } from '../../src/emulator/neon/delays.js'
import { realisticNeonLimits } from '../../src/emulator/neon/limits.js'
import { createRandom } from '../../src/emulator/random.js'
import {
  type BranchJson,
  type ErrorJson,
  type Made,
  type NeonBench,
  names,
  type OperationJson,
  shown,
  startNeon,
} from './neon-support.js'

let bench: NeonBench

afterEach(() => bench.close())

const locked = 'project already has running conflicting operations, scheduling of new ones is prohibited'

describe('a project', () => {
  it('passes through every state in between, as long as each takes with Neon', async () => {
    bench = await startNeon({ delays: realisticNeonDelays })
    const body = { project: { org_id: bench.organization, name: 'shop' } }
    const { status, json: made } = await bench.call('POST', '/projects', body)
    const at = `/projects/${made.project.id}`
    const look = async () => {
      const { operations } = (await bench.call('GET', `${at}/operations`)).json
      const { branches } = (await bench.call<{ branches: BranchJson[] }>('GET', `${at}/branches`)).json
      const { endpoints } = (await bench.call('GET', `${at}/endpoints`)).json
      return [...shown(operations).reverse(), branches[0]?.current_state, endpoints[0]?.current_state]
    }
    expect(status).toBe(201)
    expect(shown(made.operations)).toEqual(['create_timeline running', 'start_compute scheduling'])
    expect(made.branch).toMatchObject({ name: 'main', default: true, current_state: 'init', pending_state: 'ready' })
    bench.advance(3099)
    expect(await look()).toEqual(['create_timeline running', 'start_compute scheduling', 'init', 'init'])
    bench.advance(1)
    expect(await look()).toEqual(['create_timeline finished', 'start_compute running', 'ready', 'init'])
    bench.advance(4799)
    expect(await look()).toEqual(['create_timeline finished', 'start_compute running', 'ready', 'init'])
    bench.advance(1)
    expect(await look()).toEqual(['create_timeline finished', 'start_compute finished', 'ready', 'active'])
    const operation = await bench.call<{ operation: OperationJson }>(
      'GET',
      `${at}/operations/${made.operations[1]?.id}`,
    )
    expect(operation.json.operation).toMatchObject({ total_duration_ms: 7900, failures_count: 0 })
  })

  it('has ids, hosts and connection strings of the real form, with a password that no seed tells', async () => {
    bench = await startNeon({ random: createRandom(7, 'neon') })
    const first = await bench.project()
    const seen = [...bench.neon.state.organizations.keys(), first.project.id, first.branch.id, first.endpoints[0]?.id]
    const password = first.roles[0]?.password
    await bench.close()
    bench = await startNeon({ random: createRandom(7, 'neon') })
    const { project, branch, endpoints, connection_uris: uris, roles, databases, operations } = await bench.project()
    const [endpoint] = endpoints
    expect([...bench.neon.state.organizations.keys(), project.id, branch.id, endpoint?.id]).toEqual(seen)
    expect(roles[0]?.password).not.toBe(password)
    expect(bench.organization).toMatch(/^org-[a-z]+-[a-z]+-\d{8}$/)
    expect(project.id).toMatch(/^[a-z]+-[a-z]+-\d{8}$/)
    expect(branch.id).toMatch(/^br-[a-z]+-[a-z]+-[a-z][a-z0-9]{7}$/)
    expect(endpoint?.id).toMatch(/^ep-[a-z]+-[a-z]+-[a-z][a-z0-9]{7}$/)
    expect(operations[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const host = `${endpoint?.id}.c-2.us-east-2.aws.neon.localhost`
    const pooler = `${endpoint?.id}-pooler.c-2.us-east-2.aws.neon.localhost`
    expect(endpoint).toMatchObject({ host, proxy_host: 'c-2.us-east-2.aws.neon.localhost' })
    expect(names(databases)).toEqual(['neondb'])
    expect(roles[0]).toMatchObject({ name: 'neondb_owner', password: expect.stringMatching(/^npg_[A-Za-z0-9]{12}$/) })
    const own = `postgresql://neondb_owner:${roles[0]?.password}@`
    expect(uris).toEqual([
      {
        connection_uri: `${own}${host}/neondb?sslmode=require`,
        connection_parameters: {
          database: 'neondb',
          password: roles[0]?.password,
          role: 'neondb_owner',
          host,
          pooler_host: pooler,
        },
      },
    ])
    const query = 'database_name=neondb&role_name=neondb_owner'
    const ask = async (more = '') =>
      (await bench.call<{ uri: string }>('GET', `/projects/${project.id}/connection_uri?${query}${more}`)).json.uri
    expect(await ask()).toBe(`${own}${host}/neondb?channel_binding=require&sslmode=require`)
    expect(await ask('&pooled=true')).toBe(`${own}${pooler}/neondb?channel_binding=require&sslmode=require`)
  })

  it('is made as it is wished, changed, and gone with all that it had', async () => {
    bench = await startNeon()
    const { project, branch } = await bench.project({
      name: 'store',
      region_id: 'azure-gwc',
      pg_version: 16,
      history_retention_seconds: 3600,
      default_endpoint_settings: { autoscaling_limit_min_cu: 1, autoscaling_limit_max_cu: 2 },
      branch: { name: 'trunk', database_name: 'app', role_name: 'boss' },
    })
    expect(project).toMatchObject({ region_id: 'azure-gwc', platform_id: 'azure', pg_version: 16, name: 'store' })
    expect(branch.name).toBe('trunk')
    const [endpoint] = [...bench.neon.state.endpoints.values()]
    expect(endpoint?.size).toMatchObject({ autoscaling_limit_min_cu: 1, autoscaling_limit_max_cu: 2 })
    await bench.call('PATCH', `/projects/${project.id}`, {
      project: { name: 'renamed', history_retention_seconds: 60 },
    })
    const { json } = await bench.call('GET', `/projects/${project.id}`)
    expect(json.project).toMatchObject({
      name: 'renamed',
      history_retention_seconds: 60,
      owner: { email: 'owner@example.com', branches_limit: 10, subscription_type: 'free_v3' },
    })
    expect((await bench.call('DELETE', `/projects/${project.id}`)).status).toBe(200)
    const { projects, branches, endpoints, operations } = bench.neon.state
    expect([projects.size, branches.size, endpoints.size, operations.size]).toEqual([0, 0, 0, 0])
  })
})

describe('operations', () => {
  it('refuse what conflicts with them with 423, which then changes nothing, and nothing else', async () => {
    bench = await startNeon()
    const body = { project: { org_id: bench.organization } }
    const { project, branch, endpoints } = (await bench.call('POST', '/projects', body)).json
    const at = `/projects/${project.id}`
    const writes = [
      ['DELETE', at],
      ['POST', `${at}/branches`, {}],
      ['POST', `${at}/branches/${branch.id}/roles`, { role: { name: 'app' } }],
      ['POST', `${at}/branches/${branch.id}/databases`, { database: { name: 'app', owner_name: 'neondb_owner' } }],
      ['POST', `${at}/branches/${branch.id}/snapshot`],
      ['POST', `${at}/endpoints`, { endpoint: { branch_id: branch.id, type: 'read_only' } }],
      ['PATCH', `${at}/endpoints/${endpoints[0]?.id}`, { endpoint: { suspend_timeout_seconds: 60 } }],
      ['POST', `${at}/branches/${branch.id}/roles/neondb_owner/reset_password`],
    ] as const
    for (const [method, path, json] of writes) {
      const refused = await bench.call<ErrorJson>(method, path, json)
      expect([path, refused.status, refused.json.code, refused.json.message]).toEqual([path, 423, '', locked])
    }
    const suspended = await bench.call<ErrorJson>('POST', `${at}/endpoints/${endpoints[0]?.id}/suspend`)
    expect([suspended.status, suspended.json.message]).toEqual([
      423,
      'endpoint is in some transitive state, could not suspend',
    ])
    expect((await bench.call('PATCH', at, { project: { name: 'other' } })).status).toBe(200)
    const { operations, branches, endpoints: computes, snapshots } = bench.neon.state
    expect([operations.size, branches.size, computes.size, snapshots.size]).toEqual([2, 1, 1, 0])
    bench.advance(1000)
    expect((await bench.call('POST', `${at}/branches`, {})).status).toBe(201)
  })

  it('are tried again where they failed, or end for good with those that wait for them', async () => {
    bench = await startNeon()
    const body = { project: { org_id: bench.organization } }
    const { project, operations } = (await bench.call('POST', '/projects', body)).json
    const [first, second] = operations
    const look = () => [...bench.neon.state.operations.values()].map(({ status, failures }) => [status, failures])
    bench.neon.fail(first?.id ?? '', 'the pageserver is away')
    expect(look()).toEqual([
      ['failed', 1],
      ['scheduling', 0],
    ])
    expect((await bench.call('POST', `/projects/${project.id}/branches`, {})).status).toBe(423)
    bench.advance(100)
    expect(look()[0]).toEqual(['running', 1])
    bench.advance(60)
    bench.neon.fail(second?.id ?? '', 'no room', true)
    expect(look()).toEqual([
      ['finished', 1],
      ['error', 1],
    ])
    const path = `/projects/${project.id}/operations/${second?.id}`
    const { json } = await bench.call<{ operation: OperationJson }>('GET', path)
    expect(json.operation).toMatchObject({ status: 'error', error: 'no room' })
    expect(() => bench.neon.fail(second?.id ?? '', 'again')).toThrow('does not run')
    expect((await bench.call('POST', `/projects/${project.id}/branches`, {})).status).toBe(201)
  })

  it('are listed latest first, page by page, by the time of the last one', async () => {
    bench = await startNeon()
    const { project } = await bench.project()
    await bench.done('POST', `/projects/${project.id}/branches`, { endpoints: [{ type: 'read_write' }] })
    const pages: string[][] = []
    for (let cursor = ''; ; ) {
      const path = `/projects/${project.id}/operations?limit=3${cursor && `&cursor=${cursor}`}`
      const { json } = await bench.call<Made & { pagination?: { cursor: string } }>('GET', path)
      pages.push(json.operations.map(({ action }) => action))
      if (!json.pagination) break
      expect(json.pagination.cursor).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
      cursor = json.pagination.cursor
    }
    expect(pages).toEqual([['start_compute', 'create_branch', 'start_compute'], ['create_timeline'], []])
  })
})

describe('lists', () => {
  it('tell projects page by page with the cursor of the last one, and find them by a part of name or id', async () => {
    bench = await startNeon()
    for (let count = 1; count <= 12; count += 1) await bench.project({ name: `shop-${count}` })
    const ask = async (query: string) => {
      type Page = { projects: { id: string; name: string }[]; pagination?: { cursor: string } }
      return (await bench.call<Page>('GET', `/projects?org_id=${bench.organization}${query}`)).json
    }
    const first = await ask('')
    expect(names(first.projects)).toHaveLength(10)
    expect(first.projects.at(-1)?.name).toBe('shop-3')
    expect(first.pagination?.cursor).toBe(first.projects.at(-1)?.id)
    const second = await ask(`&cursor=${first.pagination?.cursor}`)
    expect(names(second.projects)).toEqual(['shop-2', 'shop-1'])
    expect((await ask(`&cursor=${second.pagination?.cursor}`)).pagination).toBeUndefined()
    expect(names((await ask('&search=op-1')).projects)).toEqual(['shop-12', 'shop-11', 'shop-10', 'shop-1'])
    expect(names((await ask(`&search=${first.projects[0]?.id.slice(3)}`)).projects)).toEqual(['shop-12'])
    expect((await ask('&limit=400')).projects).toHaveLength(12)
  })

  it('tell branches in the order that is asked for, page by page, and count them', async () => {
    bench = await startNeon()
    const { project } = await bench.project()
    const at = `/projects/${project.id}/branches`
    for (const name of ['delta', 'alpha', 'charlie']) await bench.done('POST', at, { branch: { name } })
    type Page = { branches: BranchJson[]; pagination: { next?: string; sort_by: string; sort_order: string } }
    const ask = async (query: string) => (await bench.call<Page>('GET', `${at}?${query}`)).json
    expect(names((await ask('')).branches)).toEqual(['charlie', 'alpha', 'delta', 'main'])
    expect(names((await ask('sort_by=name&sort_order=asc')).branches)).toEqual(['alpha', 'charlie', 'delta', 'main'])
    const first = await ask('sort_by=created_at&limit=3')
    expect(first.pagination).toMatchObject({ sort_by: 'created_at', sort_order: 'DESC', next: expect.any(String) })
    const second = await ask(`sort_by=created_at&limit=3&cursor=${first.pagination.next}`)
    expect([...names(first.branches), ...names(second.branches)]).toEqual(['charlie', 'alpha', 'delta', 'main'])
    expect(second.pagination.next).toBeUndefined()
    expect((await bench.call('GET', `${at}/count?search=alpha`)).json).toEqual({ count: 1 })
  })
})

describe('limits', () => {
  it('are those of the free plan for projects, branches and snapshots', async () => {
    bench = await startNeon({ limits: { projects: 2 } })
    const { project, branch } = await bench.project()
    await bench.project()
    const wish = { project: { org_id: bench.organization } }
    const third = await bench.call<ErrorJson>('POST', '/projects', wish)
    const problem = ({ status, json: { code, message } }: typeof third) => [status, code, message]
    expect(problem(third)).toEqual([422, 'PROJECTS_LIMIT_EXCEEDED', 'projects limit exceeded'])
    const at = `/projects/${project.id}/branches`
    for (let count = 2; count <= 10; count += 1) await bench.done('POST', at, {})
    const eleventh = await bench.call<ErrorJson>('POST', at, {})
    expect(problem(eleventh)).toEqual([422, 'BRANCHES_LIMIT_EXCEEDED', 'branches limit exceeded'])
    await bench.done('POST', `${at}/${branch.id}/snapshot`)
    expect((await bench.call('POST', `${at}/${branch.id}/snapshot`)).status).toBe(422)
    const { projects, branches, snapshots } = bench.neon.state
    expect([projects.size, branches.size, snapshots.size]).toEqual([2, 11, 1])
  })

  it('answer 429 to the 41st request to a route in a second, and to what is too much in a minute', async () => {
    bench = await startNeon({ limits: { ...realisticNeonLimits, requestsPerMinute: 50 } })
    const ask = async (path: string) => (await bench.call<ErrorJson>('GET', path)).status
    for (let count = 0; count < 40; count += 1) expect(await ask('/users/me')).toBe(200)
    const refused = await bench.call<ErrorJson>('GET', '/users/me')
    expect([refused.status, refused.json.code, refused.json.message]).toEqual([429, '', 'too many requests'])
    expect(await ask('/regions')).toBe(200)
    bench.advance(1000)
    for (let count = 0; count < 9; count += 1) expect(await ask('/users/me')).toBe(200)
    expect(await ask('/users/me')).toBe(429)
    expect(
      (await bench.call('GET', '/users/me', undefined, { token: bench.accounts.credentials.stranger.token })).status,
    ).toBe(200)
    bench.advance(60_000)
    expect(await ask('/users/me')).toBe(200)
  })
})

describe('faults', () => {
  it('speak in the words of Neon, and a gateway in its own', async () => {
    bench = await startNeon()
    const clock = { now: bench.now }
    const readable = { netlify: true, vercel: true }
    const { faults, inject } = createFaultInjection(clock, readable, (name) => createRandom(1, name))
    const handler = inject('neon', bench.neon.api)
    const ask = async (fault: Fault) => {
      const remove = faults.add({ provider: 'neon', path: '/api/v2/users/me', fault })
      const response = await handler(
        new Request(`${bench.url}/api/v2/users/me`, { headers: { 'X-Request-ID': 'mine' } }),
      )
      remove()
      return [response.status, response.headers.get('Content-Type'), await response.text()]
    }
    const said = (message: string) => JSON.stringify({ request_id: 'mine', code: '', message })
    const type = 'application/json'
    expect(await ask({ kind: 'status', status: 423 })).toEqual([423, type, said('locked')])
    expect(await ask({ kind: 'status', status: 429 })).toEqual([429, type, said('too many requests')])
    const unknown = 'supplied credentials do not pass authentication'
    expect(await ask({ kind: 'expired-token' })).toEqual([401, type, said(unknown)])
    const [status, html] = await ask({ kind: 'status', status: 503 })
    expect([status, html]).toEqual([503, 'text/html; charset=utf-8'])
  })
})

describe('the accounts', () => {
  it("are a user with a UUID and organizations, of which the user's own account is one", async () => {
    bench = await startNeon()
    const user = (await bench.call<Record<string, unknown>>('GET', '/users/me')).json
    expect(user).toMatchObject({ email: 'owner@example.com', projects_limit: 100, branches_limit: 10 })
    expect(user.id).toMatch(/^[0-9a-f-]{36}$/)
    type List = { organizations: { id: string; name: string }[] }
    const { organizations } = (await bench.call<List>('GET', '/users/me/organizations')).json
    expect(names(organizations)).toEqual(['Owner', 'Organization'])
    const { json } = await bench.call<{ name: string }>('GET', `/organizations/${organizations[1]?.id}`)
    expect(json.name).toBe('Organization')
    type Regions = { regions: { region_id: string; default: boolean }[] }
    const { regions } = (await bench.call<Regions>('GET', `/regions?org_id=${organizations[0]?.id}`)).json
    expect(regions.filter((one) => one.default).map((one) => one.region_id)).toEqual(['aws-us-east-2'])
  })

  it('are not read by pages, but where that is allowed', async () => {
    bench = await startNeon()
    const page = { headers: { Origin: 'http://localhost:3000' } }
    const answers = async () => [
      await bench.call('GET', '/users/me', undefined, page),
      await bench.call('GET', '/projects', undefined, page),
      await bench.call('OPTIONS', '/users/me', undefined, { ...page, token: null }),
    ]
    const readable = async () => {
      return (await answers()).map(({ headers }) => [...headers.keys()].filter((name) => name.startsWith('access-')))
    }
    expect(await readable()).toEqual([[], [], []])
    await bench.close()
    bench = await startNeon({ cors: true })
    for (const { headers } of await answers()) expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
  })
})
