import * as z from 'zod/mini'
import { OptionsError } from '../../../errors/options-error.js'
import type { Context } from '../../../spec/context.js'
import type { AccessInput } from '../../../spec/git-host.js'
import { type GithubApi, type GithubRepository, repositorySchema } from '../api.js'
import { readUser } from '../user.js'
import { missingRight, notAdministrator } from './missing-right.js'
import { probeRights } from './probe-rights.js'
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
  /** What the settings need. */
  readonly rights: readonly Right[]
  /** What it takes besides where something is published. */
  readonly publishingRights: readonly Right[]
  /** Whether any of the settings is for administrators. */
  readonly administers: boolean
  /** The pull request that is told of publications. */
  readonly pullRequest: number | undefined
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
 * @throws AuthError `token-scope-missing` or `token-forbidden`; OptionsError `pull-request-missing`
 */
export async function checkAccess(options: AccessOptions, input: AccessInput, context: Context): Promise<void> {
  const { api, scopes, publishingRights } = options
  const rights = input.publishes ? [...options.rights, ...publishingRights] : options.rights
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
  if (scopes.known === undefined && repository)
    missing.push(...(await probeRights(api, repository.full_name, rights, context)))
  const place = { fullName, web: options.web, known: scopes.known }
  if (missing.length > 0) throw missingRight(missing, place)
  if (options.administers && repository?.permissions?.admin === false)
    throw notAdministrator({ purpose: 'set the repository up' }, fullName)
  if (input.publishes && owner !== undefined) await requirePullRequest(options, { fullName, repository }, context)
}

/** What every commit needs. */
export function commitRight(fullName: string, isPrivate: boolean): Right {
  return { scopes: scopesFor(isPrivate), permission: 'Contents', purpose: `commit to ${fullName}` }
}

/** What it takes to make a repository. */
export function creationRight(fullName: string, isPrivate: boolean): Right {
  return { scopes: scopesFor(isPrivate), permission: 'Administration', purpose: `create the repository ${fullName}` }
}

/** What it takes to write a workflow. */
export function workflowRight(path: string): Right {
  return { scopes: ['workflow'], permission: 'Workflows', purpose: `add or change ${path}` }
}

function scopesFor(isPrivate: boolean): string[] {
  return isPrivate ? ['repo'] : ['repo', 'public_repo']
}

/** Those that the branch does not hold as they are: what is there already may be committed again. */
async function changedWorkflows(
  { api }: AccessOptions,
  { branch, artifacts }: AccessInput,
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

async function requirePullRequest(
  { api, pullRequest }: AccessOptions,
  { fullName, repository }: { readonly fullName: string; readonly repository: GithubRepository | undefined },
  context: Context,
): Promise<void> {
  if (pullRequest === undefined) return
  if (repository === undefined) throw pullRequestMissing(fullName, pullRequest)
  const purpose = `find the pull request ${pullRequest} of ${fullName}`
  const path = `/repos/${repository.full_name}/pulls/${pullRequest}`
  const { status } = await api.send(context, { purpose, path, accept: [404] })
  if (status === 404) throw pullRequestMissing(fullName, pullRequest)
}

/** The error for a pull request that is to be told of publications, and is not there. */
export function pullRequestMissing(fullName: string, number: number, cause?: unknown): OptionsError {
  return new OptionsError({
    code: 'pull-request-missing',
    message: `There is no pull request ${number} in ${fullName}.`,
    hint: "Correct github.pullRequest: the number of a pull request of this repository, or 'find' for that of the branch.",
    details: { repository: fullName, pullRequest: number },
    cause,
  })
}
