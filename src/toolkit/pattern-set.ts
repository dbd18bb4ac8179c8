import { literalStart, patternExpression } from './path-pattern.js'

/** Patterns that a path is held against. */
export interface PatternSet {
  /** Whether a path fits any of them. */
  fits(path: string): boolean
}

/**
 * Patterns, each compiled once: a path is tried only against those that begin with words as it does, so that many rules for many
 * folders cost no more than one.
 */
export function createPatternSet(patterns: readonly string[]): PatternSet {
  const byStart = new Map<string, RegExp[]>()
  for (const pattern of new Set(patterns)) {
    const start = literalStart(pattern).map(foldCase).join('/')
    const expressions = byStart.get(start) ?? []
    byStart.set(start, expressions)
    expressions.push(patternExpression(pattern))
  }
  const fitsAfter = (start: string, path: string) => byStart.get(start)?.some((one) => one.test(path)) === true
  return {
    fits(path) {
      if (byStart.size === 0) return false
      if (fitsAfter('', path)) return true
      const folded = foldCase(path.slice(1))
      for (let end = folded.indexOf('/'); end >= 0; end = folded.indexOf('/', end + 1)) {
        if (fitsAfter(folded.slice(0, end), path)) return true
      }
      return folded !== '' && fitsAfter(folded, path)
    },
  }
}

/** As expressions without regard to case compare. */
function foldCase(text: string): string {
  return text.toUpperCase()
}
