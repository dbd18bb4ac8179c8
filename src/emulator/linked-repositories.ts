import { tmpdir } from 'node:os'
import type { TreeFiles } from './build/source-tree.js'
import { createGit } from './git-process.js'
import { readBlobs } from './github/pages/read-site.js'
import type { EmulatedRepository } from './github/repositories.js'
import { readLog, readTree, resolve } from './read-git.js'

/** The files of a commit. */
export interface SourceTree {
  readonly sha: string
  readonly message: string
  readonly files: TreeFiles
}

/** The repositories of the emulated GitHub, as those read them that build what is pushed. */
export interface LinkedRepositories {
  /** Finds a repository by its path, in any case, or by its id. */
  find(pathOrId: string): EmulatedRepository | undefined
  /** The commit that a branch, a tag or an id stands for, with its files; `undefined` where there is none. */
  read(id: number, ref: string): Promise<SourceTree | undefined>
}

/** `owner/name` of a repository. */
export const pathOf = ({ owner, name }: EmulatedRepository): string => `${owner.login}/${name}`

/** Lets another emulator look into the repositories of the emulated GitHub. */
export function linkedRepositories(all: () => readonly EmulatedRepository[]): LinkedRepositories {
  const git = createGit(tmpdir())
  const find = (pathOrId: string): EmulatedRepository | undefined =>
    all().find((one) => String(one.id) === pathOrId || pathOf(one).toLowerCase() === pathOrId.toLowerCase())
  return {
    find,
    read: async (id, ref) => {
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
