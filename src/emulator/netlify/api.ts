import type { Credential } from '../accounts.js'
import { type Contract, type ContractDocument, type ContractMatch, createContract } from '../contract.js'
import document from '../contracts/netlify.json' with { type: 'json' }
import type { Handler } from '../serve.js'
import { buildEndpoints } from './builds/build-endpoints.js'
import type { Answer, Call, Endpoint, NetlifyWorld } from './call.js'
import { waive } from './contract-waivers.js'
import { deployEndpoints } from './deploy-endpoints.js'
import { domainEndpoints } from './domain-endpoints.js'
import { guestOf } from './drop.js'
import { dropEndpoints } from './drop-endpoints.js'
import { NetlifyFailure, notFound } from './failure.js'
import { functionEndpoints } from './functions/function-endpoints.js'
import { createLimiter, type NetlifyLimits } from './limits.js'
import { siteEndpoints } from './site-endpoints.js'
import { strictNetlify } from './strict.js'
import { variableEndpoints } from './variable-endpoints.js'

const prefix = '/api/v1'
/** What is served, by the contract's operation ids. */
export const netlifyEndpoints: Readonly<Record<string, Endpoint>> = {
  ...siteEndpoints,
  ...deployEndpoints,
  ...functionEndpoints,
  ...buildEndpoints,
  ...domainEndpoints,
  ...variableEndpoints,
  ...dropEndpoints,
}

/** How the API behaves where Netlify is not known to behave one way. */
export interface NetlifyApiOptions {
  readonly limits?: NetlifyLimits
  /** Whether pages of any origin may read its answers. @default true */
  readonly cors?: boolean
}

/**
 * Makes the handler of Netlify's API under `/api/v1`. Each request is checked against the published contract, and so is each
 * answer.
 *
 * @returns a handler that throws where an answer of the emulator's own breaks the contract.
 */
export function createNetlifyApi(world: NetlifyWorld, options: NetlifyApiOptions = {}): Handler {
  const contract = createContract(waive(document as ContractDocument), strictNetlify)
  const limiter = createLimiter(options.limits ?? {}, world.clock)
  const cors: Record<string, string> = options.cors === false ? {} : { 'Access-Control-Allow-Origin': '*' }

  return async (request) => {
    if (request.method === 'OPTIONS' && options.cors !== false) return preflight(request)
    const headers = new Headers(cors)
    const answer = await reply(request, headers).catch((error: unknown): Answer => {
      if (error instanceof NetlifyFailure) return { status: error.status, json: error.body }
      throw error
    })
    for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value)
    return answer.json === undefined
      ? new Response(null, { status: answer.status, headers })
      : Response.json(answer.json, { status: answer.status, headers })
  }

  async function reply(request: Request, headers: Headers): Promise<Answer> {
    const url = new URL(request.url)
    const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : ''
    const guest = guestOf(request, path, world)
    const credential = guest?.credential ?? authenticate(request)
    const match = find(contract, request.method, path)
    const endpoint = match && netlifyEndpoints[match.endpoint.id]
    take(credential, match?.endpoint.id ?? '', headers)
    if (!match || !endpoint) throw notFound()
    if (request.method !== 'GET' && !credential.scopes.includes('netlify')) throw new NetlifyFailure(403, 'Forbidden')
    const call = { ...(await read(request, url, path, match, credential)), guest: guest?.site }
    world.machine.settle()
    const answer = await attempt(async () => endpoint(call, world))
    const problems = contract.checkReply({ method: request.method, path, status: answer.status, body: answer.json })
    // Netlify's answer to a name that is taken has no message, against its contract.
    const isNameRefused = answer.status === 422 && Object.hasOwn(answer.json as object, 'errors')
    if (problems.length > 0 && !isNameRefused) {
      throw new Error(`The emulator broke Netlify's contract in ${match.endpoint.id}: ${JSON.stringify(problems)}`)
    }
    return answer
  }

  function authenticate(request: Request): Credential {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
    const credential = token === undefined ? undefined : world.accounts.authenticate(token)
    if (!credential) throw new NetlifyFailure(401, 'Access Denied')
    return credential
  }

  function take(credential: Credential, operation: string, headers: Headers): void {
    const { limit, remaining, reset, exceeded } = limiter.take(credential.token, operation)
    headers.set('X-RateLimit-Limit', String(limit))
    headers.set('X-RateLimit-Remaining', String(remaining))
    headers.set('X-RateLimit-Reset', String(Math.ceil(reset / 1000)))
    if (exceeded) throw new NetlifyFailure(429, 'API rate limit exceeded')
  }

  async function read(
    request: Request,
    url: URL,
    path: string,
    match: ContractMatch,
    credential: Credential,
  ): Promise<Call> {
    const bytes = new Uint8Array(await request.arrayBuffer())
    const types = match.endpoint.body?.types ?? []
    // The contract tells of archives in words only: "set Content-Type to 'application/zip'".
    const isArchive =
      ['createSiteDeploy', 'createSiteBuild'].includes(match.endpoint.id) &&
      request.headers.get('Content-Type') === 'application/zip'
    const isJson = types.includes('application/json') && !isArchive
    if (isJson && bytes.length > 0 && !/^application\/json\b/i.test(request.headers.get('Content-Type') ?? '')) {
      throw new NetlifyFailure(422, 'The emulator takes bodies of type application/json here')
    }
    const json = isJson && bytes.length > 0 ? parse(bytes) : undefined
    const body = match.endpoint.body === null ? undefined : isArchive ? {} : isJson ? json : bytes
    const query = url.searchParams
    const [problem] = contract.check({ method: request.method, path, query, body })
    if (problem) throw new NetlifyFailure(422, `${problem.where}${problem.pointer} ${problem.message}`)
    return {
      credential,
      parameters: match.parameters,
      query,
      json: (json ?? {}) as Call['json'],
      bytes,
      isArchive,
      url,
    }
  }
}

async function attempt(endpoint: () => Promise<Answer>): Promise<Answer> {
  try {
    return await endpoint()
  } catch (error) {
    if (error instanceof NetlifyFailure) return { status: error.status, json: error.body }
    throw error
  }
}

function find(contract: Contract, method: string, path: string): ContractMatch | undefined {
  try {
    return contract.match(method, path)
  } catch (error) {
    if (error instanceof URIError) throw new NetlifyFailure(400, 'The path is not valid percent-encoding')
    throw error
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw new NetlifyFailure(400, 'The body is not JSON')
    throw error
  }
}

function preflight(request: Request): Response {
  const asked = request.headers.get('Access-Control-Request-Headers')
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
      ...(asked === null
        ? {}
        : { 'Access-Control-Allow-Headers': 'Authorization, Content-Type, User-Agent, X-Nf-Retry-Count' }),
      'Access-Control-Max-Age': '7200',
    },
  })
}
