import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractEndpoints } from '../../scripts/contract-endpoints.js'
import { extractVercel } from '../../scripts/contract-vercel.js'
import { extractGithub, extractNeon, extractNetlify } from '../../scripts/extract-contracts.js'
import { type Contract, type ContractDocument, createContract } from '../../src/emulator/contract.js'
import { githubEndpoints } from '../../src/emulator/github/api-handler.js'
import { githubContract } from '../../src/emulator/github/contract.js'
import { gitlabEndpoints } from '../../src/emulator/gitlab/api-handler.js'
import { gitlabContract } from '../../src/emulator/gitlab/contract.js'
import { neonEndpoints } from '../../src/emulator/neon/api.js'
import { neonContract } from '../../src/emulator/neon/contract.js'
import { netlifyEndpoints } from '../../src/emulator/netlify/api.js'
import { netlifyContract } from '../../src/emulator/netlify/contract.js'
import { waivers as netlifyWaivers } from '../../src/emulator/netlify/contract-waivers.js'
import { vercelEndpoints } from '../../src/emulator/vercel/api.js'
import { vercelContract } from '../../src/emulator/vercel/contract.js'
import { waive, waivers } from '../../src/emulator/vercel/contract-waivers.js'
import { contractPath } from '../../src/emulator/vercel/other-versions.js'

const committed = (name: string): ContractDocument => {
  const text = readFileSync(new URL(`../../src/emulator/contracts/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text) as ContractDocument
}
const netlify = createContract(committed('netlify'), { replies: { listSites: ['id'] } })
const github = createContract(committed('github'))
const vercel = createContract(waive(committed('vercel')))
const neon = createContract(committed('neon'))
const gitlab = gitlabContract()
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
      [gitlab, gitlab.document.endpoints.map(({ method, path }) => `${method} ${path}`)],
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

describe('the contracts of GitHub and GitLab', () => {
  it('list exactly the endpoints that are served', () => {
    const ids = ({ document }: Contract): string[] => document.endpoints.map(({ id }) => id).sort()
    expect(ids(github)).toEqual(Object.keys(githubEndpoints).sort())
    expect(ids(gitlab)).toEqual(Object.keys(gitlabEndpoints).sort())
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
    // Who sends it is told: Tabship, a client that tests let send it, or one whose code says so.
    const told =
      /^Tabship sends it|^Sent where Vercel’s own clients|^In a client's own code: `.+` in `.+\.(?:js|d\.ts)`/
    expect(waivers.filter(({ reason }) => !told.test(reason))).toEqual([])
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
      'POST /now/deployments/d/aliases': 'assignAlias',
      'DELETE /now/deployments/d': 'deleteDeployment',
      'POST /v1/projects': 'createProject',
      'GET /v9/projects': 'getProjects',
      'DELETE /v2/projects/p': 'deleteProject',
      'PATCH /v10/projects/p/env/e': 'editProjectEnv',
      'DELETE /v10/projects/p/env/e': 'removeProjectEnv',
      'GET /projects/p/custom-environments': 'getProjectsByIdOrNameCustomEnvironments',
      'POST /v9/projects/p/rollback/d': 'requestRollback',
      'GET /v9/projects/p/promote/aliases': 'listPromoteAliases',
      'GET /v9/projects/p/rollback/aliases': 'listPromoteAliases',
      'GET /v1/teams': 'getTeams',
      'GET /teams/t': 'getTeam',
      'GET /now/aliases/a': 'getAlias',
      'DELETE /now/aliases/a': 'deleteAlias',
      'GET /v3/now/aliases': 'listAliases',
    }
    expect(Object.fromEntries(Object.keys(asked).map((route) => [route, found(route)]))).toEqual(asked)
    const others = ['GET /v10/projects/p', 'POST /v8/projects', 'POST /v9/projects/p/promote/d', 'GET /v2/aliases']
    expect(others.map(found)).toEqual(others.map(() => undefined))
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
    expect(netlify.find('GET', '/sites/%zz')).toBeUndefined()
    expect(netlify.find('GET', '/sites/x')?.endpoint.id).toBe('getSite')
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

  it('holds errors against the form that a provider gives them, where the published one is silent', () => {
    const told = (contract: Contract, path: string, body: unknown, status = 401): boolean => {
      return contract.checkReply({ method: 'GET', path, status, body }).length === 0
    }
    const basic = { message: 'no', documentation_url: 'https://docs.github.com/rest', status: '401' }
    const right: [Contract, string, unknown][] = [
      [netlifyContract(), '/user', { code: 401, message: 'no' }],
      [vercelContract(), '/v2/user', { error: { code: 'forbidden', message: 'no', invalidToken: true } }],
      [githubContract(), '/user', basic],
      [gitlabContract(), '/user', { message: '401 Unauthorized' }],
      [gitlabContract(), '/user', { error: 'invalid_token', error_description: 'no' }],
      [gitlabContract(), '/user', 'Retry later\n'],
      [neonContract(), '/users/me', { code: '', message: 'no' }],
    ]
    for (const [contract, path, body] of right) {
      expect([path, body, told(contract, path, body)]).toEqual([path, body, true])
      for (const wrong of [{}, undefined, { reason: 'no' }, { message: 1, code: 1 }]) {
        expect([path, wrong, told(contract, path, wrong)]).toEqual([path, wrong, false])
      }
    }
    // Also where the published one tells of the status, or has no such path.
    expect(told(githubContract(), '/repos/a/b', { message: 'no' }, 404)).toBe(false)
    expect(told(githubContract(), '/nothing', basic, 404)).toBe(true)
    expect(told(githubContract(), '/nothing', {}, 404)).toBe(false)
    expect(told(githubContract(), '/nothing', basic, 200)).toBe(false)
  })
})
