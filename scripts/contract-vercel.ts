import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { ContractDocument, ContractEndpoint } from '../src/emulator/contract.js'
import { contractEndpoints } from './contract-endpoints.js'
import { SdkSchemas, type ZodSchema } from './sdk-schemas.js'
import { shareSchemas } from './share-schemas.js'

/** What a file of the SDK's `funcs` says of one endpoint. */
interface SdkFunction {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  /** Export and file of the schema of the whole request. */
  readonly request: string | undefined
  readonly replies: readonly {
    readonly statuses: readonly string[]
    readonly schema: string | null
    readonly isList: boolean
  }[]
  /** Files by the names of the schemas that are imported from them. */
  readonly imports: ReadonlyMap<string, string>
  readonly takesJson: boolean
  readonly takesBytes: boolean
}

/**
 * Reads Vercel's contract and keeps the endpoints that the emulator serves. Vercel publishes no OpenAPI description on npm, but an
 * SDK that was made from it: its functions name paths and statuses, its models are schemas of zod 3.
 */
export async function extractVercel(): Promise<ContractDocument> {
  const require = createRequire(import.meta.url)
  const root = dirname(require.resolve('@vercel/sdk/package.json'))
  const functions = await readFunctions(join(root, 'src/funcs'))
  const chosen = contractEndpoints.vercel.map((endpoint) => {
    const found = functions.find(({ method, path }) => `${method} ${path}` === endpoint)
    if (!found) throw new Error(`The contract has no ${endpoint}: it must not be served.`)
    return found
  })
  const loaded = await loadSchemas(root, chosen)
  const schemas = new SdkSchemas()
  const schemaOf = (name: string): ZodSchema => {
    const schema = loaded[name]
    if (!schema) throw new Error(`The SDK has no ${name}`)
    return schema
  }
  const endpoints = chosen.map((one): ContractEndpoint => {
    const request = one.request === undefined ? {} : schemas.properties(schemaOf(one.request))
    const { RequestBody } = request
    const query = one.query.map((name) => [name, request[name]?.schema ?? {}] as const)
    const replies = one.replies.flatMap(({ statuses, schema, isList }) => {
      const items = schema === null ? null : schemas.received(schemaOf(schema))
      return statuses.map((status) => [status, isList ? { type: 'array', items } : items] as const)
    })
    return {
      id: one.id,
      method: one.method,
      path: one.path,
      multiSegment: [],
      query: Object.fromEntries(query),
      requiredQuery: one.query.filter((name) => request[name]?.required === true),
      body: one.takesBytes
        ? { required: true, types: ['application/octet-stream'], schema: {} }
        : one.takesJson
          ? {
              required: RequestBody?.required === true,
              types: ['application/json'],
              schema: RequestBody?.schema ?? {},
            }
          : null,
      replies: Object.fromEntries(replies),
    }
  })
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { source: `@vercel/sdk ${version}`, ...shareSchemas({ endpoints, schemas: schemas.collected() }) }
}

async function readFunctions(folder: string): Promise<SdkFunction[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map(readFunction)
}

function readFunction(text: string): SdkFunction {
  const one = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? ''
  const imports = [...text.matchAll(/import \{([^}]+)\} from "\.\.\/(models\/[^"]+)"/g)].flatMap(([, names, file]) =>
    (names ?? '').split(',').map((name): [string, string] => [name.trim(), file ?? '']),
  )
  const query = one(/encodeFormQuery\(\{([^}]*)\}/)
  const replies = [...text.matchAll(/M\.(json|nil)\(\s*(\[[^\]]*\]|\d+|"\dXX"),\s*([\w$.]+)(?:\(([\w$]+))?/g)].map(
    ([, kind, statuses = '', schema = '', inner]) => ({
      isList: schema === 'z.array',
      statuses: [...statuses.matchAll(/\dXX|\d+/g)].map(([status]) => status.replace('XX', '00')),
      schema: kind === 'nil' ? null : (inner ?? schema),
    }),
  )
  return {
    id: one(/operationID: "([^"]+)"/),
    method: one(/method: "([A-Z]+)"/),
    path: one(/pathToFunc\(\s*"([^"]+)"/),
    query: [...query.matchAll(/"([^"]+)":/g)].map(([, name]) => name ?? ''),
    request: /=> (?:\w+\$?\.)?(\w+\$outboundSchema)/.exec(text)?.[1],
    replies: replies.filter(({ statuses }) => statuses.every((status) => status < '300')),
    imports: new Map(imports),
    takesJson: /const body = encodeJSON/.test(text),
    takesBytes: /"application\/octet-stream"/.test(text),
  }
}

async function loadSchemas(root: string, functions: readonly SdkFunction[]): Promise<Record<string, ZodSchema>> {
  const wanted = new Map<string, string>()
  for (const { imports, request, replies } of functions) {
    for (const name of [request, ...replies.map(({ schema }) => schema)]) {
      const file = typeof name === 'string' ? imports.get(name) : undefined
      if (name && file) wanted.set(name, file)
    }
  }
  const contents = [...wanted].map(([name, file]) => `export { ${name} } from './esm/${file}'`).join('\n')
  const folder = await mkdtemp(join(tmpdir(), 'tabship-contract-'))
  try {
    const outfile = join(folder, 'schemas.mjs')
    const stdin = { contents, resolveDir: root }
    await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', plugins: [plainTypes] })
    return (await import(pathToFileURL(outfile).href)) as Record<string, ZodSchema>
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The SDK reads leniently: a number may come as a string, an enumeration may have members yet unknown, and a union hides its
 * members. To see the contract itself its basic types are replaced by plain ones.
 */
const plainTypes: Plugin = {
  name: 'plain-types',
  setup: ({ onLoad }) => {
    const replace = (filter: RegExp, contents: string): void => {
      onLoad({ filter }, () => ({ contents: `import * as z from 'zod/v3'\n${contents}`, loader: 'js' }))
    }
    replace(
      /types[/\\]primitives\.js$/,
      `export const string = () => z.string()
       export const boolean = () => z.boolean()
       export const number = () => z.number()
       export const date = () => z.date()
       export const literal = (value) => z.literal(value)
       export const optional = (type) => type.optional()
       export const nullable = (type) => type.nullable()`,
    )
    replace(/types[/\\]smartUnion\.js$/, 'export const smartUnion = (options) => z.union(options)')
    replace(
      /types[/\\]enums\.js$/,
      `const members = (type) => z.nativeEnum(type)
       export { members as inboundSchema, members as inboundSchemaInt }
       export { members as outboundSchema, members as outboundSchemaInt }`,
    )
  },
}
