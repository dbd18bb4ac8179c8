import type { Account } from '../accounts.js'
import { isUri } from '../uri.js'
import { commitFiles } from './commit.js'
import { type Call, callerOf, type Endpoints, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { permissionOf } from './permissions.js'
import { type FieldError, GithubProblem, notFound } from './problem.js'
import { diskUsage, readRef } from './read-git.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'
import { fullRepositoryReply, repositorySettings } from './repository-reply.js'

/** Repositories: created, read and changed. */
export const repositoryEndpoints: Endpoints = {
  'repos/get': {
    page: 'repos/repos#get-a-repository',
    accepts: 'repo',
    answer: async (call) => reply(call, repositoryOf(call), 200),
  },
  'repos/create-for-authenticated-user': {
    page: 'repos/repos#create-a-repository-for-the-authenticated-user',
    accepts: 'public_repo, repo',
    signedIn: true,
    answer: (call) => create(call, callerOf(call).user),
  },
  'repos/create-in-org': {
    page: 'repos/repos#create-an-organization-repository',
    accepts: 'public_repo, repo',
    signedIn: true,
    answer: async (call) => {
      requireScope(call)
      const organization = call.accounts.find(call.parameters.org ?? '')
      if (organization?.kind !== 'organization') throw notFound()
      if (!organization.members.includes(callerOf(call).user.login)) {
        const message = 'You need admin access to the organization before adding a repository to it.'
        throw new GithubProblem(403, message)
      }
      return create(call, organization)
    },
  },
  'repos/update': {
    page: 'repos/repos#update-a-repository',
    accepts: 'public_repo, repo',
    signedIn: true,
    answer: async (call) => {
      const repository = repositoryOf(call, 'admin')
      const { name, default_branch } = call.body
      const errors = fieldErrors(call)
      if (errors.length > 0) throw new GithubProblem(422, 'Validation Failed', { errors })
      if (typeof name === 'string' && name !== repository.name) throw notEmulated('Repository update failed.', 'name')
      if (typeof default_branch === 'string') await changeDefaultBranch(call, repository, default_branch)
      apply(repository, call.body)
      repository.updatedAt = call.now()
      return reply(call, repository, 200)
    },
  },
}

/** `public_repo` is enough for a public one ("Create a repository for the authenticated user"); GitHub hides what a token is not meant for. */
function requireScope(call: Call): void {
  const { scopes, permissions } = callerOf(call)
  const { visibility, private: hidden = false } = call.body
  const isPublic = visibility === undefined ? hidden === false : visibility === 'public'
  if (permissions || scopes.includes('repo') || (isPublic && scopes.includes('public_repo'))) return
  throw notFound()
}

async function create(call: Call, owner: Account): Promise<Answer> {
  requireScope(call)
  const failed = 'Repository creation failed.'
  const unknown = ['gitignore_template', 'license_template', 'team_id'].find((field) => field in call.body)
  if (unknown) throw notEmulated(failed, unknown)
  // GitHub makes a valid name of whatever it gets.
  const name = String(call.body.name)
    .replace(/[^\w.-]+/g, '-')
    .replace(/\.git$/i, '')
  const errors = [...nameErrors(call, owner, name), ...fieldErrors(call)]
  if (errors.length > 0) throw new GithubProblem(422, failed, { errors })
  const repository = await call.repositories.create(owner, name)
  apply(repository, call.body)
  if (call.body.auto_init === true) await initialize(call, repository)
  const answer = await reply(call, repository, 201)
  return { ...answer, headers: { Location: `${call.urls().api}/repos/${owner.login}/${name}` } }
}

function nameErrors(call: Call, owner: Account, name: string): FieldError[] {
  const custom = (message: string): FieldError => ({ resource: 'Repository', code: 'custom', field: 'name', message })
  if (name === '') {
    const missing = { resource: 'Repository', code: 'missing_field', field: 'name' }
    return [missing, custom('name is too short (minimum is 1 character)')]
  }
  if (name === '.' || name === '..') return [custom(`name '${name}' is a reserved name`)]
  if (name.length > 100) return [custom('name is too long (maximum is 100 characters)')]
  return call.repositories.taken(owner.login, name) ? [custom('name already exists on this account')] : []
}

// What the replies promise to be an address is refused where it is none; an empty text removes it.
function fieldErrors({ body: { homepage } }: Call): FieldError[] {
  if (typeof homepage !== 'string' || homepage === '' || (/^https?:/i.test(homepage) && isUri(homepage))) return []
  return [{ resource: 'Repository', code: 'custom', field: 'homepage', message: 'homepage is not a valid URL' }]
}

async function initialize(call: Call, repository: EmulatedRepository): Promise<void> {
  const { user } = callerOf(call)
  const lines = [`# ${repository.name}`, ...(repository.description ? [repository.description] : [])]
  await commitFiles(call.git, repository, {
    branch: 'main',
    files: { 'README.md': lines.join('\n') },
    message: 'Initial commit',
    author: user,
    committer: { name: 'GitHub', email: 'noreply@github.com' },
    date: call.now(),
  })
}

async function changeDefaultBranch(call: Call, repository: EmulatedRepository, branch: string): Promise<void> {
  const ref = `refs/heads/${branch}`
  if (!(await readRef(call.git, repository, ref))) {
    const message = `The branch ${branch} was not found. Please push that ref first or create it via the Git Data API.`
    const errors = [{ resource: 'Repository', code: 'invalid', field: 'default_branch', message }]
    throw new GithubProblem(422, 'Validation Failed', { errors })
  }
  await call.git.run(repository.path, ['symbolic-ref', 'HEAD', ref])
}

function apply(repository: EmulatedRepository, body: Call['body']): void {
  const { description, homepage, visibility, archived } = body
  if (typeof description === 'string') repository.description = description
  if (typeof homepage === 'string') repository.homepage = homepage || null
  if (typeof body.private === 'boolean') repository.private = body.private
  if (typeof visibility === 'string') repository.private = visibility !== 'public'
  if (typeof archived === 'boolean') repository.archived = archived
  for (const name of Object.keys(repositorySettings)) {
    const value = body[name]
    if (typeof value === 'boolean') repository.settings[name] = value
  }
}

async function reply(call: Call, repository: EmulatedRepository, status: number): Promise<Answer> {
  const facts = { defaultBranch: await defaultBranch(repository), size: await diskUsage(call.git, repository) }
  const permission = call.credential && permissionOf(repository, call.credential)
  return { status, body: fullRepositoryReply(repository, facts, permission, call.urls()) }
}

// What the emulator can't do it refuses, so that no one takes it for done.
function notEmulated(message: string, field: string): GithubProblem {
  const error = { resource: 'Repository', code: 'custom', field, message: `${field} is not emulated` }
  return new GithubProblem(422, message, { errors: [error] })
}
