import type { Account, Accounts, Credential } from '../accounts.js'
import type { SourceTree } from '../linked-repositories.js'
import type { Random } from '../random.js'
import type { AliasBook } from './aliases.js'
import type { Hosts } from './hosts.js'
import type { Limiter } from './limits.js'
import type { Machine } from './machine.js'
import { badRequest, forbidden, notFound } from './problem.js'
import { accountId, type Json, type VercelDeployment, type VercelProject, type VercelState } from './state.js'

/** A record of the DNS as a resolver would find it. */
export interface DnsRecord {
  /** Without a dot at the end. */
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'TXT'
  readonly value: string
}

/** A repository as far as it matters here. */
export interface KnownRepository {
  readonly id: number
  readonly ownerId: number
  /** `organization/shop` */
  readonly path: string
  readonly defaultBranch: string
}

/** Where the source of a deployment comes from that names a commit. */
export interface Repositories {
  /** Finds a repository by its path or its id. */
  find(pathOrId: string): Promise<KnownRepository | undefined>
  /** The commit that a branch, a tag or an id stands for, with its files; `undefined` where there is none. */
  read(repository: KnownRepository, ref: string): Promise<SourceTree | undefined>
}

/** What all endpoints work on. */
export interface VercelWorld {
  readonly state: VercelState
  readonly machine: Machine
  readonly accounts: Accounts
  /** Where ids and names come from. */
  readonly random: Random
  readonly limiter: Limiter
  readonly hosts: Hosts
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A time for what is new, never the same twice: lists are cut by time. */
  readonly stamp: () => number
  readonly aliases: AliasBook
  /** The repositories that projects may be linked to; `undefined` where there are none to look into. */
  readonly repositories: Repositories | undefined
  /** Whether Vercel's app is installed on GitHub, which linking needs. */
  readonly githubApp: boolean
  /** Whether new projects are protected as Vercel protects them. */
  readonly protectPreviews: boolean
  /** What the DNS says at this moment. */
  readonly dns: () => readonly DnsRecord[]
}

/** One request that has been authenticated and checked against the contract. */
export interface Call {
  readonly credential: Credential
  /** The user, or the team that the query names. */
  readonly account: Account
  /** Parameters of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The parsed body; `{}` where there is none. */
  readonly json: Json
  /** The body of an upload. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly request: Request
}

/** What an endpoint answers. */
export interface Answer {
  readonly status: number
  readonly json?: unknown
  /** Instead of JSON: text that goes on as long as it has something to say. */
  readonly stream?: ReadableStream<Uint8Array>
}

/** What the emulator does for one endpoint of the contract. */
export type Endpoint = (call: Call, world: VercelWorld) => Answer | Promise<Answer>

/** Endpoints by their operation's id in the contract. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/**
 * The account that a request acts for.
 *
 * @throws VercelProblem with 403 where the caller is not in the team, whether there is one or not.
 */
export function accountOf(query: URLSearchParams, credential: Credential, accounts: Accounts): Account {
  const team = query.get('teamId') ?? query.get('slug')
  const { user } = credential
  if (team === null || team === '' || team === accountId(user)) return user
  const found = accounts.accountsOf(user).find((one) => accountId(one) === team || one.login === team)
  if (!found) throw forbidden()
  return found
}

/** The projects of the account, latest first. */
export function projectsOf({ account }: Call, { state }: VercelWorld): VercelProject[] {
  return [...state.projects.values()].filter((project) => project.account === account).reverse()
}

/**
 * Finds a project of the account by id or name.
 *
 * @throws VercelProblem with 404
 */
export function findProject(call: Call, world: VercelWorld, idOrName: string): VercelProject {
  const found = projectsOf(call, world).find((one) => one.id === idOrName || one.name === idOrName)
  if (!found) throw notFound('Project not found.')
  return found
}

/** The project that the path names. @throws VercelProblem with 404 */
export function projectOf(call: Call, world: VercelWorld): VercelProject {
  return findProject(call, world, call.parameters.idOrName ?? call.parameters.projectId ?? '')
}

/**
 * Finds a deployment of the account by id, or by one of its hosts.
 *
 * @throws VercelProblem with 404
 */
export function findDeployment(call: Call, world: VercelWorld, idOrUrl: string): VercelDeployment {
  const { state, hosts } = world
  const host = idOrUrl.replace(/^https?:\/\//, '').replace(/\/$/, '')
  const found =
    state.deployments.get(idOrUrl) ??
    [...state.deployments.values()].find((one) => hosts.url(one) === host) ??
    [...state.aliases.values()].find((one) => hosts.show(one.name) === host)?.deployment
  if (found?.project.account !== call.account) throw notFound(`Can't find the deployment "${idOrUrl}".`)
  return found
}

/** The deployment that the path names. @throws VercelProblem with 404 */
export function deploymentOf(call: Call, world: VercelWorld): VercelDeployment {
  const { idOrUrl, id, deploymentId } = call.parameters
  return findDeployment(call, world, idOrUrl ?? id ?? deploymentId ?? '')
}

/** A page of a list, with what leads to the ones before and after it: times, as all lists of the API are cut by time. */
export function paginate<Item>(
  call: Call,
  items: readonly Item[],
  timeOf: (item: Item) => number,
): { readonly page: readonly Item[]; readonly pagination: Json } {
  const { query } = call
  const number = (name: string): number | undefined => {
    const text = query.get(name)
    if (text === null || text === '') return undefined
    const value = Number(text)
    if (!Number.isFinite(value)) throw badRequest(`Invalid request: \`${name}\` should be number.`)
    return value
  }
  const limit = number('limit') ?? 20
  // Docs, "Pagination": 20 where nothing is said, 100 at most.
  if (limit < 1) throw badRequest('Invalid request: `limit` should be >= 1.')
  if (limit > 100) throw badRequest('Invalid request: `limit` should be <= 100.')
  const until = number('until') ?? number('to') ?? number('from') ?? Number.POSITIVE_INFINITY
  const since = number('since') ?? 0
  const fitting = items.filter((item) => timeOf(item) < until && timeOf(item) >= since)
  const page = fitting.slice(0, limit)
  const last = page.at(-1)
  const next = fitting.length > limit && last !== undefined ? timeOf(last) : null
  const first = page[0]
  return { page, pagination: { count: page.length, next, prev: first === undefined ? null : timeOf(first) } }
}
