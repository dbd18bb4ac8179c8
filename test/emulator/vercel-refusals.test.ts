import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DeploymentJson, inline, type ProjectJson, sha1, startVercel, type VercelBench } from './vercel-support.js'

/** What a request is refused with. */
type Refusal = readonly [status: number, code: string, message?: RegExp | undefined]
type Who = 'owner' | 'stranger' | 'powerless' | 'wrong' | 'nobody'

interface Row {
  readonly what: string
  /** Method and path; `<name>` stands for an id of {@link ids}. */
  readonly call: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** @default 'owner' */
  readonly as?: Who
  readonly is: Refusal
}

let bench: VercelBench
const ids: Record<string, string> = {}

/** Projects of two accounts, with a deployment in each state that an endpoint may refuse. */
beforeAll(async () => {
  bench = await startVercel({ limits: { fileSize: 1000 } })
  const stranger = { token: bench.accounts.credentials.stranger.token }
  ids.project = (await bench.createProject('shop')).id
  await bench.createProject('other')
  const deploy = async (name: string, content: string, more: object = {}): Promise<void> => {
    ids[name] = (await bench.deploy('shop', { 'index.html': content }, { ...more })).id
  }
  await deploy('former', 'one', { target: 'production' })
  await deploy('live', 'two', { target: 'production' })
  await deploy('preview', 'three')
  const theirs = await bench.call<ProjectJson>('POST', '/v11/projects', { name: 'theirs' }, stranger)
  ids.theirs = theirs.json.id
  const deployment = { name: 'theirs', files: inline({ 'index.html': 'theirs' }) }
  ids.theirDeployment = (await bench.call<DeploymentJson>('POST', '/v13/deployments', deployment, stranger)).json.id
  await bench.call('POST', '/v10/projects/theirs/domains', { name: 'theirs.example' }, stranger)
  const variable = { key: 'KEY', value: 'kept', type: 'sensitive', target: ['production'] }
  const added = await bench.call<{ created: { id: string } }>('POST', '/v10/projects/shop/env', variable)
  ids.variable = added.json.created.id
  await bench.call('POST', '/v10/projects/shop/domains', { name: 'shop.example' })
  await bench.call('POST', '/v9/projects/shop/custom-environments', { slug: 'staging' })
  bench.advance(20_000)
  const begin = async (name: string): Promise<string> => {
    const body = { name: 'shop', target: 'production', files: inline({ 'index.html': name }) }
    return (await bench.call<DeploymentJson>('POST', '/v13/deployments', body)).json.id
  }
  ids.canceled = await begin('canceled')
  await bench.call('PATCH', `/v12/deployments/${ids.canceled}/cancel`)
  ids.failed = await begin('failed')
  bench.vercel.fail(ids.failed, { code: 'internal', message: 'No room left' })
  // The time stands still from here on, so that it stays where it is.
  ids.queued = await begin('queued')
})
afterAll(() => bench.close())

/** Everything that a refused request must leave as it was. */
function fingerprint(): unknown {
  const { projects, deployments, aliases, domains, transfers, contents } = bench.vercel.state
  return {
    projects: [...projects.values()].map((one) => {
      const { name, account, settings, variables, environments, bypasses, production, lastAliasRequest, link } = one
      const own = [...variables.values(), ...environments.values(), ...bypasses.keys()]
      return [name, account.login, settings, structuredClone(own), production?.id, lastAliasRequest?.type, link]
    }),
    deployments: [...deployments.values()].map(({ id, readyState, alias }) => [id, readyState, ...alias]),
    aliases: [...aliases.values()].map(({ name, deployment }) => [name, deployment.id]),
    domains: [...domains.values()].map(({ name, project, redirect, gitBranch }) => [
      name,
      project.id,
      redirect,
      gitBranch,
    ]),
    transfers: [...transfers.keys()],
    contents: [...contents].map(([login, files]) => [login, [...files.keys()]]),
  }
}

async function expectRefused({ call, body, headers, as = 'owner', is }: Row): Promise<void> {
  const [method = '', path = ''] = call.replace(/<(\w+)>/g, (_, name: string) => ids[name] ?? name).split(' ')
  const { owner, stranger, powerless } = bench.accounts.credentials
  const token = { owner: owner.token, stranger: stranger.token, powerless: powerless.token, wrong: 'no', nobody: null }[
    as
  ]
  const before = fingerprint()
  const answer = await bench.call(method, path, body, { token, ...(headers && { headers }) })
  const [status, code, message = /./] = is
  expect([answer.status, answer.json]).toEqual([
    status,
    { error: expect.objectContaining({ code, message: expect.stringMatching(message) }) },
  ])
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
  expect(fingerprint()).toEqual(before)
}

