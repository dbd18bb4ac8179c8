import { defaultBranch, type EmulatedRepository } from '../github/repositories.js'
import { linkedRepositories, pathOf } from '../linked-repositories.js'
import type { Repositories } from './call.js'

/** Lets an emulated Vercel look into the repositories of the emulated GitHub. */
export function githubRepositories(all: () => readonly EmulatedRepository[]): Repositories {
  const { find, read } = linkedRepositories(all)
  return {
    find: async (pathOrId) => {
      const found = find(pathOrId)
      if (!found) return undefined
      return { id: found.id, ownerId: found.owner.id, path: pathOf(found), defaultBranch: await defaultBranch(found) }
    },
    read: ({ id }, ref) => read(id, ref),
  }
}
