import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmulatedRepository } from '../repositories.js'
import type { CacheEntry, JobStorage } from './job-world.js'
import type { ActionsState } from './state.js'

const day = 24 * 3_600_000

/**
 * Makes the place where jobs keep what outlives them.
 *
 * @param root existing folder
 */
export function createJobStorage(
  root: string,
  state: ActionsState,
  nextId: () => number,
  now: () => number,
): JobStorage {
  const caches = new Map<EmulatedRepository, CacheEntry[]>()
  return {
    caches: (repository) => caches.get(repository) ?? [],
    addCache: (repository, entry) => {
      caches.set(repository, [entry, ...(caches.get(repository) ?? [])])
    },
    artifacts: (run) => state.artifacts.filter((one) => one.run === run),
    addArtifact: (run, name, bytes, days) => {
      const artifact = { id: nextId(), name, run, bytes, createdAt: now(), expiresAt: now() + days * day }
      state.artifacts.push(artifact)
      return artifact
    },
    removeArtifact: (artifact) => {
      state.artifacts.splice(state.artifacts.indexOf(artifact), 1)
    },
    makeFolder: () => mkdtemp(join(root, 'kept-')),
  }
}
