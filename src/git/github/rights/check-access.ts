import * as z from 'zod/mini'
import type { Artifact } from '../../../spec/artifact.js'
import type { Context } from '../../../spec/context.js'
import { type GithubApi, type GithubRepository, repositorySchema } from '../api.js'
import { readUser } from '../user.js'
import { missingRight, notAdministrator } from './missing-right.js'
import type { Right } from './right.js'
import type { TokenScopes } from './token-scopes.js'

/** What is checked, and of which repository. */
export interface AccessOptions {
  readonly api: GithubApi
  readonly scopes: TokenScopes
  /** Where GitHub's pages are: `https://github.com`. */
  readonly web: string
  /** `undefined`: the owner of the token. */
  readonly owner: string | undefined
  readonly name: string
  /** Whether it is private where it has to be made. */
  readonly private: boolean
  /** What the settings need, and the deployments. */
  readonly rights: readonly Right[]
  /** Whether any of that is for administrators. */
  readonly administers: boolean
}

const contents = z.array(z.object({ path: z.string(), sha: z.string() }))
const folder = '.github/workflows/'

/** Workflows among paths: GitHub lets only tokens with a right of their own write them. */
export function workflowsOf(paths: readonly string[]): string[] {
  return paths.filter((path) => path.startsWith(folder))
}

/**
 * Compares what is planned with what the token may do, before anything is built or written.
 *
 * @throws AuthError `token-scope-missing` or `token-forbidden`
 */
export async function checkAccess(
  options: AccessOptions,
  input: { readonly branch: string | undefined; readonly artifacts: readonly Artifact[] },
  context: Context,
): Promise<void> {
  const { api, scopes, rights } = options
  const owner = options.owner ?? (await readUser(api, context))?.login
  const fullName = `${owner}/${options.name}`
  const purpose = `find the repository ${fullName}`
  const request = { purpose, path: `/repos/${fullName}`, accept: [404] }
  const answer = owner === undefined ? undefined : await api.ask(context, repositorySchema, request)
  const repository = answer && 'value' in answer ? answer.value : undefined
  const needed = [commitRight(fullName, repository?.private ?? options.private), ...rights]
  const missing = [...scopes.lacking(needed)]
  if (scopes.lacking([workflowRight('')]).length > 0) {
    const [first] = await changedWorkflows(options, input, repository, context)
    if (first !== undefined) missing.push(workflowRight(first))
  }
  const place = { fullName, web: options.web, known: scopes.known }
  if (missing.length > 0) throw missingRight(missing, place)
  if (options.administers && repository?.permissions?.admin === false)
    throw notAdministrator({ purpose: 'set the repository up' }, fullName)
}

/** What every commit needs. */
export function commitRight(fullName: string, isPrivate: boolean): Right {
  const scopes = isPrivate ? ['repo'] : ['repo', 'public_repo']
  return { scopes, permission: 'Contents', purpose: `commit to ${fullName}` }
}

function workflowRight(path: string): Right {
  return { scopes: ['workflow'], permission: 'Workflows', purpose: `add or change ${path}` }
}

/** Those that the branch does not hold as they are: what is there already may be committed again. */
async function changedWorkflows(
  { api }: AccessOptions,
  { branch, artifacts }: { readonly branch: string | undefined; readonly artifacts: readonly Artifact[] },
  repository: GithubRepository | undefined,
  context: Context,
): Promise<string[]> {
  const paths = new Set(workflowsOf(artifacts.map(({ path }) => path)))
  if (paths.size === 0 || !repository) return [...paths]
  const { full_name: fullName, default_branch } = repository
  const ref = encodeURIComponent(branch ?? default_branch)
  const path = `/repos/${fullName}/contents/${folder.slice(0, -1)}?ref=${ref}`
  const purpose = `read the workflows of ${fullName}`
  // 404: there is no such folder, or no such branch, or no commit.
  const answer = await api.ask(context, contents, { purpose, path, accept: [404, 409] })
  const known = new Map('value' in answer ? answer.value.map((one) => [one.path, one.sha]) : [])
  return artifacts.filter(({ path, oid }) => paths.has(path) && known.get(path) !== oid).map((one) => one.path)
}
