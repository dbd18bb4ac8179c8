import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { closed, excerpt } from '../../toolkit/parse-reply.js'
import type { Base } from '../push/base.js'
import type { ComposedCommit } from '../push/compose-commit.js'
import type { PushOutcome } from '../push/landing.js'
import { actionsOf } from './actions.js'
import { commitSchema, type GitlabApi } from './api.js'
import { pathOf, readHead } from './branches.js'
import type { ApiCommit } from './commit-by-api.js'
import { findOwn, type OwnCommit } from './find-own.js'

/** A commit to send, and what it is made on. */
export interface Sending {
  readonly composed: ComposedCommit
  readonly base: Base | undefined
  /** Whether the branch has to be made. */
  readonly isNew: boolean
}

/**
 * GitLab commits on top of whatever the branch is at. So that nothing of others is overwritten, each file that is changed or
 * deleted names the base as the last that is known of it, and a file that is new must not be there. Should somebody change other
 * files in that very moment, the commit lands on theirs: then it is reverted, and the branch has moved.
 */
export async function sendCommit(
  api: GitlabApi,
  commit: ApiCommit,
  { composed, base, isNew }: Sending,
  context: Context,
): Promise<PushOutcome> {
  const { branch, fullName } = commit
  const before = isNew ? null : (base?.oid ?? null)
  const actions = await actionsOf(composed.changes, commit.artifacts, base, context)
  const { name: author_name, email: author_email } = composed.author
  const json = {
    ...{ branch, commit_message: composed.message, author_name, author_email, actions, stats: false },
    ...(isNew && base && { start_sha: base.oid }),
  }

  const settle = async ({ oid, parent }: Pick<OwnCommit, 'oid' | 'parent'>): Promise<PushOutcome> => {
    if (parent === (base?.oid ?? null)) return { result: 'pushed', oid, parent, changes: composed.counts }
    await revert(api, fullName, { oid, branch }, context)
    return { result: 'moved', oid: parent }
  }
  const { made } = await createOrAdopt<PushOutcome>({
    context,
    provider: 'gitlab',
    purpose: 'commit to the repository',
    // The branch has just been looked at.
    again: false,
    async create() {
      const answer = await api.ask(context, commitSchema, {
        purpose: 'commit to the repository',
        method: 'POST',
        path: `${pathOf(fullName)}/repository/commits`,
        json,
        accept: [400],
        timeLimit: 10 * 60_000,
      })
      if ('value' in answer) return settle({ oid: answer.value.id, parent: answer.value.parent_ids[0] ?? null })
      const head = await readHead(api, fullName, branch, context)
      if (head !== before) return { result: 'moved', oid: head }
      throw refused(excerpt(answer.other.bytes))
    },
    async find() {
      const head = await readHead(api, fullName, branch, context)
      if (head === before) return undefined
      const own = head === null ? undefined : await findOwn(api, commit, head, context)
      return own === undefined || own.oid === before ? { result: 'moved', oid: head } : settle(own)
    },
  })
  return made
}

/** Takes a commit back by another one, as far as nobody has built on it. */
async function revert(
  api: GitlabApi,
  fullName: string,
  { oid, branch }: { readonly oid: string; readonly branch: string },
  context: Context,
): Promise<void> {
  await api.ask(context, commitSchema, {
    purpose: `revert the commit ${oid}`,
    method: 'POST',
    path: `${pathOf(fullName)}/repository/commits/${oid}/revert`,
    json: { branch },
    // Somebody else has changed the same files by now, so it can't be taken back, and nothing of theirs is lost.
    accept: [400],
  })
}

function refused(said: string): RequestError {
  return new RequestError({
    code: 'push-refused',
    message: `The repository refused the commit: ${closed(said)}`,
    hint: 'A protection or push rule, a missing right of the token, or the name of a file may forbid it: the message tells.',
    details: { said },
  })
}
