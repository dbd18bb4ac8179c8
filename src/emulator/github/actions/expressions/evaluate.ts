import { functions } from './functions.js'
import { asksStatus, type Node, parseExpression } from './parse.js'
import { WorkflowError } from './tokens.js'
import { areEqual, compare, fold, isList, isTrue, propertyOf, toText, type Value } from './values.js'

/** What is so far: for `success()` and its kin. */
export interface Status {
  readonly success: boolean
  readonly failure: boolean
  readonly cancelled: boolean
}

/** What an expression can see where it stands. */
export interface Scope {
  /** By name: `github`, `env`. A name that is not here must not be used at this place. */
  readonly contexts: Readonly<Record<string, Value>>
  /** Absent where the status functions must not be used. */
  readonly status?: Status
  /** Absent where `hashFiles` must not be used. */
  readonly hashFiles?: (patterns: readonly string[]) => string
}

/**
 * Evaluates an expression, without the `${{ }}` around it.
 *
 * @throws WorkflowError where it is none, or uses what it can't see at its place.
 * @example evaluate("github.ref == 'refs/heads/main'", { contexts: { github: { ref: 'refs/heads/main' } } })
 */
export function evaluate(expression: string, scope: Scope): Value {
  return worth(parseExpression(expression), scope)
}

/**
 * Evaluates an `if:`: the whole of it is an expression, and `success()` stands in front of one that does not ask for the status.
 *
 * @param condition `undefined`: there is none.
 */
export function evaluateCondition(condition: string | undefined, scope: Scope): boolean {
  const successful = scope.status?.success ?? true
  if (condition === undefined || condition.trim() === '') return successful
  if (!condition.includes('${{')) return conditionOf(parseExpression(condition), scope)
  const [part, ...more] = split(condition)
  if (part && 'expression' in part && more.length === 0) return conditionOf(parseExpression(part.expression), scope)
  // A text around `${{ }}` makes a text of it all, which is true: GitHub does so too.
  const asked = split(condition).some((one) => 'expression' in one && asksStatus(parseExpression(one.expression)))
  return (asked || successful) && isTrue(interpolate(condition, scope))
}

/** Puts values in place of each `${{ }}` of a text. A text that is nothing but one `${{ }}` gives its value as it is. */
export function interpolate(text: string, scope: Scope): Value {
  const parts = split(text)
  const [only] = parts
  if (parts.length === 1 && only && 'expression' in only) return evaluate(only.expression, scope)
  return parts.map((part) => ('text' in part ? part.text : toText(evaluate(part.expression, scope)))).join('')
}

/** Puts values in place of each `${{ }}` in all texts of a value. */
export function interpolateAll(value: Value, scope: Scope): Value {
  if (typeof value === 'string') return interpolate(value, scope)
  if (isList(value)) return value.map((one) => interpolateAll(one, scope))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, interpolateAll(one, scope)]))
}

function split(text: string): ({ readonly text: string } | { readonly expression: string })[] {
  const parts: ({ readonly text: string } | { readonly expression: string })[] = []
  // Quoted texts may hold `}}`.
  const pattern = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\})[^'])*)\}\}/y
  let at = 0
  while (at < text.length) {
    const start = text.indexOf('${{', at)
    if (start !== at) parts.push({ text: text.slice(at, start < 0 ? undefined : start) })
    if (start < 0) break
    pattern.lastIndex = start
    const found = pattern.exec(text)
    if (!found) throw new WorkflowError(`The expression is not closed. An unescaped \${{ sequence was found: ${text}`)
    parts.push({ expression: found[1] ?? '' })
    at = pattern.lastIndex
  }
  return parts
}

function conditionOf(node: Node, scope: Scope): boolean {
  if (!asksStatus(node) && scope.status && !scope.status.success) return false
  return isTrue(worth(node, scope))
}

function worth(node: Node, scope: Scope): Value {
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'context': {
      const name = Object.keys(scope.contexts).find((one) => fold(one) === fold(node.name))
      if (name === undefined) throw new WorkflowError(`Unrecognized named-value: '${node.name}'`)
      return scope.contexts[name] ?? null
    }
    case 'property':
      return select(node.of, node.key, scope).value
    case 'not':
      return !isTrue(worth(node.operand, scope))
    case 'call':
      return call(node.name, node.arguments, scope)
    case 'binary':
      return binary(node.sign, node.left, node.right, scope)
  }
}

/** `many`: a star stood on the way, so that what follows is asked of each. */
function select(of: Node, key: Node | 'all', scope: Scope): { readonly value: Value; readonly many: boolean } {
  const from = of.kind === 'property' ? select(of.of, of.key, scope) : { value: worth(of, scope), many: false }
  const items = from.many && isList(from.value) ? from.value : [from.value]
  if (key === 'all') return { value: items.flatMap(itemsOf), many: true }
  const name = worth(key, scope)
  if (!from.many) return { value: propertyOf(from.value, name), many: false }
  return { value: items.map((item) => propertyOf(item, name)).filter((one) => one !== null), many: true }
}

function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

function binary(sign: string, left: Node, right: Node, scope: Scope): Value {
  const first = worth(left, scope)
  if (sign === '&&') return isTrue(first) ? worth(right, scope) : first
  if (sign === '||') return isTrue(first) ? first : worth(right, scope)
  const second = worth(right, scope)
  if (sign === '==') return areEqual(first, second)
  return sign === '!=' ? !areEqual(first, second) : compare(sign, first, second)
}

function call(name: string, given: readonly Node[], scope: Scope): Value {
  const key = name.toLowerCase()
  if (scope.status && given.length === 0) {
    if (key === 'always') return true
    if (key === 'success' || key === 'failure' || key === 'cancelled') return scope.status[key]
  }
  const values = given.map((one) => worth(one, scope))
  if (key === 'hashfiles' && scope.hashFiles && values.length > 0) return scope.hashFiles(values.map(toText))
  const known = Object.hasOwn(functions, key) ? functions[key] : undefined
  if (!known) throw new WorkflowError(`Unrecognized function: '${name}'`)
  if (values.length < known.least) throw new WorkflowError(`Too few parameters supplied: '${name}'`)
  if (values.length > known.most) throw new WorkflowError(`Too many parameters supplied: '${name}'`)
  return known.run(...values)
}
