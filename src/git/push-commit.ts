import { RequestError } from '../errors/request-error.js'
import { TabshipError } from '../errors/tabship-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { Changes, Person } from '../spec/git-host.js'
import { createOrAdopt, isAnswerLost } from '../toolkit/create-or-adopt.js'
import { closed } from '../toolkit/parse-reply.js'
import { createPacer } from '../toolkit/yield-to-page.js'
import { createHttpClient, type GitConnection } from './http-client.js'
import { loadIsomorphicGit } from './load-isomorphic-git.js'
import { createMemoryFileSystem } from './memory-file-system.js'
import { madeByDeployment, withTrailer } from './trailer.js'
import { changesOf, readTrees, type TreeFile, writeTrees } from './trees.js'

/** A commit that is to become the tip of a branch. */
export interface PushCommit {
  /** Address of the repository, ending in `.git`. */
  readonly url: string
  readonly branch: string
  /** The commit that the branch is at; `null` where the branch does not exist. */
  readonly parent: string | null
  readonly artifacts: readonly Artifact[]
  /** Paths that stay as they are in `parent`; a folder, with a slash at its end, with all that is in it. */
  readonly keep: readonly string[]
  readonly message: string
  /** Id of the deployment. */
  readonly deployment: string
  /** Whether the caller said that the project is based on `parent`. */
  readonly based: boolean
  readonly author: Person
  /** Milliseconds since the epoch. */
  readonly date: number
}

/** What became of a push. */
export type PushOutcome =
  | { readonly result: 'pushed'; readonly oid: string; readonly changes: Changes }
  | { readonly result: 'unchanged'; readonly oid: string }
  /** `parent` was made by somebody else, and the commit would lose content of it: nothing was changed. */
  | { readonly result: 'foreign'; readonly oid: string; readonly changes: Changes }
  /** The branch is not, or no longer, at `parent`: nothing was changed. `null`: there is no such branch any more. */
  | { readonly result: 'moved'; readonly oid: string | null }

/**
 * Commits the files on top of `parent` with isomorphic-git, all in memory, and pushes without force. A branch that is at this
 * very commit already, because the answer to an earlier push was lost, counts as pushed.
 * @throws RequestError `push-refused` with the server's own words; what the connection throws.
 */
export async function pushCommit(push: PushCommit, connection: GitConnection, context: Context): Promise<PushOutcome> {
  const { url, parent } = push
  const git = await loadIsomorphicGit()
  const http = createHttpClient(connection, context)
  const repository = { fs: createMemoryFileSystem(), dir: '/', gitdir: '/.git', cache: {} }
  const ref = `refs/heads/${push.branch}`
  await git.init({ ...repository, defaultBranch: push.branch })
  await git.addRemote({ ...repository, remote: 'origin', url })

  const fetch = (depth: number) =>
    git.fetch({ ...repository, http, remote: 'origin', ref, depth, singleBranch: true, tags: false })
  const tip = parent === null ? null : await tipOf(fetch, git.Errors.NotFoundError)
  if (parent !== null && tip !== parent) {
    // Only a commit right on top of `parent` may be this very one.
    const above = tip === null ? undefined : (await git.readCommit({ ...repository, oid: tip })).commit
    if (above?.parent[0] !== parent) return { result: 'moved', oid: tip }
    await fetch(2)
  }
  const readTree = async (oid: string) => (await git.readTree({ ...repository, oid })).tree
  const before = parent === null ? new Map<string, TreeFile>() : await readTrees(parent, readTree)
  await writeBlobs(push.artifacts, before, (blob) => git.writeBlob({ ...repository, blob }), context)
  const files = filesOf(push, before)
  const changes = changesOf(before, files)
  const tree = await writeTrees(files, (entries) => git.writeTree({ ...repository, tree: entries }))
  if (parent !== null) {
    const { commit } = await git.readCommit({ ...repository, oid: parent })
    if (commit.tree === tree && tip === parent) return { result: 'unchanged', oid: parent }
    const loses = changes.changed > 0 || changes.deleted > 0
    if (loses && !push.based && !madeByDeployment(commit.message)) return { result: 'foreign', oid: parent, changes }
  }
  const signature = { ...signatureOf(push.author), timestamp: Math.floor(push.date / 1000), timezoneOffset: 0 }
  const oid = await git.commit({
    ...repository,
    tree,
    parent: parent === null ? [] : [parent],
    message: withTrailer(push.message, push.deployment),
    author: signature,
    committer: signature,
    ref,
  })
  if (tip !== parent) return tip === oid ? { result: 'pushed', oid, changes } : { result: 'moved', oid: tip }
  const outcomeNow = async (): Promise<PushOutcome | undefined> => {
    const refs = await git.listServerRefs({ http, url, prefix: ref })
    const head = refs.find((one) => one.ref === ref)?.oid ?? null
    if (head === oid) return { result: 'pushed', oid, changes }
    return head === parent ? undefined : { result: 'moved', oid: head }
  }
  try {
    const { made } = await createOrAdopt<PushOutcome>({
      context,
      provider: connection.provider,
      purpose: 'push to the repository',
      // A branch with a commit has just been read. One that was not to exist may be there since an earlier run.
      again: context.again && parent === null,
      create: async () => {
        await git.push({ ...repository, http, url, ref, remoteRef: ref, onMessage: logTo(context) })
        return { result: 'pushed', oid, changes }
      },
      find: outcomeNow,
    })
    return made
  } catch (error) {
    context.signal.throwIfAborted()
    if (isAnswerLost(error)) throw error
    // A branch that has moved refuses the push too; and it stands at this very commit where an earlier run pushed it.
    const outcome = await outcomeNow()
    if (outcome) return outcome
    throw refused(error)
  }
}

/** The commit that was fetched; `null` where the branch is gone. */
async function tipOf(
  fetch: (depth: number) => Promise<{ fetchHead: string | null }>,
  NotFound: new (...parts: never[]) => Error,
): Promise<string | null> {
  try {
    return (await fetch(1)).fetchHead
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
}

/** Without what ends a name or an address in git's own format. */
function signatureOf({ name, email }: Person): Person {
  const clean = (text: string) => text.replace(/[<>\p{Cc}]+/gu, ' ').trim()
  return { name: clean(name) || clean(email), email: clean(email) }
}

/** The files of the commit. No container tells whether a file is executable, so what was so stays so. */
function filesOf({ artifacts, keep }: PushCommit, before: ReadonlyMap<string, TreeFile>): Map<string, TreeFile> {
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
    message: `The repository refused the push: ${closed(said)}`,
    hint: /without `workflows?` /.test(said)
      ? 'Give the token the scope workflow (fine-grained: Workflows, read and write), or leave .github/workflows out of the commit.'
      : 'A protection rule, a missing right of the token, or a file that is too large may forbid it: the message and the log tell.',
    details: { said },
    cause: error,
  })
}
