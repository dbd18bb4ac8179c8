import type { GitHost } from '../../spec/git-host.js'
import type { PlannedCommit } from '../../spec/target.js'
import { branchShared } from './problems.js'

/**
 * Refuses the branch that the same deployment commits to: each would replace what the other has put there.
 *
 * @param defaultBranch of the repository, where it is known.
 * @throws OptionsError `options-invalid`
 */
export function refuseSharedBranch(
  host: GitHost,
  branch: string,
  commits: readonly PlannedCommit[],
  defaultBranch?: string,
): void {
  const shared = commits.find(
    (commit) => isSameRepository(commit.resource, host.resource) && (commit.branch ?? defaultBranch) === branch,
  )
  if (shared) throw branchShared(shared, branch)
}

/** The owner of the token may be named, or not. */
function isSameRepository(one: string, other: string): boolean {
  const bare = (resource: string) => resource.replace(/ .*\//, ' ')
  const isBare = bare(one) === one || bare(other) === other
  return one === other || (isBare && bare(one) === bare(other))
}