const upload = { 'x-now-digest': sha1('bytes'), 'Content-Type': 'application/octet-stream' }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const variable = { key: 'NEW', value: 'x', type: 'plain', target: ['production'] }
const absent: Refusal = [404, 'not_found']
const bad = (message?: RegExp): Refusal => [400, 'bad_request', message]

const tables: Readonly<Record<string, readonly Row[]>> = {
  'who may not': [
    ...['GET /v2/user', 'POST /v13/deployments', 'POST /v2/files', 'DELETE /v9/projects/shop', 'GET /v9/nothing'].map(
      (call): Row => ({
        what: 'without a token',
        call,
        as: 'nobody',
        is: [401, 'forbidden', /missing an authentication token/],
      }),
    ),
    {
      what: 'with another scheme',
      call: 'GET /v2/user',
      as: 'nobody',
      headers: { Authorization: 'Basic b3duZXI6eA==' },
      is: [401, 'forbidden'],
    },
    ...['GET /v9/projects/shop', 'POST /v2/files', 'DELETE /v13/deployments/<live>'].map(
      (call): Row => ({
        what: 'with a token that nobody gave',
        call,
        as: 'wrong',
        is: [403, 'forbidden', /^Not authorized$/],
      }),
    ),
    ...[
      'DELETE /v13/deployments/<live>',
      'PATCH /v12/deployments/<queued>/cancel',
      'POST /v10/projects/shop/promote/<live>',
      'DELETE /v9/projects/shop/domains/shop.example',
      'POST /v2/files',
    ].map((call): Row => ({ what: 'with a token that may not write', call, as: 'powerless', is: [403, 'forbidden'] })),
    {
      what: 'for a team of others',
      call: 'DELETE /v9/projects/shop?slug=organization',
      as: 'stranger',
      is: [403, 'forbidden'],
    },
  ],
  "what is another's": [
    ...[
      'GET /v9/projects/<theirs>',
      'DELETE /v9/projects/<theirs>',
      'GET /v10/projects/<theirs>/env',
      'GET /v13/deployments/<theirDeployment>',
      'DELETE /v13/deployments/<theirDeployment>',
      'PATCH /v12/deployments/<theirDeployment>/cancel',
      'GET /v3/deployments/<theirDeployment>/events?follow=1',
      'GET /v6/deployments/<theirDeployment>/files',
      'POST /v10/projects/shop/promote/<theirDeployment>',
      'POST /v9/projects/shop/rollback/<theirDeployment>',
      'DELETE /v9/projects/shop/domains/theirs.example',
    ].map((call): Row => ({ what: 'is not there', call, is: absent })),
    {
      what: 'is not deployed again',
      call: 'POST /v13/deployments',
      body: { name: 'shop', deploymentId: 'dpl_none', target: 'production' },
      is: absent,
    },
    {
      what: 'is not among the files that were sent',
      call: 'POST /v13/deployments',
      body: { name: 'shop', files: [{ file: 'index.html', sha: sha1('theirs'), size: 6 }] },
      is: [400, 'missing_files'],
    },
    {
      what: 'gets no alias',
      call: 'POST /v2/deployments/<live>/aliases',
      body: { alias: 'theirs' },
      is: [403, 'forbidden'],
    },
    { what: 'is not told of as a domain', call: 'GET /v5/domains/www.theirs.example', is: [403, 'forbidden'] },
  ],
  'what is not there': [
    'GET /v9/projects/none',
    'PATCH /v9/projects/none',
    'POST /v10/projects/none/env',
    'GET /v1/projects/shop/env/none',
    'DELETE /v9/projects/shop/env/none',
    'GET /v9/projects/shop/custom-environments/none',
    'GET /v9/projects/shop/domains/none.example',
    'POST /v9/projects/shop/domains/none.example/verify',
    'GET /v13/deployments/dpl_none',
    'PATCH /v12/deployments/dpl_none/cancel',
    'POST /v10/projects/shop/promote/dpl_none',
    'POST /v10/projects/other/promote/<live>',
    'GET /v4/aliases/none',
    'DELETE /v2/aliases/none',
    'GET /v5/domains/none.example',
    'PUT /projects/transfer-request/none',
    'GET /v1/nothing',
    'GET /v99/projects/shop',
    'GET /',
    'POST /v13/deployments/<live>/nothing',
  ].map((call) => {
    const bodies: Record<string, unknown> = { POST: variable, PATCH: {}, PUT: {} }
    const isBodiless = /cancel|promote|verify|nothing/.test(call)
    return {
      what: 'is answered 404',
      call,
      ...(isBodiless ? {} : { body: bodies[call.split(' ')[0] ?? ''] }),
      is: absent,
    }
  }),
  'another method than those that a path has': [
    {
      what: 'is named with them',
      call: 'PUT /v13/deployments',
      body: {},
      is: [405, 'method_unknown', /only responds to POST$/],
    },
    {
      what: 'is named with them',
      call: 'POST /v9/projects/shop',
      body: {},
      is: [405, 'method_unknown', /only responds to GET, PATCH, DELETE$/],
    },
    { what: 'is named with them', call: 'GET /v2/files', is: [405, 'method_unknown', /only responds to POST$/] },
  ],
  'a body': [
    { what: 'that is not JSON', call: 'PATCH /v9/projects/shop', body: '{"name":', is: [400, 'invalid_json'] },
    { what: 'that is a list', call: 'POST /v13/deployments', body: '[]', is: bad(/object/) },
    { what: 'that is a string', call: 'PATCH /v9/projects/shop', body: '"shop"', is: bad(/object/) },
    { what: 'that is null', call: 'POST /v2/deployments/<live>/aliases', body: 'null', is: bad(/object/) },
    { what: 'that is missing', call: 'POST /v13/deployments', is: bad(/body is missing/) },
    {
      what: 'of another type than JSON',
      call: 'PATCH /v9/projects/shop',
      body: '{"name":"renamed"}',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      is: bad(/application\/json/),
    },
    {
      what: 'of another type than bytes',
      call: 'POST /v2/files',
      body: bytes('bytes'),
      headers: { ...upload, 'Content-Type': 'application/json' },
      is: bad(/application\/octet-stream/),
    },
    { what: 'without what must be in it', call: 'POST /v10/projects/shop/env', body: { key: 'A' }, is: bad() },
    {
      what: 'with a member of the wrong type',
      call: 'PATCH /v9/projects/shop',
      body: { name: 7 },
      is: bad(/`name` should be string/),
    },
    {
      what: 'with a value that is none of those there are',
      call: 'PATCH /v9/projects/shop',
      body: { framework: 'none' },
      is: bad(/`framework` should be equal to one of/),
    },
    {
      what: 'with a member too many',
      call: 'PATCH /v9/projects/shop',
      body: { colour: 'red' },
      is: bad(/additional properties `colour`/),
    },
    {
      what: 'with a target that is no environment',
      call: 'POST /v13/deployments',
      body: { name: 'shop', files: inline({ x: 'x' }), target: 'nowhere' },
      is: absent,
    },
  ],
  'an address': [
    { what: 'with broken percent-encoding', call: 'GET /v9/projects/%E0%A4%A', is: bad(/percent-encoding/) },
    ...['limit=0', 'limit=-1', 'limit=101', 'limit=many', 'until=soon', 'since=x'].map(
      (query): Row => ({
        what: 'with a page out of range',
        call: `GET /v7/deployments?${query}`,
        is: bad(/should be/),
      }),
    ),
    { what: 'with a target that is none', call: 'GET /v7/deployments?target=nowhere', is: bad(/target/) },
    {
      what: 'with a switch that is neither on nor off',
      call: 'GET /v10/projects/shop/env?decrypt=maybe',
      is: bad(/decrypt/),
    },
  ],
  'an upload': [
    { what: 'without a digest', call: 'POST /v2/files', body: bytes('bytes'), is: [400, 'missing_digest'] },
    {
      what: 'whose digest does not fit',
      call: 'POST /v2/files',
      body: bytes('other'),
      headers: upload,
      is: [400, 'invalid_digest'],
    },
    {
      what: 'whose size does not fit',
      call: 'POST /v2/files',
      body: bytes('bytes'),
      headers: { ...upload, 'x-now-size': '6' },
      is: [400, 'invalid_size'],
    },
    {
      what: 'that is empty where it should not be',
      call: 'POST /v2/files',
      body: bytes(''),
      headers: upload,
      is: [400, 'invalid_digest'],
    },
    {
      what: 'that is too large',
      call: 'POST /v2/files',
      body: new Uint8Array(1001),
      headers: { ...upload, 'x-now-digest': sha1(new Uint8Array(1001)) },
      is: [400, 'size_limit_exceeded'],
    },
  ],
  'a deployment': [
    { what: 'of no files at all', call: 'POST /v13/deployments', body: { name: 'shop' }, is: bad(/files/) },
    {
      what: 'of too many files',
      call: 'POST /v13/deployments',
      body: { name: 'shop', files: Array.from({ length: 15_001 }, (_, index) => ({ file: `${index}`, data: '' })) },
      is: [400, 'too_many_files'],
    },
    {
      what: 'of a file without digest and data',
      call: 'POST /v13/deployments',
      body: { name: 'shop', files: [{ file: 'x' }] },
      is: bad(),
    },
    {
      what: 'of a digest that is none',
      call: 'POST /v13/deployments',
      body: { name: 'shop', files: [{ file: 'x', sha: 'abc', size: 1 }] },
      is: bad(/no SHA-1 digest/),
    },
    {
      what: 'that says it is prebuilt and is not',
      call: 'POST /v13/deployments?prebuilt=1',
      body: { name: 'shop', files: inline({ 'index.html': 'x' }) },
      is: bad(/config\.json/),
    },
    {
      what: 'from a repository that is not known',
      call: 'POST /v13/deployments',
      body: { name: 'shop', gitSource: { type: 'github', org: 'owner', repo: 'none', ref: 'main' } },
      is: [400, 'incorrect_git_source_info'],
    },
    ...['live', 'failed', 'canceled'].map(
      (name): Row => ({
        what: `that is over can't be canceled (${name})`,
        call: `PATCH /v12/deployments/<${name}>/cancel`,
        is: bad(/can not be canceled/),
      }),
    ),
    ...['queued', 'failed', 'canceled'].flatMap((name): Row[] => [
      {
        what: `can't be promoted (${name})`,
        call: `POST /v10/projects/shop/promote/<${name}>`,
        is: bad(/can not be in production/),
      },
      {
        what: `can't be rolled back to (${name})`,
        call: `POST /v9/projects/shop/rollback/<${name}>`,
        is: bad(/can not be in production/),
      },
      {
        what: `gets no alias (${name})`,
        call: `POST /v2/deployments/<${name}>/aliases`,
        body: { alias: 'early' },
        is: [400, 'deployment_not_ready'],
      },
    ]),
    {
      what: "that is in production can't be promoted",
      call: 'POST /v10/projects/shop/promote/<live>',
      is: [409, 'conflict'],
    },
    {
      what: "that is in production can't be rolled back to",
      call: 'POST /v9/projects/shop/rollback/<live>',
      is: [409, 'conflict'],
    },
  ],
  'a name': [
    {
      what: 'that is taken by another project',
      call: 'PATCH /v9/projects/shop',
      body: { name: 'other' },
      is: [409, 'conflict'],
    },
    {
      what: 'of a variable that is there',
      call: 'POST /v10/projects/shop/env',
      body: { ...variable, key: 'KEY' },
      is: [400, 'ENV_CONFLICT'],
    },
    {
      what: 'of a variable that is none',
      call: 'POST /v10/projects/shop/env',
      body: { ...variable, key: 'A-B' },
      is: [400, 'INVALID_KEY'],
    },
    {
      what: 'of a variable whose type can not be changed',
      call: 'PATCH /v9/projects/shop/env/<variable>',
      body: { type: 'plain' },
      is: bad(/Sensitive/),
    },
    {
      what: 'of an environment that Vercel has',
      call: 'POST /v9/projects/shop/custom-environments',
      body: { slug: 'preview' },
      is: [409, 'conflict'],
    },
    {
      what: 'of an environment with capitals',
      call: 'POST /v9/projects/shop/custom-environments',
      body: { slug: 'QA' },
      is: bad(/slug/),
    },
    {
      what: 'of a domain of another account',
      call: 'POST /v10/projects/shop/domains',
      body: { name: 'theirs.example' },
      is: [409, 'domain_already_in_use'],
    },
    { what: 'that is missing', call: 'POST /v2/deployments/<live>/aliases', body: {}, is: [400, 'missing_alias'] },
    {
      what: 'that no host can have',
      call: 'POST /v2/deployments/<live>/aliases',
      body: { alias: 'a b' },
      is: [400, 'invalid_alias'],
    },
    {
      what: 'of a secret that is too short',
      call: 'PATCH /v1/projects/shop/protection-bypass',
      body: { generate: { secret: 'short' } },
      is: bad(),
    },
    {
      what: 'of a secret that is not there',
      call: 'PATCH /v1/projects/shop/protection-bypass',
      body: { revoke: { secret: 'x', regenerate: false } },
      is: bad(/not found/),
    },
  ],
}

for (const [title, rows] of Object.entries(tables)) {
  describe(`the emulated Vercel refuses ${title}`, () => {
    it.each(rows.map((row) => ({ ...row, title: `${row.what}: ${row.call}` })))('$title', expectRefused)
  })
}
