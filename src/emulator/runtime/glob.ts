/**
 * Compiles globs for paths relative to the exported folder: `*` and `?` stay within a name, a double star crosses folders,
 * `{a,b}` and `[abc]` choose. Which dialect the real runtime speaks is not documented, so callers filter again.
 */
export function createMatcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${translate(pattern.replace(/^\.?\/|\/$/g, ''))}$`))
  return (path) => expressions.some((expression) => expression.test(path))
}

function translate(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|\[[^\]/]*\]|[\\^$.|+(){}[\]]/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.length > 1 && part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(translate).join('|')})`
    if (part.length > 2 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return `\\${part}`
  })
}
