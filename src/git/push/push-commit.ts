import { RequestError } from '../../errors/request-error.js'
import { TabshipError } from '../../errors/tabship-error.js'
import type { Context } from '../../spec/context.js'
import type { Changes } from '../../spec/git-host.js'
import { createOrAdopt, isAnswerLost } from '../../toolkit/create-or-adopt.js'
import { closed } from '../../toolkit/parse-reply.js'
import { type CommitContent, type ComposedCommit, composeCommit } from './compose-commit.js'
import { createHttpClient, type GitConnection } from './http-client.js'
import { loadIsomorphicGit } from './load-isomorphic-git.js'
import { createMemoryFileSystem } from './memory-file-system.js'
import { madeBy } from './trailer.js'

/** A commit that was, or is about to be, pushed. */
export interface PushAttempt {
  readonly oid: string
  readonly parent: string | null
}

/** A commit that is to become the tip of a branch. */
export interface PushCommit extends CommitContent {
  /** Address of the repository, ending in `.git`. */
  readonly url: string
  readonly branch: string
  /** The commit that the branch is at; `null` where the branch does not exist. */
  readonly expectedHead: string | null
  /** What an earlier run of this deployment pushed last, or was about to; `undefined` where it expected another head. */
  readonly attempted: PushAttempt | undefined
  /** Called before the push. */
  attempt(attempt: PushAttempt): Promise<void>
  /** Whether `head` is the commit `oid`, or stands on it. */
  holds(head: string, oid: string): Promise<boolean>
}

/** What became of a push. */
export type PushOutcome =
  | { readonly result: 'pushed'; readonly oid: string; readonly parent: string | null; readonly changes: Changes }
  | { readonly result: 'unchanged'; readonly oid: string }
  /** The commit at `oid` was made by somebody else, and the commit would lose content of it: nothing was changed. */
  | { readonly result: 'foreign'; readonly oid: string; readonly changes: Changes }
  /** The branch is not, or no longer, where it was expected: nothing was changed. `null`: there is no such branch any more. */
  | { readonly result: 'moved'; readonly oid: string | null }

/**
 * Commits the files on top of the expected head with isomorphic-git, all in memory, and pushes without force. Where an earlier
 * push of this deployment arrived, though its answer did not, its commit counts as pushed if the branch holds it, and as the
 * expected head if the content is another by now.
 * @throws RequestError `push-refused` with the server's own words; what the connection throws.
 */
export async function pushCommit(push: PushCommit, connection: GitConnection, context: Context): Promise<PushOutcome> {
  const { url, expectedHead, attempted } = push
  const { again } = context
  const git = await loadIsomorphicGit()
  const http = createHttpClient(connection, context)
  const repository = { fs: createMemoryFileSystem(), dir: '/', gitdir: '/.git', cache: {} }
  const ref = `refs/heads/${push.branch}`
  await git.init({ ...repository, defaultBranch: push.branch })
  await git.addRemote({ ...repository, remote: 'origin', url })

  const fetch = (what: string, depth: number) =>
    git.fetch({ ...repository, http, remote: 'origin', ref: what, depth, singleBranch: true, tags: false })
  const compose = (parent: string | null) => composeCommit(git, repository, push, parent, context)

  /** Of a branch that is not at the expected head: what came of it, or the commit to push on top of its own tip. */
  async function composeAbove(tip: string): Promise<PushOutcome | ComposedCommit> {
    const { commit } = await git.readCommit({ ...repository, oid: tip })
    const parent = commit.parent[0] ?? null
    const isNext = commit.parent.length < 2 && (parent === expectedHead || parent === attempted?.parent)
    const isOwn =
      again &&
      (attempted
        ? tip === attempted.oid || tip === attempted.parent
        : isNext && madeBy(push.deployment, commit.message))
    const ground = isOwn || isNext ? parent : attempted ? attempted.parent : expectedHead
    if (ground === parent) await fetch(ref, 2)
    else if (!again || (ground !== null && !(await push.holds(tip, ground)))) return { result: 'moved', oid: tip }
    else if (ground !== null) await fetch(ground, 1)
    const composed = await compose(ground)
    if (composed.isForeign && ground !== null) return { ...composed, result: 'foreign', oid: ground }
    if (composed.oid === tip || (again && !isNext && (await push.holds(tip, composed.oid))))
      return { ...composed, result: 'pushed' }
    if (!isOwn) return { result: 'moved', oid: tip }
    const next = await compose(tip)
    return next.isSame ? { ...composed, result: 'pushed', oid: tip } : next
  }

  async function composeOn(tip: string | null): Promise<PushOutcome | ComposedCommit> {
    if (tip !== expectedHead) return tip === null ? { result: 'moved', oid: null } : composeAbove(tip)
    const composed = await compose(tip)
    if (tip === null) return composed
    if (composed.isSame) return { result: 'unchanged', oid: tip }
    return composed.isForeign ? { ...composed, result: 'foreign', oid: tip } : composed
  }

  // A branch that was not to exist may be there since an earlier run.
  const tip = expectedHead === null && !again ? null : await tipOf(() => fetch(ref, 1), git.Errors.NotFoundError)
  const composed = await composeOn(tip)
  if ('result' in composed) return composed
  const { oid, parent } = composed
  const pushed: PushOutcome = { ...composed, result: 'pushed' }
  const outcomeNow = async (): Promise<PushOutcome | undefined> => {
    const refs = await git.listServerRefs({ http, url, prefix: ref })
    const head = refs.find((one) => one.ref === ref)?.oid ?? null
    if (head === parent) return undefined
    // Somebody may have committed on top of it already.
    return head !== null && (head === oid || (await push.holds(head, oid))) ? pushed : { result: 'moved', oid: head }
  }
  await git.writeRef({ ...repository, ref, value: oid, force: true })
  await push.attempt({ oid, parent })
  try {
    const { made } = await createOrAdopt<PushOutcome>({
      context,
      provider: connection.provider,
      purpose: 'push to the repository',
      // A branch with a commit has just been read. The push of a tab that died may still be on its way to a new one.
      again: again && parent === null,
      create: async () => {
        await git.push({ ...repository, http, url, ref, remoteRef: ref, onMessage: logTo(context) })
        return pushed
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
  fetch: () => Promise<{ fetchHead: string | null }>,
  NotFound: new (...parts: never[]) => Error,
): Promise<string | null> {
  try {
    return (await fetch()).fetchHead
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
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
