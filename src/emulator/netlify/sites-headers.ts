import { matchPattern } from './sites-redirects.js'

/** One block of `_headers`. */
export interface HeaderRule {
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Reads `_headers`: paths at the start of a line, below each its headers, indented. */
export function parseHeaders(text: string): HeaderRule[] {
  const rules: { path: string; headers: [string, string][] }[] = []
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) continue
    const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(content) ?? []
    if (content.startsWith('/')) rules.push({ path: content, headers: [] })
    else if (name !== undefined) rules.at(-1)?.headers.push([name, value])
  }
  return rules
}

/** The headers that the rules add for a path: all that fit, values of the same header joined by a comma. */
export function headersFor(rules: readonly HeaderRule[], path: string): Headers {
  const headers = new Headers()
  for (const rule of rules) {
    if (!matchPattern(rule.path, path)) continue
    for (const [name, value] of rule.headers) headers.append(name, value)
  }
  return headers
}
