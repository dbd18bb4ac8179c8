import type { Context, Reply, RequestOptions } from '../spec/context.js'
import type { Schema } from '../spec/schema.js'
import { parseReply } from './parse-reply.js'

/** What an API answered: the parsed body of a success, or the whole answer where its status is another that is accepted. */
export type JsonAnswer<Value> = { readonly value: Value } | { readonly other: Reply }

/**
 * Asks an API that writes JSON, and parses. What does not parse counts as a lost answer: it is asked for again where that is safe.
 * @throws what the request throws; RequestError `reply-malformed`, also for a page with one of the statuses that are accepted.
 */
export async function askJson<Value>(
  context: Pick<Context, 'request'>,
  schema: Schema<Value>,
  request: Omit<RequestOptions, 'check'>,
): Promise<JsonAnswer<Value>> {
  const parse = (reply: Reply) => parseReply(reply, schema, request)
  const reply = await context.request({
    ...request,
    check: (reply) => {
      if (isSuccess(reply) || isPage(reply)) parse(reply)
    },
  })
  return isSuccess(reply) ? { value: parse(reply) } : { other: reply }
}

/** The value of an answer to a request that accepts no status but success. */
export function expectValue<Value>(answer: JsonAnswer<Value>): Value {
  if ('value' in answer) return answer.value
  throw new TypeError(`no status but success was asked for, and ${answer.other.status} came`)
}

const isSuccess = ({ status }: Reply) => status >= 200 && status < 300
/** A page that says "not found" comes from somebody in between. */
const isPage = ({ headers }: Reply) => /\bhtml\b/.test(headers.get('content-type') ?? '')
