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
    const same: Readonly<Record<string, string>> = {
      [`/v3/now/deployments/${deployment.id}/events`]: `/v3/deployments/${deployment.id}/events`,
      [`/now/deployments/${deployment.id}/aliases`]: `/v2/deployments/${deployment.id}/aliases`,
      '/projects/shop/custom-environments': '/v9/projects/shop/custom-environments',
      '/v6/deployments': '/v7/deployments',
      '/v9/projects': '/v10/projects',
      [`/v9/projects/${project.id}/promote/aliases`]: `/v1/projects/${project.id}/promote/aliases`,
      [`/v9/projects/${project.id}/rollback/aliases`]: `/v1/projects/${project.id}/promote/aliases`,
      '/v1/teams': '/v2/teams',
      '/teams/organization': '/v2/teams/organization',
      [`/now/aliases/${alias}`]: `/v4/aliases/${alias}`,
      '/v3/now/aliases': '/v4/aliases',
    }
    for (const [other, path] of Object.entries(same)) {
      const { status, json } = await get(path)
      expect([path, status]).toEqual([path, 200])
      expect({ other, ...(await pick(other)) }).toEqual({ other, status, json })
    }
  })

  it('takes changes at those versions too', async () => {
    const { json } = await bench.call<{ id: string }>('POST', '/v1/projects', { name: 'other' })
    expect(bench.vercel.state.projects.get(json.id)?.name).toBe('other')
    expect((await bench.call('DELETE', `/v2/projects/${json.id}`)).status).toBe(204)
    expect(bench.vercel.state.projects.has(json.id)).toBe(false)
    const variable = { key: 'A', value: '1', type: 'plain', target: ['production'] }
    const made = await bench.call<{ created: { id: string } }>('POST', '/v10/projects/shop/env', variable)
    const path = `/v10/projects/shop/env/${made.json.created.id}`
    expect((await bench.call('PATCH', path, { value: '2' })).status).toBe(200)
    expect((await bench.call('DELETE', path)).status).toBe(200)
    expect(bench.vercel.state.projects.get(project.id)?.variables.size).toBe(0)
    await bench.deploy('shop', { 'index.html': 'next' }, { target: 'production' })
    const rolled = await bench.call('POST', `/v9/projects/${project.id}/rollback/${deployment.id}`)
    expect(rolled.status).toBe(201)
    const aliases = `/now/deployments/${deployment.id}/aliases`
    const assigned = await bench.call<{ uid: string }>('POST', aliases, { alias: 'stable' })
    expect((await bench.call('DELETE', `/now/aliases/${assigned.json.uid}`)).status).toBe(200)
    const preview = await bench.deploy('shop', { 'index.html': 'preview' })
    expect((await bench.call('DELETE', `/now/deployments/${preview.id}?hard=0`)).status).toBe(200)
    expect(bench.vercel.state.deployments.has(preview.id)).toBe(false)
  })

  it('gives all variables of an environment at once, and takes their visibility', async () => {
    const variable = { key: 'A', value: '1', type: 'plain', target: ['production'], visibility: 'config' }
    const made = await bench.call<{ created: { id: string } }>('POST', '/v10/projects/shop/env', variable)
    const path = `/v9/projects/shop/env/${made.json.created.id}`
    expect((await bench.call('PATCH', path, { value: '2', visibility: 'config' })).status).toBe(200)
    expect((await get('/v3/env/pull/shop/production')).json).toMatchObject({ env: { A: '2' } })
  })

  it('takes of a deployment what the CLI and a vercel.json put into it', async () => {
    const body = {
      name: 'shop',
      files: [{ file: 'index.html', data: 'hi', mode: 33_188 }],
      ...{ version: 2, source: 'cli', regions: ['iad1'], env: { A: '1' }, build: { env: { B: '2' } } },
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
    const query = 'withCache=1&skipAutoDetectionConfirmation=1'
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
