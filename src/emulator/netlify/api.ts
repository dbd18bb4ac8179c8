import type { Credential } from '../accounts.js'
import type { Contract, ContractMatch } from '../contract.js'
import { type OpenExchange, openExchange } from '../exchanges.js'
import type { Handler } from '../serve.js'
import { buildEndpoints } from './builds/build-endpoints.js'
import type { Answer, Call, Endpoint, NetlifyWorld } from './call.js'
import { netlifyContract } from './contract.js'
import { guestWaiver } from './contract-waivers.js'
import { deployEndpoints } from './deploy-endpoints.js'
import { domainEndpoints } from './domain-endpoints.js'
import { guestOf } from './drop.js'
import { dropEndpoints } from './drop-endpoints.js'
import { NetlifyFailure, notFound } from './failure.js'
import { functionEndpoints } from './functions/function-endpoints.js'
import { createLimiter, type NetlifyLimits } from './limits.js'
import { siteEndpoints } from './site-endpoints.js'
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
  const contract = netlifyContract()
  const limiter = createLimiter(options.limits ?? {}, world.clock)
  const cors: Record<string, string> = options.cors === false ? {} : { 'Access-Control-Allow-Origin': '*' }

  return async (request) => {
    if (request.method === 'OPTIONS' && options.cors !== false) return preflight(request)
    const headers = new Headers(cors)
    const exchange = openExchange('netlify', contract)
    const answer = await attempt(() => reply(request, headers, exchange))
    hold(request, answer, exchange)
    for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value)
    return exchange.close(
      answer.json === undefined
        ? new Response(null, { status: answer.status, headers })
        : Response.json(answer.json, { status: answer.status, headers }),
    )
  }

  async function reply(request: Request, headers: Headers, exchange: OpenExchange): Promise<Answer> {
    const url = new URL(request.url)
    const path = pathOf(url)
    const guest = guestOf(request, path, world)
    const credential = guest?.credential ?? authenticate(request)
    const match = find(contract, request.method, path)
    const endpoint = match && netlifyEndpoints[match.endpoint.id]
    take(credential, match?.endpoint.id ?? '', headers)
    if (!match || !endpoint) throw notFound()
    if (request.method !== 'GET' && !credential.scopes.includes('netlify')) throw new NetlifyFailure(403, 'Forbidden')
    if (guest) exchange.waive(guestWaiver(match.endpoint.id))
    const call = { ...(await read(request, url, match, credential, exchange)), guest: guest?.site }
    world.machine.settle()
    return endpoint(call, world)
  }

  function hold(request: Request, { status, json, headers }: Answer, exchange: OpenExchange): void {
    const path = pathOf(new URL(request.url))
    if (!isKnown(contract, request.method, path)) return
    const problems = exchange.checkReply({ method: request.method, path, status, body: json, headers })
    // Netlify's answer to a name that is taken has no message, against its contract.
    const isNameRefused = status === 422 && Object.hasOwn(json as object, 'errors')
    if (problems.length > 0 && !isNameRefused) {
      throw new Error(`The emulator broke Netlify's contract in ${request.method} ${path}: ${JSON.stringify(problems)}`)
    }
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
    match: ContractMatch,
    credential: Credential,
    exchange: OpenExchange,
  ): Promise<Call> {
    const bytes = new Uint8Array(await request.arrayBuffer())
    const [wanted] = match.endpoint.body?.types ?? []
    const [type = ''] = (request.headers.get('Content-Type') ?? '').toLowerCase().split(/\s*;/)
    // The contract tells of archives in words only: "set Content-Type to 'application/zip'".
    const isArchive = ['createSiteDeploy', 'createSiteBuild'].includes(match.endpoint.id) && type === 'application/zip'
    if (wanted !== undefined && bytes.length > 0 && type !== wanted && !isArchive) {
      throw new NetlifyFailure(422, `The emulator takes bodies of type ${wanted} here`)
    }
    const isJson = wanted === 'application/json' && !isArchive
    const json = isJson && bytes.length > 0 ? parse(bytes) : undefined
    const body = match.endpoint.body === null ? undefined : isArchive ? {} : isJson ? json : bytes
    const query = url.searchParams
    const [problem] = exchange.check({ method: request.method, path: pathOf(url), query, body })
    if (problem) throw new NetlifyFailure(422, `${problem.where}${problem.pointer} ${problem.message}`)
    const size = match.endpoint.query.size && query.get('size')
    if (size && Number(size) !== bytes.length)
      throw new NetlifyFailure(422, `The body has ${bytes.length} bytes, not ${size}`)
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

function pathOf({ pathname }: URL): string {
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : ''
}

async function attempt(reply: () => Promise<Answer>): Promise<Answer> {
  try {
    return await reply()
  } catch (error) {
    if (error instanceof NetlifyFailure) return { status: error.status, json: error.body }
    throw error
  }
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
