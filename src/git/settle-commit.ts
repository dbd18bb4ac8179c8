import type { Context } from '../spec/context.js'
import type { Commit, CommitInput, ConflictChoice, PullRequest } from '../spec/git-host.js'
import { branchConflict, branchGone, type Conflicting, conflictOf, type Standing } from './branch-conflict.js'
import type { CommitCheckpoint } from './checkpoint.js'
import type { LandCommit, PushOutcome } from './push/landing.js'

/** In what a try to land a commit differs from the first. */
export type Landing = Pick<LandCommit, 'branch' | 'expectedHead' | 'based' | 'rebase' | 'startAt' | 'origin'> &
  Pick<CommitCheckpoint, 'choice'>

/** What a host does for a commit. */
export interface CommitSettler {
  land(landing: Landing): Promise<PushOutcome>
  /** Whose commit it is; what can't be learnt is `null`. */
  standing(oid: string): Promise<Standing>
  /** Whether `head` is the commit `oid`, or stands on it. */
  holds(head: string, oid: string): Promise<boolean>
  /** Address of a commit's page. */
  pageOf(oid: string): string
  /** Finds or opens the pull request. */
  propose(pull: {
    readonly head: string
    readonly base: string
    readonly title: string
    readonly body: string
  }): Promise<PullRequest>
}

/**
 * Commits, and where the branch holds work that the project does not know, lets the caller choose: to put the commit on top of
 * it, or on a branch of its own with a pull request. Nothing is ever overwritten.
 * @param earlier What an earlier run of the same commit was about to push: what was chosen then holds.
 * @throws ConflictError `branch-moved` or `branch-foreign`
 */
export async function settleCommit(
  input: CommitInput,
  earlier: CommitCheckpoint | undefined,
  settler: CommitSettler,
  context: Context,
): Promise<Commit> {
  let choice: ConflictChoice = earlier?.choice ?? 'stop'
  let startAt = earlier?.startAt
  for (;;) {
    const landing = landingOf(input, choice, startAt)
    const outcome = await settler.land(landing)
    if (outcome.result === 'pushed' || outcome.result === 'unchanged')
      return settled(input, landing, outcome, settler, context)
    if (outcome.oid === null) throw branchGone(input)
    const conflicting: Conflicting = { ...outcome, oid: outcome.oid }
    const conflict = conflictOf(input, conflicting, await settler.standing(outcome.oid))
    const tried = choice
    choice = tried === 'branch' ? 'stop' : ((await input.onConflict?.(conflict)) ?? 'stop')
    if (choice === 'stop' || choice === tried || !conflict.choices.includes(choice))
      throw branchConflict(input, conflicting, conflict)
    startAt = await groundOf(input, conflicting, settler)
  }
}

function landingOf(input: CommitInput, choice: ConflictChoice, startAt: string | undefined): Landing {
  const { branch, expectedHead, based, deployment } = input
  if (choice === 'stop') return { branch, expectedHead, based }
  if (choice === 'rebase') return { branch, expectedHead, based, rebase: true, choice }
  const own = { branch: `tabship/${deployment.slice(0, 8)}`, origin: branch, expectedHead: null, based: true, choice }
  return startAt === undefined ? own : { ...own, startAt }
}

/** Where a branch of its own begins: at what the project is based on, as far as the branch still holds it. */
async function groundOf({ expectedHead }: CommitInput, { oid }: Conflicting, settler: CommitSettler): Promise<string> {
  return expectedHead !== null && (await settler.holds(oid, expectedHead)) ? expectedHead : oid
}

async function settled(
  input: CommitInput,
  { branch, choice }: Landing,
  outcome: Extract<PushOutcome, { result: 'pushed' | 'unchanged' }>,
  settler: CommitSettler,
  context: Context,
): Promise<Commit> {
  const { oid } = outcome
  const place = { oid, branch, url: settler.pageOf(oid) }
  if (outcome.result === 'unchanged')
    return {
      ...place,
      branch: input.branch,
      parent: null,
      changes: { added: 0, changed: 0, deleted: 0 },
      created: false,
    }
  const { parent, changes, onto } = outcome
  const commit = { ...place, parent, changes, created: true }
  if (onto !== undefined) context.report(rebased(input, onto))
  if (choice !== 'branch') return commit
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
