import { type Call, repositoryOf } from '../endpoint.js'
import type { Answer } from '../headers.js'
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
 * @param most GitHub's limit for one page
 */
export function paged<Item>(call: Call, items: readonly Item[], body: (page: Item[]) => unknown, most = 100): Answer {
  const size = Math.min(most, Math.max(1, Number(call.query.get('per_page') ?? 30)))
  const page = Math.max(1, Number(call.query.get('page') ?? 1))
  const rest = items.slice((page - 1) * size)
  const answer = { status: 200, body: body(rest.slice(0, size)) }
  if (rest.length <= size) return answer
  const query = new URLSearchParams(call.query)
  query.set('page', String(page + 1))
  const next = `${call.urls().api}${new URL(call.request.url).pathname}?${query}`
  return { ...answer, headers: { Link: `<${next}>; rel="next"` } }
}

/** Addresses of a repository in replies. */
export function apiOf({ urls }: Call, { owner, name }: EmulatedRepository): string {
  return `${urls().api}/repos/${owner.login}/${name}`
}

/** The name for people that GitHub's GraphQL knows a thing by; of no consequence here. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(`${kind}${id}`).toString('base64url')}`
}
