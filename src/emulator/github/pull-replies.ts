import { accountReply } from './account-replies.js'
import { addresses, nodeId, type ReplyContext } from './commit-replies.js'
import type { EmulatedComment, EmulatedPull } from './pulls.js'
import { githubTime } from './read-git.js'
import { repositoryReply } from './repository-reply.js'

type Json = Record<string, unknown>

/** What git says of a pull request. */
export interface PullFacts {
  readonly commits: number
  readonly changedFiles: number
  readonly comments: number
}

/** A pull request in a list (`pull-request-simple`). */
export function pullReply(pull: EmulatedPull, context: ReplyContext, defaultBranch: string): Json {
  const { repository, urls } = context
  const { api, html } = addresses(context)
  const url = `${api}/pulls/${pull.number}`
  const issue = `${api}/issues/${pull.number}`
  const page = `${html}/pull/${pull.number}`
  const owner = accountReply(repository.owner, urls)
  const repo = repositoryReply(repository, { defaultBranch, size: 0 }, undefined, urls)
  const side = (ref: string, sha: string): Json => ({
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: owner,
    repo,
  })
  const links = {
    self: url,
    html: page,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${pull.headSha}`,
  }
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', repository, pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: accountReply(pull.user, urls),
    body: pull.body,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: githubTime(pull.createdAt),
    updated_at: githubTime(pull.updatedAt),
    closed_at: pull.closedAt === null ? null : githubTime(pull.closedAt),
    merged_at: pull.mergedAt === null ? null : githubTime(pull.mergedAt),
    merge_commit_sha: pull.mergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.head, pull.headSha),
    base: side(pull.base, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: pull.user === repository.owner ? 'OWNER' : 'MEMBER',
    auto_merge: null,
    draft: pull.draft,
  }
}

/** A pull request by itself (`pull-request`). Whether it can be merged is not worked out: GitHub, too, says `null` for a while. */
export function fullPullReply(
  pull: EmulatedPull,
  context: ReplyContext,
  defaultBranch: string,
  facts: PullFacts,
): Json {
  const merged = pull.mergedAt !== null
  return {
    ...pullReply(pull, context, defaultBranch),
    merged,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: merged ? accountReply(pull.user, context.urls) : null,
    comments: facts.comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: 0,
    deletions: 0,
    changed_files: facts.changedFiles,
  }
}

/** A comment on a pull request (`issue-comment`). */
export function commentReply(comment: EmulatedComment, context: ReplyContext): Json {
  const { repository, urls } = context
  const { api, html } = addresses(context)
  return {
    id: comment.id,
    node_id: nodeId('IC', repository, comment.id),
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${html}/pull/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    user: accountReply(comment.user, urls),
    created_at: githubTime(comment.createdAt),
    updated_at: githubTime(comment.updatedAt),
    body: comment.body,
    author_association: comment.user === repository.owner ? 'OWNER' : 'MEMBER',
    performed_via_github_app: null,
  }
}
