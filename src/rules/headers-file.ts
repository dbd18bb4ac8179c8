import type { HeaderRule } from '../spec/rules.js'
import { type Mistake, MistakeError } from './problems.js'
import type { ReadRules } from './redirects-file.js'

const nameHint = 'Write a header as Name: value, indented below the path that it is for.'

/**
 * Reads `_headers`: paths, each at the start of a line, and below each its headers. What Netlify would skip is a mistake.
 * Source: `line_parser.ts` of the package `@netlify/headers-parser`, and docs.netlify.com, "Custom headers".
 * @param file its path, for messages
 */
export function readHeaders(text: string, file: string): ReadRules<HeaderRule> {
  const rules: { for: string; headers: [string, string][]; source: HeaderRule['source'] }[] = []
  const mistakes: Mistake[] = []
  for (const [index, content] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = content.trim()
    if (line === '' || line.startsWith('#')) continue
    try {
      if (line.startsWith('/')) {
        rules.push({ for: readPath(line, index + 1), headers: [], source: { file, line: index + 1 } })
      } else {
        const header = readHeader(line, index + 1)
        const rule = rules.at(-1)
        if (!rule) throw new MistakeError(index + 1, `no path stands above "${header[0]}"`, 'Begin with a path: /*')
        rule.headers.push(header)
      }
    } catch (error) {
      if (!(error instanceof MistakeError)) throw error
      mistakes.push(error.mistake)
    }
  }
  return { rules: rules.filter(({ headers }) => headers.length > 0), mistakes, warnings: [] }
}

function readPath(text: string, line: number): string {
  if (!/\s+[\w-]+:(?:\s|$)/.test(text)) return text
  throw new MistakeError(line, `"${text}" is a path and a header in one line`, nameHint)
}

function readHeader(text: string, line: number): [name: string, value: string] {
  const colon = text.indexOf(':')
  if (colon < 0) throw new MistakeError(line, `"${text}" is neither a path nor a header`, nameHint)
  const name = text.slice(0, colon).trim()
  const value = text.slice(colon + 1).trim()
  if (/^https?$/i.test(name) && value.startsWith('//')) {
    throw new MistakeError(
      line,
      `"${text}" is an address, not a path`,
      'A path starts with "/" and holds for all domains.',
    )
  }
  return checkHeader(name, value, line)
}

/** @throws MistakeError where no server could send such a header */
export function checkHeader(name: string, value: string, line: number): [name: string, value: string] {
  if (!isHeaderName(name)) throw new MistakeError(line, `"${name}" is no name of a header`, nameHint)
  if (value === '') throw new MistakeError(line, `the header ${name} has no value`, nameHint)
  return [name, value]
}

/** Source: RFC 9110, section 5.6.2. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}
