import type { ContractDocument, JsonSchema } from '../../../src/emulator/contract.js'

type Schemas = ContractDocument['schemas']

/**
 * Where a value has what a schema does not speak of. JSON Schema lets objects have any properties unless told otherwise, and published
 * contracts mostly do not tell otherwise: here only what is declared may be there, and what is declared open may hold anything.
 *
 * @returns places such as `.site.domains[].name`, each once; a place followed by words where the value is none that is declared
 */
export function undeclaredIn(schemas: Schemas, schema: JsonSchema, value: unknown): string[] {
  return [...new Set(walk(schemas, [schema], value, ''))]
}

function walk(schemas: Schemas, given: readonly JsonSchema[], value: unknown, place: string): string[] {
  const all = expand(schemas, given).filter((way) => way.every((one) => isKind(one, value)))
  const fitting = all.filter((way) => way.every((one) => fits(one, value)))
  // Where none is meant for certain, the one that has least against the value is.
  const ways = fitting.length > 0 ? fitting : all
  if (ways.length === 0) return [`${place} (${typeName(value)})`]
  if (typeof value !== 'object' || value === null) return []
  let least: string[] | undefined
  for (const way of ways) {
    const found = Array.isArray(value)
      ? walkItems(schemas, way, value, place)
      : walkProperties(schemas, way, value as Record<string, unknown>, place)
    if (found.length === 0) return []
    if (!least || found.length < least.length) least = found
  }
  return least ?? []
}

function walkItems(schemas: Schemas, way: readonly JsonSchema[], values: readonly unknown[], place: string): string[] {
  const items = way.flatMap(({ items }) => (items === undefined ? [] : [items as JsonSchema]))
  return items.length === 0 ? [] : values.flatMap((one) => walk(schemas, items, one, `${place}[]`))
}

function walkProperties(
  schemas: Schemas,
  way: readonly JsonSchema[],
  value: Readonly<Record<string, unknown>>,
  place: string,
): string[] {
  const isOpen = way.every((one) => one.properties === undefined && one.additionalProperties === undefined)
  if (isOpen) return []
  return Object.entries(value).flatMap(([name, one]) => {
    if (one === undefined) return []
    const declared = way.flatMap(({ properties }) => {
      const schema = (properties as Readonly<Record<string, JsonSchema>> | undefined)?.[name]
      return schema === undefined ? [] : [schema]
    })
    if (declared.length > 0) return walk(schemas, declared, one, `${place}.${name}`)
    const others = way.flatMap(({ additionalProperties: more }) => {
      return more === undefined || more === false ? [] : [more === true ? {} : (more as JsonSchema)]
    })
    return others.length > 0 ? walk(schemas, others, one, `${place}.*`) : [`${place}.${name}`]
  })
}

/** All ways to fulfil schemas together: each a list of schemas without references and unions. */
function expand(schemas: Schemas, given: readonly JsonSchema[]): JsonSchema[][] {
  return given.reduce<JsonSchema[][]>(
    (ways, schema) => {
      const more = expandOne(schemas, schema)
      return ways.flatMap((way) => more.map((one) => [...way, ...one]))
    },
    [[]],
  )
}

const expanded = new WeakMap<JsonSchema, JsonSchema[][]>()

function expandOne(schemas: Schemas, schema: JsonSchema): JsonSchema[][] {
  const known = expanded.get(schema)
  if (known) return known
  const { $ref, allOf, anyOf, oneOf, ...plain } = schema
  let ways: JsonSchema[][] = [[plain]]
  const both = (others: JsonSchema[][]): void => {
    ways = ways.flatMap((way) => others.map((other) => [...way, ...other]))
  }
  if (typeof $ref === 'string') both(expandOne(schemas, schemas[$ref.slice('#/schemas/'.length)] ?? {}))
  if (allOf) both(expand(schemas, allOf as JsonSchema[]))
  for (const union of [anyOf, oneOf] as (JsonSchema[] | undefined)[]) {
    if (union) both(union.flatMap((one) => expandOne(schemas, one)))
  }
  expanded.set(schema, ways)
  return ways
}

// Tells null from what may not be null, and the plain members of a union apart.
function isKind(schema: JsonSchema, value: unknown): boolean {
  const { type, enum: members, const: constant } = schema
  if (type !== undefined && ![type].flat().some((one) => isOf(String(one), value))) return false
  if (Array.isArray(members) && !members.includes(value)) return false
  return !('const' in schema) || constant === value
}

// Tells the objects of a union apart.
function fits({ required, properties }: JsonSchema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true
  if (Array.isArray(required) && required.some((name) => !(String(name) in value))) return false
  return Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>).every(([name, one]) => {
    const is = (value as Record<string, unknown>)[name]
    if (is === undefined || (one.enum === undefined && !('const' in one))) return true
    return isKind(one, is)
  })
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return type === typeName(value)
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
