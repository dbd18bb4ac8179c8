import type { ContractEndpoint, JsonSchema } from '../src/emulator/contract.js'

/** The part of a contract that holds schemas. */
export interface Sharing {
  readonly endpoints: readonly ContractEndpoint[]
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

/**
 * Keeps one of several schemas that say the same under different names, as code generators make them, and writes large ones that
 * are repeated without a name once. What is equal but for names becomes equal when those are the same, so it is done again until
 * nothing changes.
 */
export function shareSchemas(contract: Sharing): Sharing {
  let current = nameLarge(contract)
  for (;;) {
    const first = new Map<string, string>()
    const kept = new Map<string, string>()
    for (const [name, schema] of Object.entries(current.schemas)) {
      const text = JSON.stringify(schema)
      const known = first.get(text)
      if (known === undefined) first.set(text, name)
      else kept.set(name, known)
    }
    if (kept.size === 0) break
    const renamed = rename(current, kept) as Sharing
    current = {
      endpoints: renamed.endpoints,
      schemas: Object.fromEntries(Object.entries(renamed.schemas).filter(([name]) => !kept.has(name))),
    }
  }
  return current
}

function nameLarge({ endpoints, schemas }: Sharing): Sharing {
  const names = new Map<string, string>()
  const added: Record<string, JsonSchema> = {}
  const hoist = (value: unknown, isNamed: boolean): unknown => {
    if (Array.isArray(value)) return value.map((one) => hoist(one, false))
    if (typeof value !== 'object' || value === null) return value
    const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hoist(one, false)]))
    const text = JSON.stringify(inner)
    if (isNamed || inner.type !== 'object' || text.length < 300) return inner
    const name = names.get(text) ?? `object-${names.size + 1}`
    names.set(text, name)
    added[name] = inner
    return { $ref: `#/schemas/${name}` }
  }
  const named = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, hoist(schema, true) as JsonSchema]),
  )
  return { endpoints: hoist(endpoints, false) as Sharing['endpoints'], schemas: { ...named, ...added } }
}

function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => rename(one, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const name = key === '$ref' && typeof one === 'string' ? names.get(one.slice('#/schemas/'.length)) : undefined
      return [key, name === undefined ? rename(one, names) : `#/schemas/${name}`]
    }),
  )
}
