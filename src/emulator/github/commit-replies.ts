import type { Accounts } from '../accounts.js'
import { accountReply, type GithubUrls } from './account-replies.js'
import { globalId } from './ids.js'
import type { CommitObject } from './read-git.js'
import type { EmulatedRepository } from './repositories.js'

type Json = Record<string, unknown>

/** What replies about commits are made with. */
export interface ReplyContext {
  readonly repository: EmulatedRepository
  readonly urls: GithubUrls
  readonly accounts: Accounts
}

/** The addresses of a repository: in the API and for people. */
export function addresses({ repository, urls }: Pick<ReplyContext, 'repository' | 'urls'>): {
  api: string
  html: string
} {
  const fullName = `${repository.owner.login}/${repository.name}`
  return { api: `${urls.api}/repos/${fullName}`, html: `${urls.web}/${fullName}` }
}

/** The global id of something that a repository holds. */
export function nodeId(kind: string, repository: EmulatedRepository, part: string | number): string {
  return globalId(kind, repository.id, part)
}

/** A commit (`commit`). Its people are accounts where their addresses are known. */
export function commitReply(commit: CommitObject, context: ReplyContext): Json {
  const { api, html } = addresses(context)
  const { sha } = commit
  const account = (email: string): Json | null => {
    const found = context.accounts.all.find((one) => one.email === email)
    return found ? accountReply(found, context.urls) : null
  }
  return {
    sha,
    node_id: nodeId('C', context.repository, sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url: `${api}/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
  }
}

/** A commit as git holds it (`git-commit`). */
export function gitCommitReply(commit: CommitObject, context: ReplyContext): Json {
  const { api, html } = addresses(context)
  const { sha, tree, parents, author, committer, message } = commit
  return {
    sha,
    node_id: nodeId('C', context.repository, sha),
    url: `${api}/git/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    author,
    committer,
    tree: { sha: tree, url: `${api}/git/trees/${tree}` },
    message,
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/git/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  }
}

/** A branch without protection (`branch-with-protection`). */
export function branchReply(name: string, commit: CommitObject, context: ReplyContext): Json {
  const { api, html } = addresses(context)
  const self = `${api}/branches/${encodeURIComponent(name)}`
  const checks = context.repository.setup.protections.get(name)?.checks?.contexts ?? []
  return {
    name,
    commit: commitReply(commit, context),
    _links: { self, html: `${html}/tree/${name}` },
    protected: context.repository.setup.protections.has(name),
    protection: {
      enabled: context.repository.setup.protections.has(name),
      required_status_checks: {
        enforcement_level: checks.length > 0 ? 'non_admins' : 'off',
        contexts: checks,
        checks: checks.map((one) => ({ context: one, app_id: null })),
      },
    },
    protection_url: `${self}/protection`,
  }
}

/** A ref (`git-ref`). */
export function refReply(ref: string, object: { sha: string; type: string }, context: ReplyContext): Json {
  const { api } = addresses(context)
  return {
    ref,
    node_id: nodeId('REF', context.repository, ref),
    url: `${api}/git/${ref.split('/').map(encodeURIComponent).join('/')}`,
    object: { ...object, url: `${api}/git/${object.type}s/${object.sha}` },
  }
}

/** Two commits, seen from the one below. */
export interface Comparison {
  readonly base: CommitObject
  /** Object id of the other. */
  readonly head: string
  /** Their best common ancestor. */
  readonly common: CommitObject
  /** How many commits `head` has and `base` has not, and the other way round. */
  readonly ahead: number
  readonly behind: number
  /** The page asked for of those that `head` has alone. */
  readonly commits: readonly CommitObject[]
}

/** A comparison (`commit-comparison`), without its files. */
export function comparisonReply(comparison: Comparison, context: ReplyContext): Json {
  const { base, head, common, ahead, behind, commits } = comparison
  const { api, html } = addresses(context)
  const range = `${base.sha}...${head}`
  return {
    url: `${api}/compare/${range}`,
    html_url: `${html}/compare/${range}`,
    permalink_url: `${html}/compare/${range}`,
    diff_url: `${html}/compare/${range}.diff`,
    patch_url: `${html}/compare/${range}.patch`,
    base_commit: commitReply(base, context),
    merge_base_commit: commitReply(common, context),
    status: ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => commitReply(commit, context)),
  }
}
