import type { VercelCondition } from '../spec/rules.js'

/** A source that can't be read. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

/** A source as a regular expression, and the names of its groups in their order; a number for one without a name. */
export interface SourceExpression {
  readonly expression: string
  readonly names: readonly (string | number)[]
}

interface Key {
  readonly name: string | number
  readonly prefix: string
  readonly suffix: string
  /** Empty for a group that only holds text. */
  readonly pattern: string
  readonly modifier: string
}

type Token = string | Key

/** What a part without a pattern of its own may hold. */
const anyPart = '[^\\/]+?'

/**
 * Reads the source of a rule in a `vercel.json`: `/blog/:slug`, `/docs/:path*`, `/(en|de)/:rest(\\d+)`, `/a{-:b}?`.
 * Source: the syntax of path-to-regexp 6.1, as vercel.com/docs/project-configuration says, strict and case sensitive.
 * @throws SourceError
 */
export function readSource(source: string): SourceExpression {
  const tokens = readTokens(source)
  const names = tokens.flatMap((token) => (typeof token === 'string' || token.pattern === '' ? [] : [token.name]))
  const expression = `^${tokens.map(expressionOf).join('')}$`
  try {
    new RegExp(expression)
  } catch (error) {
    if (error instanceof SyntaxError) throw new SourceError(error.message)
    throw error
  }
  return { expression, names }
}

function readTokens(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let text = ''
  let count = 0
  const take = (pattern: RegExp): string | undefined => {
    const found = new RegExp(pattern, 'y')
    found.lastIndex = at
    const [matched] = found.exec(source) ?? []
    at += matched?.length ?? 0
    return matched
  }
  const takeKey = (): { name: string | number; pattern: string } | undefined => {
    const name = take(/:\w+/)?.slice(1)
    const pattern = source[at] === '(' ? takePattern() : undefined
    if (name === undefined && pattern === undefined) return undefined
    if (name === undefined) count += 1
    return { name: name ?? count - 1, pattern: pattern ?? anyPart }
  }
  function takePattern(): string {
    const start = at + 1
    let depth = 0
    if (source[start] === '?') throw new SourceError(`a pattern can't start with "?" at ${start}`)
    for (; at < source.length; at += 1) {
      if (source[at] === '\\') at += 1
      else if (source[at] === '(') {
        depth += 1
        if (depth > 1 && source[at + 1] !== '?') throw new SourceError(`a group in a group has to be "(?:" at ${at}`)
      } else if (source[at] === ')') {
        depth -= 1
        if (depth === 0) break
      }
    }
    if (depth !== 0) throw new SourceError(`a bracket is not closed at ${start - 1}`)
    at += 1
    if (at - 1 === start) throw new SourceError(`a pattern is empty at ${start}`)
    return source.slice(start, at - 1)
  }
  const takeText = (): string => take(/(?:\\.|[^\\:(){}*+?])+/)?.replace(/\\(.)/g, '$1') ?? ''
  const end = () => {
    if (text !== '') tokens.push(text)
    text = ''
  }

  while (at < source.length) {
    const start = at
    // A slash or a dot before a part belongs to it: where the part may be missing, it may be, too.
    const character = take(/[^\\:(){}*+?]/) ?? ''
    const key = takeKey()
    if (key) {
      const isPrefix = character === '/' || character === '.'
      if (!isPrefix) text += character
      end()
      tokens.push({ ...key, prefix: isPrefix ? character : '', suffix: '', modifier: take(/[*+?]/) ?? '' })
      continue
    }
    if (character !== '') {
      text += character
      continue
    }
    const escaped = take(/\\./)
    if (escaped !== undefined) {
      text += escaped.slice(1)
      continue
    }
    end()
    if (take(/\{/) === undefined) throw new SourceError(`"${source[at]}" has no meaning at ${start}`)
    const prefix = takeText()
    const inner = takeKey()
    const suffix = takeText()
    if (take(/\}/) === undefined) throw new SourceError(`a brace is not closed at ${start}`)
    const modifier = take(/[*+?]/) ?? ''
    tokens.push({ name: inner?.name ?? '', pattern: inner?.pattern ?? '', prefix, suffix, modifier })
  }
  end()
  return tokens
}

function expressionOf(token: Token): string {
  if (typeof token === 'string') return escapeText(token)
  const { pattern, modifier } = token
  const [prefix, suffix] = [escapeText(token.prefix), escapeText(token.suffix)]
  if (pattern === '') return `(?:${prefix}${suffix})${modifier}`
  if (prefix === '' && suffix === '') return `(${pattern})${modifier}`
  if (modifier !== '+' && modifier !== '*') return `(?:${prefix}(${pattern})${suffix})${modifier}`
  const repeated = `(?:${prefix}((?:${pattern})(?:${suffix}${prefix}(?:${pattern}))*)${suffix})`
  return modifier === '*' ? `${repeated}?` : repeated
}

function escapeText(text: string): string {
  return text.replace(/([.+*?=^!:${}()[\]|/\\])/g, '\\$1')
}

/** The names that conditions give to what they find. */
export function namesOfConditions(conditions: readonly VercelCondition[]): string[] {
  return conditions.flatMap(({ type, key, value }) => {
    if (value === undefined) return key === undefined ? [] : [key]
    const text = typeof value === 'string' ? value : ((value as { readonly re?: string }).re ?? '')
    const named = [...text.matchAll(/\(\?<([a-z]\w*)>/gi)].map(([, name = '']) => name)
    return type === 'host' && text !== '' ? [...named, 'host'] : named
  })
}
