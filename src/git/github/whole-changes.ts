import type { PushOutcome } from '../push/landing.js'

/**
 * Counts what a commit adds to a branch that was not there: without git, a commit with one of its files goes ahead into an empty
 * repository, so that the commit itself adds one file less.
 * @param push What was pushed: how many files, and where the branch was expected.
 */
export function wholeChanges(
  outcome: PushOutcome,
  { files, expectedHead, startAt }: { files: number; expectedHead: string | null; startAt?: string | undefined },
): PushOutcome {
  if (outcome.result !== 'pushed' || expectedHead !== null || startAt !== undefined) return outcome
  if (outcome.parent === null || outcome.onto !== undefined) return outcome
  return { ...outcome, changes: { added: files, changed: 0, deleted: 0 } }
}
