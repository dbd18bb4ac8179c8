import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import { createOrAdopt, isAnswerLost } from '../../toolkit/create-or-adopt.js'
import { type Base, recallBase, rememberBase } from './base.js'
import type { CommitRemote } from './commit-remote.js'
import { type ComposedCommit, composeCommit } from './compose-commit.js'
import type { LandCommit, Next, PushOutcome, ReadyCommit, Work } from './landing.js'
import { adoptRebased, composeMerged, rebase } from './rebase-commit.js'
import { composeOnTop, composeStart } from './start-branch.js'
import { madeBy } from './trailer.js'

/** Times that a commit is put on top of a branch that moves while it is pushed. */
const mostRounds = 100

/**
 * Commits the files on top of the expected head, without force. What the branch holds is remembered from the last time, or read
 * from the host, without the content of files. Where an earlier push of this deployment arrived, though its answer did not, its
 * commit counts as pushed if the branch holds it, and as the expected head if the content is another by now.
 * @throws RequestError `commit-missing`; what the remote throws.
 */
export async function landCommit(push: LandCommit, remote: CommitRemote, context: Context): Promise<PushOutcome> {
  const place = `${remote.place} ${push.branch}`
  const recalled = await recallBase(context.cache, `${remote.place} ${push.origin ?? push.branch}`)
  const bases = new Map<string, Promise<Base | undefined>>(recalled && [[recalled.oid, Promise.resolve(recalled)]])
  const baseAt = async (oid: string): Promise<Base> => {
    const reading = bases.get(oid) ?? remote.read(oid)
    bases.set(oid, reading)
    const base = await reading
    if (base === undefined) throw missing(oid, remote)
    return base
  }
  const ground = { recalled, baseAt }
  // It is read while the branch is asked for. Whoever needs it in the end gets its error too.
  if (push.expectedHead !== null) baseAt(push.expectedHead).catch(() => undefined)
  let tip = await remote.head()
  for (let round = 1; ; round += 1) {
    const next = await composeOn(tip, { push, remote, ...ground, again: context.again && round === 1 })
    if ('result' in next) return next
    const outcome = await send(next, push, remote, context, context.again && round === 1)
    if (outcome.result === 'pushed') {
      const { root, parent, message, files, project } = next
      const { oid } = outcome
      const parents = parent === null ? [] : [parent]
      const author = push.author.email
      await rememberBase(context.cache, place, {
        oid,
        root,
        parents,
        message,
        author,
        files,
        ...(project && { project }),
      })
    }
    if (outcome.result !== 'moved' || outcome.oid === null || !push.rebase || round === mostRounds) return outcome
    tip = outcome.oid
  }
}

async function composeOn(tip: string | null, work: Work): Promise<Next> {
  const { push, recalled } = work
  if (tip !== push.expectedHead) {
    if (tip === null) return { result: 'moved', oid: null }
    const above = await composeAbove(tip, work)
    return 'result' in above && above.result === 'moved' ? rebase(tip, above, work) : above
  }
  if (tip === null) return composeFirst(work)
  const composed = (await composeMerged(tip, work)) ?? { ...(await composeOnTop(tip, work)), from: tip }
  if (composed.isSame) return { result: 'unchanged', oid: tip }
  return composed.isForeign ? rebase(tip, foreign(composed, tip, recalled), work) : composed
}

/** The first commit of a branch. */
async function composeFirst(work: Work): Promise<Next> {
  const { push, remote, baseAt } = work
  if (push.startAt !== undefined) {
    const composed = await composeStart(push.startAt, work)
    return composed.isSame && !push.allowEmpty ? { result: 'unchanged', oid: push.startAt } : composed
  }
  const begun = await remote.begin?.(push)
  const composed = await composeCommit(push, begun === undefined ? undefined : await baseAt(begun))
  // All that there is went ahead.
  if (composed.isSame && begun !== undefined)
    return {
      result: 'pushed',
      oid: begun,
      parent: null,
      changes: { added: composed.files.size, changed: 0, deleted: 0 },
    }
  return { ...composed, from: begun ?? null }
}

/** Of a branch that is not at the expected head: what came of it, or the commit to push on top of its own tip. */
async function composeAbove(tip: string, work: Work): Promise<Next> {
  const { push, remote, again, recalled, baseAt } = work
  const { expectedHead, attempted } = push
  const moved = { result: 'moved', oid: tip } as const
  if (again && attempted && attempted.parent !== expectedHead && push.rebase)
    return adoptRebased(tip, attempted, remote, baseAt)
  const { parents, message, root } = await baseAt(tip)
  const parent = parents[0] ?? null
  const isNext = parents.length < 2 && (parent === expectedHead || parent === attempted?.parent)
  const isMine = again && isNext && madeBy(push.deployment, message)
  const isOwn = attempted ? again && (tip === attempted.oid || tip === attempted.parent) : isMine
  const ground = isOwn || isNext ? parent : attempted ? attempted.parent : expectedHead
  const isKnown = ground === parent || (again && (ground === null || (await remote.holds(tip, ground))))
  if (!isKnown) return moved
  const composed = await composeOnTop(ground, work)
  if (composed.isForeign && ground !== null) return foreign(composed, ground, recalled)
  if (composed.oid === tip || (again && !isNext && (await remote.holds(tip, composed.oid)))) return pushedAs(composed)
  // A host may have given it another id than git would.
  if (isMine && root === composed.root) return { ...pushedAs(composed), oid: tip }
  if (!isOwn) return moved
  const next = await composeOnTop(tip, work)
  return next.isSame ? { ...pushedAs(composed), oid: tip } : { ...next, from: tip }
}

async function send(
  commit: ReadyCommit,
  push: LandCommit,
  remote: CommitRemote,
  context: Context,
  again: boolean,
): Promise<PushOutcome> {
  const { oid, parent, from } = commit
  const pushed = pushedAs(commit)
  const find = async (): Promise<PushOutcome | undefined> => {
    const head = await remote.head()
    if (head === from) return undefined
    // Somebody may have committed on top of it already.
    return head !== null && (head === oid || (await remote.holds(head, oid))) ? pushed : { result: 'moved', oid: head }
  }
  await push.attempt({ oid, parent })
  try {
    const { made } = await createOrAdopt<PushOutcome>({
      context,
      provider: remote.provider,
      purpose: 'push to the repository',
      // A branch with a commit has just been read. The push of a tab that died may still be on its way to a new one.
      again: again && from === null,
      create: async () => {
        return { ...pushed, oid: await remote.send(commit, from) }
      },
      find,
    })
    return made
  } catch (error) {
    context.signal.throwIfAborted()
    if (isAnswerLost(error)) throw error
    // A branch that has moved refuses the push too; and it stands at this very commit where an earlier run pushed it.
    const outcome = await find()
    if (outcome) return outcome
    throw error
  }
}

function pushedAs({
  oid,
  parent,
  counts,
  onto,
}: ComposedCommit & { readonly onto?: string }): Extract<PushOutcome, { result: 'pushed' }> {
  return { result: 'pushed', oid, parent, changes: counts, ...(onto !== undefined && { onto }) }
}

function missing(oid: string, { provider }: CommitRemote): RequestError {
  return new RequestError({
    code: 'commit-missing',
    message: `The repository holds no commit ${oid}.`,
    hint: 'It may have been removed by a forced push: deploy again, and check commit.expectedHead.',
    details: { provider, oid },
  })
}

function foreign({ counts }: ComposedCommit, oid: string, recalled: Work['recalled']): PushOutcome {
  return { result: 'foreign', oid, changes: counts, left: recalled?.oid ?? null }
}
