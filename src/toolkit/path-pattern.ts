/**
 * A regular expression for a path of `_headers` or `_redirects`, in which `:name` stands for one part of a path and `*` for whatever
 * follows; without regard to case and to a slash at the end.
 * Source: `for_regexp.ts` of the package `@netlify/headers-parser`.
 */
export function patternExpression(pattern: string): RegExp {
  const parts = partsOf(pattern).map((part) => {
    if (part.startsWith(':')) return '/[^/]+'
    if (part === '*') return '(?:/.*)?'
    return `/${part.split('*').map(escapeExpression).join('.*')}`
  })
  return new RegExp(`^${parts.join('')}/?$`, 'is')
}

/** Whether a path fits a pattern. */
export function fitsPattern(pattern: string, path: string): boolean {
  return patternExpression(pattern).test(path)
}

/** The parts with which every path begins that fits a pattern. */
export function literalStart(pattern: string): string[] {
  const parts = partsOf(pattern)
  const end = parts.findIndex((part) => part.startsWith(':') || part.includes('*'))
  return end < 0 ? parts : parts.slice(0, end)
}

/** Whether any path below a folder may fit a pattern. @param folder Its parts. */
export function mayFitBelow(pattern: string, folder: readonly string[]): boolean {
  const parts = partsOf(pattern)
  for (const [index, name] of folder.entries()) {
    const part = parts[index]
    if (part === undefined) return false
    if (part.startsWith(':')) continue
    // What follows an asterisk may be anything, slashes too.
    const [start = '', ...rest] = part.toLowerCase().split('*')
    if (rest.length > 0) return name.toLowerCase().startsWith(start)
    if (start !== name.toLowerCase()) return false
  }
  return true
}

/** Whether all paths below a folder fit a pattern. @param folder Its parts. */
export function fitsAllBelow(pattern: string, folder: readonly string[]): boolean {
  const parts = partsOf(pattern)
  if (parts.at(-1) !== '*' || parts.slice(0, -1).some((part) => part.includes('*'))) return false
  return parts.length - 1 <= folder.length && mayFitBelow(pattern, folder)
}

/** For text that is to be part of a regular expression. */
export function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function partsOf(pattern: string): string[] {
  return pattern
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
