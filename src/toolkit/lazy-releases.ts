import type { TargetReleases } from '../spec/target.js'

/** A capability that is loaded with its first use: most deployments list and switch nothing. */
export function lazyReleases(load: () => Promise<TargetReleases>): TargetReleases {
  return {
    find: async (...asked) => (await load()).find(...asked),
    live: async (...asked) => (await load()).live(...asked),
    isOrdered: async (...asked) => (await load()).isOrdered?.(...asked) ?? true,
    async *list(...asked) {
      yield* (await load()).list(...asked)
    },
    publish: async (...asked) => (await load()).publish(...asked),
    lock: async (...asked) => (await load()).lock(...asked),
    remove: async (...asked) => (await load()).remove(...asked),
  }
}
