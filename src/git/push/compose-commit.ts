import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { Changes, Person } from '../../spec/git-host.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import type { IsomorphicGit } from './load-isomorphic-git.js'
import type { MemoryFileSystem } from './memory-file-system.js'
import { madeByDeployment, withTrailer } from './trailer.js'
import { changesOf, readTrees, type TreeFile, writeTrees } from './trees.js'

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

/** A commit, written in memory. */
export interface ComposedCommit {
  readonly oid: string
  readonly parent: string | null
  readonly changes: Changes
  /** Whether the parent holds exactly this already. */
  readonly isSame: boolean
  /** Whether it would lose content of a parent that somebody else made. */
  readonly isForeign: boolean
}

/** A git repository in memory, as isomorphic-git takes it. */
export interface MemoryRepository {
  readonly fs: MemoryFileSystem
  readonly dir: string
  readonly gitdir: string
  readonly cache: object
}

/** Writes the commit with this content on top of `parent`, whose objects must be there. It is always the same object. */
export async function composeCommit(
  git: IsomorphicGit,
  repository: MemoryRepository,
  content: CommitContent,
  parent: string | null,
  context: Context,
): Promise<ComposedCommit> {
  const readTree = async (oid: string) => (await git.readTree({ ...repository, oid })).tree
  const before = parent === null ? new Map<string, TreeFile>() : await readTrees(parent, readTree)
  await writeBlobs(content.artifacts, before, (blob) => git.writeBlob({ ...repository, blob }), context)
  const files = filesOf(content, before)
  const changes = changesOf(before, files)
  const tree = await writeTrees(files, (entries) => git.writeTree({ ...repository, tree: entries }))
  const under = parent === null ? undefined : (await git.readCommit({ ...repository, oid: parent })).commit
  const loses = changes.changed > 0 || changes.deleted > 0
  const signature = { ...signatureOf(content.author), timestamp: Math.floor(content.date / 1000), timezoneOffset: 0 }
  const oid = await git.writeCommit({
    ...repository,
    commit: {
      tree,
      parent: parent === null ? [] : [parent],
      message: withTrailer(content.message, content.deployment),
      author: signature,
      committer: signature,
    },
  })
  return {
    oid,
    parent,
    changes,
    isSame: under?.tree === tree,
    isForeign: under !== undefined && loses && !content.based && !madeByDeployment(under.message),
  }
}

/** Without what ends a name or an address in git's own format. */
function signatureOf({ name, email }: Person): Person {
  const clean = (text: string) => text.replace(/[<>\p{Cc}]+/gu, ' ').trim()
  return { name: clean(name) || clean(email), email: clean(email) }
}

/** The files of the commit. No container tells whether a file is executable, so what was so stays so. */
function filesOf({ artifacts, keep }: CommitContent, before: ReadonlyMap<string, TreeFile>): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>()
  const kept = new Set(keep)
  const keptFolders = keep.filter((path) => path.endsWith('/'))
  const shown = new Set(
    artifacts.flatMap(({ path }) => path.split('/').map((_, end, names) => names.slice(0, end + 1).join('/'))),
  )
  for (const [path, file] of before) {
    // A submodule is a commit of elsewhere, which a project in a tab cannot show: it stays until files take its place.
    if (file.mode === '160000' && !shown.has(path)) files.set(path, file)
    if (kept.has(path) || keptFolders.some((folder) => path.startsWith(folder))) files.set(path, file)
  }
  for (const { path, mode, oid } of artifacts) {
    const executable = mode === '100644' && before.get(path)?.mode === '100755'
    files.set(path, { mode: executable ? '100755' : mode, oid })
  }
  return files
}

async function writeBlobs(
  artifacts: readonly Artifact[],
  before: ReadonlyMap<string, TreeFile>,
  writeBlob: (blob: Uint8Array) => Promise<string>,
  context: Context,
): Promise<void> {
  const known = new Set([...before.values()].map((file) => file.oid))
  const pause = createPacer()
  let done = 0
  for (const artifact of artifacts) {
    await pause()
    context.signal.throwIfAborted()
    if (!known.has(artifact.oid)) {
      const oid = await writeBlob(await artifact.read())
      if (oid !== artifact.oid)
        throw new TypeError(`the bytes of ${artifact.path} are not those that its id was made from`)
    }
    done += 1
    context.progress(done, artifacts.length, 'files')
  }
}
