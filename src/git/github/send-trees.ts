import type { Artifact } from '../../spec/artifact.js'
import type { Context, Reply } from '../../spec/context.js'
import { parseReply } from '../../toolkit/parse-reply.js'
import type { CommitDraft } from '../commit-draft.js'
import { bytesOf } from '../push/pack-remote.js'
import { textOf } from '../text-or-base64.js'
import { type GithubApi, objectSchema } from './api.js'
import { mostInlineBytes, mostOfTree } from './api-limits.js'
import { commitRefused, fileTooLarge, isEmptyRepository, mostBlobBytes, saidIn } from './api-refusals.js'
import { repositoryEmpty } from './repository-empty.js'
import { sendBlob } from './send-blob.js'
import { type PlannedEntry, planEntries } from './tree-entries.js'

/** What has just been written may not be found yet: waits in milliseconds, and how often. */
const lateness = { wait: 1500, times: 5 }

/** An entry as the API takes it, and what it stands for. */
interface Entry {
  readonly json: {
    readonly path: string
    readonly mode: string
    readonly type: 'blob' | 'commit'
    readonly sha?: string | null
    readonly content?: string
  }
  /** Where its content goes along. */
  readonly artifact: Artifact | undefined
  readonly isTold: boolean
}

/** The repository and the commit that is made in it. */
export interface CommitPlace {
  readonly fullName: string
  readonly draft: CommitDraft
}

/**
 * Writes the files and trees of a commit, batch by batch on top of each other. All of it may be sent again.
 *
 * @returns the id of the root tree, as GitHub says
 * @throws OptionsError `file-too-large` before anything is sent; AuthError `token-forbidden`, RequestError `push-refused` or
 * `object-differs`, ConflictError `repository-empty`
 */
export async function sendTrees(api: GithubApi, place: CommitPlace, context: Context): Promise<string | null> {
  const { fullName, draft } = place
  const large = draft.blobs.find(({ size }) => size >= mostBlobBytes)
  if (large) throw fileTooLarge(large)
  const planned = planEntries(draft)
  const sender = createSender(api, fullName, planned.length, context)
  let tree = draft.parentTree
  let batch: Entry[] = []
  let level = 0
  for (const one of planned) {
    context.signal.throwIfAborted()
    const entry = await sender.prepare(one)
    if (batch.length > 0 && (one.level > level || !sender.fits([...batch, entry]))) {
      tree = await sender.send(tree, batch)
      batch = []
    }
    level = one.level
    batch.push(entry)
  }
  return batch.length > 0 ? sender.send(tree, batch) : tree
}

function createSender(api: GithubApi, fullName: string, total: number, context: Context) {
  const most = { ...mostOfTree }
  let done = 0
  const tell = (count: number) => {
    done += count
    context.progress(done, total, 'files')
  }

  async function asBlob(entry: Pick<Entry, 'json' | 'artifact'>, bytes?: Uint8Array): Promise<Entry> {
    const { json, artifact } = entry
    if (artifact) await sendBlob(api, fullName, { artifact, bytes: bytes ?? (await bytesOf(artifact)) }, context)
    tell(1)
    const { path, mode, type } = json
    return { json: { path, mode, type, sha: artifact?.oid ?? null }, artifact: undefined, isTold: true }
  }

  /** Text goes along with its tree; all else is written before. */
  async function prepare({ change, artifact }: PlannedEntry): Promise<Entry> {
    const { path, mode, oid } = change
    const json = { path, mode, type: mode === '160000' ? ('commit' as const) : ('blob' as const), sha: oid }
    if (!artifact) return { json, artifact, isTold: false }
    const bytes = await bytesOf(artifact)
    const text = bytes.length > mostInlineBytes ? undefined : textOf(bytes)
    if (text === undefined) return asBlob({ json, artifact }, bytes)
    return { json: { path, mode, type: json.type, content: text }, artifact, isTold: false }
  }

  async function send(base: string | null, entries: readonly Entry[]): Promise<string> {
    const answer = await post(base, entries)
    if ('tree' in answer) {
      tell(entries.filter(({ isTold }) => !isTold).length)
      return answer.tree
    }
    const { status, said } = answer
    const [first] = entries
    if (status === 404) throw commitRefused(status, said, { fullName, paths: entries.map(({ json }) => json.path) })
    if (entries.length > 1) {
      const half = Math.ceil(entries.length / 2)
      if (isTooMuch(status, said)) Object.assign(most, { entries: half, bytes: Math.ceil(weightOf(entries) / 2) })
      return send(await send(base, entries.slice(0, half)), entries.slice(half))
    }
    if (first?.artifact && isTooMuch(status, said)) return send(base, [await asBlob(first)])
    throw commitRefused(status, said, { fullName, paths: entries.map(({ json }) => json.path) })
  }

  async function post(
    base: string | null,
    entries: readonly Entry[],
  ): Promise<{ readonly tree: string } | { readonly status: number; readonly said: string }> {
    const purpose = `write ${entries.length} files to ${fullName}`
    const json = { ...(base !== null && { base_tree: base }), tree: entries.map((entry) => entry.json) }
    // A gateway that gave up on too much will not do better the next time.
    const accept = entries.length > 1 ? [404, 409, 422, 502] : [404, 409, 422]
    for (let count = 1; ; count += 1) {
      const reply = await api.send(context, {
        ...{ purpose, method: 'POST', path: `/repos/${fullName}/git/trees`, json, accept, patient: true },
        ...{ idempotent: true, timeLimit: 30_000 + weightOf(entries) / 50 },
      })
      const { status } = reply
      if (status < 300) return { tree: parseReply(reply, objectSchema, { provider: 'github', purpose }).sha }
      const said = wordsOf(reply, purpose)
      if (isEmptyRepository(status, said)) throw repositoryEmpty(fullName)
      if (count === lateness.times || !isNotThereYet(said)) return { status, said }
      await context.clock.sleep(lateness.wait, context.signal)
    }
  }

  const fits = (entries: readonly Entry[]) =>
    entries.length === 1 || (entries.length <= most.entries && weightOf(entries) <= most.bytes)
  return { prepare, send, fits }
}

/** GitHub's database of objects is many: "Tree SHA does not exist" may be said of one that was written a moment ago. */
export function isNotThereYet(said: string): boolean {
  return /base_tree is not a valid|is not a valid (?:blob|tree)$|does not exist/.test(said)
}

const isTooMuch = (status: number, said: string) => status === 502 || /too large|timed out/i.test(said)
const weightOf = (entries: readonly Entry[]) =>
  entries.reduce((sum, { json, artifact }) => sum + ('content' in json ? (artifact?.size ?? 0) : 0), 0)

/** A gateway answers with a page, or with nothing. */
function wordsOf(reply: Reply, purpose: string): string {
  return reply.status === 502 ? 'Bad Gateway' : saidIn(reply, purpose)
}
