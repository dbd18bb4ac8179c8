import { ConflictError } from '../../errors/conflict-error.js'
import { TabshipError } from '../../errors/tabship-error.js'
import type { Context } from '../../spec/context.js'
import type { Changes, CommitInput } from '../../spec/git-host.js'
import { commitSchema, type GithubApi } from './api.js'

/** A commit that stands where a deployment wanted to write, as people know it. */
interface Standing {
  readonly found: string
  readonly author: string | null
  readonly subject: string | null
  readonly date: string | null
  readonly url: string | null
}

/** The error for a branch that is not, or no longer, where it was expected. */
export async function branchMoved(
  api: GithubApi,
  input: CommitInput,
  oid: string | null,
  context: Context,
): Promise<ConflictError> {
  const { branch, expectedHead: expected } = input
  if (oid === null) {
    return new ConflictError({
      code: 'branch-moved',
      message: `${placeOf(input)} is gone: somebody deleted it.`,
      hint: 'Deploy again to make it anew, or commit to another branch.',
      details: { branch, expected, found: null },
    })
  }
  const standing = await lookUp(api, input, oid, context)
  return new ConflictError({
    code: 'branch-moved',
    message: `${placeOf(input)} has moved: ${describe(standing)}.`,
    hint: 'Bring their change into the project, or commit to another branch; nothing was overwritten.',
    details: { branch, expected, ...standing },
  })
}

/** The error for a branch whose content nobody said the project is based on, and would be lost. */
export async function branchForeign(
  api: GithubApi,
  input: CommitInput,
  lost: { readonly oid: string; readonly changes: Changes },
  context: Context,
): Promise<ConflictError> {
  const { branch } = input
  const standing = await lookUp(api, input, lost.oid, context)
  const { changed, deleted } = lost.changes
  return new ConflictError({
    code: 'branch-foreign',
    message: `${placeOf(input)} holds work that this project may not know: ${describe(standing)}; the commit would change ${changed} and delete ${deleted} of its files.`,
    hint: `Bring that work into the project, then pass commit.expectedHead: '${lost.oid}'; or commit to another branch. Nothing was overwritten.`,
    details: { branch, ...standing, changes: lost.changes },
  })
}

function placeOf({ branch, repository }: CommitInput): string {
  return `The branch ${branch} of ${repository.fullName}`
}

function describe({ found, author, subject }: Standing): string {
  const commit = found.slice(0, 7)
  return author === null ? `it is at ${commit}` : `${author} committed "${subject ?? ''}" (${commit})`
}

async function lookUp(api: GithubApi, input: CommitInput, oid: string, context: Context): Promise<Standing> {
  const path = `/repos/${input.repository.fullName}/commits/${encodeURIComponent(oid)}`
  try {
    const { sha, html_url, commit } = await api.json(context, commitSchema, { purpose: `read the commit ${oid}`, path })
    const subject = commit.message.split('\n', 1)[0] ?? ''
    const { name = null, date = null } = commit.author ?? {}
    return { found: sha, author: name, subject, date, url: html_url }
  } catch (error) {
    // That the branch stands elsewhere is what matters; whose work it is, is a courtesy.
    context.signal.throwIfAborted()
    if (!TabshipError.isInstance(error)) throw error
    return { found: oid, author: null, subject: null, date: null, url: null }
  }
}
