import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startNeon } from './neon-support.js'
import { type DeployJson, type ErrorJson, type NetlifyBench, type SiteJson, startNetlify } from './netlify-support.js'
import { type DeploymentJson, type ProjectJson, startVercel, type VercelBench } from './vercel-support.js'

let bench: VercelBench
let project: ProjectJson
let deployment: DeploymentJson

beforeEach(async () => {
  bench = await startVercel()
  project = await bench.createProject('shop', { framework: null })
  deployment = await bench.deploy('shop', { 'index.html': 'hello' }, { target: 'production' })
})

afterEach(() => bench.close())

const get = async (path: string) => bench.call<Record<string, unknown>>('GET', path)

describe('what else the emulated Vercel serves', () => {
  it('shows custom environments, a domain of a project, certificates and an alias', async () => {
    const environments = '/v9/projects/shop/custom-environments'
    const made = await bench.call<{ id: string }>('POST', environments, { slug: 'qa' })
    expect((await get(environments)).json).toMatchObject({ environments: [{ slug: 'qa' }] })
    expect((await get(`${environments}/qa`)).json).toMatchObject({ id: made.json.id, slug: 'qa' })
    await bench.call('POST', '/v10/projects/shop/domains', { name: 'shop.example.com' })
    expect((await get('/v9/projects/shop/domains/shop.example.com')).json).toMatchObject({ name: 'shop.example.com' })
    expect((await get('/v8/certs')).json).toMatchObject({ certs: expect.any(Array) })
    const [alias = ''] = deployment.alias
    expect((await get(`/v4/aliases/${alias}`)).json).toMatchObject({ alias, deploymentId: deployment.id })
  })

  it('answers at the versions of a path that clients ask for as at the one that the contract has', async () => {
    const [alias = ''] = deployment.alias
    const same: Readonly<Record<string, readonly string[]>> = {
      [`/v3/deployments/${deployment.id}/events`]: [
        `/v3/now/deployments/${deployment.id}/events`,
        `/v2/deployments/${deployment.id}/events`,
      ],
      [`/v2/deployments/${deployment.id}/aliases`]: [`/now/deployments/${deployment.id}/aliases`],
      [`/v13/deployments/${deployment.id}`]: [`/now/deployments/${deployment.id}`, `/v11/deployments/${deployment.id}`],
      '/v9/projects/shop/custom-environments': ['/projects/shop/custom-environments'],
      '/v7/deployments': ['/v6/deployments', '/v6/now/deployments'],
      '/v10/projects': ['/v9/projects'],
      '/v9/projects/shop': ['/v8/projects/shop'],
      '/v10/projects/shop/env': ['/v9/projects/shop/env'],
      '/v1/projects/shop/env/none': ['/v10/projects/shop/env/none'],
      [`/v1/projects/${project.id}/promote/aliases`]: [`/v9/projects/${project.id}/promote/aliases`],
      '/v2/teams': ['/v1/teams'],
      '/v2/teams/organization': ['/teams/organization'],
      '/v6/domains/example.com/config': ['/v4/domains/example.com/config'],
      [`/v4/aliases/${alias}`]: [`/v3/now/aliases/${alias}`],
      '/v4/aliases': ['/v3/now/aliases', '/v2/aliases'],
    }
    for (const [path, others] of Object.entries(same)) {
      const { status, json } = await get(path)
      for (const other of others) expect({ other, ...(await pick(other)) }).toEqual({ other, status, json })
    }
  })

  it('takes changes at those versions too', async () => {
    const shop = '/projects/shop'
    const { json } = await bench.call<{ id: string }>('POST', '/v1/projects', { name: 'other' })
    expect(bench.vercel.state.projects.get(json.id)?.name).toBe('other')
    const variable = { key: 'A', value: '1', type: 'plain', target: ['production'] }
    const made = await bench.call<{ created: { id: string } }>('POST', `/v9${shop}/env`, variable)
    expect(made.status).toBe(201)
    const changed = await bench.call('PATCH', `/v10${shop}/env/${made.json.created.id}`, { value: '2' })
    expect([changed.status, (await bench.call('POST', `/v9${shop}/domains`, { name: 'a.example' })).status]).toEqual([
      200, 200,
    ])
    const next = await bench.deploy('shop', { 'index.html': 'next' }, { target: 'production' })
    const rolled = await bench.call('POST', `/v9/projects/${project.id}/rollback/${deployment.id}`)
    bench.advance(10_000)
    const promoted = await bench.call('POST', `/v9/projects/${project.id}/promote/${next.id}`)
    expect([rolled.status, promoted.status]).toEqual([201, 201])
    expect((await bench.call('POST', `/v1${shop}/transfer-request`, {})).status).toBe(200)
    expect((await bench.call('POST', `/v1${shop}/link`, { type: 'github', repo: 'owner/shop' })).status).toBe(200)
  })

  it('gives all variables of an environment at once, and takes their visibility', async () => {
    const variable = { key: 'A', value: '1', type: 'plain', target: ['production'], visibility: 'config' }
    const made = await bench.call<{ created: { id: string } }>('POST', '/v10/projects/shop/env', variable)
    const path = `/v9/projects/shop/env/${made.json.created.id}`
    expect((await bench.call('PATCH', path, { value: '2', visibility: 'config' })).status).toBe(200)
    expect((await get('/v3/env/pull/shop/production')).json).toMatchObject({ env: { A: '2' } })
  })

  it('takes of a deployment what the CLI and a vercel.json of old put into it', async () => {
    const body = {
      name: 'shop',
      files: [{ file: 'index.html', data: 'hi', mode: 33_188 }],
      ...{ version: 2, source: 'cli', public: true, regions: ['iad1'], env: { A: '1' }, build: { env: { B: '2' } } },
      ...{
        functions: {},
        builds: [],
        cleanUrls: true,
        trailingSlash: false,
        rewrites: [],
        redirects: [],
        headers: [],
        routes: [],
      },
      ...{ target: 'production', autoAssignCustomDomains: false },
    }
    const query = 'prebuilt=0&withCache=1&skipAutoDetectionConfirmation=1'
    const { status, json } = await bench.call<DeploymentJson>('POST', `/v13/deployments?${query}`, body)
    expect([status, bench.vercel.state.deployments.get(json.id)?.isStaged]).toEqual([200, true])
  })
})

