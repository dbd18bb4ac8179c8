import { OptionsError } from '../../errors/options-error.js'
import type { Context, Reply } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { excerpt } from '../../toolkit/parse-reply.js'
import { poll } from '../../toolkit/poll.js'
import {
  comparisonSchema,
  type GithubApi,
  type GithubRepository,
  type GithubUser,
  organizationSchema,
  refSchema,
  repositorySchema,
} from './api.js'
import { archived, mayNotCreate, notWritable, otherOwner, ownerMissing, refused } from './repository-problems.js'
import { readUser } from './user.js'

/** A repository that may have to be made. */
export interface WantedRepository {
  /** `undefined`: the owner of the token. */
  readonly owner: string | undefined
  /** Whose it was for an earlier run of the deployment. */
  readonly earlierOwner?: string | undefined
  readonly name: string
  readonly private: boolean
  readonly description: string | undefined
}

/** A repository, and what is known of how it came to be there. */
export interface FoundRepository {
  readonly repository: GithubRepository
  /** Whether this deployment asked for it when it was not there: then it made it, unless it holds a commit. */
  readonly created: boolean
  /** Whether GitHub has just said that it was made, so that it holds no commit. */
  readonly empty: boolean
}

/** How what is about to be created is remembered, and what its refusal means. */
export interface RepositoryIntent {
  /** Full name of the repository that an earlier run was about to create. */
  readonly intended: string | undefined
  /** Called with its full name before it is created. */
  intend(fullName: string): Promise<void>
  /** What a refusal to create it really says. */
  explain(error: unknown, fullName: string): unknown
}

/** Milliseconds until a repository that was just made is shown. */
const lateness = 3000

/**
 * Finds the repository or creates it for its owner, a user or an organization.
 *
 * Whose token it is, is asked only where that matters: without an owner, and before anything is created.
 * @throws ConflictError `repository-taken`; OptionsError `repository-owner-missing`, `repository-owner-unknown`,
 * `repository-refused` or `resume-differs`; AuthError `token-forbidden`.
 */
export async function findOrCreateRepository(
  api: GithubApi,
  wanted: WantedRepository,
  { intended, intend, explain }: RepositoryIntent,
  context: Context,
): Promise<FoundRepository> {
  let user = wanted.owner === undefined ? await readUser(api, context) : undefined
  const owner = wanted.owner ?? user?.login
  if (owner === undefined) throw ownerMissing(wanted.name)
  if (wanted.earlierOwner !== undefined && wanted.earlierOwner.toLowerCase() !== owner.toLowerCase())
    throw otherOwner(wanted.earlierOwner, owner, wanted.name)
  const fullName = `${owner}/${wanted.name}`
  const again = intended?.toLowerCase() === fullName.toLowerCase()
  const find = async (ours: boolean): Promise<FoundRepository | undefined> => {
    const repository = await readRepository(api, fullName, context)
    return repository && { repository: await writable(api, repository, user, context), created: ours, empty: false }
  }
  const found = await find(again)
  if (found) return found
  user ??= await readUser(api, context)
  // A token of no user can create for organizations alone.
  const mine = owner.toLowerCase() === user?.login.toLowerCase()
  if (!mine) await checkOrganization(api, owner, context)
  await intend(fullName)
  const { made } = await createOrAdopt<FoundRepository>({
    context,
    provider: 'github',
    purpose: `create the repository ${fullName}`,
    again,
    find: () => find(true),
    async create(uncertain) {
      const answer = await create(api, wanted, owner, mine, context).catch((error: unknown) => {
        throw explain(error, fullName)
      })
      if ('value' in answer) return { repository: answer.value, created: true, empty: true }
      const expired = () => refused(fullName, excerpt(answer.other.bytes))
      // Another tab may have made it in between, or this one with a request whose answer was lost; GitHub may show it late.
      const done = (repository: FoundRepository | undefined) => repository !== undefined
      const poller = { ...context, done, key: () => '', timeLimit: lateness, expired }
      const made = await poll({ ...poller, ask: () => find(uncertain) })
      if (made === undefined) throw expired()
      return made
    },
  })
  return made
}

