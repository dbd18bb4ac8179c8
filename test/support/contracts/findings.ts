import type { ContractEndpoint } from '../../../src/emulator/contract.js'
import type { Waiver } from '../../../src/emulator/waiver.js'
import type { ReportedProvider } from './providers.js'
import type { EndpointTally } from './tally.js'

/** What the exchanges of a run tell of one provider. */
export interface Findings {
  readonly provider: ReportedProvider
  readonly tallies: readonly EndpointTally[]
  /** What is there beside the contract without a waiver. */
  readonly unexplained: readonly string[]
  /** Endpoints of which no success was judged by what {@link validationOf} names. */
  readonly unreached: readonly string[]
  /** Waivers, or endpoints of them, that nothing made use of; of what is sent, neither a client nor Tabship. */
  readonly stale: readonly string[]
}

/** Compares what was seen of a provider with its contract and its waivers. */
export function findingsOf(provider: ReportedProvider, all: readonly EndpointTally[]): Findings {
  const { contract } = provider
  const tallies = all.filter((one) => one.provider === provider.id)
  const seen = new Set(tallies.flatMap(({ deviations }) => Object.keys(deviations)))
  const waived = new Set(contract.waivers.flatMap(singleWaivers))
  const sent = new Set(tallies.flatMap((one) => Object.keys(one.sent)))
  const anywhere = (one: string): string => one.replace(/^[\w/-]+:/, '*:')
  const isIn = (some: ReadonlySet<string>, what: string): boolean => {
    return some.has(what) || (what.startsWith('*:') && [...some].some((one) => anywhere(one) === what))
  }
  const byId = new Map(tallies.map((one) => [one.id, one]))
  // What is sent must come from who is said to send it, or be read in its code, which has a test of its own.
  const unused = (waiver: Waiver): string[] => {
    return singleWaivers(waiver).filter((what) => !isIn(isOfReply(what) || waiver.written ? seen : sent, what))
  }
  return {
    provider,
    tallies,
    unexplained: [...seen].filter((one) => !waived.has(one) && !waived.has(anywhere(one))).sort(),
    unreached: contract.document.endpoints.filter((one) => !isReached(one, byId.get(one.id))).map(({ id }) => id),
    stale: contract.waivers.flatMap(unused),
  }
}

/** `a, b: body.x` waives `a: body.x` and `b: body.x`; `*: body.x` waives it at every endpoint. */
export function singleWaivers({ what }: Waiver): string[] {
  const [, ids, place] = /^([\w/-]+(?:, [\w/-]+)+): (.+)$/.exec(what) ?? []
  return ids === undefined ? [what] : ids.split(', ').map((id) => `${id}: ${place}`)
}

/**
 * By what successes of an endpoint are judged: a schema of their bodies, or their status alone, where no body is promised. Streams and
 * archives beside them, which another `format` or type asks for, are not.
 */
export function validationOf({ replies }: ContractEndpoint): 'schema' | 'status only' {
  return Object.entries(replies).some(([status, schema]) => Number(status) < 400 && schema) ? 'schema' : 'status only'
}

function isReached(endpoint: ContractEndpoint, tally: EndpointTally | undefined): boolean {
  const { judged = {}, others = {} } = tally ?? {}
  const isSuccess = (status: string): boolean => Number(status) < 400
  if (validationOf(endpoint) === 'schema')
    return Object.keys(judged).some((one) => isSuccess(one) && endpoint.replies[one])
  return [...Object.keys(judged), ...Object.keys(others)].some(isSuccess)
}

function isOfReply(what: string): boolean {
  return /: (?:reply|must have|\S+ for JSON)/.test(what)
}
