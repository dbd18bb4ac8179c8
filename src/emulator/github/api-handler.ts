import type { Credential } from '../accounts.js'
import type { Contract, ContractMatch, Problem } from '../contract.js'
import { type OpenExchange, openExchange } from '../exchanges.js'
import { accountEndpoints } from './account-endpoints.js'
import { actionsEndpoints } from './actions/actions-endpoints.js'
import { commentEndpoints } from './comment-endpoints.js'
import { commitEndpoints } from './commit-endpoints.js'
import { contentEndpoints } from './content-endpoints.js'
import { dataEndpoints } from './data-endpoints.js'
import type { Endpoint, Endpoints, GithubWorld } from './endpoint.js'
import { finePermission, requirePermission } from './fine-permissions.js'
import { type Answer, preflight, respond } from './headers.js'
import { mergeEndpoints } from './merge-endpoints.js'
import { pagesEndpoints } from './pages/pages-endpoints.js'
import { badCredentials, GithubProblem, notFound } from './problem.js'
import { pullEndpoints } from './pull-endpoints.js'
import { rateEndpoints } from './rate-endpoints.js'
import type { RateDecision } from './rate-limits.js'
import { refEndpoints } from './ref-endpoints.js'
import { repositoryEndpoints } from './repository-endpoints.js'
import { repositoryLists } from './repository-lists.js'
import { checkRequest } from './request-rules.js'
import { settingsEndpoints } from './settings/settings-endpoints.js'
import { writeContentEndpoints } from './write-content-endpoints.js'

/** What the REST face needs. */
export interface ApiHandlerOptions {
  readonly world: GithubWorld
  readonly contract: Contract
}

/** What is served, by the contract's operation ids. */
export const githubEndpoints: Endpoints = {
  ...accountEndpoints,
  ...repositoryEndpoints,
  ...settingsEndpoints,
  ...commitEndpoints,
  ...contentEndpoints,
  ...actionsEndpoints,
  ...pagesEndpoints,
  ...writeContentEndpoints,
  ...dataEndpoints,
  ...refEndpoints,
  ...pullEndpoints,
  ...commentEndpoints,
  ...rateEndpoints,
  ...repositoryLists,
  ...mergeEndpoints,
}
const documentation = 'https://docs.github.com/rest'

/** api.github.com: only what the contract lists is served, and every reply of ours is held against it. */
export function createApiHandler(options: ApiHandlerOptions): (request: Request) => Promise<Response> {
  const { world, contract } = options
  return async (request: Request): Promise<Response> => {
    if (request.method === 'OPTIONS') return preflight()
    const path = new URL(request.url).pathname
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const headers: Record<string, string> = {}
    const exchange = openExchange('github', contract)
    let page = documentation
    let credential: Credential | undefined
    let answer: Answer
    let rate: RateDecision | undefined
    try {
      checkRequest(request)
      const known = authenticate(world, request)
      if (known !== 'wrong') credential = known
      const user = credential?.user.id ?? null
      rate = path === '/rate_limit' ? world.rateLimits.look(user) : world.rateLimits.count(user, method !== 'GET')
      // A fine-grained token has no scopes, and no header for them; that of an app has an empty one.
      if (credential && (!credential.permissions || credential.app)) headers['X-OAuth-Scopes'] = scopesOf(credential)
      if (known === 'wrong') throw badCredentials()
      if (rate.problem) throw rate.problem
      const match = contract.find(method, path)
      const endpoint = match && githubEndpoints[match.endpoint.id]
      if (!match || !endpoint) throw notFound()
      page = `${documentation}/${endpoint.page}`
      const needed = finePermission(method, path)
      if (credential?.permissions) {
        if (needed) headers['X-Accepted-GitHub-Permissions'] = `${needed.name}=${needed.access}`
      } else headers['X-Accepted-OAuth-Scopes'] = endpoint.accepts ?? ''
      admit(endpoint, credential)
      requirePermission(credential, needed, isPublic(world, match))
      answer = await call(endpoint, match, { world, exchange, request, method, path, credential })
    } catch (error) {
      if (!(error instanceof GithubProblem)) throw error
      answer = { status: error.status, body: error.body(page), headers: error.headers }
    }
    const shown = { ...answer, headers: { ...rate?.headers(), ...headers, ...answer.headers } }
    const { status, body } = shown
    // Archives, logs and files are no JSON.
    const raw = typeof body === 'string' || body instanceof Uint8Array
    if (!raw) exchange.hold({ method, path, status, body, headers: shown.headers })
    const response = respond(request, shown, credential !== undefined)
    rate?.answered(response)
    return exchange.close(response)
  }
}

