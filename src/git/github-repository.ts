import { AuthError } from '../errors/auth-error.js'
import { ConflictError } from '../errors/conflict-error.js'
import { OptionsError } from '../errors/options-error.js'
import type { Context, Reply } from '../spec/context.js'
import { excerpt, parseReply } from '../toolkit/parse-reply.js'
import { poll } from '../toolkit/poll.js'
import { type GithubApi, type GithubRepository, type GithubUser, refSchema, repositorySchema } from './github-api.js'
import { readUser } from './github-user.js'

/** A repository that may have to be made. */
export interface WantedRepository {
  /** `undefined`: the owner of the token. */
  readonly owner: string | undefined
  readonly name: string
  readonly private: boolean
  readonly description: string | undefined
}

/**
 * Finds the repository or creates it for its owner, a user or an organization.
 *
 * Whose token it is, is asked only where that matters: without an owner, and before anything is created.
 * @throws ConflictError `repository-taken`; OptionsError `repository-owner-missing`, `repository-owner-unknown` or
 * `repository-refused`; AuthError `token-forbidden`.
 */
export async function findOrCreateRepository(
  api: GithubApi,
  wanted: WantedRepository,
  context: Context,
): Promise<{ repository: GithubRepository; created: boolean }> {
  let user = wanted.owner === undefined ? await readUser(api, context) : undefined
  const owner = wanted.owner ?? user?.login
  if (owner === undefined) throw ownerMissing(wanted.name)
  const fullName = `${owner}/${wanted.name}`
  const find = async () => {
    const purpose = `find the repository ${fullName}`
    const reply = await api.ask(context, { purpose, path: `/repos/${fullName}`, accept: [404] })
    return reply.status === 404 ? null : parseReply(reply, repositorySchema, { provider: 'github', purpose })
  }
  const found = await find()
  if (found) return { repository: await writable(api, found, user, context), created: false }
  user ??= await readUser(api, context)
  // A token of no user can create for organizations alone.
  const mine = owner.toLowerCase() === user?.login.toLowerCase()
  const reply = await create(api, wanted, owner, mine, context)
  if (reply.status !== 422) {
    const asked = { provider: 'github', purpose: `create the repository ${fullName}` }
    return { repository: parseReply(reply, repositorySchema, asked), created: true }
  }
  // Another tab may have made it in between, and GitHub may take a moment to show it.
  const made = await poll({
    ...context,
    ask: find,
    done: (repository) => repository !== null,
    key: () => '',
    timeLimit: 3000,
    expired: () => refused(fullName, excerpt(reply.bytes)),
  })
  if (made === null) throw refused(fullName, excerpt(reply.bytes))
  return { repository: await writable(api, made, user, context), created: false }
}

/** @throws ConflictError `repository-taken` */
async function writable(
  api: GithubApi,
  repository: GithubRepository,
  known: GithubUser | null | undefined,
  context: Context,
): Promise<GithubRepository> {
  if (repository.archived) throw notWritable(repository.full_name, 'it is archived')
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
): Promise<Reply> {
  const fullName = `${owner}/${wanted.name}`
  const purpose = `create the repository ${fullName}`
  const { name, private: hidden, description } = wanted
  if (!mine) await checkOrganization(api, owner, context)
  const reply = await api.ask(context, {
    purpose,
    method: 'POST',
    path: mine ? '/user/repos' : `/orgs/${owner}/repos`,
    json: { name, private: hidden, auto_init: false, ...(description !== undefined && { description }) },
    accept: [404, 422],
  })
  // GitHub hides what a token may not do behind "not found".
  if (reply.status === 404) throw mayNotCreate(fullName)
  return reply
}

async function checkOrganization(api: GithubApi, owner: string, context: Context): Promise<void> {
  const purpose = `find the organization ${owner}`
  const { status } = await api.ask(context, { purpose, path: `/orgs/${owner}`, accept: [404] })
  if (status !== 404) return
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
  const reply = await api.ask(context, { purpose, path, accept: [404, 409] })
  if (reply.status !== 200) return null
  return parseReply(reply, refSchema, { provider: 'github', purpose }).object.sha
}

function ownerMissing(name: string): OptionsError {
  return new OptionsError({
    code: 'repository-owner-missing',
    message: `This token belongs to no user (it may be of an app), so it is not known whose repository ${name} is.`,
    hint: `Give github.repository with its owner: owner/${name}.`,
    details: { name },
  })
}

function notWritable(fullName: string, why: string): ConflictError {
  return new ConflictError({
    code: 'repository-taken',
    message: `The repository ${fullName} exists, and ${why}.`,
    hint: 'Choose another name for github.repository, or ask its owner for write access.',
    details: { repository: fullName },
  })
}

/** GitHub says of a name that is in use: "name already exists on this account". */
function refused(fullName: string, said: string): ConflictError | OptionsError {
  if (!/already exists/i.test(said)) {
    return new OptionsError({
      code: 'repository-refused',
      message: `GitHub does not make a repository ${fullName}: ${said}`,
      hint: 'The message says what it objects to. Correct github.repository or github.description.',
      details: { repository: fullName, said },
    })
  }
  return new ConflictError({
    code: 'repository-taken',
    message: `The name ${fullName} is taken by a repository that this token cannot see.`,
    hint: 'Choose another name for github.repository, or use a token that can see it.',
    details: { repository: fullName },
  })
}

function mayNotCreate(fullName: string): AuthError {
  return new AuthError({
    code: 'token-forbidden',
    message: `GitHub does not allow this token to create the repository ${fullName}.`,
    hint: 'Use a token with the scope repo, or a fine-grained one with Administration: write.',
    details: { repository: fullName },
  })
}
