import { ConflictError } from '../errors/conflict-error.js'
import type { BranchConflict, CommitInput, ConflictChoice } from '../spec/git-host.js'
import type { PushOutcome } from './push/landing.js'

/** A commit that stands where a deployment wanted to write, as people know it. */
export interface Standing {
  readonly author: string | null
  /** First line of its message. */
  readonly subject: string | null
  /** ISO 8601. */
  readonly date: string | null
  readonly url: string | null
}

/** Where nothing could be learnt of a commit. */
export const unknownStanding: Standing = { author: null, subject: null, date: null, url: null }

/** An outcome that is a conflict with a commit. */
export type Conflicting = Extract<PushOutcome, { result: 'moved' | 'foreign' }> & { readonly oid: string }

/** The conflict, as it is told to the one who may choose what becomes of it. */
export function conflictOf(
  { branch, expectedHead }: CommitInput,
  outcome: Conflicting,
  standing: Standing,
  tried: ConflictChoice | undefined,
): BranchConflict {
  const paths = outcome.result === 'moved' ? (outcome.paths ?? null) : null
  const all = ['rebase', 'branch'] as const
  const choices =
    tried === 'branch' ? [] : all.filter((choice) => choice !== tried && (paths === null || choice === 'branch'))
  const expected = outcome.result === 'foreign' ? outcome.left : expectedHead === outcome.oid ? null : expectedHead
  return { branch, expected, found: outcome.oid, ...standing, paths, choices }
}

/** The error for a branch that somebody deleted. */
export function branchGone(input: CommitInput): ConflictError {
  const { branch, expectedHead: expected } = input
  return new ConflictError({
    code: 'branch-moved',
    message: `${placeOf(input)} is gone: somebody deleted it.`,
    hint: 'Deploy again to make it anew, or commit to another branch.',
    details: { branch, expected, found: null },
  })
}

/**
 * The error for a branch that is not, or no longer, where it was expected, or whose content nobody said the project is based on,
 * and would be lost.
 */
export function branchConflict(
  input: CommitInput,
  outcome: Conflicting,
  conflict: BranchConflict,
  proposal: string,
): ConflictError {
  const { branch, expected, found, paths, choices, ...standing } = conflict
  const said = describe(conflict)
  const offers = {
    rebase: "onConflict: 'rebase' puts the commit on top of theirs where both touch different files",
    branch: `onConflict: 'branch' puts the commit on a branch of its own with a ${proposal}`,
  } as const
  const offer = choices.flatMap((choice) => (choice === 'stop' ? [] : offers[choice])).join('; ')
  const elsewhere = `or commit to another branch${offer === '' ? '' : `: ${offer}`}. Nothing was overwritten.`
  const both = paths === null ? '' : ` Both have changed ${listed(paths)}.`
  const details = { branch, found, ...standing, ...(paths && { paths: paths.slice(0, 100) }), choices }
  if (outcome.result === 'moved' && input.expectedHead !== outcome.oid)
    return new ConflictError({
      code: 'branch-moved',
      message: `${placeOf(input)} has moved: ${said}.${both}`,
      hint: `Bring their change into the project, ${elsewhere}`,
      details: { ...details, expected },
    })
  const loses =
    outcome.result === 'foreign'
      ? `; the commit would change ${outcome.changes.changed} and delete ${outcome.changes.deleted} of its files.`
      : `.${both}`
  return new ConflictError({
    code: 'branch-foreign',
    message: `${placeOf(input)} holds work that this project may not know: ${said}${loses}`,
    hint: `Bring that work into the project, then pass commit.expectedHead: '${found}'; ${elsewhere}`,
    details: { ...details, ...(outcome.result === 'foreign' && { changes: outcome.changes }) },
  })
}

function placeOf({ branch, repository }: CommitInput): string {
  return `The branch ${branch} of ${repository.fullName}`
}

function describe({ found, author, subject }: BranchConflict): string {
  const commit = found.slice(0, 7)
  return author === null ? `it is at ${commit}` : `${author} committed "${subject ?? ''}" (${commit})`
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(', ')
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown
}
