import type { Artifact } from '../../spec/artifact.js'
import type { CommitDraft, TreeChange } from '../commit-draft.js'

/** A change of a tree, with what has to be done for it. */
export interface PlannedEntry {
  readonly change: TreeChange
  /** The file whose bytes go along with it, where GitHub does not have them. */
  readonly artifact: Artifact | undefined
  /** Entries of a level need those of the levels below to be done: they don't go into the same request. */
  readonly level: number
}

/**
 * Orders the changes of a commit. A file in the place of a folder, and a folder in that of a file, comes after what was there
 * has been deleted; and content that several files share goes along with the first of them, while the others name it later.
 * Deletions come last in their level, so that no tree in between is empty.
 */
export function planEntries({ changes, blobs }: Pick<CommitDraft, 'changes' | 'blobs'>): PlannedEntry[] {
  const lacking = new Map(blobs.map((blob) => [blob.oid, blob]))
  const deleted = new Set(changes.filter(({ oid }) => oid === null).map(({ path }) => path))
  const emptied = new Set([...deleted].flatMap(foldersOf))
  const isInTheWay = ({ path }: TreeChange) =>
    emptied.has(path) || foldersOf(path).some((folder) => deleted.has(folder))
  const written = changes.filter(({ oid }) => oid !== null)
  const inOrder = [...written.filter((change) => !isInTheWay(change)), ...written.filter(isInTheWay)]
  const sentAt = new Map<string, number>()
  const entries = inOrder.map((change): PlannedEntry => {
    const oid = change.oid ?? ''
    const level = isInTheWay(change) ? 1 : 0
    const sent = sentAt.get(oid)
    if (sent !== undefined) return { change, artifact: undefined, level: Math.max(level, sent + 1) }
    const artifact = lacking.get(oid)
    if (artifact) sentAt.set(oid, level)
    return { change, artifact, level }
  })
  const deletions = changes
    .filter(({ oid }) => oid === null)
    .map((change) => ({ change, artifact: undefined, level: 0 }))
  return [...entries, ...deletions].sort((one, other) => one.level - other.level)
}

function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash))
  return folders
}
