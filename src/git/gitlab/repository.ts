import { AuthError } from '../../errors/auth-error.js'
import { ConflictError } from '../../errors/conflict-error.js'
import { OptionsError } from '../../errors/options-error.js'
import type { Context, Reply } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { closed, excerpt } from '../../toolkit/parse-reply.js'
import { poll } from '../../toolkit/poll.js'
import {
  type GitlabApi,
  type GitlabProject,
  type GitlabUser,
  memberSchema,
  namespaceSchema,
  projectSchema,
} from './api.js'
import { pathOf } from './branches.js'
import { readUser } from './user.js'

/** Who may see a project besides its members: nobody, who is signed in, everyone. */
export type GitlabVisibility = 'private' | 'internal' | 'public'

/** A project that may have to be made. */
export interface WantedProject {
  /** Full path of a user or a group; `undefined`: the owner of the token. */
  readonly owner: string | undefined
  /** Whose it was for an earlier run of the deployment. */
  readonly earlierOwner?: string | undefined
  readonly name: string
  readonly visibility: GitlabVisibility
  readonly description: string | undefined
  /** Called before it is created, and throws where it could not hold what is to be committed. */
  readonly admit?: (() => void) | undefined
}

/** A project, and what is known of how it came to be there. */
export interface FoundProject {
  readonly project: GitlabProject
  /** Whether this deployment asked for it when it was not there: then it made it, unless it holds a commit. */
  readonly created: boolean
  /** Whether GitLab has just said that it was made, so that it holds no commit. */
  readonly empty: boolean
}

/** Milliseconds until a project that was just made is shown. */
const lateness = 3000
/** GitLab's level from which one may push ("Roles and permissions"). */
const developer = 30

/**
 * Finds the project or creates it for its owner, a user or a group.
 * @param intended Full name of the project that an earlier run was about to create.
 * @param intend Called with its full name before it is created.
 * @throws ConflictError `repository-taken`; OptionsError `repository-owner-unknown`, `repository-refused` or `resume-differs`;
 * AuthError `token-forbidden`.
 */
export async function findOrCreateProject(
  api: GitlabApi,
  wanted: WantedProject,
  { intended, intend }: { readonly intended: string | undefined; intend(fullName: string): Promise<void> },
  context: Context,
): Promise<FoundProject> {
  const owner = wanted.owner ?? (await readUser(api, context)).username
  const { earlierOwner } = wanted
  const isEarlier = (one: string) => one.toLowerCase() === earlierOwner?.toLowerCase()
  if (earlierOwner !== undefined && !isEarlier(owner) && !isEarlier(owner.split('/')[0] ?? ''))
    throw otherOwner(earlierOwner, owner, wanted.name)
  const fullName = `${owner}/${wanted.name}`
  const again = intended?.toLowerCase() === fullName.toLowerCase()
  const find = async (ours: boolean): Promise<FoundProject | undefined> => {
    const project = await readProject(api, fullName, context)
    return project && { project: await writable(api, project, context), created: ours, empty: false }
  }
  const found = await find(again)
  if (found) return found
  const namespace = await readNamespace(api, owner, context)
  wanted.admit?.()
  await intend(fullName)
  const { made } = await createOrAdopt<FoundProject>({
    context,
    provider: 'gitlab',
    purpose: `create the repository ${fullName}`,
    again,
    find: () => find(true),
    async create(uncertain) {
      const answer = await create(api, wanted, fullName, namespace, context)
      if ('value' in answer) return { project: answer.value, created: true, empty: true }
      const expired = () => refused(fullName, excerpt(answer.other.bytes))
      if (!isTaken(excerpt(answer.other.bytes))) throw expired()
      // Another tab may have made it in between, or this one with a request whose answer was lost; GitLab may show it late.
      const done = (project: FoundProject | undefined) => project !== undefined
      const poller = { ...context, done, key: () => '', timeLimit: lateness, expired }
      const late = await poll({ ...poller, ask: () => find(uncertain) })
      if (late === undefined) throw expired()
      return late
    },
  })
  return made
}

/** @returns the project; `undefined` where the token can see none. */
export async function readProject(
  api: GitlabApi,
  fullName: string,
  context: Context,
): Promise<GitlabProject | undefined> {
  const purpose = `find the repository ${fullName}`
  const answer = await api.ask(context, projectSchema, { purpose, path: pathOf(fullName), accept: [404] })
  return 'value' in answer ? answer.value : undefined
}

