import type { Credential } from '../accounts.js'
import { isWellEncoded, parseJson } from '../api-requests.js'
import type { Contract, ContractMatch, Problem } from '../contract.js'
import { type OpenExchange, openExchange } from '../exchanges.js'
import type { Handler } from '../serve.js'
import { accountEndpoints } from './account-endpoints.js'
import { aliasEndpoints } from './alias-endpoints.js'
import { apexEndpoints } from './apex-endpoints.js'
import { type Answer, accountOf, type Call, type Endpoints, type VercelWorld } from './call.js'
import { vercelContract } from './contract.js'
import { createDeploymentEndpoints } from './create-deployment.js'
import { deploymentEndpoints } from './deployment-endpoints.js'
import { domainEndpoints } from './domain-endpoints.js'
import { environmentEndpoints } from './environment-endpoints.js'
import { fileEndpoints } from './file-endpoints.js'
import { preflight, respond, type VercelCors } from './headers.js'
import { contractPath, versionWaiver } from './other-versions.js'
import { badRequest, forbidden, invalidToken, notFound, VercelProblem } from './problem.js'
import { projectEndpoints } from './project-endpoints.js'
import { releaseEndpoints } from './release-endpoints.js'
import { transferEndpoints } from './transfer-endpoints.js'
import { variableEndpoints } from './variable-endpoints.js'

/** What is served, by the contract's operation ids. */
export const vercelEndpoints: Endpoints = {
  ...accountEndpoints,
  ...projectEndpoints,
  ...transferEndpoints,
  ...variableEndpoints,
  ...environmentEndpoints,
  ...domainEndpoints,
  ...apexEndpoints,
  ...releaseEndpoints,
  ...fileEndpoints,
  ...createDeploymentEndpoints,
  ...deploymentEndpoints,
  ...aliasEndpoints,
}

/**
 * Makes the handler of Vercel's API. Each request is checked against the published contract, and so is each answer.
 *
 * @param cors which pages may use it
 * @returns a handler that throws where an answer of the emulator's own breaks the contract.
 */
export function createVercelApi(world: VercelWorld, cors: VercelCors = true): Handler {
  const contract = vercelContract()

  return async (request) => {
    if (request.method === 'OPTIONS' && cors !== false) return preflight(cors)
    const headers: Record<string, string> = {}
    const exchange = openExchange('vercel', contract)
    const answer = await reply(request, headers, exchange).catch((error: unknown): Answer => {
      if (!(error instanceof VercelProblem)) throw error
      Object.assign(headers, error.headers)
      return { status: error.status, json: error.body }
    })
    if (!answer.stream) hold(request, answer, exchange)
    return exchange.close(respond(answer, headers, cors))
  }

  async function reply(request: Request, headers: Record<string, string>, exchange: OpenExchange): Promise<Answer> {
    const url = new URL(request.url)
    const path = contractPath(request.method, url.pathname)
    const credential = authenticate(request)
    if (!isWellEncoded(path)) throw badRequest('Invalid request: the path is not valid percent-encoding.')
    const match = contract.find(request.method, path)
    const endpoint = match && vercelEndpoints[match.endpoint.id]
    Object.assign(headers, world.limiter.request(credential.token, match?.endpoint.id ?? 'unknown'))
    if (!match || !endpoint) throw unserved(contract, request.method, url.pathname)
    if (request.method !== 'GET' && !credential.scopes.includes('vercel')) throw forbidden()
    const account = accountOf(url.searchParams, credential, world.accounts)
    const call = { ...(await read(request, url, path, match, exchange)), credential, account, request }
    world.machine.settle()
    return endpoint(call, world)
  }

  function hold(request: Request, { status, json }: Answer, exchange: OpenExchange): void {
    const { method } = request
    const { pathname } = new URL(request.url)
    const path = contractPath(method, pathname)
    if (path !== pathname) exchange.waive(versionWaiver(method, pathname))
    exchange.hold({ method, path, status, body: json })
  }

  function authenticate(request: Request): Credential {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
    if (token === undefined) {
      throw new VercelProblem(401, 'forbidden', 'The request is missing an authentication token', {
        missingToken: true,
      })
    }
    const credential = world.accounts.authenticate(token)
    if (!credential) throw invalidToken()
    return credential
  }

  async function read(
    request: Request,
    url: URL,
    path: string,
    match: ContractMatch,
    exchange: OpenExchange,
  ): Promise<Pick<Call, 'parameters' | 'query' | 'json' | 'bytes'>> {
    const bytes = new Uint8Array(await request.arrayBuffer())
    const types = match.endpoint.body?.types ?? []
    const isJson = types.includes('application/json') && bytes.length > 0
    if (isJson && !/^application\/json\b/i.test(request.headers.get('Content-Type') ?? '')) {
      throw badRequest('Invalid request: the body should be of type application/json.')
    }
    const [only] = types
    const type = request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase()
    if (only === 'application/octet-stream' && type !== only) {
      throw badRequest(`Invalid request: the body should be of type ${only}.`)
    }
    const json = isJson ? parseJson(bytes, invalidJson) : undefined
    const body = match.endpoint.body === null || types.includes('application/json') ? json : bytes
    const query = url.searchParams
    const problems = exchange.check({ method: request.method, path, query, body })
    if (problems.length > 0) throw badRequest(describe(problems))
    return { parameters: match.parameters, query, json: (json ?? {}) as Call['json'], bytes }
  }
}

// Of a union every member complains; the deepest complaint is about the member that was meant.
function describe(problems: readonly Problem[]): string {
  const [problem] = [...problems].sort((left, right) => depth(right) - depth(left))
  const place = problem?.pointer.slice(1).replace(/\/(\w+)/g, (_, name: string) => {
    return /^\d+$/.test(name) ? `[${name}]` : `.${name}`
  })
  const message = problem?.message ?? ''
  if (message.startsWith('must not be missing')) return 'Invalid request: the body is missing.'
  return `Invalid request: ${place ? `\`${place}\` ` : ''}${message.replace(/^must/, 'should').replaceAll("'", '`')}.`
}

function depth({ pointer }: Problem): number {
  return pointer.split('/').length
}

// Docs, "Vercel REST API Errors": the message names the methods.
function unserved(contract: Contract, method: string, path: string): VercelProblem {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => contract.find(one, contractPath(one, path)))
  if (methods.length === 0) return notFound(`There is no ${method} ${path}.`)
  return new VercelProblem(405, 'method_unknown', `This endpoint only responds to ${methods.join(', ')}`)
}

function invalidJson(): VercelProblem {
  return new VercelProblem(400, 'invalid_json', 'Invalid JSON')
}
