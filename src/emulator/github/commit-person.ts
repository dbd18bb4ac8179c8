import { type Call, callerOf } from './endpoint.js'
import { GithubProblem } from './problem.js'
import type { DatedPerson } from './write-git.js'

/** RFC 3339: a time without its zone is refused. */
const dateTime = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

/**
 * The author or committer that a request names. The zone of a time is forgotten: GitHub stores UTC.
 *
 * @param otherwise stands in for what is left out: the caller now, unless it is given
 * @throws GithubProblem 422
 */
export function readPerson(call: Call, field: 'author' | 'committer', otherwise?: DatedPerson): DatedPerson {
  const { user } = callerOf(call)
  const standIn = otherwise ?? { name: user.name, email: user.email, seconds: Math.floor(call.now() / 1000) }
  const given = call.body[field] as { name?: string; email?: string; date?: string } | undefined
  if (given === undefined) return standIn
  const { name = standIn.name, email = standIn.email, date } = given
  const missing = Object.entries({ name, email }).filter(([, value]) => clean(value) === '')
  if (missing.length > 0) {
    const errors = missing.map(([one]) => ({ resource: field, code: 'missing_field', field: one }))
    throw new GithubProblem(422, 'Validation Failed', { errors })
  }
  if (date !== undefined && !(dateTime.test(date) && Number.isFinite(Date.parse(date)))) {
    throw new GithubProblem(422, `Invalid request.\n\n${date} is not a valid date-time.`)
  }
  const seconds = date === undefined ? standIn.seconds : Math.max(0, Math.floor(Date.parse(date) / 1000))
  return { name: clean(name), email: clean(email), seconds }
}

/** What git leaves of a name: nothing that ends it in a commit. */
function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, '').trim()
}
