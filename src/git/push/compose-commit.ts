import type { Artifact } from '../../spec/artifact.js'
import type { Changes, Person } from '../../spec/git-host.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import type { CommitDraft, TreeChange } from '../commit-draft.js'
import type { Base } from './base.js'
import { objectId } from './git-objects.js'
import { isFromHere, withTrailer } from './trailer.js'
import { changesOf, isSameFile, type TreeFile, type Trees, writeTrees } from './trees.js'

/** What a commit says and holds, whatever it stands on. */
export interface CommitContent {
  readonly artifacts: readonly Artifact[]
  /** Paths that stay as they are in the parent; a folder, with a slash at its end, with all that is in it. */
  readonly keep: readonly string[]
  readonly message: string
  /** Id of the deployment. */
  readonly deployment: string
  /** Whether the caller said that the project is based on the parent. */
  readonly based: boolean
  readonly author: Person
  /** Milliseconds since the epoch. */
  readonly date: number
}

/** A commit, written in memory, that no host has yet. */
export interface ComposedCommit extends CommitDraft, Trees {
  /** The bytes of the commit. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly files: ReadonlyMap<string, TreeFile>
  /** Ids of the trees that the parent does not hold. */
  readonly newTrees: readonly string[]
  readonly counts: Changes
  /** Whether the parent holds exactly this already. */
  readonly isSame: boolean
  /** Whether it would lose content of a parent that somebody else made. */
  readonly isForeign: boolean
}

/** All that a commit is to hold, together with work of others; and the commit that brought that. */
export interface MergedContent {
  readonly files: ReadonlyMap<string, TreeFile>
  readonly onto: string
}

/**
 * Writes the commit with these files on top of a base. It is always the same object.
 * @param merged What it holds besides the project. @default {@link filesOn}
 */
export async function composeCommit(
  content: CommitContent,
  base: Base | undefined,
  merged?: MergedContent,
): Promise<ComposedCommit> {
  const before = base?.files ?? new Map<string, TreeFile>()
  const pause = createPacer()
  const files = merged?.files ?? filesOn(content, base)
  await pause()
  const counts = changesOf(before, files)
  await pause()
  const changes = treeChanges(before, files)
  await pause()
  const known = base && { folders: base.folders, changed: changes.map(({ path }) => path) }
  const { root, trees, folders } = await writeTrees(files, known)
  const blobs = newBlobs(content.artifacts, before, files)
  await pause()
  const author = signatureOf(content.author)
  const message = withTrailer(content.message.replace(/\r\n?/g, '\n').trim(), content.deployment, merged?.onto)
  const parent = base?.oid ?? null
  const bytes = serialize({ tree: root, parent, author, date: content.date, message })
  const loses = counts.changed > 0 || counts.deleted > 0
  return {
    oid: await objectId('commit', bytes),
    ...{ bytes, parent, root, trees, folders, tree: root, parentTree: base?.root ?? null, files, message, author },
    date: content.date,
    ...{ changes, blobs },
    newTrees: [...trees.keys()].filter((oid) => !base?.trees.has(oid)),
    counts,
    isSame: base?.root === root,
    isForeign: base !== undefined && loses && !content.based && !merged && !isFromHere(base, author),
  }
}

/** The files of the commit. A container may not tell whether a file is executable: what was so stays so until it is known not to be. */
export function filesOn(
  { artifacts, keep }: CommitContent,
  base: Pick<Base, 'files'> | undefined,
): Map<string, TreeFile> {
  const before = base?.files ?? new Map<string, TreeFile>()
  const files = new Map<string, TreeFile>()
  const kept = new Set(keep)
  const keptFolders = keep.filter((path) => path.endsWith('/'))
  const shown = foldersAndFiles(artifacts)
  for (const [path, file] of before) {
    // A submodule is a commit of elsewhere, which a project in a tab cannot show: it stays until files take its place.
    if (file.mode === '160000' && !shown.has(path)) files.set(path, file)
    if (kept.has(path) || keptFolders.some((folder) => path.startsWith(folder))) files.set(path, file)
  }
  for (const { path, mode, wasExecutable, oid } of artifacts) {
    const executable = mode === '100644' && !wasExecutable && before.get(path)?.mode === '100755'
    files.set(path, { mode: executable ? '100755' : mode, oid })
  }
  return files
}

function foldersAndFiles(artifacts: readonly Artifact[]): Set<string> {
  const shown = new Set<string>()
  for (const { path } of artifacts) {
    shown.add(path)
    for (
      let end = path.lastIndexOf('/');
      end > 0 && !shown.has(path.slice(0, end));
      end = path.lastIndexOf('/', end - 1)
    )
      shown.add(path.slice(0, end))
  }
  return shown
}

function treeChanges(before: ReadonlyMap<string, TreeFile>, after: ReadonlyMap<string, TreeFile>): TreeChange[] {
  const changes: TreeChange[] = []
  for (const [path, { mode }] of before) if (!after.has(path)) changes.push({ path, mode, oid: null })
  for (const [path, file] of after) if (!isSameFile(before.get(path), file)) changes.push({ path, ...file })
  return changes
}

function newBlobs(
  artifacts: readonly Artifact[],
  before: ReadonlyMap<string, TreeFile>,
  after: ReadonlyMap<string, TreeFile>,
): Artifact[] {
  const known = new Set<string>()
  for (const { oid } of before.values()) known.add(oid)
  const blobs: Artifact[] = []
  for (const artifact of artifacts) {
    // Merged with a change of somebody else, a file may not be what it is in the project.
    if (known.has(artifact.oid) || after.get(artifact.path)?.oid !== artifact.oid) continue
    known.add(artifact.oid)
    blobs.push(artifact)
  }
  return blobs
}

/** Without what ends a name or an address in git's own format. */
function signatureOf({ name, email }: Person): Person {
  const clean = (text: string) => text.replace(/[<>\p{Cc}]+/gu, ' ').trim()
  return { name: clean(name) || clean(email), email: clean(email) }
}

/** The bytes of a commit (git-commit-tree); its author commits it, in UTC. */
function serialize(
  commit: Pick<CommitDraft, 'tree' | 'parent' | 'author' | 'date' | 'message'>,
): Uint8Array<ArrayBuffer> {
  const { tree, parent, author, date, message } = commit
  const signature = `${author.name} <${author.email}> ${Math.floor(date / 1000)} +0000`
  const lines = [`tree ${tree}`, ...(parent === null ? [] : [`parent ${parent}`])]
  lines.push(`author ${signature}`, `committer ${signature}`, '', message)
  return new TextEncoder().encode(lines.join('\n'))
}
