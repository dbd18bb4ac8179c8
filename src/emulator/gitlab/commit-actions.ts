import type { TreeEntry } from '../read-git.js'
import { GitlabProblem } from './problem.js'

/** A file as a commit is to hold it: an object that is there, or new bytes. */
export type PlannedFile = { readonly mode: string } & ({ readonly sha: string } | { readonly bytes: Buffer })

/** One action of a commit, as the contract has let it through. */
export interface CommitAction {
  readonly action: 'create' | 'update' | 'delete' | 'move' | 'chmod'
  readonly file_path: string
  readonly previous_path?: string
  readonly content?: string
  readonly encoding?: 'text' | 'base64'
  readonly last_commit_id?: string
  readonly execute_filemode?: boolean
}

// The words are those of Gitaly's index (`internal/git/index_error`, "IndexError").
const refuse = (message: string): GitlabProblem => new GitlabProblem(400, message)
const exists = 'A file with this name already exists'
const missing = "A file with this name doesn't exist"

/**
 * Does the actions in their order on the files of a commit.
 *
 * @param entries of the commit that it stands on, recursively
 * @param read gives the bytes of a blob
 * @throws GitlabProblem 400 for the first that can't be done.
 */
export function applyActions(
  entries: readonly TreeEntry[],
  actions: readonly CommitAction[],
): Map<string, PlannedFile> {
  const files = new Map<string, PlannedFile>(
    entries.filter(({ type }) => type !== 'tree').map(({ path, mode, sha }) => [path, { mode, sha }]),
  )
  const isFolder = (path: string): boolean => [...files.keys()].some((one) => one.startsWith(`${path}/`))
  for (const { action, file_path: path, previous_path: previous, ...change } of actions) {
    checkPath(path)
    const there = files.get(path)
    if (action === 'create' || action === 'move') {
      if (there) throw refuse(exists)
      if (isFolder(path)) throw refuse('A directory with this name already exists')
      // Where a file stands in the place of one of its folders.
      if (parentsOf(path).some((folder) => files.has(folder))) throw refuse(exists)
    } else if (!there) {
      throw refuse(missing)
    }
    if (action === 'create') {
      files.set(path, { mode: '100644', bytes: contentOf(change) })
    } else if (action === 'update' && there) {
      files.set(path, { mode: there.mode, bytes: contentOf(change) })
    } else if (action === 'delete') {
      files.delete(path)
    } else if (action === 'chmod' && there) {
      files.set(path, { ...there, mode: change.execute_filemode ? '100755' : '100644' })
    } else if (action === 'move') {
      checkPath(previous ?? '')
      const moved = files.get(previous ?? '')
      if (!moved) throw refuse(missing)
      files.delete(previous ?? '')
      files.set(path, change.content === undefined ? moved : { mode: moved.mode, bytes: contentOf(change) })
    }
  }
  return files
}

function contentOf({ content = '', encoding }: Pick<CommitAction, 'content' | 'encoding'>): Buffer {
  return Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8')
}

function checkPath(path: string): void {
  if (path === '') throw refuse('You must provide a file path')
  const parts = path.split('/')
  if (parts.includes('..')) throw refuse('Path cannot include directory traversal')
  if (parts.some((part) => part === '' || part === '.' || part.toLowerCase() === '.git'))
    throw refuse(`invalid path: '${path}'`)
}

function parentsOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
