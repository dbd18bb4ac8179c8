import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import { type GithubApi, objectSchema } from './api.js'
import { commitRefused, isEmptyRepository, objectDiffers, saidIn } from './api-refusals.js'
import { moveBranch } from './move-branch.js'
import { isRepositoryEmpty, repositoryEmpty } from './repository-empty.js'
import { type CommitPlace, isNotThereYet, sendTrees } from './send-trees.js'

/** A commit for a branch. */
export interface ApiCommit extends CommitPlace {
  readonly branch: string
  /** Whether the branch is to be made. @default a draft without a parent */
  readonly isNewBranch?: boolean
}

/** What became of it. */
export type ApiCommitOutcome =
  | { readonly result: 'pushed'; readonly oid: string }
  /** The branch is not where the draft's parent is, and does not hold the commit: it was left so. `null`: it is gone. */
  | { readonly result: 'moved'; readonly oid: string | null }
  /** The repository has no commit: `beginRepository` gives it one, and the draft is to be made anew on top of that. */
  | { readonly result: 'empty' }

const madeCommitSchema = z.object({ sha: z.string(), tree: z.object({ sha: z.string() }) })

/** Milliseconds, and how often: what was written a moment ago may not be found yet. */
const lateness = { wait: 1500, times: 5 }

/**
 * Makes a commit with GitHub's Git Data API, for pages that reach no git server, and moves the branch to it at the end: until then
 * nobody sees anything of it. What it makes is named by its content, so all of it may be done again; what an earlier run of the
 * step has done is not.
 *
 * GitHub limits how much may be created: {@link estimateApiCommit} says how long it takes.
 * @throws OptionsError `file-too-large` before anything is sent; AuthError `token-forbidden`; RequestError `push-refused`, or
 * `object-differs` where GitHub made another tree or commit than the draft's.
 */
export async function commitByApi(api: GithubApi, commit: ApiCommit, context: Context): Promise<ApiCommitOutcome> {
  const { draft, fullName } = commit
  let { oid } = draft
  try {
    if (!context.again || !(await isThere(api, commit, context))) {
      const tree = await sendTrees(api, commit, context)
      if (tree !== draft.tree) throw objectDiffers('tree', draft.tree, tree ?? 'none')
      oid = await sendCommit(api, commit, context)
    }
  } catch (error) {
    if (isRepositoryEmpty(error)) return { result: 'empty' }
    throw error
  }
  const paths = draft.changes.flatMap(({ path, oid }) => (oid === null ? [] : [path]))
  const { branch, isNewBranch = draft.parent === null } = commit
  const move = { fullName, branch, from: draft.parent, to: oid, isNew: isNewBranch, paths }
  const moved = await moveBranch(api, move, context)
  return moved.result === 'pushed' ? { ...moved, oid } : moved
}

async function isThere(api: GithubApi, { fullName, draft }: ApiCommit, context: Context): Promise<boolean> {
  const purpose = `tell whether the commit ${draft.oid} has arrived at ${fullName}`
  const path = `/repos/${fullName}/git/commits/${draft.oid}`
  return 'value' in (await api.ask(context, objectSchema, { purpose, path, accept: [404, 409] }))
}

/** @returns its id, which is the draft's where GitHub writes what git would write: it does not promise to. */
async function sendCommit(api: GithubApi, { fullName, draft }: ApiCommit, context: Context): Promise<string> {
  const { tree, parent, message, author, date } = draft
  const purpose = `write the commit to ${fullName}`
  // Without milliseconds, and in UTC: it is the only zone that GitHub stores.
  const person = { ...author, date: new Date(date).toISOString().replace(/\.\d+Z$/, 'Z') }
  const json = { message, tree, parents: parent === null ? [] : [parent], author: person, committer: person }
  for (let count = 1; ; count += 1) {
    const answer = await api.ask(context, madeCommitSchema, {
      ...{ purpose, method: 'POST', path: `/repos/${fullName}/git/commits`, json, patient: true },
      ...{ accept: [404, 409, 422], idempotent: true },
    })
    if ('value' in answer) {
      const made = answer.value
      if (made.tree.sha !== tree) throw objectDiffers('commit', tree, made.tree.sha)
      return made.sha
    }
    const { status } = answer.other
    const said = saidIn(answer.other, purpose)
    if (isEmptyRepository(status, said)) throw repositoryEmpty(fullName)
    if (count === lateness.times || !isNotThereYet(said)) throw commitRefused(status, said, { fullName, paths: [] })
    await context.clock.sleep(lateness.wait, context.signal)
  }
}
