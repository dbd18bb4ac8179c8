import type { Account } from '../accounts.js'
import type { Call } from './endpoint.js'
import { isAncestor, readRef } from './read-git.js'
import type { EmulatedRepository } from './repositories.js'

/** A pull request from one branch of a repository to another. Times are milliseconds since the epoch. */
export interface EmulatedPull {
  readonly id: number
  readonly number: number
  readonly user: Account
  readonly head: string
  readonly draft: boolean
  readonly createdAt: number
  title: string
  body: string | null
  base: string
  state: 'open' | 'closed'
  /** The commit that the head was at when it was last looked at: a branch may be gone. */
  headSha: string
  baseSha: string
  updatedAt: number
  closedAt: number | null
  mergedAt: number | null
  /** The commit that it was merged by. */
  mergeSha: string | null
}

/** A comment on a pull request. Times are milliseconds since the epoch. */
export interface EmulatedComment {
  readonly id: number
  /** Of the pull request. */
  readonly issue: number
  readonly user: Account
  readonly createdAt: number
  body: string
  updatedAt: number
}

/**
 * Brings a pull request up to date with its branches: one whose commits have arrived at the base is merged, and one whose head is
 * gone is closed.
 */
export async function refreshPull(call: Call, repository: EmulatedRepository, pull: EmulatedPull): Promise<void> {
  if (pull.state !== 'open') return
  const head = await readRef(call.git, repository, `refs/heads/${pull.head}`)
  const base = await readRef(call.git, repository, `refs/heads/${pull.base}`)
  pull.headSha = head?.sha ?? pull.headSha
  pull.baseSha = base?.sha ?? pull.baseSha
  const merged = base !== undefined && (await isAncestor(call.git, repository, pull.headSha, base.sha))
  if (head && !merged) return
  pull.state = 'closed'
  pull.closedAt = call.now()
  pull.mergedAt = merged ? pull.closedAt : null
  pull.mergeSha = merged ? pull.headSha : null
}
