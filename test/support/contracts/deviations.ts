import type { ContractEndpoint, JsonSchema } from '../../../src/emulator/contract.js'
import type { Exchange } from '../../../src/emulator/exchanges.js'
import { undeclaredIn } from './undeclared.js'

/**
 * What an exchange has beside the provider's published contract, as `what` of a waiver spells it: properties of bodies, queries and
 * replies that it does not declare, endpoints and versions that it does not have, and replies that break it.
 */
export function deviationsOf(exchange: Exchange): string[] {
  const { contract, endpoint, waived } = exchange
  const published = contract.published.endpoints.find(({ id }) => id === endpoint.id)
  const own = published ? [] : [`${endpoint.method} ${endpoint.path}`]
  const inEndpoint = [...inRequest(exchange, published ?? endpoint), ...inReply(exchange, published ?? endpoint)]
  return [...own, ...waived, ...inEndpoint.map((place) => `${endpoint.id}: ${place}`)]
}

// What was refused deviates as it likes.
function inRequest({ request, status, contract }: Exchange, endpoint: ContractEndpoint): string[] {
  if (!request || request.problems.length > 0 || status >= 400) return []
  const names = [...new Set(request.query.keys())]
  const unknown = names.filter((name) => !(name in endpoint.query)).map((name) => `query.${name}`)
  const absent = endpoint.requiredQuery.filter((name) => !names.includes(name)).map((name) => `no query.${name}`)
  return [...unknown, ...absent, ...inBody(request.body, endpoint, contract.published.schemas)]
}

function inBody(body: unknown, endpoint: ContractEndpoint, schemas: Readonly<Record<string, JsonSchema>>): string[] {
  if (body === undefined || body instanceof Uint8Array) return []
  if (!endpoint.body) return ['body']
  return undeclaredIn(schemas, endpoint.body.schema, body).map((place) => `body${place}`)
}

function inReply({ reply, headers, contract, status: answered }: Exchange, endpoint: ContractEndpoint): string[] {
  if (!reply) return []
  const { status, body, problems } = reply
  const broken = problems.map(({ where, pointer, message }) => {
    return where === 'header' ? message : `reply ${status}${plain(pointer)} ${message.replaceAll("'", '')}`
  })
  const schema = String(status) in endpoint.replies ? endpoint.replies[String(status)] : endpoint.replies.default
  if (!schema || body === undefined || problems.length > 0) return broken
  const type = headers.get('Content-Type') ?? 'nothing'
  const wrongType = answered !== 304 && !/^application\/json\b/.test(type) ? [`${type} for JSON`] : []
  const undeclared = undeclaredIn(contract.published.schemas, schema, body).map((place) => `reply${place}`)
  return [...broken, ...wrongType, ...undeclared]
}

// A place in one list is as good as another.
function plain(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '[]').replaceAll('/', '.')
}
