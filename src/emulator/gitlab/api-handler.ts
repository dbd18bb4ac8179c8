import type { Credential } from '../accounts.js'
import type { Contract, ContractMatch, Problem } from '../contract.js'
import { accountEndpoints } from './account-endpoints.js'
import { commitEndpoints } from './commit-endpoints.js'
import type { Endpoints, GitlabWorld } from './endpoint.js'
import { type Answer, preflight, respond } from './headers.js'
import { GitlabProblem, insufficientScope, unauthorized } from './problem.js'
import { projectEndpoints } from './project-endpoints.js'
import type { RateLimits } from './rate-limits.js'
import { treeEndpoints } from './tree-endpoints.js'

/** What the REST face needs. */
export interface ApiHandlerOptions {
  readonly world: GitlabWorld
  readonly contract: Contract
  readonly rateLimits: RateLimits
}

/** Where the API begins. */
export const apiPrefix = '/api/v4'

const endpoints: Endpoints = { ...accountEndpoints, ...projectEndpoints, ...commitEndpoints, ...treeEndpoints }

/** GitLab's REST API: only what the contract lists is served, and every reply of ours is held against it. */
export function createApiHandler(options: ApiHandlerOptions): (request: Request) => Promise<Response> {
  const { world, contract, rateLimits } = options
  return async (request) => {
    if (request.method === 'OPTIONS') return preflight(request)
    const path = new URL(request.url).pathname.slice(apiPrefix.length)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const headers: Record<string, string> = {}
    let answer: Answer
    try {
      const credential = authenticate(world, request)
      const rate = rateLimits.count(credential === 'wrong' ? null : (credential?.user.id ?? null))
      Object.assign(headers, rate.headers)
      if (rate.problem) throw rate.problem
      if (credential === 'wrong') throw unauthorized()
      const match = find(contract, method, path)
      const endpoint = match && endpoints[match.endpoint.id]
      if (!match || !endpoint) throw new GitlabProblem(404, { error: '404 Not Found' })
      // A token without `api` reads as one with `read_api` does.
      if (method !== 'GET' && credential && !credential.scopes.includes('api')) throw insufficientScope()
      if (method !== 'GET' && !credential) throw unauthorized()
      const query = new URL(request.url).searchParams
      const body = method === 'GET' ? undefined : parse(await request.text())
      const [problem] = contract.check({ method, path, query, body })
      if (problem) throw new GitlabProblem(400, { error: describe(problem) })
      answer = await endpoint({ ...world, request, parameters: match.parameters, query, body: body ?? {}, credential })
      hold(contract, { method, path, answer })
    } catch (error) {
      if (!(error instanceof GitlabProblem)) throw error
      answer = { status: error.status, body: error.body, headers: error.headers }
    }
    return respond(request, { ...answer, headers: { ...headers, ...answer.headers } })
  }
}

function authenticate({ accounts }: GitlabWorld, request: Request): Credential | undefined | 'wrong' {
  const bearer = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const token = request.headers.get('private-token') ?? bearer
  if (token === undefined || token === '') return undefined
  return accounts.authenticate(token) ?? 'wrong'
}

function find(contract: Contract, method: string, path: string): ContractMatch | undefined {
  try {
    return contract.match(method, path)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new GitlabProblem(400, { error: 'The request body could not be parsed as JSON' })
  }
  if (typeof value !== 'object' || value === null) throw new GitlabProblem(400, { error: 'params is invalid' })
  // GitLab's middleware lets no null byte through (`lib/gitlab/middleware/handle_malformed_strings.rb`).
  if (text.includes('\\u0000')) throw new GitlabProblem(400, { error: 'Bad Request' })
  return value as Record<string, unknown>
}

/** In the words of grape, which GitLab's API is made with. */
function describe({ pointer, message }: Problem): string {
  const name = pointer.slice(1).replace(/\/(\w+)/g, '[$1]')
  const [, missing] = /required property '?([^']+)'?/.exec(message) ?? []
  if (missing) return `${name === '' ? missing : `${name}[${missing}]`} is missing`
  if (message.startsWith('must not be missing')) return 'body is missing'
  return `${name} ${message.includes('allowed values') ? 'does not have a valid value' : 'is invalid'}`
}

function hold(contract: Contract, { method, path, answer }: { method: string; path: string; answer: Answer }): void {
  const problems = contract.checkReply({ method, path, status: answer.status, body: answer.body })
  if (problems.length === 0) return
  throw new Error(`the reply to ${method} ${path} is not as the contract says: ${JSON.stringify(problems)}`)
}
