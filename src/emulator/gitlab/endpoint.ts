import type { Accounts, Credential } from '../accounts.js'
import type { Git } from '../git-process.js'
import { pageLinks } from '../page-links.js'
import type { GitlabDelays } from './delays.js'
import type { Answer } from './headers.js'
import type { Namespaces } from './namespaces.js'
import { forbidden, notFound, unauthorized } from './problem.js'
import { type AccessLevel, accessOf, type EmulatedProject, mayRead, type ProjectStore } from './projects.js'

/** What every endpoint works on. */
export interface GitlabWorld {
  readonly accounts: Accounts
  readonly namespaces: Namespaces
  readonly projects: ProjectStore
  readonly git: Git
  /** Origin of both faces, without a slash at the end: `https://gitlab.com` at the real one. */
  readonly url: () => string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly delays: Required<GitlabDelays>
  /** Ids that merge requests get, one after the other. */
  readonly mergeRequestIds: () => number
}

/** One request to an endpoint, already found to be as the contract asks. */
export interface Call extends GitlabWorld {
  readonly request: Request
  /** Of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** An object; empty where the request has no body. */
  readonly body: Readonly<Record<string, unknown>>
  /** `undefined`: nobody is signed in. */
  readonly credential: Credential | undefined
}

/** What is behind one operation of the contract. */
export type Endpoint = (call: Call) => Promise<Answer>

/** Endpoints by their operation's id in the contract. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/** The one who calls. @throws GitlabProblem 401 where nobody is signed in. */
export function callerOf({ credential }: Call): Credential {
  if (!credential) throw unauthorized()
  return credential
}

/**
 * The project that the path names, by id or by path.
 *
 * @param needed level of access without which GitLab answers 403
 * @throws GitlabProblem 404 where it is not there or hidden from the caller.
 */
export function projectOf(call: Call, needed: AccessLevel = 0): EmulatedProject {
  const project = call.projects.find(call.parameters.id ?? '')
  const user = call.credential?.user
  if (!project || !mayRead(project, user)) throw notFound('Project')
  // What is archived is read by all who may, and written by none.
  if (accessOf(project, user) < needed || (needed >= 30 && project.archived)) throw forbidden()
  return project
}

/** The project's repository, as git's helpers take it. */
export function repositoryOf({ folder }: EmulatedProject): { readonly path: string } {
  return { path: folder }
}

/** The page that a list was asked for. */
export function pageOf({ query }: Call): { readonly size: number; readonly page: number } {
  return { size: Math.min(100, Number(query.get('per_page') ?? 20)), page: Number(query.get('page') ?? 1) }
}

/** Above so many, counting is left out ("REST API", section "Pagination response headers"). */
const most = 10_000

/** A page of a list that is whole. */
export function paginated<Item>(call: Call, items: readonly Item[], show: (item: Item) => unknown): Answer {
  const { size, page } = pageOf(call)
  const total = items.length > most ? undefined : items.length
  const headers = pageHeaders(call, { more: page * size < items.length, total })
  return { status: 200, body: items.slice((page - 1) * size, page * size).map(show), headers }
}

/**
 * The headers of GitLab's offset-based pagination (`lib/gitlab/pagination/offset_header_builder.rb`).
 *
 * @param total `undefined`: GitLab doesn't count this list, and so tells no last page either
 */
export function pageHeaders(
  call: Call,
  { more, total }: { readonly more: boolean; readonly total?: number | undefined },
): Readonly<Record<string, string>> {
  const { size, page } = pageOf(call)
  const pages = total === undefined ? undefined : Math.max(1, Math.ceil(total / size))
  const address = new URL(`${call.url()}${new URL(call.request.url).pathname}?${call.query}`)
  // In this order where the request does not say which page it wants.
  address.searchParams.set('page', String(page))
  address.searchParams.set('per_page', String(size))
  const links = pageLinks(address.href, {
    ...(page > 1 && { prev: page - 1 }),
    ...(more && { next: page + 1 }),
    first: 1,
    ...(pages !== undefined && { last: pages }),
  })
  return {
    ...(links !== undefined && { Link: links }),
    'X-Next-Page': more ? String(page + 1) : '',
    'X-Page': String(page),
    'X-Per-Page': String(size),
    'X-Prev-Page': page > 1 ? String(page - 1) : '',
    ...(pages !== undefined && { 'X-Total': String(total), 'X-Total-Pages': String(pages) }),
  }
}
