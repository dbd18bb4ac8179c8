import { folderOf, normalizePath, resolvePath, virtualRoot } from './paths.js'
import { requiredModule, type StaticScope } from './static-scope.js'
import { type CallExpression, type Expression, type FunctionNode, isFunction, nodesBelow } from './static-syntax.js'
import { StaticCall, StaticChoice, StaticFunction, StaticObject, type StaticValue, unreadable } from './static-value.js'

type ObjectMember = Extract<Expression, { type: 'ObjectExpression' }>['properties'][number]

/** Evaluates the part of the language that needs no running: literals, constants, and paths made of them. */
export class StaticEvaluator {
  readonly #path: string
  readonly #known = new Map<Expression, StaticValue>()

  /** @param path Path of the file, below the virtual root. */
  constructor(path: string) {
    this.#path = path
  }

  value(expression: Expression, scope: StaticScope): StaticValue {
    switch (expression.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return expression.value
      case 'NullLiteral':
        return null
      case 'TemplateLiteral':
        return this.#template(expression, scope)
      case 'Identifier':
        return this.identifier(expression.name, scope)
      case 'ObjectExpression':
        return this.#object(expression.properties, scope)
      case 'ArrayExpression':
        return expression.elements.map((element) =>
          element === null || element.type === 'SpreadElement' ? unreadable : this.value(element, scope),
        )
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return this.function(expression, scope)
      case 'CallExpression':
        return this.call(expression, scope)
      case 'NewExpression':
        return this.#url(expression, scope)
      case 'MemberExpression':
        return this.#member(expression, scope)
      case 'ConditionalExpression':
        return new StaticChoice([this.value(expression.consequent, scope), this.value(expression.alternate, scope)])
      case 'BinaryExpression':
        return this.#sum(expression, scope)
      case 'UnaryExpression':
        return this.#unary(expression, scope)
      case 'AwaitExpression':
        return this.value(expression.argument, scope)
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ParenthesizedExpression':
        return this.value(expression.expression, scope)
      default:
        return unreadable
    }
  }

  identifier(name: string, scope: StaticScope): StaticValue {
    const binding = scope.find(name)
    if (binding?.kind === 'constant') return this.#constant(binding.value, binding.scope)
    if (binding?.kind === 'function') return this.function(binding.declaration, binding.scope)
    if (binding) return unreadable
    if (name === 'undefined') return undefined
    if (name === '__dirname') return folderOf(this.#path)
    return name === '__filename' ? this.#path : unreadable
  }

  function(node: FunctionNode, scope: StaticScope): StaticFunction {
    return new StaticFunction(() => {
      const parameters = node.params.flatMap((parameter) => namesIn(parameter))
      if (node.body.type !== 'BlockStatement') return this.value(node.body, scope.inner([], parameters))
      const inner = scope.inner(node.body.body, parameters)
      const results: StaticValue[] = []
      for (const below of nodesBelow(node.body, (child) => !isFunction(child))) {
        if (below.type !== 'ReturnStatement' || !('argument' in below)) continue
        const argument = below.argument as Expression | null
        results.push(argument ? this.value(argument, inner) : undefined)
      }
      return results.length > 1 ? new StaticChoice(results) : results[0]
    })
  }

  call(expression: CallExpression, scope: StaticScope): StaticValue {
    const { module, name } = this.#callee(expression.callee, scope)
    const values = expression.arguments.map((argument) =>
      argument.type === 'SpreadElement' || argument.type === 'ArgumentPlaceholder'
        ? unreadable
        : this.value(argument, scope),
    )
    if (name === 'cwd' && values.length === 0) return virtualRoot
    const bare = module?.replace(/^node:/, '')
    if (bare === 'path') return pathCall(name, values)
    if (bare === 'url' && name === 'fileURLToPath') return values[0]
    return new StaticCall(name, module, values)
  }

  /** Name of the function or method that is called, as its module calls it. */
  calleeName(expression: CallExpression, scope: StaticScope): string {
    return this.#callee(expression.callee, scope).name
  }

  #callee(callee: CallExpression['callee'], scope: StaticScope): { name: string; module: string | undefined } {
    if (callee.type === 'Identifier') {
      const binding = scope.find(callee.name)
      if (binding?.kind !== 'import') return { name: callee.name, module: undefined }
      // A default import has a name of the importer's choice, which is the one that the file is read by.
      return { name: binding.name === 'default' ? callee.name : binding.name, module: binding.module }
    }
    if (callee.type === 'CallExpression')
      return { name: this.#callee(callee.callee, scope).name, module: requiredModule(callee) }
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier')
      return { name: '', module: undefined }
    const { object, property } = callee
    if (object.type === 'Super') return { name: '', module: undefined }
    const binding = object.type === 'Identifier' ? scope.find(object.name) : undefined
    return { name: property.name, module: binding?.kind === 'import' ? binding.module : requiredModule(object) }
  }

  #constant(value: Expression, scope: StaticScope): StaticValue {
    if (this.#known.has(value)) return this.#known.get(value)
    // Holds the place while the value is worked out, so that constants that need each other come to an end.
    this.#known.set(value, unreadable)
    const result = this.value(value, scope)
    this.#known.set(value, result)
    return result
  }

  #object(members: readonly ObjectMember[], scope: StaticScope): StaticObject {
    const entries = new Map<string, StaticValue>()
    let open = false
    for (const member of members) {
      if (member.type === 'SpreadElement') {
        const value = this.value(member.argument, scope)
        if (value instanceof StaticObject) for (const [key, entry] of value.entries) entries.set(key, entry)
        open ||= !(value instanceof StaticObject) || value.open
        continue
      }
      const key = this.#key(member, scope)
      if (key === undefined) open = true
      else if (member.type === 'ObjectMethod') entries.set(key, unreadable)
      else entries.set(key, this.value(member.value as Expression, scope))
    }
    return new StaticObject(entries, open)
  }

