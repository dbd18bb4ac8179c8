import type { TreeEntry } from 'isomorphic-git'
import type { Changes } from '../../spec/git-host.js'

/** A file of a tree: what git keeps of it besides its bytes. */
export interface TreeFile {
  readonly mode: string
  readonly oid: string
}

type Folder = Map<string, TreeFile | Folder>

/**
 * Writes the trees of the files, from the leaves up.
 * @param files By path.
 * @param writeTree Writes one tree and gives its object id.
 * @returns the object id of the root tree.
 */
export function writeTrees(
  files: ReadonlyMap<string, TreeFile>,
  writeTree: (entries: TreeEntry[]) => Promise<string>,
): Promise<string> {
  const root: Folder = new Map()
  for (const [path, file] of files) {
    const names = path.split('/')
    const last = names.pop() ?? ''
    let folder = root
    for (const name of names) {
      const known = folder.get(name)
      const next: Folder = known instanceof Map ? known : new Map()
      folder.set(name, next)
      folder = next
    }
    folder.set(last, file)
  }
  return write(root, writeTree)
}

async function write(folder: Folder, writeTree: (entries: TreeEntry[]) => Promise<string>): Promise<string> {
  const entries: TreeEntry[] = []
  for (const [path, entry] of folder) {
    if (entry instanceof Map) entries.push({ path, mode: '040000', oid: await write(entry, writeTree), type: 'tree' })
    else entries.push({ path, mode: entry.mode, oid: entry.oid, type: entry.mode === '160000' ? 'commit' : 'blob' })
  }
  return writeTree(entries)
}

/** @returns the files below a commit or a tree, by path. */
export async function readTrees(
  oid: string,
  readTree: (oid: string) => Promise<TreeEntry[]>,
): Promise<Map<string, TreeFile>> {
  const files = new Map<string, TreeFile>()
  const folders = [{ prefix: '', oid }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readTree(folder.oid)) {
      const path = folder.prefix + entry.path
      if (entry.type === 'tree') folders.push({ prefix: `${path}/`, oid: entry.oid })
      else files.set(path, { mode: entry.mode, oid: entry.oid })
    }
  }
  return files
}

/** Counts what differs between two sets of files. */
export function changesOf(before: ReadonlyMap<string, TreeFile>, after: ReadonlyMap<string, TreeFile>): Changes {
  let [added, changed] = [0, 0]
  for (const [path, file] of after) {
    const old = before.get(path)
    if (old === undefined) added += 1
    else if (old.oid !== file.oid || old.mode !== file.mode) changed += 1
  }
  return { added, changed, deleted: before.size - (after.size - added) }
}
