import { accountReply, type GithubUrls } from './account-replies.js'
import { globalId } from './ids.js'
import { allows, type Permission } from './permissions.js'
import { githubTime } from './read-git.js'
import type { EmulatedRepository } from './repositories.js'

/** What git knows of a repository. */
export interface RepositoryFacts {
  readonly defaultBranch: string
  /** Kilobytes. */
  readonly size: number
}

/** Flags that a request may set, with their defaults. */
export const repositorySettings: Readonly<Record<string, boolean | string>> = {
  is_template: false,
  has_issues: true,
  has_projects: true,
  has_wiki: true,
  has_downloads: true,
  has_discussions: false,
  allow_rebase_merge: true,
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_auto_merge: false,
  delete_branch_on_merge: false,
  allow_update_branch: false,
  allow_forking: true,
  web_commit_signoff_required: false,
}

const templates = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
}

/**
 * A repository among others (`repository`).
 *
 * @param permission of the token; `undefined` where nobody is signed in
 */
export function repositoryReply(
  repository: EmulatedRepository,
  facts: RepositoryFacts,
  permission: Permission | undefined,
  urls: GithubUrls,
): Record<string, unknown> {
  const fullName = `${repository.owner.login}/${repository.name}`
  const url = `${urls.api}/repos/${fullName}`
  const html = `${urls.web}/${fullName}`
  const { host, hostname } = new URL(urls.web)
  const owner = accountReply(repository.owner, urls)
  return {
    id: repository.id,
    node_id: globalId('R', repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner,
    ...(repository.owner.kind === 'organization' && { organization: owner }),
    html_url: html,
    description: repository.description,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(templates).map(([name, path]) => [name, url + path])),
    created_at: githubTime(repository.createdAt),
    updated_at: githubTime(repository.updatedAt),
    pushed_at: githubTime(repository.pushedAt),
    git_url: `git://${host}/${fullName}.git`,
    ssh_url: `git@${hostname}:${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: repository.homepage,
    size: facts.size,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    ...repositorySettings,
    ...repository.settings,
    has_pages: repository.settings.has_pages ?? false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: 0,
    license: null,
    topics: repository.setup.topics,
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: 0,
    watchers: 0,
    default_branch: facts.defaultBranch,
    ...(permission && {
      permissions: {
        admin: allows(permission, 'admin'),
        maintain: allows(permission, 'admin'),
        push: allows(permission, 'push'),
        triage: allows(permission, 'push'),
        pull: allows(permission, 'pull'),
      },
    }),
  }
}

/** A repository by itself (`full-repository`). */
export function fullRepositoryReply(...given: Parameters<typeof repositoryReply>): Record<string, unknown> {
  return { ...repositoryReply(...given), network_count: 0, subscribers_count: 1 }
}

const forItselfOnly = [
  'allow_auto_merge',
  'allow_merge_commit',
  'allow_rebase_merge',
  'allow_squash_merge',
  'allow_update_branch',
]

/** A repository that something else belongs to (`minimal-repository`). */
export function minimalRepositoryReply(...given: Parameters<typeof repositoryReply>): Record<string, unknown> {
  const entries = Object.entries(repositoryReply(...given))
  return Object.fromEntries(entries.filter(([name]) => !forItselfOnly.includes(name)))
}
