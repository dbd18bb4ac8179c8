import * as z from 'zod/mini'
import { RequestError } from '../../errors/request-error.js'
import type { Context, Reply } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { closed, parseReply } from '../../toolkit/parse-reply.js'
import type { GithubApi } from './api.js'
import { commitRefused, saidIn } from './api-refusals.js'

/** A pull request that is to be open. */
export interface WantedPullRequest {
  readonly fullName: string
  /** Branch of the same repository. */
  readonly head: string
  readonly base: string
  readonly title: string
  readonly body: string
}

/** A pull request as people find it. */
export interface PullRequest {
  readonly number: number
  readonly url: string
}

const pullSchema = z.object({ number: z.number(), html_url: z.string() })
const pullsSchema = z.array(pullSchema)

/**
 * Finds the open pull request from one branch to another, or opens it. What an open one says is left as it is.
 *
 * @throws AuthError `token-forbidden`; RequestError `pull-request-refused`, with GitHub's own words
 */
export async function openPullRequest(
  api: GithubApi,
  wanted: WantedPullRequest,
  context: Context,
): Promise<PullRequest> {
  const { fullName, head, base } = wanted
  const purpose = `open a pull request of ${head} for ${base} in ${fullName}`
  const find = () => findPullRequest(api, wanted, context)
  const found = await find()
  if (found) return found
  const create = async (): Promise<PullRequest> => {
    const answer = await api.ask(context, pullSchema, {
      ...{ purpose, method: 'POST', path: `/repos/${fullName}/pulls`, accept: [404, 422] },
      json: { head, base, title: wanted.title, body: wanted.body },
    })
    if ('value' in answer) return publicOf(answer.value)
    if (answer.other.status === 404) throw commitRefused(404, saidIn(answer.other, purpose), { fullName, paths: [] })
    const other = await find()
    if (other) return other
    throw refused(wanted, reasonIn(answer.other, purpose))
  }
  return (await createOrAdopt({ context, provider: 'github', purpose, create, find, again: false })).made
}

/** The open pull request of a branch, the newest of several; `undefined` where there is none. @param base Into which branch. */
export async function findPullRequest(
  api: GithubApi,
  { fullName, head, base }: Pick<WantedPullRequest, 'fullName' | 'head'> & { readonly base?: string },
  context: Context,
): Promise<PullRequest | undefined> {
  const [owner = ''] = fullName.split('/')
  const query = new URLSearchParams({ state: 'open', head: `${owner}:${head}`, ...(base !== undefined && { base }) })
  const purpose = `find a pull request of ${head} in ${fullName}`
  const pulls = await api.json(context, pullsSchema, { purpose, path: `/repos/${fullName}/pulls?${query}` })
  return pulls[0] && publicOf(pulls[0])
}

const publicOf = ({ number, html_url: url }: z.infer<typeof pullSchema>): PullRequest => ({ number, url })

/** In "Validation Failed", the reason is among the errors. */
const reasonSchema = z.object({
  message: z.string(),
  errors: z.optional(z.array(z.object({ message: z.optional(z.string()), field: z.optional(z.string()) }))),
})

function reasonIn(reply: Reply, purpose: string): string {
  const { message, errors = [] } = parseReply(reply, reasonSchema, { provider: 'github', purpose })
  const reasons = errors.flatMap((error) => error.message ?? (error.field ? `${error.field} is not valid` : []))
  return reasons.join(', ') || message
}

function refused({ fullName, head, base }: WantedPullRequest, said: string): RequestError {
  return new RequestError({
    code: 'pull-request-refused',
    message: `GitHub does not open a pull request of ${head} for ${base} in ${fullName}: ${closed(said)}`,
    hint: 'Both branches must be there, and the first must hold commits that the second does not.',
    details: { repository: fullName, head, base, said },
  })
}
