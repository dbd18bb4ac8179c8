import { tmpdir } from 'node:os'
import { createGit } from '../git-process.js'
import { readBlobs } from '../github/pages/read-site.js'
import { defaultBranch, type EmulatedRepository } from '../github/repositories.js'
import { readLog, readTree, resolve } from '../read-git.js'
import type { KnownRepository, Repositories } from './call.js'

/** Lets an emulated Vercel look into the repositories of the emulated GitHub. */
export function githubRepositories(all: () => readonly EmulatedRepository[]): Repositories {
  const git = createGit(tmpdir())
  const find = (pathOrId: string): EmulatedRepository | undefined =>
    all().find(({ id, owner, name }) => {
      return String(id) === pathOrId || `${owner.login}/${name}`.toLowerCase() === pathOrId.toLowerCase()
    })
  return {
    find: async (pathOrId): Promise<KnownRepository | undefined> => {
      const repository = find(pathOrId)
      if (!repository) return undefined
      const { id, owner, name } = repository
      const path = `${owner.login}/${name}`
      return { id, ownerId: owner.id, path, defaultBranch: await defaultBranch(repository) }
    },
    read: async ({ id }, ref) => {
      const repository = find(String(id))
      const name = ref.replace(/^refs\/(?:heads|tags)\//, '')
      const sha = repository && (await resolve(git, repository, name, 'commit'))
      if (!repository || !sha) return undefined
      const [commit] = await readLog(git, repository, { from: sha, skip: 0, count: 1 })
      const entries = (await readTree(git, repository, sha, true)).filter((entry) => entry.type === 'blob')
      const ids = entries.map((entry) => entry.sha)
      const blobs = await readBlobs(git, repository, ids)
      const files = entries.map((entry) => {
        const bytes = blobs.get(entry.sha) ?? new Uint8Array()
        return [entry.path, { bytes, mode: Number.parseInt(entry.mode, 8) }] as const
      })
      return { sha, message: commit?.message ?? '', files: new Map(files) }
    },
  }
}
