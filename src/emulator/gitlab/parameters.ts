import type { ContractBody, Problem } from '../contract.js'
import { GitlabProblem } from './problem.js'

/** In the words of grape, which GitLab's API is made with (`lib/grape/locale/en.yml` of it). */
const unparsable =
  "\nProblem:\n  message body does not match declared format\nResolution:\n  when specifying application/json as content-type, you must pass valid application/json in the request's 'body' "

/**
 * Reads the parameters of a body: JSON, or a flat form, whose values GitLab coerces.
 *
 * @returns `undefined` where there is none
 * @throws GitlabProblem 400 where it is not what it says, 415 where it says nothing that GitLab reads.
 */
export function readBody(
  headers: Headers,
  text: string,
  expected: ContractBody | null,
): Readonly<Record<string, unknown>> | undefined {
  // A missing body is one without parameters.
  if (text === '') return expected ? {} : undefined
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/x-www-form-urlencoded') return readForm(text, expected)
  if (type !== 'application/json')
    throw new GitlabProblem(415, { error: `The provided content-type '${type}' is not supported.` })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new GitlabProblem(400, { error: unparsable })
  }
  // GitLab's middleware lets no null byte through (`lib/gitlab/middleware/handle_malformed_strings.rb`).
  if (text.includes('\\u0000')) throw new GitlabProblem(400, { error: 'Bad Request' })
  // Grape takes parameters out of an object, and nothing out of anything else.
  return isObject(value) ? value : {}
}

function readForm(text: string, expected: ContractBody | null): Readonly<Record<string, unknown>> {
  const types = (expected?.schema.properties ?? {}) as Readonly<Record<string, { readonly type?: string }>>
  const read = (name: string, value: string): unknown => {
    if (types[name]?.type === 'integer' && /^-?\d+$/.test(value)) return Number(value)
    return types[name]?.type === 'boolean' && /^(?:true|false)$/.test(value) ? value === 'true' : value
  }
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, read(name, value)]))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** All that is wrong with parameters, in one sentence as grape makes it. */
export function describeProblems(problems: readonly Problem[]): string {
  const said = problems.map(describe).filter((words) => words !== undefined)
  return [...new Set(said)].join(', ') || 'params is invalid'
}

/** `undefined` where another of them tells the same. */
function describe({ pointer, message }: Problem): string | undefined {
  const [first = '', ...rest] = pointer.slice(1).replaceAll('[]', '').split('/')
  const name = first + rest.map((part) => `[${part}]`).join('')
  const [, absent] = /required property '?([^']+?)(?:\[\])?'?$/.exec(message) ?? []
  if (absent) return `${name === '' ? absent : `${name}[${absent}]`} is missing`
  if (message.includes('must match') || (pointer.startsWith('/actions') && message.startsWith('must NOT be valid')))
    return undefined
  if (message.includes('fewer than')) return `${name} is empty`
  if (message.includes('allowed value')) return `${name} does not have a valid value`
  // `params :pagination` forbids 0 a page, and `verify_pagination_params!` all that is below (`lib/api/pagination_params.rb`).
  if (message.startsWith('must be >=')) return `${name} does not have a valid value`
  if (message.startsWith('must NOT be valid')) return `${name} has a value not allowed`
  return `${name} is invalid`
}