  #key(member: Exclude<ObjectMember, { type: 'SpreadElement' }>, scope: StaticScope): string | undefined {
    if (member.key.type === 'PrivateName') return undefined
    if (!member.computed && member.key.type === 'Identifier') return member.key.name
    const key = this.value(member.key, scope)
    return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined
  }

  #member(expression: Extract<Expression, { type: 'MemberExpression' }>, scope: StaticScope): StaticValue {
    const { object, property } = expression
    const name = property.type === 'Identifier' && !expression.computed ? property.name : undefined
    if (object.type === 'MetaProperty') {
      if (name === 'dirname') return folderOf(this.#path)
      return name === 'url' || name === 'filename' ? this.#path : unreadable
    }
    if (object.type === 'Super' || name === undefined) return unreadable
    const value = this.value(object, scope)
    if (name === 'pathname' && typeof value === 'string') return value
    return value instanceof StaticObject && value.entries.has(name) ? value.entries.get(name) : unreadable
  }

  #url(expression: Extract<Expression, { type: 'NewExpression' }>, scope: StaticScope): StaticValue {
    const [path, base] = expression.arguments
    const isUrl = expression.callee.type === 'Identifier' && expression.callee.name === 'URL'
    if (!isUrl || path?.type !== 'StringLiteral' || base?.type !== 'MemberExpression') return unreadable
    return this.value(base, scope) === this.#path ? resolvePath(folderOf(this.#path), path.value) : unreadable
  }

  #template(expression: Extract<Expression, { type: 'TemplateLiteral' }>, scope: StaticScope): StaticValue {
    let text = ''
    for (const [index, quasi] of expression.quasis.entries()) {
      text += quasi.value.cooked ?? ''
      const inserted = expression.expressions[index]
      if (!inserted) continue
      const value = this.value(inserted as Expression, scope)
      if (typeof value !== 'string' && typeof value !== 'number') return unreadable
      text += value
    }
    return text
  }

  #sum(expression: Extract<Expression, { type: 'BinaryExpression' }>, scope: StaticScope): StaticValue {
    if (expression.operator !== '+' || expression.left.type === 'PrivateName') return unreadable
    const left = this.value(expression.left, scope)
    const right = this.value(expression.right, scope)
    return typeof left === 'string' && typeof right === 'string' ? left + right : unreadable
  }

  #unary(expression: Extract<Expression, { type: 'UnaryExpression' }>, scope: StaticScope): StaticValue {
    if (expression.operator === 'void') return undefined
    const value = this.value(expression.argument, scope)
    const isLiteral = typeof value === 'number' || typeof value === 'boolean'
    return expression.operator === '!' && isLiteral ? !value : unreadable
  }
}

function pathCall(name: string, values: readonly StaticValue[]): StaticValue {
  const parts = values.filter((value) => typeof value === 'string')
  if (parts.length !== values.length) return unreadable
  if (name === 'resolve') return resolvePath(...parts)
  if (name === 'join' || name === 'normalize') return normalizePath(parts.join('/'))
  return name === 'dirname' ? folderOf(parts[0] ?? '.') : unreadable
}

function namesIn(parameter: FunctionNode['params'][number]): readonly string[] {
  const names: string[] = []
  for (const node of nodesBelow(parameter)) {
    if (node.type === 'Identifier' && 'name' in node && typeof node.name === 'string') names.push(node.name)
  }
  return names
}
