import { virtualRoot } from './paths.js'
import { StaticEvaluator } from './static-evaluator.js'
import { StaticScope } from './static-scope.js'
import { type Expression, isCall, nodesBelow, type Statement, type SyntaxFile } from './static-syntax.js'
import { StaticCall, StaticObject, type StaticValue, unreadable } from './static-value.js'

/** A parsed file: its exports and its calls, evaluated as far as that goes without running it. */
export class StaticModule {
  readonly #file: SyntaxFile
  readonly #scope: StaticScope
  readonly #evaluator: StaticEvaluator

  constructor(file: SyntaxFile, path: string) {
    this.#file = file
    this.#scope = new StaticScope(file.program.body, StaticScope.reassigned(file))
    this.#evaluator = new StaticEvaluator(`${virtualRoot}/${path}`)
  }

  /** What `export default`, `module.exports =` or `export =` gives; an empty object if the file exports nothing. */
  defaultExport(): StaticValue {
    const found = this.#file.program.body.map((statement) => this.#defaultOf(statement)).filter((value) => value)
    const last = found.at(-1)
    return last ? last() : new StaticObject(new Map(), false)
  }

  /** What `export const name =` gives; `undefined` without such an export. */
  namedExport(name: string): StaticValue {
    for (const statement of this.#file.program.body) {
      if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration') continue
      for (const { id } of statement.declaration.declarations) {
        if (id.type === 'Identifier' && id.name === name) return this.#evaluator.identifier(name, this.#scope)
      }
    }
    return undefined
  }

  /** The calls of functions and methods of these names. */
  calls(names: readonly string[]): readonly StaticCall[] {
    const found: StaticCall[] = []
    for (const node of nodesBelow(this.#file.program)) {
      if (!isCall(node) || !names.includes(this.#evaluator.calleeName(node, this.#scope))) continue
      const call = this.#evaluator.call(node, this.#scope)
      if (call instanceof StaticCall) found.push(call)
    }
    return found
  }

  #defaultOf(statement: Statement): (() => StaticValue) | undefined {
    const value = (expression: Expression) => (): StaticValue => this.#evaluator.value(expression, this.#scope)
    switch (statement.type) {
      case 'ExportDefaultDeclaration': {
        const { declaration } = statement
        if (declaration.type === 'FunctionDeclaration') return () => this.#evaluator.function(declaration, this.#scope)
        if (declaration.type === 'ClassDeclaration' || declaration.type === 'TSDeclareFunction') return () => unreadable
        return value(declaration)
      }
      case 'TSExportAssignment':
        return value(statement.expression)
      case 'ExportNamedDeclaration': {
        for (const specifier of statement.specifiers) {
          if (specifier.type !== 'ExportSpecifier') continue
          const exported = specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value
          if (exported !== 'default') continue
          return statement.source
            ? () => unreadable
            : () => this.#evaluator.identifier(specifier.local.name, this.#scope)
        }
        return undefined
      }
      case 'ExpressionStatement': {
        const { expression } = statement
        if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return undefined
        return isModuleExports(expression.left) ? value(expression.right) : undefined
      }
      default:
        return undefined
    }
  }
}

function isModuleExports(target: Extract<Expression, { type: 'AssignmentExpression' }>['left']): boolean {
  if (target.type !== 'MemberExpression' || target.object.type !== 'Identifier' || target.computed) return false
  const property = target.property.type === 'Identifier' ? target.property.name : ''
  return (
    (target.object.name === 'module' && property === 'exports') ||
    (target.object.name === 'exports' && property === 'default')
  )
}
