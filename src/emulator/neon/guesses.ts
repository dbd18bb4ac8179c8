import type { Waiver } from '../waiver.js'

const words = 'The contract has one shape for all errors and names none; no words of Neon for it were found in public.'

/** What was decided where neither the contract nor Neon's documentation tells, nor what others have seen of it. */
export const guesses: readonly Waiver[] = [
  {
    what: 'any endpoint: 404, 405 and 400 for what the contract does not have or refuses, and their words',
    reason: words,
  },
  { what: 'any endpoint: 429 has no header that tells when to come back', reason: 'The documentation names none.' },
  { what: 'any endpoint: 403 for a key without the right to write', reason: words },
  {
    what: 'createProject: org_id is required, although the contract says that a project without one is the user’s own',
    reason: 'The documentation tells to name it with a personal key, and lists of projects are refused without it.',
  },
  {
    what: 'any endpoint: whatever schedules operations is refused with 423 while any of the project are under way',
    reason: 'Which of them conflict is not published; nobody is refused more often than here.',
  },
  {
    what: 'any endpoint: a database or a role is there, or gone, with the answer; a branch or a compute when its last operation is over',
    reason: 'The contract says the second, and nothing of the first.',
  },
  {
    what: 'deleteProjectBranch: the default branch, a protected one and one with children are refused with 422; other roots are not',
    reason: `The contract says that a root cannot be deleted; branches with the schema alone and backups are roots. ${words}`,
  },
  {
    what: 'restoreProjectBranch: the branch keeps its id and its computes, which are then asleep',
    reason: 'Examples of the documentation show it so; they do not say it.',
  },
  {
    what: 'finalizeRestoreBranch: a compute that was made to look at the snapshot is removed, and the new branch is the default',
    reason: 'It is said to function as the branch that it replaces, which has its own computes.',
  },
  { what: 'createSnapshot: 422 where there are too many, or of a child', reason: `The rules are documented. ${words}` },
]
