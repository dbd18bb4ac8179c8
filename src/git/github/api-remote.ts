import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { CommitRemote } from '../push/commit-remote.js'
import { type GithubApi, refSchema } from './api.js'
import { beginRepository } from './begin-repository.js'
import { commitByApi } from './commit-by-api.js'
import { readBase } from './read-base.js'
import { isPartOf, readHead } from './repository.js'

/** A branch of a repository, as GitHub's API shows it. */
export interface ApiRemoteOptions extends Pick<CommitRemote, 'place'> {
  readonly api: GithubApi
  /** `owner/name` */
  readonly fullName: string
  readonly branch: string
}

/** Puts commits on a branch by GitHub's API, for pages that reach no git server. */
export function apiRemote({ api, fullName, branch, place }: ApiRemoteOptions, context: Context): CommitRemote {
  return {
    provider: 'github',
    place,
    head: () => readHead(api, fullName, branch, context),
    read: (oid) => readBase(api, fullName, oid, context),
    holds: (head, oid) => isPartOf(api, fullName, oid, head, context),
    async begin({ artifacts, author, date, deployment }) {
      const purpose = `tell whether ${fullName} is empty`
      const path = `/repos/${fullName}/git/ref/heads/${branch.split('/').map(encodeURIComponent).join('/')}`
      const answer = await api.ask(context, refSchema, { purpose, path, accept: [404, 409] })
      // GitHub's word for a repository without any commit.
      if ('value' in answer || answer.other.status !== 409) return undefined
      const begun = await beginRepository(api, { fullName, branch, artifacts, author, date, deployment }, context)
      return begun.result === 'began' ? begun.oid : undefined
    },
    async send(draft, from) {
      const outcome = await commitByApi(api, { fullName, branch, draft, isNewBranch: from === null }, context)
      if (outcome.result !== 'pushed') throw refused(fullName, branch)
      return outcome.oid
    },
  }
}

function refused(fullName: string, branch: string): RequestError {
  return new RequestError({
    code: 'push-refused',
    message: `GitHub did not move the branch ${branch} of ${fullName}.`,
    hint: 'Somebody may have committed to it in the meantime. Deploy again.',
    details: { repository: fullName, branch },
  })
}
