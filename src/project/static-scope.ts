import { type Expression, nodesBelow, type Statement, type SyntaxFile, type SyntaxNode } from './static-syntax.js'

/** What a name stands for. */
export type Binding =
  | { readonly kind: 'constant'; readonly value: Expression; readonly scope: StaticScope }
  | {
      readonly kind: 'function'
      readonly declaration: Extract<Statement, { type: 'FunctionDeclaration' }>
      readonly scope: StaticScope
    }
  | { readonly kind: 'import'; readonly module: string; readonly name: string }
  | { readonly kind: 'unknown' }

/** Names declared in one block, with a way to those around it. */
export class StaticScope {
  readonly #bindings = new Map<string, Binding>()
  readonly #reassigned: ReadonlySet<string>
  readonly #parent: StaticScope | undefined

  constructor(body: readonly Statement[], reassigned: ReadonlySet<string>, parent?: StaticScope) {
    this.#reassigned = reassigned
    this.#parent = parent
    for (const statement of body) this.#declare(statement)
  }

  /** A scope for a function's body; its parameters are known only when it runs. */
  inner(body: readonly Statement[], parameters: readonly string[]): StaticScope {
    const scope = new StaticScope(body, this.#reassigned, this)
    for (const name of parameters) scope.#bindings.set(name, { kind: 'unknown' })
    return scope
  }

  find(name: string): Binding | undefined {
    if (this.#reassigned.has(name)) return { kind: 'unknown' }
    return this.#bindings.get(name) ?? this.#parent?.find(name)
  }

  /** Names that are assigned to, or into, anywhere in the file: what they held first says nothing. */
  static reassigned(file: SyntaxFile): ReadonlySet<string> {
    const names = new Set<string>()
    for (const node of nodesBelow(file.program)) {
      const target = targetOf(node)
      if (target !== undefined && target !== 'module' && target !== 'exports') names.add(target)
    }
    return names
  }

  #declare(statement: Statement): void {
    if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        const imported = specifier.type === 'ImportSpecifier' ? specifier.imported : undefined
        const name = imported ? (imported.type === 'Identifier' ? imported.name : imported.value) : 'default'
        this.#bindings.set(specifier.local.name, { kind: 'import', module: statement.source.value, name })
      }
    } else if (statement.type === 'FunctionDeclaration') {
      if (statement.id) this.#bindings.set(statement.id.name, { kind: 'function', declaration: statement, scope: this })
    } else if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations) this.#declareVariable(id, init ?? undefined)
    } else if (statement.type === 'ExportNamedDeclaration' && statement.declaration)
      this.#declare(statement.declaration)
  }

  #declareVariable(
    id: Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number]['id'],
    value: Expression | undefined,
  ): void {
    const module = value && requiredModule(value)
    if (id.type === 'Identifier') {
      if (module !== undefined) this.#bindings.set(id.name, { kind: 'import', module, name: 'default' })
      else this.#bindings.set(id.name, value ? { kind: 'constant', value, scope: this } : { kind: 'unknown' })
    } else if (id.type === 'ObjectPattern') {
      for (const property of id.properties) {
        if (property.type !== 'ObjectProperty' || property.value.type !== 'Identifier') continue
        const name = property.key.type === 'Identifier' ? property.key.name : ''
        this.#bindings.set(
          property.value.name,
          module === undefined ? { kind: 'unknown' } : { kind: 'import', module, name },
        )
      }
    }
  }
}

/** The module of `require('module')` and `await import('module')`. */
export function requiredModule(value: Expression): string | undefined {
  const call = value.type === 'AwaitExpression' ? value.argument : value
  if (call.type !== 'CallExpression') return undefined
  const isRequire =
    call.callee.type === 'Import' || (call.callee.type === 'Identifier' && call.callee.name === 'require')
  const [argument] = call.arguments
  return isRequire && argument?.type === 'StringLiteral' ? argument.value : undefined
}

function targetOf(node: SyntaxNode): string | undefined {
  let target: unknown
  if (node.type === 'AssignmentExpression' && 'left' in node) target = node.left
  else if (node.type === 'UpdateExpression' && 'argument' in node) target = node.argument
  while (isMember(target)) target = target.object
  return isIdentifier(target) ? target.name : undefined
}

function isMember(node: unknown): node is { readonly object: unknown } {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'MemberExpression'
}

function isIdentifier(node: unknown): node is { readonly name: string } {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'Identifier'
}
