import { compiler } from './contract-compiler.js'
import { judge, missing, missingHeaders } from './contract-problems.js'
import type { Waiver } from './waiver.js'

/** A schema in plain JSON Schema; references have the form `#/schemas/<name>`. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** What an endpoint takes as its body. */
export interface ContractBody {
  readonly required: boolean
  /** Media types, for example `application/json`. */
  readonly types: readonly string[]
  readonly schema: JsonSchema
}

/** One endpoint of a provider's contract. */
export interface ContractEndpoint {
  /** The contract's own name for it, for example `createSite`. */
  readonly id: string
  readonly method: string
  /** Template such as `/sites/{site_id}`. */
  readonly path: string
  /** Parameters of the path whose values may hold slashes. */
  readonly multiSegment: readonly string[]
  readonly query: Readonly<Record<string, JsonSchema>>
  readonly requiredQuery: readonly string[]
  readonly body: ContractBody | null
  /** Schema of the reply by status, or `default`; `null` where no JSON is promised. */
  readonly replies: Readonly<Record<string, JsonSchema | null>>
  /** Names of the headers that replies have, by status. */
  readonly headers?: Readonly<Record<string, readonly string[]>>
}

/** The part of a provider's published contract that an emulator serves, made by `scripts/extract-contracts.ts`. */
export interface ContractDocument {
  /** Package and version that it was read from. */
  readonly source: string
  readonly endpoints: readonly ContractEndpoint[]
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

/** Something that the contract does not allow. */
export interface Problem {
  readonly where: 'path' | 'query' | 'body' | 'reply' | 'header'
  /** JSON pointer to the value at fault; empty for the whole. */
  readonly pointer: string
  readonly message: string
}

/** An endpoint together with the values of its path's parameters. */
export interface ContractMatch {
  readonly endpoint: ContractEndpoint
  /** Decoded. */
  readonly parameters: Readonly<Record<string, string>>
}

/** A request as a contract sees it. `path` is still percent-encoded and starts behind the provider's prefix. */
export interface ContractRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The parsed JSON, or the bytes; `undefined` where there is no body. */
  readonly body: unknown
}

