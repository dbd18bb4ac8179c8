import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { netlifyContract } from '../../src/emulator/netlify/contract.js'
import {
  type CallOptions,
  type DeployJson,
  digests,
  type ErrorJson,
  type NetlifyBench,
  type SiteJson,
  sha1,
  startNetlify,
} from './netlify-support.js'

/** Ids of what there is when requests are refused, by the names that the tables use in braces. */
type Ids = Readonly<Record<string, string>>

/** What is asked, how, and how it is refused: the status, and how the message begins where it is the emulator's own. */
type Case = readonly [
  what: string,
  request: string,
  refused: number,
  message: string | RegExp,
  body?: unknown,
  options?: CallOptions,
]

const page = '<h1>Shop</h1>'
const sha256 = createHash('sha256').update('archive').digest('hex')
const bytes = (text: string) => new TextEncoder().encode(text)
const notFound = 'Not Found'
const as = (type: string): CallOptions => ({ headers: { 'Content-Type': type } })

let bench: NetlifyBench
let ids: Ids

beforeAll(async () => {
  bench = await startNetlify({ limits: { requestsPerMinute: 10_000 } })
  const { call, createSite, deploy, accounts } = bench
  const site = await createSite('shop')
  const single = await createSite('single')
  const start = (body: object) => call<DeployJson>('POST', `/sites/${site.id}/deploys`, body)
  const earlier = await deploy(site, { 'index.html': 'earlier' })
  const live = await deploy(site, { 'index.html': 'live' })
  await deploy(single, { 'index.html': 'single' })
  const failed = await start({ files: digests({ 'failed.html': 'failed' }) })
  await call('POST', `/deploys/${failed.json.id}/cancel`)
  const token = accounts.credentials.stranger.token
  const foreign = await call<SiteJson>('POST', '/sites', { name: 'foreign' }, { token })
  const hidden = await call<DeployJson>('POST', `/sites/${foreign.json.id}/deploys`, {}, { token })
  const key = await call<SiteJson>('POST', '/deploy_keys', undefined, { token })
  await call('POST', `/accounts/owner/env?site_id=${site.id}`, [
    { key: 'KEY', values: [{ context: 'all', value: '1' }] },
  ])
  await call('POST', '/dns_zones', { name: 'acme.example', site_id: site.id })
  ids = {
    site: site.id,
    single: single.id,
    earlier: earlier.id,
    live: live.id,
    failed: failed.json.id,
    fresh: (await start({})).json.id,
    open: (await start({ files: digests({ 'index.html': page }), functions: { hello: sha256 } })).json.id,
    foreign: foreign.json.id,
    hidden: hidden.json.id,
    key: key.json.id,
    nothing: '0'.repeat(24),
  }
})
afterAll(() => bench.close())

/** All that a refused request might have changed. */
function snapshot(): unknown {
  const { sites, deploys, variables, zones, deployKeys, contents, drops } = bench.netlify.state
  return structuredClone({
    sites: [...sites.values()].map(({ id, name, settings, published, history, updatedAt }) => {
      return { id, name, settings, updatedAt, published: published?.id, history: history.map((one) => one.id) }
    }),
    deploys: [...deploys.values()].map(({ id, state, states, locked, required, files, functions, updatedAt }) => {
      return { id, state, states, locked, required, files, functions, updatedAt }
    }),
    variables: [...variables.values()].flatMap((one) => [...one.values()]),
    kept: [...contents].map(([login, shelf]) => [login, ...shelf.keys()]),
    counts: [zones.size, deployKeys.size, drops.size],
  })
}

// Ids in braces, in paths and in values of bodies.
function withIds<Value>(value: Value): Value {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name) as Value
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withIds(one)])) as Value
}

async function refuse([, request, status, message, body, options]: Case): Promise<void> {
  const [method = '', template = ''] = request.split(' ')
  const path = withIds(template)
  const before = snapshot()
  const answer = await bench.call<ErrorJson>(method, path, withIds(body), options)
  expect({ status: answer.status, json: answer.json }).toEqual({
    status,
    json: { code: status, message: typeof message === 'string' ? message : expect.stringMatching(message) },
  })
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json\b/)
  expect(snapshot()).toEqual(before)
}

