import { Ajv, type ValidateFunction } from 'ajv'
import ajvFormats from 'ajv-formats'
import type { ContractDocument, JsonSchema } from './contract.js'

/**
 * Makes what compiles schemas that refer to each other.
 *
 * @param coerceTypes whether strings may stand for what is asked for, as they do in a query
 * @returns a function that compiles each schema once, by a key that its caller chooses
 */
export function compiler(
  schemas: ContractDocument['schemas'],
  coerceTypes: boolean,
): (key: string, schema: JsonSchema) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: coerceTypes && 'array', logger: false })
  ajvFormats.default(ajv)
  ajv.addSchema({ $id: 'contract', schemas })
  const compiled = new Map<string, ValidateFunction>()
  return (key, schema) => {
    const validate = compiled.get(key) ?? ajv.compile(absolute(schema) as object)
    compiled.set(key, validate)
    return validate
  }
}

// A reference is written relative to the document, while each schema is compiled on its own.
function absolute(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(absolute)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' ? [key, `contract${value}`] : [key, absolute(value)],
    ),
  )
}