/** A reply as a contract sees it. */
export interface ContractReply {
  readonly method: string
  readonly path: string
  readonly status: number
  /** The parsed JSON; `undefined` where there is no body. */
  readonly body: unknown
  /** Those that the endpoint gave it. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Lists, by the endpoint's `id`, of properties that must be there although the published contract does not ask for them. */
export interface Stricter {
  readonly bodies?: Readonly<Record<string, readonly string[]>>
  /** Of a successful reply; where that is a list, of each of its items. */
  readonly replies?: Readonly<Record<string, readonly string[]>>
  /** What every error is held against, at any endpoint and status: contracts tell of few. @default nothing */
  readonly error?: ErrorShape
}

/** The form that a provider's errors have. */
export interface ErrorShape {
  readonly schema: JsonSchema
  /** Where it is told. */
  readonly source: string
}

/** What an emulated provider has beside its published contract. */
export interface Beside {
  /** The contract as it was published. @default the document itself */
  readonly published?: ContractDocument
  /** What of the document is not published, and why. @default nothing */
  readonly waivers?: readonly Waiver[]
}

/** A provider's contract, ready to judge requests and replies. */
export interface Contract {
  readonly document: ContractDocument
  /** The contract as it was published, without what is waived. */
  readonly published: ContractDocument
  readonly stricter: Stricter
  readonly waivers: readonly Waiver[]
  /**
   * Finds the endpoint of a request; `undefined` where the contract has none, which then must not be served.
   *
   * @throws URIError where the path is not valid percent-encoding.
   */
  match(method: string, path: string): ContractMatch | undefined
  /** The same for who needs no word of why: also `undefined` where the path is not valid percent-encoding. Never throws. */
  find(method: string, path: string): ContractMatch | undefined
  /** What is wrong with a request; empty where nothing is. */
  check(request: ContractRequest): Problem[]
  /** What is wrong with a reply; empty where nothing is. Of what the contract does not have, only errors are right. */
  checkReply(reply: ContractReply): Problem[]
}

/** Compiles a contract. Schemas are compiled when they are first used. */
export function createContract(
  document: ContractDocument,
  stricter: Stricter = {},
  { published = document, waivers = [] }: Beside = {},
): Contract {
  const compile = compiler(document.schemas, false)
  // Values in a query are strings; whether they stand for a number is what the contract is asked.
  const compileQuery = compiler(document.schemas, true)
  // Literal segments win over parameters: `/sites/{site_id}` over `/{account_slug}/sites`.
  const routes = document.endpoints
    .map((endpoint) => ({ endpoint, pattern: patternOf(endpoint) }))
    .sort((left, right) => (rank(left.endpoint.path) < rank(right.endpoint.path) ? -1 : 1))

  function match(method: string, path: string): ContractMatch | undefined {
    for (const { endpoint, pattern } of routes) {
      const found = endpoint.method === method ? pattern.exec(path) : null
      if (!found) continue
      const decoded = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
      return { endpoint, parameters: Object.fromEntries(decoded) }
    }
    return undefined
  }

  function find(method: string, path: string): ContractMatch | undefined {
    try {
      return match(method, path)
    } catch (error) {
      if (error instanceof URIError) return undefined
      throw error
    }
  }

  function check({ method, path, query, body }: ContractRequest): Problem[] {
    const endpoint = find(method, path)?.endpoint
    if (!endpoint) return [{ where: 'path', pointer: '', message: `the contract has no ${method} ${path}` }]
    const schema = { type: 'object', properties: endpoint.query, required: endpoint.requiredQuery }
    const problems = judge('query', compileQuery(`query ${endpoint.id}`, schema), queryValues(query, endpoint.query))
    if (!endpoint.body) return problems
    if (body === undefined) {
      if (endpoint.body.required) problems.push({ where: 'body', pointer: '', message: 'must not be missing' })
      return problems
    }
    if (body instanceof Uint8Array) return problems
    problems.push(...judge('body', compile(`body ${endpoint.id}`, endpoint.body.schema), body))
    problems.push(...missing('body', body, stricter.bodies?.[endpoint.id]))
    return problems
  }

  function checkReply({ method, path, status, body, headers }: ContractReply): Problem[] {
    const endpoint = find(method, path)?.endpoint
    const shape = status >= 400 ? judgeError(body) : []
    if (!endpoint) {
      return status >= 400 ? shape : [{ where: 'path', pointer: '', message: `the contract has no ${method} ${path}` }]
    }
    const key = String(status) in endpoint.replies ? String(status) : 'default'
    const schema = endpoint.replies[key]
    const absent = missingHeaders(endpoint.headers?.[key], headers)
    if (schema === undefined) {
      // A contract can't list every error: servers answer 401 or 500 anywhere.
      if (status >= 400) return shape
      return [{ where: 'reply', pointer: '', message: `the contract has no status ${status} for ${endpoint.id}` }]
    }
    if (schema === null || body === undefined) {
      // Errors whose shape is not told come with words all the same.
      if (schema === null && status >= 400) return shape
      if ((schema === null) === (body === undefined)) return absent
      return [{ where: 'reply', pointer: '', message: schema === null ? 'must have no body' : 'must have a body' }]
    }
    const problems = [...absent, ...judge('reply', compile(`${key} ${endpoint.id}`, schema), body)]
    if (status < 300) problems.push(...missing('reply', body, stricter.replies?.[endpoint.id]))
    return [...problems, ...shape]
  }

  function judgeError(body: unknown): Problem[] {
    return stricter.error ? judge('reply', compile('error', stricter.error.schema), body) : []
  }

  return { document, published, stricter, waivers, match, find, check, checkReply }
}

function patternOf({ path, multiSegment }: ContractEndpoint): RegExp {
  const source = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{([^}]+)\}/g, (_, name: string) => {
    return `(?<${name}>${multiSegment.includes(name) ? '.+' : '[^/]+'})`
  })
  return new RegExp(`^${source}$`)
}

// What ends goes after what goes on: a branch's name may hold slashes, and `/branches/{branch}/protection` is not one.
function rank(path: string): string {
  return `${path.replace(/\{[^}]+\}/g, '~')}\uffff`
}

function queryValues(query: URLSearchParams, known: ContractEndpoint['query']): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name)
      return [name, known[name]?.type === 'array' || values.length > 1 ? values : values[0]]
    }),
  )
}
