import type { Warning } from '../spec/plan.js'
import type { VercelRule, VercelRules } from '../spec/rules.js'
import { describeIssue } from '../toolkit/describe-issue.js'
import { isAlike } from '../toolkit/is-alike.js'
import { namesOfConditions, readSource, SourceError } from '../toolkit/path-source.js'
import { type JsonText, readJson } from './json-lines.js'
import { type Mistake, MistakeError, ruleWarning } from './problems.js'
import { parseVercelConfig, vercelNames } from './vercel-schema.js'

/** What was read of a `vercel.json`. */
export interface ReadVercelJson {
  readonly rules: VercelRules | null
  readonly mistakes: readonly Mistake[]
  readonly warnings: readonly Warning[]
}

const file = 'vercel.json'
/** What `routes` can't stand beside. Source: vercel.com/docs/errors/error-list, "Mixed routing properties". */
const conflicting = ['redirects', 'rewrites', 'headers', 'cleanUrls', 'trailingSlash'] as const

/** Reads a `vercel.json`: what Vercel would refuse is a mistake. */
export function readVercelJson(content: string): ReadVercelJson {
  try {
    return check(readJson(content))
  } catch (error) {
    if (!(error instanceof MistakeError)) throw error
    return { rules: null, mistakes: [error.mistake], warnings: [] }
  }
}

function check(json: JsonText): ReadVercelJson {
  const mistakes: Mistake[] = []
  const warnings: Warning[] = []
  const add = (path: readonly PropertyKey[], message: string, hint: string) =>
    void mistakes.push({ line: json.lineOf(path), message, hint })
  const parsed = parseVercelConfig(json.value)
  if ('issues' in parsed) {
    for (const issue of parsed.issues) {
      for (const name of issue.keys ?? [undefined]) {
        const path = name === undefined ? issue.path : [...issue.path, name]
        const what = name === undefined ? describeIssue(issue) : 'there is no such property'
        add(path, path.length === 0 ? what : `${placeOf(path)}: ${what}`, `Correct ${placeOf(path) || 'the file'}.`)
      }
    }
    return { rules: null, mistakes, warnings }
  }
  const { config } = parsed
  for (const name of Object.keys(config)) {
    if (vercelNames.includes(name) || name.startsWith('experimental')) continue
    const meant = vercelNames.find((known) => isAlike(known, name))
    // Vercel learns new names faster than this list.
    if (meant) add([name], `${name}: there is no such property`, `Write "${meant}".`)
    else
      warnings.push(ruleWarning({ file, line: json.lineOf([name]) }, `"${name}" is not known`, 'Vercel may refuse it.'))
  }
  const beside = conflicting.find((name) => config[name] !== undefined)
  if (config.routes && beside) {
    add(
      ['routes'],
      `routes and ${beside} can't be used together`,
      'Write the routes as redirects, rewrites and headers.',
    )
  }
  for (const kind of ['redirects', 'rewrites', 'headers'] as const) {
    for (const [index, rule] of (config[kind] ?? []).entries()) {
      const destination = 'destination' in rule && typeof rule.destination === 'string' ? rule.destination : undefined
      checkRule(rule as VercelRule, destination, [kind, index], add)
    }
  }
  for (const [index, { permanent, statusCode }] of (config.redirects ?? []).entries()) {
    if (permanent === undefined || statusCode === undefined) continue
    add(
      ['redirects', index, 'statusCode'],
      `redirects[${index}] has permanent and statusCode`,
      'Leave one of them out.',
    )
  }
  for (const [index, { src }] of (config.routes ?? []).entries()) {
    if (typeof src === 'string' && !isExpression(src))
      add(['routes', index, 'src'], `routes[${index}].src is no regular expression`, 'Correct it.')
  }
  if (mistakes.length > 0) return { rules: null, mistakes, warnings }
  const { redirects, rewrites, headers, cleanUrls, trailingSlash, routes, images, crons } = config
  const led = rewrites?.flatMap((rule) => (typeof rule.destination === 'string' ? [rule] : []))
  const rules = { redirects, rewrites: led, headers, cleanUrls, trailingSlash, routes, images, crons }
  return { rules: JSON.parse(JSON.stringify(rules)) as VercelRules, mistakes, warnings }
}

function checkRule(
  { source, has }: VercelRule,
  destination: string | undefined,
  path: readonly PropertyKey[],
  add: (path: readonly PropertyKey[], message: string, hint: string) => void,
): void {
  const place = placeOf(path)
  if (!source.startsWith('/')) {
    add([...path, 'source'], `${place}.source does not start with "/"`, 'Begin it with "/".')
    return
  }
  try {
    const known = [...readSource(source).names, ...namesOfConditions(has ?? [])]
    const unknown = namesIn(destination ?? '').find((name) => !known.includes(name))
    if (unknown === undefined) return
    const hint = `Write /:${unknown} in the source, or take it out of the destination.`
    add([...path, 'destination'], `${place}.destination has ":${unknown}", which its source does not give`, hint)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    add(
      [...path, 'source'],
      `${place}.source is no pattern: ${error.message}`,
      'See vercel.com/docs/project-configuration.',
    )
  }
}

function namesIn(destination: string): string[] {
  return [...destination.replace(/^[a-z]+:\/\//i, '').matchAll(/(?<!\\):([a-z_]\w*)/gi)].map(([, name = '']) => name)
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('')
}