interface Incoming {
  readonly world: GithubWorld
  readonly exchange: OpenExchange
  readonly request: Request
  readonly method: string
  readonly path: string
  readonly credential: Credential | undefined
}

async function call(endpoint: Endpoint, match: ContractMatch, incoming: Incoming): Promise<Answer> {
  const { world, exchange, request, method, path, credential } = incoming
  const query = new URL(request.url).searchParams
  const body = method === 'GET' ? undefined : parse(await request.text())
  const problems = exchange.check({ method, path, query, body })
  const [problem] = problems
  if (problem) throw new GithubProblem(422, `Invalid request.\n\n${describe(problem, body)}`)
  const { parameters } = match
  const answer = await endpoint.answer({ ...world, request, parameters, query, body: body ?? {}, credential })
  if (method !== 'GET' && credential) await lookForPushes(world, match, credential)
  return answer
}

// What moves no ref for certain is passed over: of git's objects there may be many.
async function lookForPushes(
  { repositories, watch, actions }: GithubWorld,
  { endpoint, parameters }: ContractMatch,
  { user, token }: Credential,
): Promise<void> {
  const repository = repositories.find(parameters.owner ?? '', parameters.repo ?? '')
  const still = /^(?:git\/create-(?:blob|tree|commit|tag)$|actions\/|issues\/)/.test(endpoint.id)
  if (repository && !still) await watch.look(repository, user, actions.settings.isJobToken(token))
}

function authenticate({ accounts }: GithubWorld, request: Request): Credential | undefined | 'wrong' {
  const header = request.headers.get('authorization')
  if (header === null) return undefined
  const [scheme = '', value = ''] = header.split(' ')
  const kind = scheme.toLowerCase()
  const [, password] = kind === 'basic' ? Buffer.from(value, 'base64').toString().split(':') : []
  const token = kind === 'bearer' || kind === 'token' ? value : password
  return (token && accounts.authenticate(token)) || 'wrong'
}

function admit({ signedIn = false, scope }: Endpoint, credential: Credential | undefined): void {
  if (signedIn && !credential) throw new GithubProblem(401, 'Requires authentication')
  // GitHub hides what a token is not meant for.
  if (scope && !credential?.permissions && !credential?.scopes.includes(scope)) throw notFound()
}

function isPublic({ repositories }: GithubWorld, { parameters }: ContractMatch): boolean {
  const { owner = '', repo = '' } = parameters
  return repositories.find(owner, repo)?.private === false
}

// Other providers' scopes are no business of GitHub's.
function scopesOf({ scopes }: Credential): string {
  return scopes.filter((scope) => !['netlify', 'vercel', 'neon', 'api'].includes(scope)).join(', ')
}

function parse(text: string): Record<string, unknown> | undefined {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new GithubProblem(400, 'Problems parsing JSON')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new GithubProblem(400, 'Body should be a JSON object')
}

// In the words of GitHub's own validator, as far as they are known.
function describe({ where, pointer, message }: Problem, body: unknown): string {
  // The words of GitHub's validator; which schema it names by number is known of none.
  if (where === 'body' && message === 'must not be missing') return "For 'links/1/schema', nil is not an object."
  const [, missing] = /required property '?([^']+)'?/.exec(message) ?? []
  if (missing) return `"${missing}" wasn't supplied.`
  const value = pointer
    .split('/')
    .slice(1)
    .reduce((at: unknown, key) => (at as Record<string, unknown> | undefined)?.[key], body)
  const name = where === 'body' ? `properties${pointer}` : `${where}${pointer}`
  const wanted = message.replace(/^must be (\w+)$/, 'is not a $1').replace(/^must/, 'does not satisfy: must')
  return `For '${name}', ${JSON.stringify(value) ?? 'the value'} ${wanted}.`
}
