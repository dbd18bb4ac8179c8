import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import type { GithubApi } from './api.js'

/** A comment that is to be there once, and to say what is true now. */
export interface KeptComment {
  readonly fullName: string
  /** Of the pull request or issue. */
  readonly number: number
  /** By what it is known again: letters, digits, `-`, `.` and `:`. It is hidden in the comment. */
  readonly marker: string
  /** Markdown. */
  readonly body: string
}

/** A comment as people find it. */
export interface Comment {
  readonly id: number
  readonly url: string
}

const commentSchema = z.object({ id: z.number(), html_url: z.string(), body: z.optional(z.string()) })
const commentsSchema = z.array(commentSchema)
type Found = z.infer<typeof commentSchema>

/** Pages of a hundred that are looked through. */
const mostPages = 10

/**
 * Finds the comment with the marker and brings it up to date, or writes it. One that says the same already is left alone.
 *
 * @throws what the requests throw: AuthError `token-forbidden`, RequestError `reply-status`
 */
export async function keepComment(api: GithubApi, comment: KeptComment, context: Context): Promise<Comment> {
  const { fullName, number, marker } = comment
  const text = `${comment.body.trimEnd()}\n\n${hidden(marker)}`
  const find = () => findComment(api, comment, context)
  const known = await find()
  const updated = known && (await update(api, { fullName, known, text }, context))
  if (updated) return updated
  const purpose = `comment on ${fullName}#${number}`
  const path = `/repos/${fullName}/issues/${number}/comments`
  const create = () => api.json(context, commentSchema, { purpose, method: 'POST', path, json: { body: text } })
  // What has just been updated in vain is gone.
  const { made } = await createOrAdopt({ context, provider: 'github', purpose, create, find, again: false })
  return publicOf(made)
}

/** @returns `undefined` where somebody has deleted it by now. */
async function update(
  api: GithubApi,
  { fullName, known, text }: { readonly fullName: string; readonly known: Found; readonly text: string },
  context: Context,
): Promise<Comment | undefined> {
  // GitHub stores line breaks as they came, and shows them as the web wants them.
  if (known.body?.replaceAll('\r\n', '\n') === text) return publicOf(known)
  const purpose = `update the comment ${known.id} of ${fullName}`
  const path = `/repos/${fullName}/issues/comments/${known.id}`
  const answer = await api.ask(context, commentSchema, {
    ...{ purpose, method: 'PATCH', path, json: { body: text }, accept: [404] },
    idempotent: true,
  })
  return 'value' in answer ? publicOf(answer.value) : undefined
}

async function findComment(
  api: GithubApi,
  { fullName, number, marker }: KeptComment,
  context: Context,
): Promise<Found | undefined> {
  const purpose = `read the comments on ${fullName}#${number}`
  for (let page = 1; page <= mostPages; page += 1) {
    const path = `/repos/${fullName}/issues/${number}/comments?per_page=100&page=${page}`
    const comments = await api.json(context, commentsSchema, { purpose, path })
    const found = comments.find(({ body }) => body?.trimEnd().endsWith(hidden(marker)))
    if (found || comments.length < 100) return found
  }
  return undefined
}

const hidden = (marker: string) => `<!-- ${marker} -->`
const publicOf = ({ id, html_url: url }: Found): Comment => ({ id, url })
