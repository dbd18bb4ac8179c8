import type { JsonSchema } from '../src/emulator/contract.js'

type Json = { readonly [key: string]: unknown }

/** Gathers the schemas that some endpoints use out of a whole contract, each once, in plain JSON Schema. */
export class SchemaCollector {
  readonly #published: Json
  readonly #names = new Map<string, string>()
  readonly #added = new Map<string, JsonSchema>()

  constructor(published: Json) {
    this.#published = published
  }

  /** What was gathered, ordered by name, for references of the form `#/schemas/<name>`. */
  get schemas(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#added].sort(([left], [right]) => (left < right ? -1 : 1)))
  }

  /** Replaces a reference by what it points to. */
  follow(value: unknown): Json {
    const { $ref } = value as { $ref?: string }
    if (!$ref) return value as Json
    return this.follow(
      $ref
        .slice(2)
        .split('/')
        .reduce((at: Json, key) => at[key] as Json, this.#published),
    )
  }

  /** Adds a schema with all that it refers to. */
  add(schema: unknown): JsonSchema {
    return this.#collect(normalizeSchema(schema))
  }

  #collect(schema: unknown): JsonSchema {
    if (Array.isArray(schema)) return schema.map((one) => this.#collect(one)) as unknown as JsonSchema
    if (typeof schema !== 'object' || schema === null) return schema as unknown as JsonSchema
    const reference = (schema as Json).$ref
    if (typeof reference === 'string') return { $ref: this.#addReference(reference) }
    const collected = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.#collect(value)]))
    return this.#share(collected)
  }

  #addReference(reference: string): string {
    const name = reference.slice(reference.lastIndexOf('/') + 1)
    if (!this.#added.has(name)) {
      this.#added.set(name, {})
      this.#added.set(name, this.add(this.follow({ $ref: reference })))
    }
    return `#/schemas/${name}`
  }

  // Netlify's contract repeats its large objects in full wherever they are used: keep one of each.
  #share(schema: JsonSchema): JsonSchema {
    const text = JSON.stringify(schema)
    if (text.length < 400 || schema.type !== 'object') return schema
    const name = this.#names.get(text) ?? `object-${this.#names.size + 1}`
    this.#names.set(text, name)
    this.#added.set(name, schema)
    return { $ref: `#/schemas/${name}` }
  }
}

const annotations = new Set(
  'description title example examples externalDocs deprecated readOnly writeOnly discriminator default'.split(' '),
)

/** Turns a schema of OpenAPI 3.0 or Swagger 2 into plain JSON Schema, without what only people read. */
export function normalizeSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(normalizeSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, ...rest } = schema as Json
  const entries = Object.entries(rest)
    .filter(([key]) => !annotations.has(key) && !key.startsWith('x-'))
    .map(([key, value]): [string, unknown] => {
      if (key === 'properties' || key === 'patternProperties') return [key, normalizeProperties(value as Json)]
      if (key === 'format' && value === 'dateTime') return [key, 'date-time']
      if (key === 'enum' || key === 'required') return [key, value]
      return [key, normalizeSchema(value)]
    })
  const plain = Object.fromEntries(entries)
  return nullable === true ? { anyOf: [plain, { enum: [null] }] } : plain
}

function normalizeProperties(properties: Json): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, normalizeSchema(schema)]))
}
