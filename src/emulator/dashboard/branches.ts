import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createGit } from '../git-process.js'
import { listBranchesAndTags, readLog } from '../read-git.js'
import type { BranchView, CommitView } from './state-view.js'

/** Reads commits, each of them once: what a commit is never changes. */
export interface BranchReader {
  commit(path: string, sha: string): Promise<CommitView>
}

/** How many branches of a repository are shown, and how many commits are remembered. */
const mostBranches = 50
const mostCommits = 2_000

/** Makes a reader that remembers nothing yet. */
export function createBranchReader(): BranchReader {
  const known = new Map<string, CommitView>()
  return {
    commit: async (path, sha) => {
      const found = known.get(sha)
      if (found) return found
      const [commit] = await readLog(createGit(path), { path }, { from: sha, skip: 0, count: 1 })
      if (!commit) throw new Error(`There is no commit ${sha}`)
      const [title = ''] = commit.message.split('\n')
      const view = { sha, title, author: commit.author.name, at: Date.parse(commit.committer.date) }
      if (known.size >= mostCommits) known.clear()
      known.set(sha, view)
      return view
    },
  }
}

/**
 * Reads the branches of a bare repository.
 *
 * @param path its folder
 */
export async function readBranches(
  reader: BranchReader,
  path: string,
): Promise<{ readonly branches: BranchView[]; readonly branchCount: number }> {
  const head = (await readFile(join(path, 'HEAD'), 'utf8')).trim().replace(/^ref: /, '')
  const refs = [...(await listBranchesAndTags(createGit(path), { path }))].filter(([ref]) => ref.startsWith(prefix))
  refs.sort(([one], [other]) => Number(other === head) - Number(one === head) || (one < other ? -1 : 1))
  const shown = refs.slice(0, mostBranches).map(async ([ref, sha]): Promise<BranchView> => {
    return { name: ref.slice(prefix.length), isDefault: ref === head, commit: await reader.commit(path, sha) }
  })
  return { branches: await Promise.all(shown), branchCount: refs.length }
}

const prefix = 'refs/heads/'
