import type { Random } from '../random.js'

/** About where GitLab.com has come to by now: eight digits, nine for merge requests. */
const begun = { namespaces: 80_000_000, projects: 60_000_000, mergeRequests: 300_000_000 }

/**
 * Ids of one kind, as GitLab counts them: ever larger, with gaps for those that others got in between.
 *
 * @returns gives the next one
 */
export function createIds(random: Random, kind: keyof typeof begun): () => number {
  let last = begun[kind] + Math.floor(random.number() * 9_000_000)
  return () => {
    last += 1 + Math.floor(random.number() * 50)
    return last
  }
}
