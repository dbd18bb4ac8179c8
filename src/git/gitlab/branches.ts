import type { Context } from '../../spec/context.js'
import { branchSchema, commitSchema, type GitlabApi } from './api.js'

/** Address of a project below `/api/v4`. */
export const pathOf = (fullName: string): string => `/projects/${encodeURIComponent(fullName)}`

/** @returns the commit that a branch is at, `null` where there is no such branch. */
export async function readHead(
  api: GitlabApi,
  fullName: string,
  branch: string,
  context: Context,
): Promise<string | null> {
  const purpose = `read the branch ${branch} of ${fullName}`
  const path = `${pathOf(fullName)}/repository/branches/${encodeURIComponent(branch)}`
  const answer = await api.ask(context, branchSchema, { purpose, path, accept: [404] })
  return 'value' in answer ? answer.value.commit.id : null
}

/** Whether a commit is the one that a branch is at, or one below it. */
export async function isOnBranch(
  api: GitlabApi,
  fullName: string,
  { oid, branch }: { readonly oid: string; readonly branch: string },
  context: Context,
): Promise<boolean> {
  const head = await readHead(api, fullName, branch, context)
  return head !== null && isPartOf(api, fullName, oid, head, context)
}

/** Whether the commit `oid` is `head`, or one below it. */
export async function isPartOf(
  api: GitlabApi,
  fullName: string,
  oid: string,
  head: string,
  context: Context,
): Promise<boolean> {
  if (head === oid) return true
  const purpose = `tell whether the commit ${head} of ${fullName} stands on ${oid}`
  const query = new URLSearchParams([oid, head].map((one) => ['refs[]', one]))
  const path = `${pathOf(fullName)}/repository/merge_base?${query}`
  // 400: no such commit; 404: nothing in common.
  const answer = await api.ask(context, commitSchema, { purpose, path, accept: [400, 404] })
  return 'value' in answer && answer.value.id === oid
}
