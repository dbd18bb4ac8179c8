import type { Credential } from '../accounts.js'
import { GithubProblem } from './problem.js'

/** A permission of a fine-grained token that an endpoint needs. */
export interface FinePermission {
  readonly name: string
  readonly access: 'read' | 'write'
}

/** What is needed below a repository, by the part of the path after its name; the first that fits counts. */
const belowRepository: readonly [RegExp, string][] = [
  [/^\/actions\/(?:secrets|organization-secrets)/, 'secrets'],
  [/^\/actions\/(?:variables|organization-variables)/, 'variables'],
  [/^\/actions\/runs\/[^/]+\/pending_deployments/, 'deployments'],
  [/^\/actions\//, 'actions'],
  [/^\/environments\/[^/]+\/(?:secrets|variables)/, 'environments'],
  [/^\/environments/, 'administration'],
  [/^\/branches\/.+\/protection|^\/(?:rulesets|keys|topics)/, 'administration'],
  [/^\/hooks/, 'repository_hooks'],
  [/^\/deployments/, 'deployments'],
  [/^\/pages/, 'pages'],
  [/^\/pulls/, 'pull_requests'],
  [/^\/issues/, 'issues'],
  [/^\/(?:git|contents|commits|compare|branches|merges|tarball|zipball)(?:\/|$)/, 'contents'],
]

/**
 * The permission that a fine-grained token needs for a request (GitHub Docs, "Permissions required for fine-grained personal
 * access tokens"); `undefined` where none is needed but what every token has.
 */
export function finePermission(method: string, path: string): FinePermission | undefined {
  const access = method === 'GET' ? 'read' : 'write'
  if (/^\/(?:user|orgs\/[^/]+)\/repos$/.test(path)) return { name: 'administration', access }
  if (/^\/orgs\/[^/]+\/teams/.test(path)) return { name: 'members', access }
  const [, rest] = /^\/repos\/[^/]+\/[^/]+(.*)$/.exec(path) ?? []
  if (rest === undefined) return undefined
  if (rest === '') return access === 'read' ? undefined : { name: 'administration', access }
  if (rest === '/topics' && access === 'read') return undefined
  // To read environments is a matter of Actions.
  if (access === 'read' && /^\/environments(?:\/[^/]+(?:\/deployment-branch-policies)?)?$/.test(rest))
    return { name: 'actions', access }
  const name = belowRepository.find(([pattern]) => pattern.test(rest))?.[1]
  return name === undefined ? undefined : { name, access }
}

/** @throws GithubProblem 403 where a fine-grained token lacks the permission; what is public it may read without. */
export function requirePermission(
  credential: Credential | undefined,
  needed: FinePermission | undefined,
  isPublic: boolean,
): void {
  if (!credential?.permissions || !needed) return
  const { name, access } = needed
  const has = credential.permissions[name]
  const open = isPublic && access === 'read' && ['contents', 'deployments', 'pull_requests', 'issues'].includes(name)
  if (open || has === 'write' || has === access) return
  const what = credential.app ? 'integration' : 'personal access token'
  throw new GithubProblem(403, `Resource not accessible by ${what}`)
}
