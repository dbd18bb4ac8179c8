import { RequestError } from '../errors/request-error.js'
import { TabshipError } from '../errors/tabship-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { Person } from '../spec/git-host.js'
import { createHttpClient, type GitConnection } from './http-client.js'
import { loadIsomorphicGit } from './load-isomorphic-git.js'
import { createMemoryFileSystem } from './memory-file-system.js'
import { readTrees, type TreeFile, writeTrees } from './trees.js'

/** A commit that is to become the tip of a branch. */
export interface PushCommit {
  /** Address of the repository, ending in `.git`. */
  readonly url: string
  readonly branch: string
  /** The commit that the branch is at; `null` where the branch does not exist. */
  readonly parent: string | null
  readonly artifacts: readonly Artifact[]
  /** Paths that stay as they are in `parent`. */
  readonly keep: readonly string[]
  readonly message: string
  readonly author: Person
  /** Milliseconds since the epoch. */
  readonly date: number
}

/** What became of a push. */
export type PushOutcome =
  | { readonly result: 'pushed' | 'unchanged'; readonly oid: string }
  /** The branch is not, or no longer, at `parent`: nothing was changed. */
  | { readonly result: 'moved'; readonly oid: string }

/**
 * Commits the files on top of `parent` with isomorphic-git, all in memory, and pushes without force.
 * @throws RequestError `push-refused` with the server's own words; what the connection throws.
 */
export async function pushCommit(push: PushCommit, connection: GitConnection, context: Context): Promise<PushOutcome> {
  const { url, branch, parent } = push
  const git = await loadIsomorphicGit()
  const http = createHttpClient(connection, context)
  const repository = { fs: createMemoryFileSystem(), dir: '/', gitdir: '/.git', cache: {} }
  await git.init({ ...repository, defaultBranch: branch })
  await git.addRemote({ ...repository, remote: 'origin', url })

  let before = new Map<string, TreeFile>()
  if (parent !== null) {
    const options = { ...repository, http, remote: 'origin', ref: branch, depth: 1, singleBranch: true, tags: false }
    const { fetchHead } = await git.fetch(options)
    if (fetchHead !== parent) return { result: 'moved', oid: fetchHead ?? '' }
    before = await readTrees(parent, async (oid) => (await git.readTree({ ...repository, oid })).tree)
  }
  await writeBlobs(push.artifacts, before, (blob) => git.writeBlob({ ...repository, blob }), context)
  const tree = await writeTrees(filesOf(push, before), (entries) => git.writeTree({ ...repository, tree: entries }))
  if (parent !== null) {
    const { commit } = await git.readCommit({ ...repository, oid: parent })
    if (commit.tree === tree) return { result: 'unchanged', oid: parent }
  }
  const signature = { ...push.author, timestamp: Math.floor(push.date / 1000), timezoneOffset: 0 }
  const oid = await git.commit({
    ...repository,
    tree,
    parent: parent === null ? [] : [parent],
    message: push.message,
    author: signature,
    committer: signature,
    ref: `refs/heads/${branch}`,
  })
  try {
    await git.push({
      ...repository,
      http,
      url,
      ref: branch,
      remoteRef: `refs/heads/${branch}`,
      onMessage: logTo(context),
    })
    return { result: 'pushed', oid }
  } catch (error) {
    context.signal.throwIfAborted()
    const refs = await git.listServerRefs({ http, url, prefix: `refs/heads/${branch}` })
    const head = refs.find((ref) => ref.ref === `refs/heads/${branch}`)?.oid ?? null
    // The answer to a push that arrived may be lost.
    if (head === oid) return { result: 'pushed', oid }
    if (head !== null && head !== parent) return { result: 'moved', oid: head }
    throw refused(error)
  }
}

/** The files of the commit. No container tells whether a file is executable, so what was so stays so. */
function filesOf({ artifacts, keep }: PushCommit, before: ReadonlyMap<string, TreeFile>): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>()
  for (const path of keep) {
    const file = before.get(path)
    if (file) files.set(path, file)
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
  let done = 0
  for (const artifact of artifacts) {
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

function logTo(context: Context): (message: string) => void {
  return (message) => {
    for (const line of message.split(/[\r\n]+/)) {
      if (line.trim() !== '') context.report({ type: 'log-line', source: 'git', text: line.trim() })
    }
  }
}

function refused(error: unknown): TabshipError {
  if (TabshipError.isInstance(error)) return error
  const said = error instanceof Error ? error.message : String(error)
  return new RequestError({
    code: 'push-refused',
    message: `the repository refused the push: ${said}`,
    hint: 'A protection rule, a missing right of the token, or a file that is too large may forbid it: the message and the log tell.',
    details: { said },
    cause: error,
  })
}
