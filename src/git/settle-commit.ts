import { OptionsError } from '../errors/options-error.js'
import type { Context } from '../spec/context.js'
import type { BranchConflict, Commit, CommitInput, ConflictChoice, Person, PullRequest } from '../spec/git-host.js'
import { closed } from '../toolkit/parse-reply.js'
import { sha1 } from '../toolkit/sha1.js'
import { branchConflict, branchGone, type Conflicting, conflictOf, type Standing } from './branch-conflict.js'
import type { CommitCheckpoint } from './checkpoint.js'
import type { LandCommit, PushOutcome } from './push/landing.js'

/** In what a try to land a commit differs from the first. */
export type Landing = Pick<
  LandCommit,
  'branch' | 'expectedHead' | 'based' | 'rebase' | 'startAt' | 'origin' | 'allowEmpty'
> &
  Pick<CommitCheckpoint, 'choice' | 'ownHead'>

/** What a host does for a commit. */
export interface CommitSettler {
  land(landing: Landing): Promise<PushOutcome>
  /** Where a branch stands; `null` where there is none. */
  headOf(branch: string): Promise<string | null>
  /** Whose commit it is; what can't be learnt is `null`. */
  standing(oid: string): Promise<Standing>
  /** Whether `head` is the commit `oid`, or stands on it. */
  holds(head: string, oid: string): Promise<boolean>
  /** Address of a commit's page. */
  pageOf(oid: string): string
  /** What the host calls a pull request. */
  readonly proposal: 'pull request' | 'merge request'
  /** Finds or opens the pull request. */
  propose(pull: {
    readonly head: string
    readonly base: string
    readonly title: string
    readonly body: string
  }): Promise<PullRequest>
}

/** What is committed, and by whom. */
type Settling = CommitInput & { readonly author: Person }

/**
 * Commits, and where the branch holds work that the project does not know, lets the caller choose: to put the commit on top of
 * it, or on a branch of its own with a pull request. Nothing is ever overwritten.
 * @param earlier What an earlier run of the same commit was about to push: what was chosen then holds.
 * @throws ConflictError `branch-moved` or `branch-foreign`; OptionsError `on-conflict-failed`
 */
export async function settleCommit(
  input: Settling,
  earlier: CommitCheckpoint | undefined,
  settler: CommitSettler,
  context: Context,
): Promise<Commit> {
  let landing = await landingOf(input, earlier ?? {}, settler)
  for (;;) {
    const outcome = await settler.land(landing)
    if (outcome.result === 'pushed' || outcome.result === 'unchanged')
      return settled(input, landing, outcome, settler, context)
    const { branch, choice: tried } = landing
    const place = { ...input, branch }
    if (outcome.oid === null) throw branchGone(place)
    const conflicting: Conflicting = { ...outcome, oid: outcome.oid }
    const conflict = conflictOf(place, conflicting, await settler.standing(outcome.oid), tried)
    const choice = conflict.choices.length === 0 ? 'stop' : await chosen(input, conflict)
    if (choice === 'stop') throw branchConflict(place, conflicting, conflict, settler.proposal)
    landing = await landingOf(input, { choice, startAt: await groundOf(input, conflicting, settler) }, settler)
  }
}

async function landingOf(
  input: Settling,
  { choice, startAt, ownHead }: Pick<CommitCheckpoint, 'choice' | 'startAt' | 'ownHead'>,
  settler: CommitSettler,
): Promise<Landing> {
  const { branch, expectedHead, based, startFrom: begin } = input
  // A new branch begins where the project stands, not at nothing.
  const start = begin === undefined ? {} : { startAt: begin.oid, origin: begin.branch, allowEmpty: true }
  if (choice !== 'branch')
    return { branch, expectedHead, based, ...start, ...(choice === 'rebase' && { rebase: true, choice }) }
  const own = await ownBranch(input)
  const head = ownHead === undefined ? await settler.headOf(own) : ownHead
  const place = { branch: own, expectedHead: head, ownHead: head, choice }
  if (head !== null) return { ...place, based: false }
  const isKnown = based && startAt === expectedHead
  return { ...place, based: isKnown, origin: branch, ...(startAt !== undefined && { startAt }) }
}

/** One for each person and branch: as long as its pull request is open, it is kept up to date. */
async function ownBranch({ branch, author }: Settling): Promise<string> {
  const digest = await sha1(new TextEncoder().encode(author.email))
  return `tabship/${branch}-${digest.slice(0, 8)}`
}

/** @throws OptionsError `on-conflict-failed` */
async function chosen({ onConflict }: CommitInput, conflict: BranchConflict): Promise<ConflictChoice> {
  if (!onConflict) return 'stop'
  const choice: unknown = await Promise.resolve(conflict).then(onConflict).catch(askingFailed)
  const choices: readonly unknown[] = ['stop', ...conflict.choices]
  if (choices.includes(choice)) return choice as ConflictChoice
  // An option that is a text is for all conflicts, also for those that it can't settle.
  if (choice === 'rebase' || choice === 'branch') return 'stop'
  return askingFailed(`it gave ${String(choice)}, not ${choices.join(', ')}`)
}

function askingFailed(cause: unknown): never {
  throw new OptionsError({
    code: 'on-conflict-failed',
    message: `The option onConflict failed: ${closed(cause instanceof Error ? cause.message : String(cause))}`,
    hint: 'Mend the function that is given as onConflict, and resume the deployment. Nothing was overwritten.',
    cause,
  })
}

/** Where a branch of its own begins: at what the project is based on, as far as the branch still holds it. */
async function groundOf({ expectedHead }: CommitInput, { oid }: Conflicting, settler: CommitSettler): Promise<string> {
  return expectedHead !== null && (await settler.holds(oid, expectedHead)) ? expectedHead : oid
}

async function settled(
  input: CommitInput,
  { branch, choice, ownHead }: Landing,
  outcome: Extract<PushOutcome, { result: 'pushed' | 'unchanged' }>,
  settler: CommitSettler,
  context: Context,
): Promise<Commit> {
  const { oid } = outcome
  // What a branch of its own would begin at is there without it.
  const isOwn = choice === 'branch' && (outcome.result === 'pushed' || ownHead !== null)
  const place = { oid, branch: isOwn ? branch : input.branch, url: settler.pageOf(oid) }
  const commit =
    outcome.result === 'pushed'
      ? { ...place, parent: outcome.parent, changes: outcome.changes, created: true }
      : { ...place, parent: null, changes: { added: 0, changed: 0, deleted: 0 }, created: false }
  if (outcome.result === 'pushed' && outcome.onto !== undefined) context.report(rebased(input, outcome.onto))
  if (!isOwn) return commit
  const title = input.message.split('\n', 1)[0] ?? ''
  const body = `The branch ${input.branch} had moved when this was deployed, so the commit stands on a branch of its own.`
  const pullRequest = await settler.propose({ head: branch, base: input.branch, title, body })
  return { ...commit, pullRequest }
}

function rebased({ branch }: CommitInput, onto: string) {
  return {
    type: 'warning',
    code: 'commit-rebased',
    message: `The commit was put on top of ${onto.slice(0, 7)}, which somebody else committed to ${branch}.`,
    hint: 'A build in the container does not hold their change yet: bring it into the project and deploy again.',
  } as const
}
