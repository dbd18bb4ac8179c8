import type { JsonSchema } from '../src/emulator/contract.js'

/** A schema of zod 3, as far as it is looked into. */
export interface ZodSchema {
  readonly _def: {
    readonly typeName: string
    readonly shape?: () => Readonly<Record<string, ZodSchema>>
    readonly catchall?: ZodSchema
    readonly getter?: () => ZodSchema
    readonly type?: ZodSchema
    readonly innerType?: ZodSchema
    readonly valueType?: ZodSchema
    readonly schema?: ZodSchema
    readonly options?: readonly ZodSchema[]
    readonly left?: ZodSchema
    readonly right?: ZodSchema
    readonly value?: unknown
    readonly values?: Readonly<Record<string, unknown>> | readonly unknown[]
    readonly effect?: { readonly transform?: (value: Record<string, string>) => Record<string, string> }
  }
}

/** One member of an object. */
export interface Property {
  readonly schema: JsonSchema
  readonly required: boolean
}

type Side = 'sent' | 'received'

/**
 * Turns zod 3's schemas of Vercel's SDK into JSON Schema of what goes over the wire: of a request the result of its schema, whose
 * names are mapped last; of a reply what its schema takes. Objects have no other members than those that are listed.
 */
export class SdkSchemas {
  readonly #names = new Map<ZodSchema, string>()
  readonly #schemas = new Map<string, JsonSchema>()

  /** What the references lead to, ordered by name. */
  collected(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#schemas].sort(([left], [right]) => (left < right ? -1 : 1)))
  }

  /** The members of a request as they are sent. */
  properties(schema: ZodSchema): Record<string, Property> {
    const { schema: inner, effect } = schema._def
    const shape = (inner ?? schema)._def.shape?.() ?? {}
    const names = Object.fromEntries(Object.keys(shape).map((name) => [name, name]))
    const mapped = effect?.transform ? effect.transform(names) : names
    return Object.fromEntries(
      Object.entries(mapped).flatMap(([sent, name]) => {
        const member = shape[name]
        return member ? [[sent, this.#property(member, 'sent')]] : []
      }),
    )
  }

  /** The schema of a reply. */
  received(schema: ZodSchema): JsonSchema {
    return this.#convert(schema, 'received')
  }

  #convert(schema: ZodSchema, side: Side): JsonSchema {
    const { _def: def } = schema
    const inner = (): JsonSchema => this.#convert((def.innerType ?? def.schema) as ZodSchema, side)
    switch (def.typeName) {
      case 'ZodString':
        return { type: 'string' }
      case 'ZodNumber':
        return { type: 'number' }
      case 'ZodBoolean':
        return { type: 'boolean' }
      case 'ZodDate':
        return { type: 'string', format: 'date-time' }
      case 'ZodNull':
        return { type: 'null' }
      case 'ZodAny':
      case 'ZodUnknown':
        return {}
      case 'ZodLiteral':
        return { const: def.value }
      case 'ZodEnum':
      case 'ZodNativeEnum':
        return { enum: [...new Set(Object.values(def.values ?? {}))] }
      case 'ZodArray':
        return { type: 'array', items: this.#convert(def.type as ZodSchema, side) }
      case 'ZodRecord':
        return { type: 'object', additionalProperties: this.#convert(def.valueType as ZodSchema, side) }
      case 'ZodUnion':
        return this.#union(def.options ?? [], side)
      case 'ZodIntersection':
        return this.#intersection([def.left as ZodSchema, def.right as ZodSchema], side)
      case 'ZodNullable':
        return { anyOf: [inner(), { type: 'null' }] }
      case 'ZodOptional':
      case 'ZodDefault':
        return inner()
      case 'ZodLazy':
        return this.#refer(def.getter as () => ZodSchema, side)
      case 'ZodObject':
        return this.#object(schema, side)
      case 'ZodEffects':
        return def.schema?._def.typeName === 'ZodObject' ? this.#object(schema, side) : inner()
      default:
        throw new Error(`A ${def.typeName} has not been met before`)
    }
  }

  #union(options: readonly ZodSchema[], side: Side): JsonSchema {
    const [first, ...others] = options.map((option) => this.#convert(option, side))
    return others.length === 0 ? (first ?? {}) : { anyOf: [first, ...others] }
  }

  // Each of the two would forbid the other's members.
  #intersection(parts: readonly ZodSchema[], side: Side): JsonSchema {
    const open = parts.map((part) => {
      const { additionalProperties: _closed, ...rest } = this.#convert(part._def.getter?.() ?? part, side)
      return rest
    })
    return { allOf: open }
  }

  #object(schema: ZodSchema, side: Side): JsonSchema {
    const { _def: def } = schema._def.schema ?? schema
    const shape = def.shape?.() ?? {}
    // The SDK gathers members whose names are free under this name, and knows nothing of objects without any.
    const isUnknown = Object.keys(shape).length === 0 || 'additionalProperties' in shape
    const isOpen = isUnknown || def.catchall?._def.typeName !== 'ZodNever'
    const entries = Object.entries(shape).map(([name, one]) => [name, this.#property(one, side)] as const)
    const members = side === 'sent' ? this.properties(schema) : Object.fromEntries(entries)
    const required = Object.keys(members).filter((name) => members[name]?.required)
    const properties = Object.fromEntries(Object.entries(members).map(([name, one]) => [name, one.schema]))
    return {
      type: 'object',
      ...(required.length > 0 ? { required } : {}),
      properties,
      additionalProperties: isOpen,
    }
  }

  #property(schema: ZodSchema, side: Side): Property {
    return {
      schema: this.#convert(schema, side),
      required: !['ZodOptional', 'ZodDefault'].includes(schema._def.typeName),
    }
  }

  // What is lazy has a name, and may hold itself.
  #refer(getter: () => ZodSchema, side: Side): JsonSchema {
    const schema = getter()
    const known = this.#names.get(schema)
    if (known !== undefined) return { $ref: `#/schemas/${known}` }
    const [, name = ''] = /=> *(\w+)\$\w+Schema/.exec(getter.toString()) ?? []
    const unique = this.#schemas.has(name) ? `${name}-${side}` : name
    this.#names.set(schema, unique)
    this.#schemas.set(unique, {})
    this.#schemas.set(unique, this.#convert(schema, side))
    return { $ref: `#/schemas/${unique}` }
  }
}
