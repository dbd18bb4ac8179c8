import type { Credential } from '../accounts.js'
import { isWellEncoded, parseJson } from '../api-requests.js'
import type { Contract, ContractMatch, Problem } from '../contract.js'
import { type OpenExchange, openExchange } from '../exchanges.js'
import type { Handler } from '../serve.js'
import { accountEndpoints } from './account-endpoints.js'
import { branchEndpoints } from './branch-endpoints.js'
import type { Answer, Call, Endpoints, NeonWorld } from './call.js'
import { computeEndpoints } from './compute-endpoints.js'
import { neonContract } from './contract.js'
import { databaseEndpoints } from './database-endpoints.js'
import { answerTo, preflight, respond } from './headers.js'
import { operationEndpoints } from './operation-endpoints.js'
import { badRequest, NeonProblem, unauthorized } from './problem.js'
import { projectEndpoints } from './project-endpoints.js'
import { restoreEndpoints } from './restore-endpoints.js'
import { roleEndpoints } from './role-endpoints.js'
import { snapshotEndpoints } from './snapshot-endpoints.js'

/** What is served, by the contract's operation ids. */
export const neonEndpoints: Endpoints = {
  ...accountEndpoints,
  ...projectEndpoints,
  ...operationEndpoints,
  ...branchEndpoints,
  ...restoreEndpoints,
  ...databaseEndpoints,
  ...roleEndpoints,
  ...computeEndpoints,
  ...snapshotEndpoints,
}

const prefix = '/api/v2'

/**
 * Makes the handler of Neon's API, under `/api/v2`. Each request is checked against the published contract, and so is each answer.
 *
 * @param cors whether pages of any origin may read its answers; the real one is not known to let any
 * @returns a handler that throws where an answer of the emulator's own breaks the contract.
 */
export function createNeonApi(world: NeonWorld, cors = false): Handler {
  const contract = neonContract()

  return async (request) => {
    if (request.method === 'OPTIONS' && cors) return preflight()
    const exchange = openExchange('neon', contract)
    const answer = await reply(request, exchange).catch((error: unknown): Answer => {
      if (!(error instanceof NeonProblem)) throw error
      return answerTo(request, error)
    })
    hold(request, answer, exchange)
    return exchange.close(respond(answer, cors))
  }

  async function reply(request: Request, exchange: OpenExchange): Promise<Answer> {
    const { method } = request
    const url = new URL(request.url)
    const credential = authenticate(request)
    const path = contractPath(url)
    if (!isWellEncoded(path ?? '')) throw badRequest('the path is not valid percent-encoding')
    const match = path === undefined ? undefined : contract.find(method, path)
    const endpoint = match && neonEndpoints[match.endpoint.id]
    world.limiter.request(credential.token, match?.endpoint.id ?? 'unknown')
    if (path === undefined || !match || !endpoint) throw nowhere(contract, path)
    // Some key that may not do it: what Neon says to one is nowhere published.
    if (method !== 'GET' && !credential.scopes.includes('neon')) {
      throw new NeonProblem(403, 'user has no access to projects')
    }
    const json = await read(request, url, path, match, exchange)
    const call: Call = { credential, parameters: match.parameters, query: url.searchParams, json }
    world.machine.settle()
    return endpoint(call, world)
  }

  function authenticate(request: Request): Credential {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
    const credential = token === undefined ? undefined : world.accounts.authenticate(token)
    if (!credential) throw unauthorized()
    return credential
  }

  function hold({ method, url }: Request, { status, json }: Answer, exchange: OpenExchange): void {
    const path = contractPath(new URL(url))
    if (path !== undefined) exchange.hold({ method, path, status, body: json })
  }
}

async function read(
  request: Request,
  url: URL,
  path: string,
  { endpoint }: ContractMatch,
  exchange: OpenExchange,
): Promise<Call['json']> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const hasBody = endpoint.body !== null && bytes.length > 0
  if (hasBody && !/^application\/json\b/i.test(request.headers.get('Content-Type') ?? '')) {
    throw badRequest('the body must be of type application/json')
  }
  const body = hasBody ? parseJson(bytes, () => badRequest('the body is not valid JSON')) : undefined
  const problems = exchange.check({ method: request.method, path, query: url.searchParams, body })
  if (problems.length > 0) throw badRequest(describe(problems))
  return (body ?? {}) as Call['json']
}

// What Neon says to these is not published: the place, and what is wrong with it.
function describe([problem]: readonly Problem[]): string {
  const { where = 'body', pointer = '', message = '' } = problem ?? {}
  return `${where}${pointer.replaceAll('/', '.')} ${message}`
}

/** The contract's path; `undefined` where it is not a path of this version of the API. */
function contractPath({ pathname }: URL): string | undefined {
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined
}

function nowhere(contract: Contract, path: string | undefined): NeonProblem {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const isPath = path !== undefined && methods.some((method) => contract.find(method, path))
  return isPath ? new NeonProblem(405, 'method not allowed') : new NeonProblem(404, 'not found')
}
