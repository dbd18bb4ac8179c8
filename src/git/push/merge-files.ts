import { isSameFile, type TreeFile } from './trees.js'

type Files = ReadonlyMap<string, TreeFile>

/** Two sets of changes as one, or the paths that both have changed, each in its own way. */
export type Merge = { readonly files: Map<string, TreeFile> } | { readonly paths: readonly string[] }

/**
 * Merges by path, not by line: what only one side has changed, added or deleted since the ground is taken from it. A file that
 * stands where the other side has a folder is a conflict too.
 */
export function mergeFiles(ground: Files, ours: Files, theirs: Files): Merge {
  const files = new Map<string, TreeFile>()
  const conflicts: string[] = []
  for (const path of new Set([...theirs.keys(), ...ours.keys()])) {
    const [before, own, other] = [ground.get(path), ours.get(path), theirs.get(path)]
    const isOwn = isSameFile(other, before) || isSameFile(own, other)
    if (!isOwn && !isSameFile(own, before)) conflicts.push(path)
    const chosen = isOwn ? own : other
    if (chosen) files.set(path, chosen)
  }
  for (const path of files.keys()) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      if (files.has(path.slice(0, end))) conflicts.push(path)
  }
  return conflicts.length > 0 ? { paths: conflicts.sort() } : { files }
}