describe('what else the emulated Netlify serves', () => {
  let netlify: NetlifyBench
  let site: SiteJson

  beforeEach(async () => {
    netlify = await startNetlify()
    site = await netlify.createSite('shop')
  })

  afterEach(() => netlify.close())

  it('lists the sites of a team, and refuses it a name that is taken', async () => {
    expect((await netlify.call<SiteJson[]>('GET', '/owner/sites')).json).toMatchObject([{ id: site.id }])
    const taken = await netlify.call<ErrorJson>('POST', '/owner/sites', { name: 'shop' })
    expect([taken.status, Object.keys(taken.json.errors ?? {})]).toEqual([422, ['subdomain']])
    expect(netlify.netlify.state.sites.size).toBe(1)
  })

  it('deletes a deploy, and a variable', async () => {
    const { id } = await netlify.deploy(site, { '/index.html': 'hello' })
    const next = await netlify.deploy(site, { '/index.html': 'next' })
    expect((await netlify.call('DELETE', `/sites/${site.id}/deploys/${id}`)).status).toBe(204)
    expect((await netlify.call<DeployJson[]>('GET', `/sites/${site.id}/deploys`)).json).toMatchObject([{ id: next.id }])
    const [account] = (await netlify.call<{ id: string }[]>('GET', '/accounts')).json
    const variables = `/accounts/${account?.id}/env`
    await netlify.call('POST', variables, [{ key: 'A', values: [{ context: 'all', value: '1' }] }])
    expect((await netlify.call('DELETE', `${variables}/A`)).status).toBe(204)
    expect((await netlify.call('GET', variables)).json).toEqual([])
  })

  it('shows a build by its id', async () => {
    const headers = { 'Content-Type': 'application/zip' }
    const source = zipSync({ 'index.html': strToU8('hello') })
    const { json } = await netlify.call<{ id: string }>('POST', `/sites/${site.id}/builds`, source, { headers })
    const shown = await netlify.call<{ id: string }>('GET', `/builds/${json.id}`)
    expect([shown.status, shown.json.id]).toEqual([200, json.id])
  })
})

describe('what else the emulated Neon serves', () => {
  it('shows a database by its name', async () => {
    const neon = await startNeon()
    const { project, branch, databases } = await neon.project()
    const name = databases[0]?.name ?? 'none'
    const shown = await neon.call('GET', `/projects/${project.id}/branches/${branch.id}/databases/${name}`)
    expect([shown.status, shown.json.database]).toMatchObject([200, { name, owner_name: databases[0]?.owner_name }])
    await neon.close()
  })
})

async function pick(path: string): Promise<{ status: number; json: unknown }> {
  const { status, json } = await get(path)
  return { status, json }
}
