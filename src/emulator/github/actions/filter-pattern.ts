const translated: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '?', '+': '+' }

/**
 * Whether a name passes a list of filter patterns, of which later ones overrule earlier ones and `!` excludes:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 *
 * @example matchesFilters(['releases/**', '!releases/**-alpha'], 'releases/10')
 */
export function matchesFilters(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((matched, pattern) => {
    const excludes = pattern.startsWith('!')
    return toExpression(excludes ? pattern.slice(1) : pattern).test(name) ? !excludes : matched
  }, false)
}

// `?` and `+` say how often the character before them comes, as in regular expressions.
function toExpression(pattern: string): RegExp {
  const source = pattern.replace(/\\.|\*\*\/|\*\*|[*?+]|\[[^\]]+\]|[\\^$.|(){}[\]]/g, (part) => {
    // `**/docs/**` finds `docs/a` as well.
    if (part === '**/') return '(?:.*/)?'
    if (part.length > 1 && (part.startsWith('[') || part.startsWith('\\'))) return part
    return translated[part] ?? `\\${part}`
  })
  return new RegExp(`^${source}$`)
}
