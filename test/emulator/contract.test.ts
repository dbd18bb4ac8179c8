import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractEndpoints } from '../../scripts/contract-endpoints.js'
import { extractVercel } from '../../scripts/contract-vercel.js'
import { extractGithub, extractNeon, extractNetlify } from '../../scripts/extract-contracts.js'
import { type ContractDocument, createContract } from '../../src/emulator/contract.js'
import { neonEndpoints } from '../../src/emulator/neon/api.js'
import { netlifyEndpoints } from '../../src/emulator/netlify/api.js'
import { waivers as netlifyWaivers } from '../../src/emulator/netlify/contract-waivers.js'
import { vercelEndpoints } from '../../src/emulator/vercel/api.js'
import { contractPath, waive, waivers } from '../../src/emulator/vercel/contract-waivers.js'

const committed = (name: string): ContractDocument => {
  const text = readFileSync(new URL(`../../src/emulator/contracts/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text) as ContractDocument
}
const netlify = createContract(committed('netlify'), { replies: { listSites: ['id'] } })
const github = createContract(committed('github'))
const vercel = createContract(waive(committed('vercel')))
const neon = createContract(committed('neon'))
const query = new URLSearchParams()

describe('the contracts', () => {
  it('are what the published ones say today', async () => {
    expect(committed('netlify')).toEqual(JSON.parse(JSON.stringify(extractNetlify())))
    expect(committed('github')).toEqual(JSON.parse(JSON.stringify(extractGithub())))
    expect(committed('vercel')).toEqual(JSON.parse(JSON.stringify(await extractVercel())))
    expect(committed('neon')).toEqual(JSON.parse(JSON.stringify(extractNeon())))
  })

  it('compile, every schema of every endpoint', () => {
    for (const [contract, endpoints] of [
      [netlify, contractEndpoints.netlify],
      [github, contractEndpoints.github],
      [vercel, contractEndpoints.vercel],
      [neon, contractEndpoints.neon],
    ] as const) {
      for (const endpoint of endpoints) {
        const [method = '', template = ''] = endpoint.split(' ')
        const path = template.replace(/\{[^}]+\}/g, 'x')
        contract.check({ method, path, query, body: {} })
        const replies = contract.match(method, path)?.endpoint.replies ?? {}
        for (const status of Object.keys(replies)) {
          contract.checkReply({ method, path, status: Number(status) || 500, body: {} })
        }
      }
    }
  })

  it('of Netlify list exactly the endpoints that are served, but for those that a reason is given for', () => {
    const published = netlify.document.endpoints.map((endpoint) => endpoint.id)
    const served = Object.keys(netlifyEndpoints)
    expect(published.filter((id) => !served.includes(id))).toEqual([])
    const waived = served.filter((id) => !published.includes(id)).sort()
    expect(waived).toEqual(['claimDrop', 'createDrop', 'createDropToken'])
    const given = netlifyWaivers.map(({ what }) => what)
    expect(given).toEqual(expect.arrayContaining(['POST /drop/token', 'POST /drop', 'POST /drop/claim']))
  })
})

describe("Neon's contract", () => {
  it('lists exactly the endpoints that are served', () => {
    expect(neon.document.endpoints.map(({ id }) => id).sort()).toEqual(Object.keys(neonEndpoints).sort())
  })
})

describe("Vercel's contract", () => {
  it('lists exactly the endpoints that are served, but for those that a reason is given for', () => {
    const served = Object.keys(vercelEndpoints).sort()
    expect(vercel.document.endpoints.map((endpoint) => endpoint.id).sort()).toEqual(served)
    const published = committed('vercel').endpoints.map((endpoint) => endpoint.id)
    expect(served.filter((id) => !published.includes(id))).toEqual([
      'linkProject',
      'pullEnv',
      'unlinkProject',
      'updateProductionBranch',
    ])
    for (const { what, reason } of waivers) expect([what, reason.length]).toEqual([what, expect.any(Number)])
    expect(waivers.map(({ what }) => what)).toContain('createDeployment: body.version')
  })

  it('is found under the versions that the CLI asks for', () => {
    const found = (route: string): string | undefined => {
      const [method = '', path = ''] = route.split(' ')
      return vercel.match(method, contractPath(method, path))?.endpoint.id
    }
    const asked = {
      'GET /v3/now/deployments/d/events': 'getDeploymentEvents',
      'GET /v6/deployments': 'getDeployments',
      'GET /now/deployments/d/aliases': 'listDeploymentAliases',
      'DELETE /v13/now/deployments/d': 'deleteDeployment',
      'POST /v1/projects': 'createProject',
      'GET /v9/projects': 'getProjects',
      'DELETE /v2/projects/p': 'deleteProject',
      'GET /v10/projects/p/env/e': 'getProjectEnv',
      'DELETE /v10/projects/p/env/e': 'removeProjectEnv',
      'GET /projects/p/custom-environments': 'getProjectsByIdOrNameCustomEnvironments',
      'POST /v9/projects/p/rollback/d': 'requestRollback',
      'POST /v10/projects/p/promote/d': 'requestPromote',
      'GET /v9/projects/p/promote/aliases': 'listPromoteAliases',
      'GET /v1/teams': 'getTeams',
      'GET /teams/t': 'getTeam',
    }
    expect(Object.fromEntries(Object.keys(asked).map((route) => [route, found(route)]))).toEqual(asked)
  })

  it('has no member of a body that it does not name, and calls it by name', () => {
    const check = (body: unknown) => vercel.check({ method: 'POST', path: '/v11/projects', query, body })
    expect(check({ name: 'shop' })).toEqual([])
    expect(check({ name: 'shop', colour: 1 })[0]?.message).toBe("must NOT have additional properties 'colour'")
    const reply = { method: 'GET', path: '/v4/aliases/x', status: 200, body: { uid: 1 } }
    expect(vercel.checkReply(reply).map(({ pointer }) => pointer)).toContain('/uid')
  })
})

describe('a contract', () => {
  it('finds endpoints by method and path, literal segments first, with decoded parameters', () => {
    expect(netlify.match('GET', '/sites/x')?.endpoint.id).toBe('getSite')
    expect(netlify.match('GET', '/x/sites')?.endpoint.id).toBe('listSitesForAccount')
    expect(netlify.match('PUT', '/deploys/1/files/a%20b/c%2Fd')?.parameters).toEqual({
      deploy_id: '1',
      path: 'a b/c/d',
    })
    expect(github.match('GET', '/repos/a/b/git/ref/heads/x/y')?.parameters.ref).toBe('heads/x/y')
    expect(netlify.match('DELETE', '/sites')).toBeUndefined()
    expect(() => netlify.match('GET', '/sites/%zz')).toThrow(URIError)
  })

  it('says where a request breaks it', () => {
    const wrong = new URLSearchParams('per_page=many&filter=mine')
    const problems = netlify.check({ method: 'GET', path: '/sites', query: wrong, body: undefined })
    expect(problems.map(({ where, pointer }) => where + pointer)).toEqual(['query/filter', 'query/per_page'])
    const body = { name: 1, private: 'no' }
    const inBody = github.check({ method: 'POST', path: '/user/repos', query, body })
    expect(inBody.map(({ pointer }) => pointer)).toEqual(['/name', '/private'])
    const missing = github.check({ method: 'POST', path: '/user/repos', query, body: {} })
    expect(missing[0]?.message).toContain("'name'")
    expect(netlify.check({ method: 'POST', path: '/nothing', query, body })[0]?.where).toBe('path')
    expect(netlify.check({ method: 'POST', path: '/sites', query, body: undefined })[0]?.message).toMatch(/missing/)
  })

  it('takes null where the published one is nullable, and nowhere else', () => {
    const reply = (body: unknown) => github.checkReply({ method: 'GET', path: '/repos/a/b', status: 200, body })
    const at = (body: unknown) => reply(body).map((problem) => problem.pointer)
    expect(at({ description: null })).not.toContain('/description')
    expect(at({ description: 7 })).toContain('/description')
    expect(at({ name: null })).toContain('/name')
  })

  it('says where a reply breaks it, or a stricter list', () => {
    const reply = (status: number, body: unknown) => {
      return netlify.checkReply({ method: 'GET', path: '/sites', status, body }).map(({ message }) => message)
    }
    expect(reply(200, [{ id: 'x' }])).toEqual([])
    expect(reply(200, [{}])).toEqual(['must have the property id'])
    expect(reply(200, { id: 'x' })[0]).toBe('must be array')
    expect(reply(200, undefined)).toEqual(['must have a body'])
    expect(reply(404, {})).toEqual(["must have required property 'message'"])
    const deletion = { method: 'DELETE', path: '/sites/x' }
    expect(netlify.checkReply({ ...deletion, status: 204, body: undefined })).toEqual([])
    expect(netlify.checkReply({ ...deletion, status: 204, body: {} })[0]?.message).toBe('must have no body')
    expect(github.checkReply({ method: 'GET', path: '/user', status: 201, body: {} })).toHaveLength(1)
  })
})
