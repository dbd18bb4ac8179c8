import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { HostPullRequests } from '../../spec/publication.js'
import { findPullRequest } from './pull-requests.js'
import { pullRequestMissing } from './rights/check-access.js'
import { explainRefusal } from './rights/missing-right.js'
import type { Right } from './rights/right.js'
import type { SetupTools } from './setup/create-setup.js'

/** What it takes to comment on a pull request. */
export const commentRight: Right = {
  scopes: ['repo', 'public_repo'],
  permission: 'Pull requests',
  purpose: 'comment on pull requests',
  option: 'github.pullRequest',
}

/** Tells of publications by a comment on a pull request. @param which Its number, or `find` for that of the commit's branch. */
export function createPublications(which: number | 'find', tools: SetupTools): HostPullRequests {
  const { api, web, scopes } = tools
  const explained = <Result>(fullName: string, work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw explainRefusal(error, commentRight, { fullName, web, known: scopes.known })
    })
  return {
    requests: { least: 2, most: 4 },

    async find({ repository: { fullName, url }, commit }, context) {
      // The commit is part of the one that a conflict opened, and of no other.
      if (commit.pullRequest) return commit.pullRequest
      if (which !== 'find') return { number: which, url: `${url}/pull/${which}` }
      const wanted = { fullName, head: commit.branch }
      return (await explained(fullName, findPullRequest(api, wanted, context))) ?? null
    },

    async tell({ number }, publication, context: Context) {
      // Wanted only once something is published.
      const [{ keepComment }, { commentOn }] = await Promise.all([
        import('./kept-comment.js'),
        import('./publication-comment.js'),
      ])
      const { fullName } = publication.repository
      // What is tried out and what everybody sees are told apart.
      const marker = `tabship:${publication.environment}`
      const comment = { fullName, number, marker, body: commentOn(publication) }
      const kept = keepComment(api, comment, context).catch((error: unknown) => {
        const isGone = error instanceof RequestError && error.details.status === 404 && scopes.known !== undefined
        throw isGone ? pullRequestMissing(fullName, number, error) : error
      })
      await explained(fullName, kept)
    },
  }
}
