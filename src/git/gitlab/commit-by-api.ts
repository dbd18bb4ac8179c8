import type { Context } from '../../spec/context.js'
import { type Base, recallBase, rememberBase } from '../push/base.js'
import type { CommitRemote } from '../push/commit-remote.js'
import { composeCommit } from '../push/compose-commit.js'
import type { LandCommit, Next, PushOutcome, Work } from '../push/landing.js'
import { composeMerged, rebase } from '../push/rebase-commit.js'
import { composeOnTop, composeStart } from '../push/start-branch.js'
import { madeBy } from '../push/trailer.js'
import { changesOf } from '../push/trees.js'
import { type GitlabApi, projectSchema } from './api.js'
import { pathOf, readHead } from './branches.js'
import { findOwn, type OwnCommit } from './find-own.js'
import { readBase } from './read-base.js'
import { sendCommit } from './send-commit.js'

/** A commit that is to become the tip of a branch. */
export interface ApiCommit extends LandCommit {
  readonly fullName: string
}

interface ApiWork extends Work {
  readonly api: GitlabApi
  readonly push: ApiCommit
  readonly context: Context
}

/**
 * Commits with GitLab's Commits API: one request, all or nothing. The API sets the date itself, so the commit is another object
 * each time, and is known again by its trailer. A new branch of a repository that has another can't begin empty here: it
 * begins at the default branch.
 * @param remote Of which nothing is asked that needs git.
 * @throws RequestError `push-refused` with GitLab's own words; OptionsError `commit-too-large` or `commit-needs-git`.
 */
export async function commitByApi(
  api: GitlabApi,
  push: ApiCommit,
  remote: CommitRemote,
  context: Context,
): Promise<PushOutcome> {
  const { fullName, branch } = push
  // Apart from what the push remembers: GitLab may write the ends of lines in its own way.
  const placeOf = (name: string) => `${remote.place} ${name} by the API`
  const recalled = await recallBase(context.cache, placeOf(push.origin ?? branch))
  const bases = new Map<string, Promise<Base>>(recalled && [[recalled.oid, Promise.resolve(recalled)]])
  const baseAt = (oid: string) => {
    const reading = bases.get(oid) ?? readBase(api, fullName, oid, context)
    bases.set(oid, reading)
    return reading
  }
  const head = await readHead(api, fullName, branch, context)
  const work: ApiWork = { api, push, remote, context, recalled, baseAt, again: context.again }
  const next = await compose(head, work)
  if ('result' in next) return next
  const base = next.parent === null ? undefined : await baseAt(next.parent)
  const outcome = await sendCommit(api, push, { composed: next, base, isNew: head === null }, context)
  if (outcome.result !== 'pushed') return outcome
  const { root, message, files, project, onto } = next
  const parents = base ? [base.oid] : []
  await rememberBase(context.cache, placeOf(branch), {
    ...{ oid: outcome.oid, root, parents, message, author: push.author.email, files },
    ...(project && { project }),
  })
  return onto === undefined ? outcome : { ...outcome, onto }
}

function compose(head: string | null, work: ApiWork): Promise<Next> {
  if (head === null) return composeFirst(work)
  return head === work.push.expectedHead ? composeOn(head, work) : composeAbove(head, work)
}

/** The first commit of a branch. */
async function composeFirst(work: ApiWork): Promise<Next> {
  const { api, push, context } = work
  if (push.expectedHead !== null) return { result: 'moved', oid: null }
  const start = push.startAt ?? (await readDefaultHead(api, push.fullName, context))
  if (push.startAt === undefined || start === null)
    return { ...(await composeOnTop(start, { ...work, push: { ...push, based: true } })), from: null }
  const composed = await composeStart(start, work)
  return composed.isSame ? { result: 'unchanged', oid: start } : composed
}

async function composeOn(head: string, work: ApiWork): Promise<Next> {
  const composed = (await composeMerged(head, work)) ?? { ...(await composeOnTop(head, work)), from: head }
  if (composed.isSame) return (await adoptTip(head, work)) ?? { result: 'unchanged', oid: head }
  if (!composed.isForeign) return composed
  const left = work.recalled?.oid ?? null
  return rebase(head, { result: 'foreign', oid: head, changes: composed.counts, left }, work)
}

/** A tip that an earlier run of this very deployment made, though its answer never came. */
async function adoptTip(head: string, { push, context, baseAt }: ApiWork): Promise<PushOutcome | undefined> {
  const { message, parents, files } = await baseAt(head)
  if (!context.again || !madeBy(push.deployment, message)) return undefined
  const [parent = null] = parents
  const before = parent === null ? new Map() : (await baseAt(parent)).files
  return { result: 'pushed', oid: head, parent, changes: changesOf(before, files) }
}

/** Of a branch that is not at the expected head: what came of it, or the commit to put on its own tip. */
async function composeAbove(head: string, work: ApiWork): Promise<Next> {
  const { api, push, context, baseAt } = work
  const moved = { result: 'moved', oid: head } as const
  const own = await findOwn(api, push, head, context)
  if (own === undefined || !isExpected(own, push)) return rebase(head, moved, work)
  const { oid, parent, ground } = own
  const before = parent === null ? undefined : await baseAt(parent)
  const { root, files } = await baseAt(oid)
  if (ground !== null && ground !== push.expectedHead && push.rebase) {
    const { counts: changes } = await composeCommit(push, before, { files, onto: ground })
    return { result: 'pushed', oid, parent, changes, onto: ground }
  }
  const { root: wanted, counts: changes } = await composeCommit(push, before)
  if (root === wanted) return { result: 'pushed', oid, parent, changes }
  // Another content goes on top of what an earlier run committed, unless somebody else has been there since.
  return head === oid && context.again ? composeOn(head, work) : moved
}

/** A branch that was not to exist may have begun at another one, and a rebased commit stands on somebody else's. */
function isExpected({ ground }: OwnCommit, { expectedHead, rebase }: ApiCommit): boolean {
  return expectedHead === null || ground === expectedHead || rebase === true
}

/** Where the default branch is; `null` in an empty repository. */
async function readDefaultHead(api: GitlabApi, fullName: string, context: Context): Promise<string | null> {
  const request = { purpose: `find the repository ${fullName}`, path: pathOf(fullName) }
  const { default_branch } = await api.json(context, projectSchema, request)
  return default_branch === null ? null : readHead(api, fullName, default_branch, context)
}