/** @throws ConflictError `repository-taken` */
async function writable(api: GitlabApi, project: GitlabProject, context: Context): Promise<GitlabProject> {
  const { path_with_namespace: fullName, permissions } = project
  if (project.archived) throw archived(project)
  const levels = [permissions?.project_access, permissions?.group_access].map((one) => one?.access_level ?? 0)
  if (levels.some((level) => level >= developer)) return project
  const user = await readUser(api, context)
  if ((await levelOf(api, project, user, context)) >= developer) return project
  throw notWritable(fullName, `${user.username} may not push to it`)
}

/** The level of access by any way, groups that the project is shared with among them. */
async function levelOf(api: GitlabApi, project: GitlabProject, user: GitlabUser, context: Context): Promise<number> {
  const purpose = `tell what ${user.username} may do with ${project.path_with_namespace}`
  const path = `/projects/${project.id}/members/all/${user.id}`
  const answer = await api.ask(context, memberSchema, { purpose, path, accept: [404] })
  return 'value' in answer ? answer.value.access_level : 0
}

async function create(
  api: GitlabApi,
  { name, visibility, description }: WantedProject,
  fullName: string,
  namespace: number,
  context: Context,
): Promise<{ readonly value: GitlabProject } | { readonly other: Reply }> {
  const answer = await api.ask(context, projectSchema, {
    purpose: `create the repository ${fullName}`,
    method: 'POST',
    path: '/projects',
    json: {
      ...{ name, path: name, namespace_id: namespace, visibility, initialize_with_readme: false },
      ...(description !== undefined && { description }),
    },
    accept: [400],
  })
  if ('other' in answer && /namespace.{0,5}is not valid/i.test(excerpt(answer.other.bytes)))
    throw mayNotCreate(fullName)
  return answer
}

/** @returns the number of a user or a group, by which projects are created for it. */
async function readNamespace(api: GitlabApi, owner: string, context: Context): Promise<number> {
  const purpose = `find the user or group ${owner}`
  const path = `/namespaces/${encodeURIComponent(owner)}`
  const answer = await api.ask(context, namespaceSchema, { purpose, path, accept: [404] })
  if ('value' in answer) return answer.value.id
  throw new OptionsError({
    code: 'repository-owner-unknown',
    message: `${owner} is neither the owner of the token nor a group that they are a member of.`,
    hint: `Repositories are created, groups are not: create ${owner} on GitLab first, or correct the group in gitlab.repository; without one the repository is made for the owner of the token.`,
    details: { owner },
  })
}

function otherOwner(before: string, owner: string, name: string): OptionsError {
  return new OptionsError({
    code: 'resume-differs',
    message: `This deployment began with the repository ${before}/${name}, and this token is of ${owner}.`,
    hint: `Use a token of ${before}, or deploy anew.`,
    details: { before, owner },
  })
}

function archived({ path_with_namespace: fullName, web_url: url }: GitlabProject): ConflictError {
  return new ConflictError({
    code: 'repository-taken',
    message: `The repository ${fullName} is archived, so nobody can write to it.`,
    hint: `Unarchive it in its settings (${url}/edit, "Advanced"), or choose another name for gitlab.repository.`,
    details: { repository: fullName, archived: true },
  })
}

function notWritable(fullName: string, why: string): ConflictError {
  return new ConflictError({
    code: 'repository-taken',
    message: `The repository ${fullName} exists, and ${why}.`,
    hint: 'Choose another name for gitlab.repository, or ask its owner for the role Developer or Maintainer.',
    details: { repository: fullName },
  })
}

const isTaken = (said: string): boolean => /has already been taken/i.test(said)

/** GitLab says of a name that is in use: "has already been taken". */
function refused(fullName: string, said: string): ConflictError | OptionsError {
  if (!isTaken(said)) {
    return new OptionsError({
      code: 'repository-refused',
      message: `GitLab does not make a repository ${fullName}: ${closed(said)}`,
      hint: 'The message says what it objects to. Correct gitlab.repository, gitlab.visibility or gitlab.description.',
      details: { repository: fullName, said },
    })
  }
  return new ConflictError({
    code: 'repository-taken',
    message: `The name ${fullName} is taken by a repository that this token cannot see.`,
    hint: 'Choose another name for gitlab.repository, or use a token that can see it.',
    details: { repository: fullName },
  })
}

function mayNotCreate(fullName: string): AuthError {
  return new AuthError({
    code: 'token-forbidden',
    message: `GitLab does not allow this token to create the repository ${fullName}.`,
    hint: 'Use a token with the scope api of somebody who may create projects in that group.',
    details: { repository: fullName },
  })
}
