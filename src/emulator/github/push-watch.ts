import type { Account } from '../accounts.js'
import type { Git } from './git-process.js'
import { listBranchesAndTags } from './read-git.js'
import type { EmulatedRepository } from './repositories.js'

/** A branch or a tag that someone has made, moved or deleted. */
export interface Push {
  readonly repository: EmulatedRepository
  /** `refs/heads/main` */
  readonly ref: string
  /** `null`: it was not there. */
  readonly before: string | null
  /** `null`: it is gone. */
  readonly after: string | null
  readonly actor: Account
}

/** Finds out what has been pushed, by whichever way. */
export interface PushWatch {
  /** Tells everyone what is new since it was asked last; `quietly` tells nobody. */
  look(repository: EmulatedRepository, actor: Account, quietly?: boolean): Promise<void>
}

/**
 * Makes the watch: it compares the refs with those that it saw last, so that it need not know the ways by which they move.
 *
 * @param told in this order, one after the other, of each push.
 * @param looked told of each look, when all is told: other things than refs may have changed too.
 */
export function createPushWatch(
  git: Git,
  told: readonly ((push: Push) => Promise<void>)[],
  looked: (repository: EmulatedRepository, actor: Account) => Promise<void>,
): PushWatch {
  const seen = new WeakMap<EmulatedRepository, ReadonlyMap<string, string>>()
  const looking = new WeakMap<EmulatedRepository, Promise<void>>()

  async function compare(repository: EmulatedRepository, actor: Account, quietly: boolean): Promise<void> {
    const before = seen.get(repository) ?? new Map<string, string>()
    const after = await listBranchesAndTags(git, repository)
    seen.set(repository, after)
    if (quietly) return
    for (const ref of new Set([...before.keys(), ...after.keys()])) {
      const [old, now] = [before.get(ref) ?? null, after.get(ref) ?? null]
      if (old === now) continue
      for (const tell of told) await tell({ repository, ref, before: old, after: now, actor })
    }
    await looked(repository, actor)
  }

  return {
    look: (repository, actor, quietly = false) => {
      // One after the other, so that nobody is told of the same push twice.
      const last = looking.get(repository) ?? Promise.resolve()
      const next = last.then(() => compare(repository, actor, quietly))
      looking.set(
        repository,
        next.catch(() => undefined),
      )
      return next
    },
  }
}
