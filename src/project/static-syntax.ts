import type { ParseResult } from '@babel/parser'

/** Types of the syntax tree, taken from the parser's own. */
export type SyntaxFile = Extract<ParseResult, { type: 'File' }>
export type Statement = SyntaxFile['program']['body'][number]
export type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression']
export type CallExpression = Extract<Expression, { type: 'CallExpression' }>
export type FunctionNode =
  | Extract<Expression, { type: 'FunctionExpression' | 'ArrowFunctionExpression' }>
  | Extract<Statement, { type: 'FunctionDeclaration' }>

/** Any node, seen only by its type. */
export interface SyntaxNode {
  readonly type: string
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** All nodes below one, without those that `enter` refuses to go into. */
export function* nodesBelow(
  root: SyntaxNode,
  enter: (node: SyntaxNode) => boolean = () => true,
): Generator<SyntaxNode> {
  const waiting: SyntaxNode[] = [root]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node
    if (node !== root && !enter(node)) continue
    const children: SyntaxNode[] = []
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) children.push(child)
    }
    waiting.push(...children.reverse())
  }
}

/** Whether the node is a call. */
export function isCall(node: SyntaxNode): node is CallExpression {
  return node.type === 'CallExpression'
}

/** Whether the node is a function of its own. */
export function isFunction(node: SyntaxNode): boolean {
  return /Function|Method/.test(node.type)
}
