import { readLooseObject, readLooseTree } from './loose-objects.js'
import type { TreeEntry } from './read-git.js'

/** Entries up to which reading one file after the other is faster than a process of git. */
const most = 60
const types: Readonly<Record<string, TreeEntry['type']>> = { '040000': 'tree', '160000': 'commit' }

/**
 * Lists a tree whose objects are files of their own, as `git ls-tree --long` does, with the trees below it where `recursive`.
 *
 * @returns `undefined` where it is larger, or where only git can tell.
 */
export async function readSmallTree(
  repository: string,
  tree: string,
  recursive: boolean,
): Promise<TreeEntry[] | undefined> {
  const entries = await readLooseTree(repository, tree)
  if (!entries || entries.length > most) return undefined
  const listed: TreeEntry[] = []
  for (const { mode, name, sha } of entries) {
    const type = types[mode] ?? 'blob'
    const blob = type === 'blob' ? await readLooseObject(repository, sha) : undefined
    if (type === 'blob' && !blob) return undefined
    listed.push({ mode, type, sha, size: blob?.bytes.length ?? null, path: name })
    if (type !== 'tree' || !recursive) continue
    const below = await readSmallTree(repository, sha, true)
    if (!below || listed.length + below.length > most) return undefined
    for (const entry of below) listed.push({ ...entry, path: `${name}/${entry.path}` })
  }
  return listed
}
