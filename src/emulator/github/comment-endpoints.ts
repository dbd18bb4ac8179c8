import { type Call, callerOf, type Endpoints, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { pageOf } from './paging.js'
import { GithubProblem, notFound } from './problem.js'
import { commentReply } from './pull-replies.js'
import type { EmulatedComment } from './pulls.js'
import type { EmulatedRepository } from './repositories.js'

// As GitHub's own limit of a comment.
const longest = 65_536

/** Comments on pull requests, which to GitHub are issues as well. */
export const commentEndpoints: Endpoints = {
  'issues/list-comments': {
    page: 'issues/comments#list-issue-comments',
    accepts: 'repo',
    answer: async (call) => {
      const repository = repositoryOf(call)
      const number = issueOf(call, repository)
      const { items, headers } = pageOf(
        call,
        repository.comments.filter(({ issue }) => issue === number),
      )
      const context = { ...call, repository, urls: call.urls() }
      return { status: 200, body: items.map((comment) => commentReply(comment, context)), headers }
    },
  },
  'issues/create-comment': {
    page: 'issues/comments#create-an-issue-comment',
    accepts: 'repo',
    signedIn: true,
    scope: 'repo',
    answer: async (call) => {
      const repository = repositoryOf(call)
      const time = call.now()
      const comment: EmulatedComment = {
        id: call.nextId(),
        issue: issueOf(call, repository),
        user: callerOf(call).user,
        createdAt: time,
        body: bodyOf(call),
        updatedAt: time,
      }
      repository.comments.push(comment)
      return answer(call, repository, comment, 201)
    },
  },
  'issues/update-comment': {
    page: 'issues/comments#update-an-issue-comment',
    accepts: 'repo',
    signedIn: true,
    scope: 'repo',
    answer: async (call) => {
      const repository = repositoryOf(call)
      const comment = repository.comments.find(({ id }) => String(id) === call.parameters.comment_id)
      if (!comment) throw notFound()
      comment.body = bodyOf(call)
      comment.updatedAt = call.now()
      return answer(call, repository, comment, 200)
    },
  },
}

function issueOf(call: Call, repository: EmulatedRepository): number {
  const number = Number(call.parameters.issue_number)
  if (!repository.pulls.some((pull) => pull.number === number)) throw notFound()
  return number
}

function bodyOf({ body }: Call): string {
  const text = String(body.body)
  const error = { resource: 'IssueComment', field: 'body' }
  if (text.trim() === '') {
    const errors = [{ ...error, code: 'custom', message: 'Body cannot be blank' }]
    throw new GithubProblem(422, 'Validation Failed', { errors })
  }
  if (text.length > longest) {
    const errors = [{ ...error, code: 'custom', message: `body is too long (maximum is ${longest} characters)` }]
    throw new GithubProblem(422, 'Validation Failed', { errors })
  }
  return text
}

function answer(call: Call, repository: EmulatedRepository, comment: EmulatedComment, status: number): Answer {
  const body = commentReply(comment, { ...call, repository, urls: call.urls() })
  return { status, body, ...(status === 201 && { headers: { Location: String(body.url) } }) }
}