describe('the emulated Netlify refuses', () => {
  const { endpoints } = netlifyContract().document
  const forGuests = ['createDropToken', 'createDrop']
  const filled = (path: string) => path.replace(/\{\w+\}/g, 'any')

  it('every endpoint to those without a token, and with a wrong one', async () => {
    for (const { id, method, path } of endpoints) {
      if (forGuests.includes(id)) continue
      for (const token of [null, 'wrong', 'two words']) {
        await refuse([id, `${method} ${filled(path)}`, 401, 'Access Denied', undefined, { token }])
      }
    }
  })

  it('every endpoint that changes something to a token without the right', async () => {
    const { token } = bench.accounts.credentials.powerless
    for (const { id, method, path } of endpoints) {
      if (method === 'GET' || forGuests.includes(id)) continue
      await refuse([id, `${method} ${filled(path)}`, 403, 'Forbidden', undefined, { token }])
    }
  })

  it.for<Case>([
    ['an endpoint that there is not', 'GET /projects', 404, notFound],
    ['a path without an end', 'GET /sites/', 404, notFound],
    ['a known path with a method that it does not have', 'PUT /sites/{site}', 404, notFound, {}],
    ['another known path with such a method', 'DELETE /deploys/{fresh}', 404, notFound],
    ['a path that is not percent-encoding', 'GET /sites/%E0%A4%A', 400, /percent-encoding/],
    ['a number that is none', 'GET /sites?per_page=ten', 422, /^query\/per_page must be integer/],
    ['a number that does not fit', 'GET /sites?page=99999999999', 422, /^query\/page must match format "int32"/],
    ['a flag that is none', 'GET /sites/{site}/deploys?production=perhaps', 422, /^query\/production must be boolean/],
    ['a state that it does not know', 'GET /sites/{site}/deploys?state=live', 422, /^query\/state must be equal/],
    ['a scope that it does not know', 'GET /accounts/owner/env?scope=all', 422, /^query\/scope must be equal/],
  ])('%s', (one) => refuse(one))

  it.for<Case>([
    ['a site', 'GET /sites/{foreign}', 404, notFound],
    ['its settings', 'PATCH /sites/{foreign}', 404, notFound, { force_ssl: false }],
    ['its removal', 'DELETE /sites/{foreign}', 404, notFound],
    ['its deploys', 'GET /sites/{foreign}/deploys', 404, notFound],
    ['a deploy there', 'POST /sites/{foreign}/deploys', 404, notFound, {}],
    ['a build there', 'POST /sites/{foreign}/builds', 404, notFound],
    ['a rollback there', 'PUT /sites/{foreign}/rollback', 404, notFound],
    ['a deploy', 'GET /deploys/{hidden}', 404, notFound],
    ['a deploy below a site of the caller', 'GET /sites/{site}/deploys/{hidden}', 404, notFound],
    ['an upload', 'PUT /deploys/{hidden}/files/index.html', 404, notFound, bytes(page)],
    ['a cancellation', 'POST /deploys/{hidden}/cancel', 404, notFound],
    ['a lock', 'POST /deploys/{hidden}/lock', 404, notFound],
    ['a restore', 'POST /sites/{foreign}/deploys/{hidden}/restore', 404, notFound],
    ['a certificate', 'POST /sites/{foreign}/ssl', 404, notFound],
    ['a zone', 'POST /dns_zones', 404, notFound, { name: 'other.example', site_id: '{foreign}' }],
    ['variables of an account', 'GET /accounts/stranger/env', 404, notFound],
    ['variables of a site', 'GET /accounts/owner/env?site_id={foreign}', 404, notFound],
    ['a variable', 'PUT /accounts/stranger/env/KEY', 404, notFound, { key: 'KEY' }],
    ['sites of a team', 'GET /stranger/sites', 404, notFound],
    ['a site in a team', 'POST /stranger/sites', 404, notFound, {}],
    ['a deploy key', 'GET /deploy_keys/{key}', 404, notFound],
    ['the removal of a deploy key', 'DELETE /deploy_keys/{key}', 404, notFound],
  ])('what is somebody else’s: %s', (one) => refuse(one))

  it.for<Case>([
    ['a site', 'GET /sites/{nothing}', 404, notFound],
    ['a deploy', 'GET /deploys/{nothing}', 404, notFound],
    ['a build', 'GET /builds/{nothing}', 404, notFound],
    ['a deploy key', 'DELETE /deploy_keys/{nothing}', 404, notFound],
    ['an account', 'GET /accounts/nobody/env', 404, notFound],
    ['a variable', 'PUT /accounts/owner/env/OTHER?site_id={site}', 404, notFound, { values: [] }],
    ['a value', 'DELETE /accounts/owner/env/KEY/value/{nothing}?site_id={site}', 404, notFound],
    ['a certificate', 'GET /sites/{site}/ssl', 404, notFound],
    ['a file that the deploy does not list', 'PUT /deploys/{open}/files/other.html', 404, notFound, bytes(page)],
    ['a function that it does not list', 'PUT /deploys/{open}/functions/other?runtime=js', 404, notFound, bytes('zip')],
  ])('what is not there: %s', (one) => refuse(one))

  it.for<Case>([
    ['not JSON', 'POST /sites', 400, 'The body is not JSON', '{"name":'],
    ['not UTF-8', 'POST /sites', 400, 'The body is not JSON', Uint8Array.of(0x22, 0xff, 0x22), as('application/json')],
    ['a list', 'POST /sites', 422, /^body must be object/, []],
    ['a text', 'PATCH /sites/{site}', 422, /^body must be object/, '"shop"'],
    ['null', 'POST /sites/{site}/deploys', 422, /^body must be object/, 'null'],
    ['an object for a list', 'POST /accounts/owner/env?site_id={site}', 422, /^body must be array/, { key: 'A' }],
    ['of another type', 'POST /sites', 422, /application\/json/, 'name=shop', as('application/x-www-form-urlencoded')],
    ['JSON that says it is text', 'POST /sites', 422, /application\/json/, { name: 'x' }, as('text/plain')],
    [
      'a file that says it is JSON',
      'PUT /deploys/{open}/files/index.html',
      422,
      /octet-stream/,
      page,
      as('application/json'),
    ],
    ['missing', 'POST /sites', 422, 'body must not be missing'],
    ['without its list of files', 'PUT /sites/{site}/deploys/{fresh}', 422, /property files/, { draft: true }],
    ['with a number for a name', 'PATCH /sites/{site}', 422, /^body\/name must be string/, { name: 7 }],
    ['with a text for a flag', 'POST /sites/{site}/deploys', 422, /^body\/draft must be boolean/, { draft: 'no' }],
    ['with a list for files', 'POST /sites/{site}/deploys', 422, /^body\/files must be object/, { files: ['a'] }],
    [
      'with a context that is none',
      'PATCH /accounts/owner/env/KEY?site_id={site}',
      422,
      /context must be/,
      { context: 'stage' },
    ],
    ['an archive that is none', 'POST /sites/{site}/deploys', 422, /zip archive/, bytes('PK'), as('application/zip')],
    ['a source that is no archive', 'POST /sites/{site}/builds', 422, /zip/, bytes('PK'), as('application/zip')],
  ])('a body that is %s', (one) => refuse(one))

  it.for<Case>([
    [
      'a path that leads out',
      'PUT /sites/{site}/deploys/{fresh}',
      422,
      /^Not a path/,
      { files: { 'a/../../b': sha1('') } },
    ],
    ['a digest of another kind', 'PUT /sites/{site}/deploys/{fresh}', 422, /^Not a SHA-1/, { files: { a: sha256 } }],
    ['a digest that does not fit', 'PUT /deploys/{open}/files/index.html', 422, /has SHA-1 .*, not /, bytes('other')],
    ['an empty file in its place', 'PUT /deploys/{open}/files/index.html', 422, /has SHA-1/, bytes('')],
    [
      'a size that does not fit',
      'PUT /deploys/{open}/files/index.html?size=1',
      422,
      'The body has 13 bytes, not 1',
      bytes(page),
    ],
    [
      'an archive that does not fit',
      'PUT /deploys/{open}/functions/hello?runtime=js',
      422,
      /has SHA-256/,
      bytes('zip'),
    ],
    ['an archive without its runtime', 'PUT /deploys/{open}/functions/hello', 422, /runtime/, bytes('archive')],
    [
      'a schedule of no function',
      'PUT /sites/{site}/deploys/{fresh}',
      422,
      'There is no function x',
      { files: {}, functions: {}, function_schedules: [{ name: 'x', cron: '@daily' }] },
    ],
    ['a second list of files', 'PUT /sites/{site}/deploys/{open}', 422, /already has its files/, { files: {} }],
    ['a list for a deploy that is over', 'PUT /sites/{site}/deploys/{failed}', 422, /already has/, { files: {} }],
    ['a file before the list', 'PUT /deploys/{fresh}/files/index.html', 422, /does not take files yet/, bytes(page)],
    [
      'a file for a deploy that failed',
      'PUT /deploys/{failed}/files/failed.html',
      422,
      'The deploy has ended: Canceled',
      bytes('failed'),
    ],
    ['a restore of one that failed', 'POST /sites/{site}/deploys/{failed}/restore', 422, /is error/],
    ['a restore of one that is under way', 'POST /sites/{site}/deploys/{open}/restore', 422, /is uploading/],
    ['a cancellation of one that failed', 'POST /deploys/{failed}/cancel', 422, /is error/],
    ['a lock of one that is not published', 'POST /deploys/{earlier}/lock', 422, /Only the published deploy/],
    ['the removal of the published one', 'DELETE /sites/{site}/deploys/{live}', 422, /published deploy/],
    ['a rollback where there was nothing before', 'PUT /sites/{single}/rollback', 422, /no earlier deploy/],
    ['a build where there is nothing to build', 'POST /sites/{site}/builds', 422, /not linked to a repository/],
    [
      'a variable that is there',
      'POST /accounts/owner/env?site_id={site}',
      422,
      'KEY already exists',
      [{ key: 'KEY', values: [] }],
    ],
    [
      'a variable that is listed twice',
      'POST /accounts/owner/env?site_id={site}',
      422,
      'A already exists',
      [
        { key: 'A', values: [{ context: 'all', value: '1' }] },
        { key: 'A', values: [{ context: 'all', value: '2' }] },
      ],
    ],
    [
      'a zone that is there',
      'POST /dns_zones',
      422,
      'Zone exists on another account',
      { name: 'ACME.example', site_id: '{site}' },
    ],
    ['a certificate without a domain', 'POST /sites/{site}/ssl', 422, 'bad dns for custom domain'],
  ])('what does not fit: %s', (one) => refuse(one))

  it.each([
    ['a name that is taken', { name: 'FOREIGN' }, 'subdomain', 'must be unique'],
    ['a domain that is none', { custom_domain: 'no domain' }, 'custom_domain', 'is invalid'],
    [
      'a domain that is listed among its own with a path',
      { domain_aliases: ['a.example/x'] },
      'domain_aliases',
      'is invalid',
    ],
  ])('%s, by the name of the field and without a message', async (_, body, field, reason) => {
    const before = snapshot()
    const { status, json } = await bench.call('PATCH', `/sites/${ids.site}`, body)
    expect({ status, json }).toEqual({ status: 422, json: { errors: { [field]: [reason] } } })
    expect(snapshot()).toEqual(before)
  })

  it('a version of the API that there is not', async () => {
    const headers = { Authorization: `Bearer ${bench.accounts.credentials.owner.token}` }
    for (const prefix of ['/api/v2', '/api', '']) {
      const response = await fetch(`${bench.apiUrl}${prefix}/user`, { headers })
      expect([response.status, await response.json()]).toEqual([404, { code: 404, message: notFound }])
    }
  })
})
