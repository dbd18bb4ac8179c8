import type { Warning } from '../spec/plan.js'
import type { RedirectRule, RuleSource } from '../spec/rules.js'
import { MistakeError, ruleWarning } from './problems.js'

/** A redirect as it is written, before its parts are held against each other. */
export interface WrittenRedirect extends Omit<RedirectRule, 'to' | 'source'> {
  /** `undefined`: what fits is passed on as it came. */
  readonly to: string | undefined
}

/** A redirect that makes sense, and what of it will not do what its author may expect. */
export interface CheckedRedirect {
  readonly rule: RedirectRule
  readonly warnings: readonly Warning[]
}

const conditionNames = new Map(['Country', 'Language', 'Role', 'Cookie'].map((name) => [name.toLowerCase(), name]))

/**
 * Holds a redirect against what Netlify takes.
 * Source: `normalize.js` and `conditions.js` of the package `@netlify/redirect-parser`.
 * @throws MistakeError
 */
export function checkRedirect(written: WrittenRedirect, source: RuleSource): CheckedRedirect {
  const { from, status, query } = written
  const { line } = source
  const wrong = (message: string, hint: string) => new MistakeError(line, message, hint)
  if (!/^(?:\/|https?:\/\/)/i.test(from)) {
    throw wrong(`"${from}" is no path`, 'What is redirected starts with "/", or with "https://" for one domain only.')
  }
  const path = pathOf(from)
  if (path === undefined) throw wrong(`"${from}" is no address`, 'Write it as https://example.com/path.')
  if (/^\/\.netlify(?:\/|$)/i.test(path)) {
    throw wrong(`"${from}" is Netlify's own`, 'Paths below /.netlify can be led to, but not redirected.')
  }
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw wrong(`${status} is no status`, 'Use 301 or 302 to redirect, 200 to rewrite, 404 to show a page.')
  }
  const to = written.to ?? forwarded(from, status)
  if (to === undefined) {
    throw wrong(
      `"${from}" has no destination`,
      'It may be left out only where the path ends in "/*" and the status is 200.',
    )
  }
  if (!/^(?:\/|https?:\/\/)/i.test(to)) {
    throw wrong(`"${to}" is no destination`, 'A destination starts with "/", "http://" or "https://".')
  }
  const conditions: Record<string, readonly string[]> = {}
  for (const [name, values] of Object.entries(written.conditions)) {
    const known = conditionNames.get(name.toLowerCase())
    if (!known) throw wrong(`there is no condition "${name}"`, 'Conditions are Country, Language, Role and Cookie.')
    conditions[known] = values
  }
  const rule = { ...written, to, conditions, source }
  return { rule, warnings: warningsOf(from, path, to, query, source) }
}

function warningsOf(
  from: string,
  path: string,
  to: string,
  query: RedirectRule['query'],
  source: RuleSource,
): Warning[] {
  const warnings: Warning[] = []
  if (/\*(?!$)/.test(path)) {
    const hint = 'Let it stand at the end, or use a placeholder such as :part.'
    warnings.push(
      ruleWarning(source, `an asterisk counts only at the end of a path, so "${from}" may fit nothing`, hint),
    )
  }
  const given = new Set(
    [...namesIn(path), ...Object.values(query).flatMap(namesIn), ...(path.endsWith('*') ? ['splat'] : [])].map((name) =>
      name.toLowerCase(),
    ),
  )
  // The port of an address is no placeholder.
  const unknown = namesIn(to.replace(/^https?:\/\/[^/]+/i, '')).find((name) => !given.has(name.toLowerCase()))
  if (unknown !== undefined) {
    const hint = unknown === 'splat' ? 'End the path with "/*".' : `Write /:${unknown} in the path.`
    warnings.push(ruleWarning(source, `nothing in "${from}" gives the :${unknown} of "${to}"`, hint))
  }
  return warnings
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/(?:^|[/=&?.-]):([a-z_]\w*)/gi)].map(([, name = '']) => name)
}

function forwarded(from: string, status: number): string | undefined {
  return from.endsWith('/*') && status >= 200 && status < 300 ? from.replace(/\*$/, ':splat') : undefined
}

function pathOf(from: string): string | undefined {
  if (from.startsWith('/')) return from
  return URL.canParse(from) ? (/^https?:\/\/[^/]+(\/.*)?$/i.exec(from)?.[1] ?? '/') : undefined
}
