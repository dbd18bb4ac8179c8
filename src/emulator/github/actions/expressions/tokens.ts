/** A piece of an expression. */
export type Token =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'sign'; readonly sign: string }

/** An expression, a workflow or an input of theirs that GitHub would not accept. */
export class WorkflowError extends Error {
  override readonly name = 'WorkflowError'
}

const blank = /\s+/y
const number = /[-+]?(?:0x[\da-f]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?![\w.])/iy
const text = /'((?:[^']|'')*)'/y
const name = /[a-z_][\w-]*/iy
const sign = /&&|\|\||==|!=|<=|>=|[!<>()[\].,*]/y

const keywords: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/**
 * Cuts an expression into its pieces.
 *
 * @throws WorkflowError where a character starts none.
 */
export function readTokens(expression: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(expression)
    if (found) at += found[0].length
    return found
  }
  while (at < expression.length) {
    if (take(blank)) continue
    const token = readToken(take)
    if (!token) throw new WorkflowError(`Unexpected symbol: '${expression.slice(at)}'. Located at position ${at + 1}`)
    tokens.push(token)
  }
  return tokens
}

function readToken(take: (pattern: RegExp) => RegExpExecArray | null): Token | undefined {
  const digits = take(number)
  if (digits) return { kind: 'literal', value: Number(digits[0]) }
  const quoted = take(text)
  if (quoted) return { kind: 'literal', value: (quoted[1] ?? '').replaceAll("''", "'") }
  const word = take(name)?.[0]
  if (word !== undefined) {
    return Object.hasOwn(keywords, word)
      ? { kind: 'literal', value: keywords[word] ?? null }
      : { kind: 'name', name: word }
  }
  const mark = take(sign)
  return mark ? { kind: 'sign', sign: mark[0] } : undefined
}