/** @returns the repository; `undefined` where the token can see none. */
export async function readRepository(
  api: GithubApi,
  fullName: string,
  context: Context,
): Promise<GithubRepository | undefined> {
  const purpose = `find the repository ${fullName}`
  const answer = await api.ask(context, repositorySchema, { purpose, path: `/repos/${fullName}`, accept: [404] })
  return 'value' in answer ? answer.value : undefined
}

/** @throws ConflictError `repository-taken` */
async function writable(
  api: GithubApi,
  repository: GithubRepository,
  known: GithubUser | null | undefined,
  context: Context,
): Promise<GithubRepository> {
  if (repository.archived) throw archived(repository)
  if (repository.permissions?.push !== false) return repository
  const user = known === undefined ? await readUser(api, context) : known
  // These are the rights of a user. What a token of no user may do, the push will tell.
  if (user !== null) throw notWritable(repository.full_name, `${user.login} may not push to it`)
  return repository
}

async function create(
  api: GithubApi,
  wanted: WantedRepository,
  owner: string,
  mine: boolean,
  context: Context,
): Promise<{ readonly value: GithubRepository } | { readonly other: Reply }> {
  const fullName = `${owner}/${wanted.name}`
  const purpose = `create the repository ${fullName}`
  const { name, private: hidden, description } = wanted
  const answer = await api.ask(context, repositorySchema, {
    purpose,
    method: 'POST',
    path: mine ? '/user/repos' : `/orgs/${owner}/repos`,
    json: { name, private: hidden, auto_init: false, ...(description !== undefined && { description }) },
    accept: [404, 422],
  })
  // GitHub hides what a token may not do behind "not found".
  if ('other' in answer && answer.other.status === 404) throw mayNotCreate(fullName, hidden)
  return answer
}

async function checkOrganization(api: GithubApi, owner: string, context: Context): Promise<void> {
  const purpose = `find the organization ${owner}`
  const answer = await api.ask(context, organizationSchema, { purpose, path: `/orgs/${owner}`, accept: [404] })
  if ('value' in answer) return
  throw new OptionsError({
    code: 'repository-owner-unknown',
    message: `${owner} is neither the owner of the token nor an organization that the token can see.`,
    hint: 'Check the owner in github.repository; without an owner the repository is made for the owner of the token.',
    details: { owner },
  })
}

/** @returns the commit that a branch is at, `null` where there is no such branch. */
export async function readHead(
  api: GithubApi,
  fullName: string,
  branch: string,
  context: Context,
): Promise<string | null> {
  const purpose = `read the branch ${branch} of ${fullName}`
  const path = `/repos/${fullName}/git/ref/heads/${branch.split('/').map(encodeURIComponent).join('/')}`
  // 409 is GitHub's word for a repository without any commit.
  const answer = await api.ask(context, refSchema, { purpose, path, accept: [404, 409] })
  return 'value' in answer ? answer.value.object.sha : null
}

/** Whether a commit is the one that a branch is at, or one below it. */
export async function isOnBranch(
  api: GithubApi,
  fullName: string,
  commit: { readonly oid: string; readonly branch: string },
  context: Context,
): Promise<boolean> {
  const { oid, branch } = commit
  const head = await readHead(api, fullName, branch, context)
  return head !== null && isPartOf(api, fullName, oid, head, context)
}

/** Whether the commit `oid` is `head`, or one below it. */
export async function isPartOf(
  api: GithubApi,
  fullName: string,
  oid: string,
  head: string,
  context: Context,
): Promise<boolean> {
  if (head === oid) return true
  const purpose = `tell whether the commit ${head} of ${fullName} stands on ${oid}`
  // By its id, since the name of a branch may hold what an address may not. 404: no such commit, or nothing in common.
  const path = `/repos/${fullName}/compare/${oid}...${head}?per_page=1`
  const answer = await api.ask(context, comparisonSchema, { purpose, path, accept: [404] })
  return 'value' in answer && ['ahead', 'identical'].includes(answer.value.status)
}
