import type { Credential } from '../accounts.js'
import type { Contract, ContractMatch, Problem } from '../contract.js'
import { type OpenExchange, openExchange } from '../exchanges.js'
import type { Handler } from '../serve.js'
import { accountEndpoints } from './account-endpoints.js'
import { aliasEndpoints } from './alias-endpoints.js'
import { apexEndpoints } from './apex-endpoints.js'
import { type Answer, accountOf, type Call, type Endpoints, type VercelWorld } from './call.js'
import { vercelContract } from './contract.js'
import { contractPath, versionWaiver } from './contract-waivers.js'
import { createDeploymentEndpoints } from './create-deployment.js'
import { deploymentEndpoints } from './deployment-endpoints.js'
import { domainEndpoints } from './domain-endpoints.js'
import { environmentEndpoints } from './environment-endpoints.js'
import { fileEndpoints } from './file-endpoints.js'
import { badRequest, forbidden, notFound, VercelProblem } from './problem.js'
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
 * @param cors whether pages of any origin may read its answers; what the real one answers to pages is not known
 * @returns a handler that throws where an answer of the emulator's own breaks the contract.
 */
export function createVercelApi(world: VercelWorld, cors = true): Handler {
  const contract = vercelContract()

  return async (request) => {
    if (request.method === 'OPTIONS' && cors) return preflight()
    const headers: Record<string, string> = cors ? { ...crossOrigin } : {}
    const exchange = openExchange('vercel', contract)
    const answer = await reply(request, headers, exchange).catch((error: unknown): Answer => {
      if (!(error instanceof VercelProblem)) throw error
      Object.assign(headers, error.headers)
      return { status: error.status, json: error.body }
    })
    const { status, json, stream } = answer
    const streamed = { ...headers, 'Content-Type': 'application/stream+json' }
    if (stream) return exchange.close(new Response(stream, { status, headers: streamed }))
    hold(request, answer, exchange)
    return exchange.close(
      json === undefined ? new Response(null, { status, headers }) : Response.json(json, { status, headers }),
    )
  }

  async function reply(request: Request, headers: Record<string, string>, exchange: OpenExchange): Promise<Answer> {
    const url = new URL(request.url)
    const path = contractPath(request.method, url.pathname)
    const credential = authenticate(request)
    const match = find(contract, request.method, path)
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
    if (!isKnown(contract, method, path)) return
    if (path !== pathname) exchange.waive(versionWaiver(method, pathname))
    const problems = exchange.checkReply({ method, path, status, body: json })
    if (problems.length > 0) {
      throw new Error(`The emulator broke Vercel's contract in ${method} ${path}: ${JSON.stringify(problems)}`)
    }
  }

  function authenticate(request: Request): Credential {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
    if (token === undefined) {
      throw new VercelProblem(401, 'forbidden', 'The request is missing an authentication token', {
        missingToken: true,
      })
    }
    const credential = world.accounts.authenticate(token)
    // A token that is not known is answered with 403, as the CLI's `isInvalidToken` expects.
    if (!credential) throw new VercelProblem(403, 'forbidden', 'Not authorized', { invalidToken: true })
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
    const json = isJson ? parse(bytes) : undefined
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
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) =>
    find(contract, one, contractPath(one, path)),
  )
  if (methods.length === 0) return notFound(`There is no ${method} ${path}.`)
  return new VercelProblem(405, 'method_unknown', `This endpoint only responds to ${methods.join(', ')}`)
}

function isKnown(contract: Contract, method: string, path: string): boolean {
  try {
    return contract.match(method, path) !== undefined
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}

function find(contract: Contract, method: string, path: string): ContractMatch | undefined {
  try {
    return contract.match(method, path)
  } catch (error) {
    if (error instanceof URIError) throw badRequest('Invalid request: the path is not valid percent-encoding.')
    throw error
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error
    throw new VercelProblem(400, 'invalid_json', 'Invalid JSON')
  }
}

const crossOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset',
}

function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-Now-Digest, X-Now-Size, X-Vercel-Digest',
      'Access-Control-Max-Age': '86400',
    },
  })
}
