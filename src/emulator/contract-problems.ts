import type { ErrorObject, ValidateFunction } from 'ajv'
import type { ContractReply, Problem } from './contract.js'

/** What a schema has against a value. */
export function judge(where: Problem['where'], validate: ValidateFunction, value: unknown): Problem[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map((error: ErrorObject) => ({
    where,
    pointer: error.instancePath,
    message: messageOf(error),
  }))
}

// Which property is one too many is not in the message.
function messageOf({ message, keyword, params }: ErrorObject): string {
  const name = keyword === 'additionalProperties' ? ` '${params.additionalProperty}'` : ''
  return (message ?? keyword) + name
}

/** Which of these properties a value lacks; where it is a list, each of its items. */
export function missing(where: Problem['where'], value: unknown, names: readonly string[] = []): Problem[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one: unknown, index) => {
    const absent = names.filter((name) => typeof one !== 'object' || one === null || !(name in one))
    const pointer = Array.isArray(value) ? `/${index}` : ''
    return absent.map((name) => ({ where, pointer, message: `must have the property ${name}` }))
  })
}

/** Which of the headers that a contract lists a reply lacks. */
export function missingHeaders(promised: readonly string[] = [], headers: ContractReply['headers'] = {}): Problem[] {
  const given = new Headers(headers)
  // `Link` is listed for every list, and is there only where there are other pages.
  return promised
    .filter((name) => name !== 'Link' && !given.has(name))
    .map((name) => ({ where: 'header', pointer: '', message: `must have the header ${name}` }))
}
