import type { Context } from '../../spec/context.js'
import { type GithubApi, refSchema } from './api.js'
import { commitRefused, saidIn } from './api-refusals.js'
import { isPartOf, readHead } from './repository.js'

/** Where a branch is to go. */
export interface BranchMove {
  readonly fullName: string
  readonly branch: string
  /** The commit that it stands at. */
  readonly from: string | null
  readonly to: string
  readonly isNew: boolean
  /** What the commit writes, for the message where the token may not write it. */
  readonly paths: readonly string[]
}

/**
 * Makes a branch, or moves it forward, never back: where it stands elsewhere, or there is one of that name, it is left so.
 *
 * @throws AuthError `token-forbidden`; RequestError `push-refused`
 */
export async function moveBranch(
  api: GithubApi,
  move: BranchMove,
  context: Context,
): Promise<{ readonly result: 'pushed' } | { readonly result: 'moved'; readonly oid: string | null }> {
  const { fullName, branch, from, to, isNew, paths } = move
  const purpose = `move the branch ${branch} of ${fullName}`
  const name = branch.split('/').map(encodeURIComponent).join('/')
  const request = isNew
    ? { method: 'POST', path: `/repos/${fullName}/git/refs`, json: { ref: `refs/heads/${branch}`, sha: to } }
    : { method: 'PATCH', path: `/repos/${fullName}/git/refs/heads/${name}`, json: { sha: to, force: false } }
  const answer = await api.ask(context, refSchema, {
    ...(request as { method: 'POST' | 'PATCH'; path: string; json: object }),
    ...{ purpose, accept: [404, 409, 422], patient: true },
    // Done twice, it is refused, and then the branch is looked at.
    idempotent: true,
  })
  if ('value' in answer) return { result: 'pushed' }
  const { status } = answer.other
  const said = saidIn(answer.other, purpose)
  if (status !== 404) {
    const head = await readHead(api, fullName, branch, context)
    // Somebody may have committed on top of it already.
    if (head !== null && (await isPartOf(api, fullName, to, head, context))) return { result: 'pushed' }
    if (head !== (isNew ? null : from)) return { result: 'moved', oid: head }
  }
  throw commitRefused(status, said, { fullName, paths })
}
