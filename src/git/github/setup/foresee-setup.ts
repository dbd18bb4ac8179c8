import * as z from 'zod/mini'
import { OptionsError } from '../../../errors/options-error.js'
import type { Context } from '../../../spec/context.js'
import type { AccessInput } from '../../../spec/git-host.js'
import { type GithubApi, repositorySchema } from '../api.js'
import { readHead } from '../repository.js'
import { readUser } from '../user.js'
import type { ParsedSetup } from './setup-options.js'

/** Whose repository is to be set up. */
export interface ForeseenPlace {
  readonly api: GithubApi
  /** `undefined`: the owner of the token. */
  readonly owner: string | undefined
  readonly name: string
}

const accountSchema = z.object({ type: z.string() })

/** How many requests {@link foreseeSetup} sends at most. */
export function countForesight({ visibility, defaultBranch }: ParsedSetup): number {
  return (visibility === 'internal' ? 1 : 0) + (defaultBranch === undefined ? 0 : 3)
}

/**
 * Refuses what GitHub would refuse only once the repository has been made, or after the commit.
 *
 * @param input What is committed; without `branches`, nothing is set up.
 * @throws OptionsError `visibility-unavailable` or `default-branch-missing`
 */
export async function foreseeSetup(
  { visibility, defaultBranch }: ParsedSetup,
  place: ForeseenPlace,
  { branch, branches }: Pick<AccessInput, 'branch' | 'branches'>,
  context: Context,
): Promise<void> {
  if (branches === undefined) return
  if (visibility === 'internal' && (await isUser(place, context))) throw notInternal(place)
  if (defaultBranch !== undefined && !branches.includes(defaultBranch))
    await requireBranch(place, defaultBranch, branch === undefined, context)
}

async function isUser({ api, owner }: ForeseenPlace, context: Context): Promise<boolean> {
  if (owner === undefined) return true
  const purpose = `tell whether ${owner} is a user`
  const answer = await api.ask(context, accountSchema, { purpose, path: `/users/${owner}`, accept: [404] })
  return 'value' in answer && answer.value.type === 'User'
}

/**
 * A default branch that nobody commits to has to be there.
 *
 * @param mayBegin Whether the default branch that the repository has is committed to.
 */
async function requireBranch(
  { api, owner: given, name }: ForeseenPlace,
  branch: string,
  mayBegin: boolean,
  context: Context,
): Promise<void> {
  const owner = given ?? (await readUser(api, context))?.login
  if (owner === undefined) return
  const fullName = `${owner}/${name}`
  const request = { purpose: `find the repository ${fullName}`, path: `/repos/${fullName}`, accept: [404] }
  const answer = await api.ask(context, repositorySchema, request)
  const repository = 'value' in answer ? answer.value : undefined
  // GitHub's usual name for the first branch: of a repository that is not there yet, none is told.
  if (mayBegin && branch === (repository?.default_branch ?? 'main')) return
  const isThere = repository && (await readHead(api, repository.full_name, branch, context)) !== null
  if (!isThere) throw branchMissing(fullName, branch)
}

function notInternal({ owner, name }: ForeseenPlace): OptionsError {
  return new OptionsError({
    code: 'visibility-unavailable',
    message: `${owner === undefined ? name : `${owner}/${name}`} is a user's repository, which can't be internal.`,
    hint: "Set github.setup.visibility to 'private' or 'public', or name a repository of an enterprise's organization.",
    details: { option: 'github.setup.visibility' },
  })
}

function branchMissing(fullName: string, branch: string): OptionsError {
  return new OptionsError({
    code: 'default-branch-missing',
    message: `${branch} is to be the default branch of ${fullName}, which has no such branch, and nothing is committed to it.`,
    hint: `Commit to it (deploy({ commit: { branch: '${branch}' } })), or correct github.setup.defaultBranch.`,
    details: { repository: fullName, branch, option: 'github.setup.defaultBranch' },
  })
}
