import * as z from 'zod/mini'
import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { PullRequest } from '../../spec/git-host.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { closed, excerpt } from '../../toolkit/parse-reply.js'
import type { GitlabApi } from './api.js'
import { pathOf } from './branches.js'

/** A merge request that is to be open, between two branches of one project. */
export interface WantedMergeRequest {
  readonly fullName: string
  readonly head: string
  readonly base: string
  readonly title: string
  readonly body: string
}

const requestSchema = z.object({ iid: z.number(), web_url: z.string() })
const requestsSchema = z.array(requestSchema)

/**
 * Finds the open merge request from one branch to another, or opens it. What an open one says is left as it is.
 * @throws RequestError `pull-request-refused`, with GitLab's own words
 */
export async function openMergeRequest(
  api: GitlabApi,
  wanted: WantedMergeRequest,
  context: Context,
): Promise<PullRequest> {
  const { fullName, head, base, title, body } = wanted
  const path = `${pathOf(fullName)}/merge_requests`
  const purpose = `open a merge request of ${head} for ${base} in ${fullName}`
  const find = async (): Promise<PullRequest | undefined> => {
    const query = new URLSearchParams({ state: 'opened', source_branch: head, target_branch: base })
    const asked = { purpose: `find a merge request of ${head} in ${fullName}`, path: `${path}?${query}` }
    const [found] = await api.json(context, requestsSchema, asked)
    return found && publicOf(found)
  }
  const create = async (): Promise<PullRequest> => {
    const json = { source_branch: head, target_branch: base, title, description: body }
    const answer = await api.ask(context, requestSchema, { purpose, method: 'POST', path, json, accept: [400, 409] })
    if ('value' in answer) return publicOf(answer.value)
    const other = await find()
    if (other) return other
    throw refused(wanted, excerpt(answer.other.bytes))
  }
  const found = await find()
  return found ?? (await createOrAdopt({ context, provider: 'gitlab', purpose, create, find, again: false })).made
}

const publicOf = ({ iid, web_url: url }: z.infer<typeof requestSchema>): PullRequest => ({ number: iid, url })

function refused({ fullName, head, base }: WantedMergeRequest, said: string): RequestError {
  return new RequestError({
    code: 'pull-request-refused',
    message: `GitLab does not open a merge request of ${head} for ${base} in ${fullName}: ${closed(said)}`,
    hint: 'Both branches must be there, and the first must hold commits that the second does not.',
    details: { repository: fullName, head, base, said },
  })
}
