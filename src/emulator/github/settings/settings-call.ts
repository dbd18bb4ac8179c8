import { type Call, repositoryOf } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { globalId } from '../ids.js'
import { type PageSizes, pageOf } from '../paging.js'
import { allows, permissionOf } from '../permissions.js'
import { type FieldError, GithubProblem, notFound } from '../problem.js'
import type { EmulatedRepository } from '../repositories.js'

/**
 * The repository whose settings are asked for. Whoever may see it and not administer it is told that there is nothing: GitHub's
 * "404 in place of 403" (GitHub Docs, "Troubleshooting the REST API", "404 Not Found for an existing resource").
 *
 * @throws GithubProblem 401 where nobody is signed in, else 404
 */
export function administered(call: Call, needed: 'push' | 'admin' = 'admin'): EmulatedRepository {
  const repository = repositoryOf(call)
  if (!call.credential) throw new GithubProblem(401, 'Requires authentication')
  if (!allows(permissionOf(repository, call.credential), needed)) throw notFound()
  return repository
}

/** What GitHub's free plan has for public repositories only. @throws GithubProblem 403 */
export function requirePlan(repository: EmulatedRepository): void {
  if (!repository.private || repository.setup.paid) return
  throw new GithubProblem(403, 'Upgrade to GitHub Pro or make this repository public to enable this feature.')
}

/** A value that fits the contract and that GitHub refuses nonetheless. */
export function invalid(resource: string, field: string | undefined, message: string, code = 'custom'): GithubProblem {
  const error: FieldError = { resource, code, ...(field !== undefined && { field }), message }
  return new GithubProblem(422, 'Validation Failed', { errors: [error] })
}

/**
 * One page of a list, with the header that leads to the next.
 *
 * @param sizes of the pages, where they are not the usual ones
 */
export function paged<Item>(
  call: Call,
  items: readonly Item[],
  body: (page: Item[]) => unknown,
  sizes?: PageSizes,
): Answer {
  const page = pageOf(call, items, sizes)
  return { status: 200, body: body([...page.items]), headers: page.headers }
}

/** What was made, and where it is. */
export function created(body: Readonly<Record<string, unknown>>): Answer {
  return { status: 201, body, headers: { Location: String(body.url) } }
}

/** Addresses of a repository in replies. */
export function apiOf({ urls }: Call, { owner, name }: EmulatedRepository): string {
  return `${urls().api}/repos/${owner.login}/${name}`
}

/** The global id of something that has a number of its own. */
export function nodeId(kind: string, id: number): string {
  return globalId(kind, id)
}
