import { readTokens, type Token, WorkflowError } from './tokens.js'

/** An expression as a tree. */
export type Node =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'context'; readonly name: string }
  /** `.name` and `[expression]`; `all` is `.*` and `[*]`. */
  | { readonly kind: 'property'; readonly of: Node; readonly key: Node | 'all' }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Node[] }
  | { readonly kind: 'not'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly sign: string; readonly left: Node; readonly right: Node }

// Weakest first; https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators
const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']]

/**
 * Reads an expression, without the `${{ }}` around it.
 *
 * @throws WorkflowError where it is none.
 */
export function parseExpression(expression: string): Node {
  const tokens = readTokens(expression)
  let at = 0
  const isSign = (...signs: string[]): boolean => {
    const token = tokens[at]
    return token?.kind === 'sign' && signs.includes(token.sign)
  }
  const fail = (): never => {
    const token = tokens[at]
    if (!token) throw new WorkflowError(`Unexpected end of expression: '${expression.trim()}'`)
    throw new WorkflowError(`Unexpected symbol: '${shown(token)}' within expression: ${expression.trim()}`)
  }
  const expect = (sign: string): void => {
    if (!isSign(sign)) fail()
    at += 1
  }

  function binary(level: number): Node {
    const signs = levels[level]
    if (!signs) return unary()
    let left = binary(level + 1)
    for (let token = tokens[at]; token?.kind === 'sign' && signs.includes(token.sign); token = tokens[at]) {
      at += 1
      left = { kind: 'binary', sign: token.sign, left, right: binary(level + 1) }
    }
    return left
  }

  function unary(): Node {
    if (!isSign('!')) return postfix(primary())
    at += 1
    return { kind: 'not', operand: unary() }
  }

  function primary(): Node {
    const token = tokens[at]
    if (isSign('(')) {
      at += 1
      const inner = binary(0)
      expect(')')
      return inner
    }
    if (!token || token.kind === 'sign') return fail()
    at += 1
    if (token.kind === 'literal') return token
    return isSign('(') ? call(token.name) : { kind: 'context', name: token.name }
  }

  function call(name: string): Node {
    expect('(')
    const given: Node[] = []
    while (!isSign(')')) {
      if (given.length > 0) expect(',')
      given.push(binary(0))
    }
    expect(')')
    return { kind: 'call', name, arguments: given }
  }

  function postfix(of: Node): Node {
    if (isSign('.')) {
      at += 1
      const token = tokens[at]
      if (isSign('*')) {
        at += 1
        return postfix({ kind: 'property', of, key: 'all' })
      }
      // `needs.true` is a name, although `true` alone is a value.
      const name = token?.kind === 'name' ? token.name : token?.kind === 'literal' ? String(token.value) : fail()
      at += 1
      return postfix({ kind: 'property', of, key: { kind: 'literal', value: name } })
    }
    if (!isSign('[')) return of
    at += 1
    const all = isSign('*')
    if (all) at += 1
    const key = all ? 'all' : binary(0)
    expect(']')
    return postfix({ kind: 'property', of, key })
  }

  const node = binary(0)
  if (at < tokens.length) fail()
  return node
}

/** Whether an expression asks for the status itself, so that no `success()` is put in front of it. */
export function asksStatus(node: Node): boolean {
  switch (node.kind) {
    case 'call':
      return /^(?:success|failure|always|cancelled)$/i.test(node.name) || node.arguments.some(asksStatus)
    case 'property':
      return asksStatus(node.of) || (node.key !== 'all' && asksStatus(node.key))
    case 'not':
      return asksStatus(node.operand)
    case 'binary':
      return asksStatus(node.left) || asksStatus(node.right)
    default:
      return false
  }
}

function shown(token: Token): string {
  if (token.kind === 'name') return token.name
  return token.kind === 'sign' ? token.sign : String(token.value)
}
