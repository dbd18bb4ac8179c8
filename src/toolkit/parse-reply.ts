import { RequestError } from '../errors/request-error.js'
import type { Reply } from '../spec/context.js'
import type { Schema } from '../spec/schema.js'
import { describeIssue, issuesOf } from './describe-issue.js'
import { nameOf, sentenceNameOf } from './name-of.js'

/** Puts a text on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** A text of somebody else's as the end of a sentence. */
export function closed(text: string): string {
  return /[.!?…]["')\]]?$/.test(text) ? text : `${text}.`
}

/**
 * Decodes the text of an answer for a message: one line, bounded. Where it is cut, what may be the first half of a token goes
 * too, since no redactor would know it: a run of the characters that tokens are made of (RFC 6750, 2.1), or of an escape.
 */
export function excerpt(bytes: Uint8Array, length = 200): string {
  const text = oneLine(new TextDecoder().decode(bytes.subarray(0, length * 4)))
  if (text.length <= length && bytes.length <= length * 4) return text
  return `${text.slice(0, length - 1).replace(/[\w\-.~+/=%]+$/, '')}…`
}

/** What an API says of why it refuses: the message of its JSON, or its `errors` by field, otherwise {@link excerpt}. */
export function saidIn(bytes: Uint8Array): string {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes))
    const { message, errors } = (body ?? {}) as { message?: unknown; errors?: unknown }
    const said = typeof message === 'string' && message !== '' ? message : byField(errors)
    if (said !== '') return excerpt(new TextEncoder().encode(said))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return excerpt(bytes)
}

/** `{ custom_domain: ['must be unique'] }`, as Rails has it, in words; `''` for what has another shape. */
function byField(errors: unknown): string {
  if (typeof errors !== 'object' || errors === null || Array.isArray(errors)) return ''
  const said = Object.entries(errors).map(([field, texts]) => {
    const own = Array.isArray(texts) ? texts : [texts]
    return own.every((text) => typeof text === 'string') ? `${field} ${own.join(', ')}` : ''
  })
  return said.includes('') ? '' : said.join('; ')
}

/**
 * Parses the body of an answer as JSON of a known shape.
 * @param asked Whom and what was asked, for the message.
 * @throws RequestError `reply-malformed` naming the field, or saying that a page came instead of JSON.
 */
export function parseReply<Value>(
  reply: Reply,
  schema: Schema<Value>,
  asked: { readonly provider: string; readonly purpose: string },
): Value {
  let value: unknown
  try {
    // A success may have nothing to say (204), which only those take it for who expect nothing: z.unknown().
    if (reply.bytes.length === 0) return schema.parse(undefined)
  } catch {
    throw malformed(reply, asked, 'not JSON but ""')
  }
  try {
    value = JSON.parse(new TextDecoder().decode(reply.bytes))
  } catch {
    // The parser's own error goes: it quotes the place where it stopped, which may be half of a token.
    throw malformed(reply, asked, `not JSON but "${excerpt(reply.bytes, 80)}"`)
  }
  try {
    return schema.parse(value)
  } catch (cause) {
    throw malformed(reply, asked, fieldsOf(cause), cause)
  }
}

function malformed(
  reply: Reply,
  asked: { readonly provider: string; readonly purpose: string },
  what: string,
  cause?: unknown,
): RequestError {
  return new RequestError({
    code: 'reply-malformed',
    message: `${sentenceNameOf(asked.provider)} answered the request to ${asked.purpose} with ${closed(what)}`,
    hint: `Something between the tab and ${nameOf(asked.provider)} may answer in its place (a proxy, a sign-in page, an outage page), or its API has changed.`,
    retryable: true,
    details: { provider: asked.provider, status: reply.status, contentType: reply.headers.get('content-type') },
    cause,
  })
}

function fieldsOf(cause: unknown): string {
  const issues = issuesOf(cause).slice(0, 3)
  const fields = issues.map((issue) => `${issue.path.join('.') || 'the whole body'} (${describeIssue(issue)})`)
  return fields.length === 0
    ? 'a body of another shape'
    : `a body in which these fields are wrong: ${fields.join(', ')}`
}
