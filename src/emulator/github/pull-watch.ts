import type { Account } from '../accounts.js'
import type { Git } from './git-process.js'
import { readRef } from './read-git.js'
import type { EmulatedRepository } from './repositories.js'

/** A pull request that was opened, or whose branch has moved, as those are told it who wait for one. */
export interface PulledCommit {
  readonly repositoryId: number
  /** The branch that it is of. */
  readonly branch: string
  readonly actor: Account
  readonly number: number
  /** The branch that it is for. */
  readonly base: string
}

/** Finds out which pull requests are new, or have new commits. */
export interface PullWatch {
  look(repository: EmulatedRepository, actor: Account): Promise<void>
}

/** Makes the watch: it compares the heads with those that it saw last. */
export function createPullWatch(git: Git, told: (pull: PulledCommit) => Promise<void>): PullWatch {
  const seen = new WeakMap<EmulatedRepository, Map<number, string>>()
  return {
    async look(repository, actor) {
      const known = seen.get(repository) ?? new Map<number, string>()
      seen.set(repository, known)
      for (const { number, state, head: branch, base } of repository.pulls) {
        if (state !== 'open') continue
        const head = await readRef(git, repository, `refs/heads/${branch}`)
        if (!head || known.get(number) === head.sha) continue
        known.set(number, head.sha)
        await told({ repositoryId: repository.id, branch, actor, number, base })
      }
    },
  }
}
