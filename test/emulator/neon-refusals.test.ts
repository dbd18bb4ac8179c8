import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ErrorJson, type Made, type NeonBench, startNeon } from './neon-support.js'

/** A request that is refused, with what stands in `{braces}` filled in. */
interface Refusal {
  readonly when: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  /** @default 'owner' */
  readonly token?: 'owner' | 'none' | 'wrong' | 'powerless' | 'stranger'
  readonly headers?: Record<string, string>
  readonly status: number
  readonly code?: string
  readonly message: string
}

let bench: NeonBench
let made: Made
let child: Made

beforeAll(async () => {
  bench = await startNeon()
  made = await bench.project()
  const at = `/projects/${made.project.id}`
  child = (await bench.done('POST', `${at}/branches`, { branch: { name: 'child' } })).json
  await bench.done('POST', `${at}/branches`, { branch: { name: 'guarded', protected: true } })
})
afterAll(() => bench.close())

function fill(text: string): string {
  const guarded = [...bench.neon.state.branches.values()].find(({ name }) => name === 'guarded')
  const values: Readonly<Record<string, string | undefined>> = {
    project: made.project.id,
    main: made.branch.id,
    child: child.branch.id,
    guarded: guarded?.id,
    endpoint: made.endpoints[0]?.id,
    operation: made.operations[0]?.id,
    organization: bench.organization,
    now: new Date(bench.now()).toISOString(),
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

const json = (value: unknown): unknown => JSON.parse(fill(JSON.stringify(value)))

/** All that is known, as it can be compared. */
function snapshot(): string {
  const { projects, branches, endpoints, operations, snapshots } = bench.neon.state
  const plain = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value)
  const flat = [...branches.values()].map(({ parent, project, ...one }) => ({ ...one, parent: parent?.id }))
  const computes = [...endpoints.values()].map(({ branch, ...one }) => ({ ...one, branch: branch.id }))
  return JSON.stringify([[...projects.values()], flat, computes, [...operations.keys()], snapshots.size], plain)
}

const unknownToken = 'supplied credentials do not pass authentication'
const branches = '/projects/{project}/branches'
const wish = { org_id: '{organization}' }
const database = { name: 'store', owner_name: 'neondb_owner' }

const refusals: readonly Refusal[] = [
  { when: 'there is no token', method: 'GET', path: '/projects', token: 'none', status: 401, message: unknownToken },
  { when: 'the token is wrong', method: 'GET', path: '/users/me', token: 'wrong', status: 401, message: unknownToken },
  {
    when: 'the scheme is another one',
    method: 'GET',
    path: '/users/me',
    token: 'none',
    headers: { Authorization: 'Basic b3duZXI6c2VjcmV0' },
    status: 401,
    message: unknownToken,
  },
  {
    when: 'the token has no right to write',
    method: 'POST',
    path: '/projects',
    body: { project: wish },
    token: 'powerless',
    status: 403,
    message: 'user has no access to projects',
  },
  {
    when: "the project is another's",
    method: 'GET',
    path: '/projects/{project}',
    token: 'stranger',
    status: 404,
    message: 'project not found',
  },
  {
    when: "another's project is to be deleted",
    method: 'DELETE',
    path: '/projects/{project}',
    token: 'stranger',
    status: 404,
    message: 'project not found',
  },
  {
    when: "the organization is another's",
    method: 'GET',
    path: '/projects?org_id={organization}',
    token: 'stranger',
    status: 404,
    message: 'organization not found',
  },
  {
    when: 'no organization is named for a list',
    method: 'GET',
    path: '/projects',
    status: 400,
    message: 'org_id is required, you can find it on your organization settings page',
  },
  {
    when: 'no organization is named for a project',
    method: 'POST',
    path: '/projects',
    body: { project: { name: 'x' } },
    status: 400,
    message: 'org_id is required, you can find it on your organization settings page',
  },
  {
    when: 'the project is unknown',
    method: 'GET',
    path: '/projects/no-one-1',
    status: 404,
    message: 'project not found',
  },
  { when: 'the branch is unknown', method: 'GET', path: `${branches}/br-no`, status: 404, message: 'branch not found' },
  {
    when: 'the compute is unknown',
    method: 'POST',
    path: '/projects/{project}/endpoints/ep-no/start',
    status: 404,
    message: 'endpoint not found',
  },
  {
    when: 'the operation is unknown',
    method: 'GET',
    path: '/projects/{project}/operations/5dd4ee63-e1f7-4a54-8f84-5bfa2a2a0a9b',
    status: 404,
    message: 'operation not found',
  },
  {
    when: 'the snapshot is unknown',
    method: 'POST',
    path: '/projects/{project}/snapshots/snap-no/restore',
    status: 404,
    message: 'snapshot not found',
  },
  {
    when: 'the role is unknown',
    method: 'POST',
    path: `${branches}/{main}/roles/nobody/reset_password`,
    status: 404,
    message: 'role not found',
  },
  {
    when: 'the database is unknown',
    method: 'PATCH',
    path: `${branches}/{main}/databases/none`,
    body: { database: { name: 'some' } },
    status: 404,
    message: 'database not found',
  },
  { when: 'there is no such endpoint', method: 'GET', path: '/databases', status: 404, message: 'not found' },
  {
    when: 'the path has another method',
    method: 'PUT',
    path: '/projects/{project}',
    body: {},
    status: 405,
    message: 'method not allowed',
  },
  {
    when: 'the path is broken percent-encoding',
    method: 'GET',
    path: '/projects/%zz',
    status: 400,
    message: 'the path is not valid percent-encoding',
  },
  {
    when: 'the body is not JSON',
    method: 'POST',
    path: '/projects',
    body: '{"project": {',
    status: 400,
    message: 'the body is not valid JSON',
  },
  {
    when: 'the body is a list',
    method: 'POST',
    path: '/projects',
    body: [],
    status: 400,
    message: 'body must be object',
  },
  {
    when: 'the body is a string',
    method: 'POST',
    path: '/projects',
    body: '"project"',
    status: 400,
    message: 'body must be object',
  },
  {
    when: 'the body is of another type',
    method: 'POST',
    path: '/projects',
    body: { project: wish },
    headers: { 'Content-Type': 'text/plain' },
    status: 400,
    message: 'the body must be of type application/json',
  },
  {
    when: 'the body is missing',
    method: 'POST',
    path: `${branches}/{main}/roles`,
    status: 400,
    message: 'body must not be missing',
  },
  {
    when: 'a property is missing',
    method: 'POST',
    path: `${branches}/{main}/databases`,
    body: { database: { name: 'store' } },
    status: 400,
    message: "body.database must have required property 'owner_name'",
  },
  {
    when: 'a property has the wrong type',
    method: 'POST',
    path: '/projects',
    body: { project: { ...wish, name: 7 } },
    status: 400,
    message: 'body.project.name must be string',
  },
  {
    when: 'a value is none of those that there are',
    method: 'POST',
    path: `${branches}`,
    body: { endpoints: [{ type: 'write_only' }] },
    status: 400,
    message: 'body.endpoints.0.type must be equal to one of the allowed values',
  },
  {
    when: 'a name is empty',
    method: 'POST',
    path: branches,
    body: { branch: { name: '' } },
    status: 400,
    message: 'body.branch.name must NOT have fewer than 1 characters',
  },
  {
    when: 'a name is too long',
    method: 'PATCH',
    path: '/projects/{project}',
    body: { project: { name: 'x'.repeat(257) } },
    status: 400,
    message: 'body.project.name must NOT have more than 256 characters',
  },
  {
    when: 'the version of Postgres does not exist',
    method: 'POST',
    path: '/projects',
    body: { project: { ...wish, pg_version: 13 } },
    status: 400,
    message: 'body.project.pg_version must be >= 14',
  },
  {
    when: 'the region does not exist',
    method: 'POST',
    path: '/projects',
    body: { project: { ...wish, region_id: 'aws-moon-1' } },
    status: 422,
    message: 'region aws-moon-1 is not supported',
  },
  {
    when: 'a page is too large',
    method: 'GET',
    path: '/projects?org_id={organization}&limit=401',
    status: 400,
    message: 'query.limit must be <= 400',
  },
  {
    when: 'a page is no number',
    method: 'GET',
    path: '/projects/{project}/operations?limit=many',
    status: 400,
    message: 'query.limit must be integer',
  },
  {
    when: 'the order of a list is none',
    method: 'GET',
    path: `${branches}?sort_by=size`,
    status: 400,
    message: 'query.sort_by must be equal to one of the allowed values',
  },
  ...['/projects?org_id={organization}&', '/projects/{project}/operations?', `${branches}?`].map((list) => ({
    when: `the cursor is none of ${list}`,
    method: 'GET',
    path: `${list}cursor=nowhere`,
    status: 400,
    message: 'invalid cursor',
  })),
  {
    when: 'a parameter of the query is missing',
    method: 'GET',
    path: '/projects/{project}/connection_uri?database_name=neondb',
    status: 400,
    message: "query must have required property 'role_name'",
  },
  {
    when: 'a branch with the name exists',
    method: 'POST',
    path: branches,
    body: { branch: { name: 'child' } },
    status: 409,
    code: 'BRANCH_ALREADY_EXISTS',
    message: 'branch already exists; branch_name:"child"',
  },
  {
    when: 'a branch is to have the name of another',
    method: 'PATCH',
    path: `${branches}/{child}`,
    body: { branch: { name: 'main', protected: true } },
    status: 409,
    code: 'BRANCH_ALREADY_EXISTS',
    message: 'branch already exists; branch_name:"main"',
  },
  {
    when: 'a database with the name exists',
    method: 'POST',
    path: `${branches}/{main}/databases`,
    body: { database: { name: 'neondb', owner_name: 'neondb_owner' } },
    status: 409,
    message: 'database with name neondb already exists',
  },
  {
    when: 'a role with the name exists',
    method: 'POST',
    path: `${branches}/{main}/roles`,
    body: { role: { name: 'neondb_owner' } },
    status: 409,
    message: 'role with name neondb_owner already exists',
  },
  {
    when: 'a branch has a compute to write already',
    method: 'POST',
    path: '/projects/{project}/endpoints',
    body: { endpoint: { branch_id: '{main}', type: 'read_write' } },
    status: 409,
    message: 'read_write endpoint already exists',
  },
  {
    when: 'the owner of a database does not exist',
    method: 'POST',
    path: `${branches}/{main}/databases`,
    body: { database: { name: 'store', owner_name: 'nobody' } },
    status: 404,
    message: 'role not found',
  },
  {
    when: 'the name of a database is reserved',
    method: 'POST',
    path: `${branches}/{main}/databases`,
    body: { database: { ...database, name: 'template1' } },
    status: 422,
    message: 'database name template1 is reserved',
  },
  {
    when: 'the name of a role is longer than Postgres takes',
    method: 'POST',
    path: `${branches}/{main}/roles`,
    body: { role: { name: 'ä'.repeat(32) } },
    status: 422,
    message: 'role name must have from 1 to 63 bytes',
  },
  {
    when: 'the role that is to be deleted owns a database',
    method: 'DELETE',
    path: `${branches}/{main}/roles/neondb_owner`,
    status: 422,
    message: 'role neondb_owner cannot be deleted: it owns the database neondb',
  },
  {
    when: 'a branch without a compute is to have a database',
    method: 'POST',
    path: `${branches}/{child}/databases`,
    body: { database },
    status: 404,
    message: 'no read-write endpoint for branch',
  },
  {
    when: 'a branch without a compute is asked how to reach it',
    method: 'GET',
    path: '/projects/{project}/connection_uri?branch_id={child}&database_name=neondb&role_name=neondb_owner',
    status: 404,
    message: 'no read-write endpoint for branch',
  },
  {
    when: 'the default branch is to be deleted',
    method: 'DELETE',
    path: `${branches}/{main}`,
    status: 422,
    message: 'cannot delete the default branch of a project',
  },
  {
    when: 'a protected branch is to be deleted',
    method: 'DELETE',
    path: `${branches}/{guarded}`,
    status: 422,
    message: 'cannot delete protected branch',
  },
  {
    when: 'the parent of a branch is unknown',
    method: 'POST',
    path: branches,
    body: { branch: { parent_id: 'br-no' } },
    status: 404,
    message: 'branch not found',
  },
  {
    when: 'the point in time is before the branch',
    method: 'POST',
    path: branches,
    body: { branch: { parent_timestamp: '2026-01-01T00:00:00Z' } },
    status: 422,
    message: 'the point in time is not in the restore window of branch {main}',
  },
  {
    when: 'the point in time is to come',
    method: 'POST',
    path: branches,
    body: { branch: { parent_timestamp: '2036-01-01T00:00:00Z' } },
    status: 422,
    message: 'the point in time is not in the restore window of branch {main}',
  },
  {
    when: 'the point in time is none',
    method: 'POST',
    path: branches,
    body: { branch: { parent_timestamp: 'yesterday' } },
    status: 400,
    message: 'body.branch.parent_timestamp must match format "date-time"',
  },
  {
    when: 'the place in the log is none',
    method: 'POST',
    path: branches,
    body: { branch: { parent_lsn: '12' } },
    status: 400,
    message: '"12" is not a valid LSN',
  },
  {
    when: 'a branch is to expire in the past',
    method: 'POST',
    path: branches,
    body: { branch: { expires_at: '2026-01-01T00:00:00Z' } },
    status: 400,
    message: 'expires_at must be in the future',
  },
  {
    when: 'a branch is to go back in its own history without a time',
    method: 'POST',
    path: `${branches}/{main}/restore`,
    body: { source_branch_id: '{main}', preserve_under_name: 'old' },
    status: 422,
    message: 'source_timestamp or source_lsn is required to restore a branch to its own history',
  },
  {
    when: 'a branch is to go back in its own history without a backup',
    method: 'POST',
    path: `${branches}/{child}/restore`,
    body: { source_branch_id: '{child}', source_timestamp: '{now}' },
    status: 422,
    message: 'preserve_under_name is required',
  },
  {
    when: 'a branch with children is to be restored without a backup',
    method: 'POST',
    path: `${branches}/{main}/restore`,
    body: { source_branch_id: '{child}' },
    status: 422,
    message: 'preserve_under_name is required',
  },
  {
    when: 'a branch is to go to two times at once',
    method: 'POST',
    path: `${branches}/{child}/restore`,
    body: { source_branch_id: '{main}', source_timestamp: '{now}', source_lsn: '0/1500000' },
    status: 400,
    message: 'a timestamp and an LSN cannot be used together',
  },
  {
    when: 'a snapshot is to be made of a child',
    method: 'POST',
    path: `${branches}/{child}/snapshot`,
    status: 422,
    message: 'snapshots can only be created from root branches',
  },
  {
    when: 'a branch was not restored from a snapshot',
    method: 'POST',
    path: `${branches}/{child}/finalize_restore`,
    status: 422,
    message: 'branch has not been restored from a snapshot',
  },
  {
    when: 'a compute is to be in another region',
    method: 'POST',
    path: '/projects/{project}/endpoints',
    body: { endpoint: { branch_id: '{child}', type: 'read_only', region_id: 'aws-us-west-2' } },
    status: 422,
    message: "only the project's region is permitted",
  },
  {
    when: 'a compute is to be larger at least than at most',
    method: 'PATCH',
    path: '/projects/{project}/endpoints/{endpoint}',
    body: { endpoint: { autoscaling_limit_min_cu: 4, autoscaling_limit_max_cu: 1 } },
    status: 422,
    message: 'autoscaling_limit_min_cu must not be greater than autoscaling_limit_max_cu',
  },
  {
    when: 'a compute is to sleep sooner than it can',
    method: 'PATCH',
    path: '/projects/{project}/endpoints/{endpoint}',
    body: { endpoint: { suspend_timeout_seconds: 5 } },
    status: 422,
    message: 'suspend_timeout_seconds must be at least 60',
  },
]

describe("Neon's API refuses a request where", () => {
  it.each(refusals)('$when', async ({ method, path, body, token, headers, ...refusal }) => {
    const before = snapshot()
    const sent = typeof body === 'string' || body === undefined ? body : json(body)
    const answer = await bench.call<ErrorJson>(method, fill(path), sent, {
      token: tokenOf(token),
      ...(headers ? { headers } : {}),
    })
    expect([answer.status, answer.json]).toEqual([
      refusal.status,
      {
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        code: refusal.code ?? '',
        message: fill(refusal.message),
      },
    ])
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    expect(snapshot()).toBe(before)
  })

  it('a version does not exist, or none is named', async () => {
    const headers = { Authorization: `Bearer ${bench.accounts.credentials.owner.token}`, 'X-Request-ID': 'mine' }
    for (const path of ['/api/v1/projects', '/projects', '/api/v2', '/']) {
      const response = await fetch(bench.url + path, { headers })
      expect([path, response.status, await response.json()]).toEqual([
        path,
        404,
        { request_id: 'mine', code: '', message: 'not found' },
      ])
    }
  })
})

describe('where passwords are not kept', () => {
  let other: NeonBench
  afterEach(() => other.close())

  it('none is revealed, and connection strings have none', async () => {
    other = await startNeon()
    const { project, branch, roles } = await other.project({ store_passwords: false })
    expect(roles[0]?.password).toMatch(/^npg_/)
    const path = `/projects/${project.id}/branches/${branch.id}/roles/neondb_owner/reveal_password`
    const { status, json: answer } = await other.call<ErrorJson>('GET', path)
    expect([status, answer.code, answer.message]).toEqual([412, '', 'Storing passwords is disabled'])
    const query = 'database_name=neondb&role_name=neondb_owner'
    const { json: reached } = await other.call<{ uri: string }>(
      'GET',
      `/projects/${project.id}/connection_uri?${query}`,
    )
    expect(reached.uri).toMatch(/^postgresql:\/\/neondb_owner@ep-/)
  })
})

function tokenOf(whose: Refusal['token'] = 'owner'): string | null {
  if (whose === 'none') return null
  return whose === 'wrong' ? 'napi_wrong' : bench.accounts.credentials[whose].token
}
