import type { Credential } from '../accounts.js'
import type { Contract } from '../contract.js'
import { type OpenExchange, openExchange } from '../exchanges.js'
import { accountEndpoints } from './account-endpoints.js'
import { commitEndpoints } from './commit-endpoints.js'
import { type Endpoints, type GitlabWorld, projectOf } from './endpoint.js'
import { type Answer, isPreflight, preflight, respond } from './headers.js'
import { mergeRequestEndpoints } from './merge-requests.js'
import { describeProblems, readBody } from './parameters.js'
import { GitlabProblem, insufficientScope, unauthorized } from './problem.js'
import { projectEndpoints } from './project-endpoints.js'
import type { RateLimits } from './rate-limits.js'
import { treeEndpoints } from './tree-endpoints.js'

/** What the REST face needs. */
export interface ApiHandlerOptions {
  readonly world: GitlabWorld
  readonly contract: Contract
  readonly rateLimits: RateLimits
  /** Whether pages may read the answers. */
  readonly cors: boolean
}

/** Where the API begins. */
export const apiPrefix = '/api/v4'

/** What is served, by the contract's operation ids. */
export const gitlabEndpoints: Endpoints = {
  ...accountEndpoints,
  ...projectEndpoints,
  ...mergeRequestEndpoints,
  ...commitEndpoints,
  ...treeEndpoints,
}

/** GitLab's REST API: only what the contract lists is served, and every reply of ours is held against it. */
export function createApiHandler(options: ApiHandlerOptions): (request: Request) => Promise<Response> {
  const { world, contract, rateLimits, cors } = options
  return async (request) => {
    if (cors && isPreflight(request)) return preflight(request)
    const path = new URL(request.url).pathname.slice(apiPrefix.length)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const headers: Record<string, string> = {}
    const exchange = openExchange('gitlab', contract)
    let answer: Answer
    try {
      const credential = authenticate(world, request)
      const rate = rateLimits.count(credential === 'wrong' ? null : (credential?.user.id ?? null))
      Object.assign(headers, rate.headers)
      if (rate.problem) throw rate.problem
      answer = await call({ options, exchange, request, method, path, credential })
    } catch (error) {
      if (!(error instanceof GitlabProblem)) throw error
      answer = { status: error.status, body: error.body, headers: error.headers }
    }
    exchange.hold({ method, path, ...answer })
    return exchange.close(respond(request, { ...answer, headers: { ...headers, ...answer.headers } }, cors))
  }
}

interface Incoming {
  readonly options: ApiHandlerOptions
  readonly exchange: OpenExchange
  readonly request: Request
  readonly method: string
  /** Behind the prefix, still encoded. */
  readonly path: string
  readonly credential: Credential | undefined | 'wrong'
}

async function call({ options, exchange, request, method, path, credential }: Incoming): Promise<Answer> {
  const { world, contract } = options
  if (method === 'OPTIONS') return { status: 204, body: undefined, headers: { Allow: allowed(contract, path) } }
  const match = contract.find(method, path)
  const endpoint = match && gitlabEndpoints[match.endpoint.id]
  if (!match || !endpoint) throw unknown()
  if (credential === 'wrong') throw unauthorized()
  // A token without `api` reads as one with `read_api` does.
  if (method !== 'GET' && credential && !credential.scopes.includes('api')) throw insufficientScope()
  if (method !== 'GET' && !credential) throw unauthorized()
  const query = new URL(request.url).searchParams
  const body = method === 'GET' ? undefined : readBody(request.headers, await request.text(), match.endpoint.body)
  const asked = { ...world, request, parameters: match.parameters, query, body: body ?? {}, credential }
  // What is not there, or hidden, is told before anything of the parameters (`before { authorize_read_code! }`).
  if (match.endpoint.path.startsWith('/projects/{id}/repository/')) projectOf(asked)
  const problems = exchange.check({ method, path, query, body })
  if (problems.length > 0) throw new GitlabProblem(400, { error: describeProblems(problems) })
  return endpoint(asked)
}

function authenticate({ accounts }: GitlabWorld, request: Request): Credential | undefined | 'wrong' {
  const bearer = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const token = request.headers.get('private-token') ?? bearer
  if (token === undefined || token === '') return undefined
  return accounts.authenticate(token) ?? 'wrong'
}

const unknown = (): GitlabProblem => new GitlabProblem(404, { error: '404 Not Found' })

/** What grape says of a path that is asked for its methods. */
function allowed(contract: Contract, path: string): string {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => contract.find(method, path))
  if (methods.length === 0) throw unknown()
  return ['OPTIONS', ...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))].join(', ')
}
