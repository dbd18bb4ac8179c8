import type { Credential } from '../accounts.js'
import { isWellEncoded, parseJson } from '../api-requests.js'
import type { ContractMatch } from '../contract.js'
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
import { NetlifyFailure, notFound, rateLimited, unauthorized } from './failure.js'
import { functionEndpoints } from './functions/function-endpoints.js'
import { isReadable, type NetlifyCors, preflight, rateHeaders, respond } from './headers.js'
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
  /** Which of its answers pages of any origin may read. @default true */
  readonly cors?: NetlifyCors
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
  const { cors = true } = options

  return async (request) => {
    const readable = isReadable(cors, new URL(request.url).pathname)
    if (request.method === 'OPTIONS' && readable) return preflight()
    const headers: Record<string, string> = {}
    const exchange = openExchange('netlify', contract)
    const answer = await attempt(() => reply(request, headers, exchange))
    hold(request, answer, exchange)
    return exchange.close(respond({ ...answer, headers: { ...headers, ...answer.headers } }, readable))
  }

  async function reply(request: Request, headers: Record<string, string>, exchange: OpenExchange): Promise<Answer> {
    const url = new URL(request.url)
    const path = pathOf(url)
    const guest = guestOf(request, path, world)
    const credential = guest?.credential ?? authenticate(request)
    if (!isWellEncoded(path)) throw new NetlifyFailure(400, 'The path is not valid percent-encoding')
    const match = contract.find(request.method, path)
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
    const told = { method: request.method, path, status, body: json, headers }
    // Netlify's answer to a name that is taken has no message, against its contract.
    const isNameRefused = status === 422 && Object.hasOwn(json as object, 'errors')
    if (isNameRefused) exchange.checkReply(told)
    else exchange.hold(told)
  }

  function authenticate(request: Request): Credential {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
    const credential = token === undefined ? undefined : world.accounts.authenticate(token)
    if (!credential) throw unauthorized()
    return credential
  }

  function take(credential: Credential, operation: string, headers: Record<string, string>): void {
    const allowance = limiter.take(credential.token, operation)
    Object.assign(headers, rateHeaders(allowance))
    if (allowance.exceeded) throw rateLimited()
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
    const json = isJson && bytes.length > 0 ? parseJson(bytes, notJson) : undefined
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

function notJson(): NetlifyFailure {
  return new NetlifyFailure(400, 'The body is not JSON')
}
