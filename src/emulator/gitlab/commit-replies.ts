import type { CommitObject } from '../commit-object.js'
import type { TreeEntry } from '../read-git.js'

type Json = Record<string, unknown>

/** A commit as in lists ("Commits API"). @param url of the project's pages */
export function commitReply(commit: CommitObject, url: string): Json {
  const [title = ''] = commit.message.split('\n')
  return {
    id: commit.sha,
    short_id: commit.sha.slice(0, 8),
    created_at: dated(commit.committer.date),
    parent_ids: commit.parents,
    title,
    message: commit.message,
    author_name: commit.author.name,
    author_email: commit.author.email,
    authored_date: dated(commit.author.date),
    committer_name: commit.committer.name,
    committer_email: commit.committer.email,
    committed_date: dated(commit.committer.date),
    trailers: {},
    extended_trailers: {},
    web_url: `${url}/-/commit/${commit.sha}`,
  }
}

/** A commit on its own. */
export function commitDetailReply(commit: CommitObject, url: string, projectId: number): Json {
  return { ...commitReply(commit, url), status: null, project_id: projectId, last_pipeline: null }
}

/** A branch ("Branches API"). */
export function branchReply(
  name: string,
  commit: CommitObject,
  url: string,
  facts: { readonly isDefault: boolean; readonly isProtected: boolean; readonly canPush: boolean },
): Json {
  return {
    name,
    commit: commitReply(commit, url),
    merged: false,
    protected: facts.isProtected,
    developers_can_push: false,
    developers_can_merge: false,
    can_push: facts.canPush,
    default: facts.isDefault,
    web_url: `${url}/-/tree/${name}`,
  }
}

/** One entry of a tree ("Repositories API"). @param folder the tree's path with a slash at its end, or empty */
export function entryReply({ sha, type, path, mode }: TreeEntry, folder: string): Json {
  return { id: sha, name: path.slice(path.lastIndexOf('/') + 1), type, path: folder + path, mode }
}

const dated = (date: string): string => date.replace('Z', '.000+00:00')
