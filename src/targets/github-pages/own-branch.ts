import type { Context } from '../../spec/context.js'
import { deploymentTrailer } from '../../toolkit/deployment-trailer.js'
import { commitSchema, type PagesApi } from './api.js'
import { branchTaken } from './problems.js'

/** Commits of GitHub's own that are looked past. */
const most = 10

/** A branch that is to be replaced. */
export interface InspectedBranch {
  readonly fullName: string
  readonly branch: string
  /** The commit that the branch is at; `null`: there is no branch. */
  readonly head: string | null
  /** Commits of which is known that a deployment made them: what is found is added, and never asked for again. */
  readonly own: Set<string>
}

/**
 * Makes sure that the branch holds nothing but what deployments have left there: a deployment replaces all of it.
 *
 * @throws ConflictError `pages-branch-taken`
 */
export async function requireOwnBranch(
  api: PagesApi,
  { fullName, branch, head, own }: InspectedBranch,
  context: Context,
): Promise<void> {
  let oid = head
  for (let count = 0; oid !== null && !own.has(oid); count += 1) {
    const question = { purpose: `tell whose the branch ${branch} is`, method: 'GET', path: `/commits/${oid}` } as const
    const found = await api.read(context, commitSchema, question)
    const message = found?.commit.message ?? ''
    if (message.split('\n').some((line) => line.startsWith(`${deploymentTrailer}: `))) {
      own.add(oid)
      return
    }
    const parent = found?.parents[0]
    // Whoever sets the domain in the settings lets GitHub commit the file CNAME, under this very message.
    const isDomain = /^(?:Create|Update|Delete) CNAME$/.test(message.trim()) && found?.parents.length === 1
    if (!parent || !isDomain || count >= most) {
      throw branchTaken(fullName, branch, { oid, author: found?.commit.author?.name ?? null, message })
    }
    oid = parent.sha
  }
}
