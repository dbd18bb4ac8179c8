import type { Warning } from '../spec/plan.js'
import type { RedirectRule } from '../spec/rules.js'
import { checkRedirect } from './check-redirect.js'
import { type Mistake, MistakeError } from './problems.js'

/** What was read of a file. */
export interface ReadRules<Rule> {
  readonly rules: readonly Rule[]
  readonly mistakes: readonly Mistake[]
  readonly warnings: readonly Warning[]
}

const destinationHint = 'Write: /from /to 301, with a destination that starts with "/", "http:" or "https:".'

/**
 * Reads `_redirects`: `from [parameter=value…] [to] [status[!]] [condition=value…]`, with comments from a `#` at the start of a word
 * on. What Netlify would skip is a mistake.
 * Source: `line_parser.js` of the package `@netlify/redirect-parser`, and docs.netlify.com, "Redirects and rewrites".
 * @param file its path, for messages
 */
export function readRedirects(text: string, file: string): ReadRules<RedirectRule> {
  const rules: RedirectRule[] = []
  const mistakes: Mistake[] = []
  const warnings: Warning[] = []
  for (const [index, content] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = content.trim()
    if (line === '' || line.startsWith('#')) continue
    try {
      const checked = checkRedirect(readLine(line, index + 1), { file, line: index + 1 })
      rules.push(checked.rule)
      warnings.push(...checked.warnings)
    } catch (error) {
      if (!(error instanceof MistakeError)) throw error
      mistakes.push(error.mistake)
    }
  }
  return { rules, mistakes, warnings }
}

function readLine(text: string, line: number) {
  const words = text.split(/\s+/)
  const comment = words.findIndex((word) => word.startsWith('#'))
  const [from = '', ...rest] = comment < 0 ? words : words.slice(0, comment)
  if (rest.length === 0) throw new MistakeError(line, `"${from}" has no destination`, destinationHint)
  // A status in the place of the destination: what fits is passed on as it came, to a function or another rule.
  const end = isStatus(rest[0]) ? -1 : rest.findIndex((word) => /^(?:\/|https?:)/i.test(word))
  if (end < 0 && !isStatus(rest[0])) {
    throw new MistakeError(line, `"${rest[0]}" is no destination, and no other follows`, destinationHint)
  }
  const [status, ...conditions] = rest.slice(end + 1)
  if (status !== undefined && !isStatus(status)) {
    const hint =
      'After the destination comes a status such as 301, 302, 200 or 404, with a "!" to force it; then conditions.'
    throw new MistakeError(line, `"${status}" is no status`, hint)
  }
  const query = pairs(rest.slice(0, Math.max(end, 0)), line, 'query parameter')
  const { Sign: signed = null, ...others } = pairs(conditions, line, 'condition')
  return {
    from,
    to: end < 0 ? undefined : rest[end],
    status: status === undefined ? 301 : Number.parseInt(status, 10),
    force: status?.endsWith('!') ?? false,
    query,
    conditions: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, value.split(',')])),
    signed,
    extras: [],
  }
}

function isStatus(word: string | undefined): boolean {
  return word !== undefined && /^\d+!?$/.test(word)
}

function pairs(words: readonly string[], line: number, what: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const word of words) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? []
    if (name === undefined || value === undefined) {
      const hint = `Write a ${what} as name=value, without spaces, or leave it out.`
      throw new MistakeError(line, `"${word}" is no ${what}`, hint)
    }
    found[name] = value
  }
  return found
}
