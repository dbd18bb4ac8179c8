import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import type { ContractBody, ContractDocument, ContractEndpoint, JsonSchema } from '../src/emulator/contract.js'
import { contractEndpoints } from './contract-endpoints.js'
import { normalizeSchema, SchemaCollector } from './contract-schemas.js'
import { extractVercel } from './contract-vercel.js'

/** An object of which nothing is known yet. */
type Json = { readonly [key: string]: unknown }

const resolve = createRequire(import.meta.url).resolve

/** Reads Netlify's contract (Swagger 2) and keeps the endpoints that the emulator serves. */
export function extractNetlify(): ContractDocument {
  const published = readJson('@netlify/open-api/dist/swagger.json')
  const collector = new SchemaCollector(published)
  const endpoints = contractEndpoints.netlify.map((endpoint): ContractEndpoint => {
    const { method, path, item, operation } = find(published, endpoint)
    const parameters = [...list(item.parameters), ...list(operation.parameters)].map((one) => collector.follow(one))
    const bodyParameter = parameters.find((parameter) => parameter.in === 'body')
    const types = (operation.consumes ?? published.consumes) as string[]
    const body: ContractBody | null = bodyParameter
      ? { required: bodyParameter.required === true, types, schema: collector.add(bodyParameter.schema) }
      : null
    const replies = mapValues(operation.responses as Json, (reply) => {
      const { schema } = collector.follow(reply)
      return schema === undefined ? null : collector.add(schema)
    })
    // The contract says nothing of the path parameter that holds slashes; the name of a file does.
    return {
      id: String(operation.operationId),
      method,
      path,
      multiSegment: ['path'],
      ...queryOf(parameters),
      body,
      replies,
    }
  })
  return { source: `@netlify/open-api ${versionOf('@netlify/open-api')}`, endpoints, schemas: collector.schemas }
}

/** Reads GitHub's contract (OpenAPI 3.0) and keeps the endpoints that the emulator serves. */
export function extractGithub(): ContractDocument {
  const published = readJson('@octokit/openapi/generated/api.github.com.json')
  return extractOpenApi('@octokit/openapi', published, contractEndpoints.github)
}

/** Reads Neon's contract (OpenAPI 3.0, in YAML) and keeps the endpoints that the emulator serves. */
export function extractNeon(): ContractDocument {
  const published = parse(readText('@neondatabase/api-client/public-v2-for-users.gen.yaml')) as Json
  return extractOpenApi('@neondatabase/api-client', published, contractEndpoints.neon)
}

function extractOpenApi(name: string, published: Json, served: readonly string[]): ContractDocument {
  const collector = new SchemaCollector(published)
  const endpoints = served.map((endpoint): ContractEndpoint => {
    const { method, path, item, operation } = find(published, endpoint)
    const parameters = [...list(item.parameters), ...list(operation.parameters)].map((one) => collector.follow(one))
    const multiSegment = parameters.filter((one) => one['x-multi-segment'] === true).map((one) => String(one.name))
    const requestBody = operation.requestBody === undefined ? undefined : collector.follow(operation.requestBody)
    const content = (requestBody ? requestBody.content : {}) as Record<string, Json>
    const body: ContractBody | null = requestBody
      ? {
          required: requestBody.required === true,
          types: Object.keys(content),
          schema: collector.add(Object.values(content)[0]?.schema),
        }
      : null
    const replies = mapValues(operation.responses as Json, (reply) => {
      const json = (collector.follow(reply).content as Record<string, Json> | undefined)?.['application/json']
      return json ? collector.add(overlapping(json.schema as Json)) : null
    })
    const headers = Object.entries(operation.responses as Json).flatMap(([status, reply]): [string, string[]][] => {
      const names = Object.keys(collector.follow(reply).headers ?? {})
      return names.length > 0 ? [[status, names]] : []
    })
    const promised = headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}
    const id = String(operation.operationId)
    return { id, method, path, multiSegment, ...queryOf(parameters), body, replies, ...promised }
  })
  return { source: `${name} ${versionOf(name)}`, endpoints, schemas: collector.schemas }
}

function queryOf(parameters: readonly Json[]): Pick<ContractEndpoint, 'query' | 'requiredQuery'> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const schemaOf = ({ name, in: _place, required, schema, ...inline }: Json): JsonSchema =>
    normalizeSchema(schema ?? inline) as JsonSchema
  return {
    query: Object.fromEntries(inQuery.map((parameter) => [String(parameter.name), schemaOf(parameter)])),
    requiredQuery: inQuery
      .filter((parameter) => parameter.required === true)
      .map((parameter) => String(parameter.name)),
  }
}

// The contract offers replies of which exactly one is to fit, where an error with a message fits all of them.
function overlapping(schema: Json): Json {
  const { oneOf, ...rest } = schema
  return oneOf === undefined ? schema : { ...rest, anyOf: oneOf }
}

function find(published: Json, endpoint: string): { method: string; path: string; item: Json; operation: Json } {
  const [method = '', path = ''] = endpoint.split(' ')
  const item = (published.paths as Record<string, Json>)[path]
  const operation = item?.[method.toLowerCase()] as Json | undefined
  if (!item || !operation) throw new Error(`The contract has no ${endpoint}: it must not be served.`)
  return { method, path, item, operation }
}

function list(value: unknown): Json[] {
  return (value ?? []) as Json[]
}

function mapValues<Value>(object: Json, change: (value: Json) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value as Json)]))
}

// Read as files: loading @octokit/openapi as a module would read every edition of the contract, 124 MB.
function readJson(specifier: string): Json {
  return JSON.parse(readText(specifier)) as Json
}

function readText(specifier: string): string {
  return readFileSync(resolve(specifier), 'utf8')
}

function versionOf(name: string): string {
  return String(readJson(`${name}/package.json`).version)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, extract] of Object.entries({
    netlify: extractNetlify,
    github: extractGithub,
    vercel: extractVercel,
    neon: extractNeon,
  })) {
    const document = await extract()
    const text = `${JSON.stringify(document)}\n`
    writeFileSync(new URL(`../src/emulator/contracts/${name}.json`, import.meta.url), text)
    console.log(`${name}: ${document.endpoints.length} endpoints of ${document.source}, ${text.length} bytes`)
  }
}
