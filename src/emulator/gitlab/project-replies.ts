import type { Account } from '../accounts.js'
import { accountReply, namespaceReply } from './account-replies.js'
import { accessOf, type EmulatedProject, type MergeRequest } from './projects.js'

type Json = Record<string, unknown>

/** What a reply tells of a project besides its record. */
export interface ProjectFacts {
  readonly defaultBranch: string
  readonly empty: boolean
  /** Milliseconds since the epoch. */
  readonly lastActivity: number
  /** `undefined`: nobody is signed in, who is told nothing of their rights. */
  readonly user: Account | undefined
  readonly url: string
}

/** A project ("Projects API", `GET /projects/:id`). */
export function projectReply(
  project: EmulatedProject,
  { defaultBranch, empty, lastActivity, user, url }: ProjectFacts,
): Json {
  const { namespace, fullPath } = project
  const web = `${url}/${fullPath}`
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: `${namespace.fullPath.split('/').join(' / ')} / ${project.name}`,
    path: project.path,
    path_with_namespace: fullPath,
    created_at: new Date(project.createdAt).toISOString(),
    default_branch: defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${new URL(url).hostname}:${fullPath}.git`,
    http_url_to_repo: `${web}.git`,
    web_url: web,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: new Date(lastActivity).toISOString(),
    namespace: namespaceReply(namespace, url),
    empty_repo: empty,
    archived: project.archived,
    visibility: project.visibility,
    ...(namespace.kind === 'user' && { owner: accountReply(namespace.account, url) }),
    creator_id: user?.id ?? 1,
    merge_method: 'merge',
    ...(user && { permissions: permissions(project, user) }),
  }
}

/** What is told here comes of the project and its groups, not of groups that it is shared with. */
function permissions(project: EmulatedProject, user: Account): Json {
  const level = accessOf(project, user, true)
  const access = level === 0 ? null : { access_level: level, notification_level: 3 }
  const ofGroup = project.namespace.kind === 'group' && project.namespace.account.members.includes(user.login)
  return { project_access: ofGroup ? null : access, group_access: ofGroup ? access : null }
}

/** A member ("Project and group members API"). */
export function memberReply(project: EmulatedProject, user: Account, url: string): Json {
  return {
    ...accountReply(user, url),
    access_level: accessOf(project, user),
    created_at: new Date(project.createdAt).toISOString(),
    expires_at: null,
  }
}

/** What a reply tells of a merge request besides its record. */
export interface MergeRequestFacts {
  /** Of the source branch. */
  readonly sha: string
  /** GitLab's `detailed_merge_status`. */
  readonly state: string
  /** Milliseconds since the epoch; `null`: not yet. */
  readonly preparedAt: number | null
}

/** A merge request ("Merge requests API"). */
export function mergeRequestReply(
  project: EmulatedProject,
  request: MergeRequest,
  { sha, state, preparedAt }: MergeRequestFacts,
  url: string,
): Json {
  const time = new Date(request.createdAt).toISOString()
  return {
    id: request.id,
    iid: request.iid,
    project_id: project.id,
    title: request.title,
    description: request.description,
    state: 'opened',
    created_at: time,
    updated_at: time,
    target_branch: request.target,
    source_branch: request.source,
    author: accountReply(request.author, url),
    source_project_id: project.id,
    target_project_id: project.id,
    draft: /^draft:/i.test(request.title),
    merge_status: mergeStatus(state),
    detailed_merge_status: state,
    prepared_at: preparedAt === null ? null : new Date(preparedAt).toISOString(),
    has_conflicts: state === 'conflict',
    sha,
    merge_commit_sha: null,
    references: {
      short: `!${request.iid}`,
      relative: `!${request.iid}`,
      full: `${project.fullPath}!${request.iid}`,
    },
    web_url: `${url}/${project.fullPath}/-/merge_requests/${request.iid}`,
  }
}

/** The older field, which shows `preparing` as `checking` (`app/models/merge_request.rb`, `public_merge_status`). */
function mergeStatus(state: string): string {
  if (state === 'preparing' || state === 'checking') return 'checking'
  return state === 'conflict' || state === 'commits_status' ? 'cannot_be_merged' : 'can_be_merged'
}
