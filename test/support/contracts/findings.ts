import type { Waiver } from '../../../src/emulator/waiver.js'
import type { ReportedProvider } from './providers.js'
import type { EndpointTally } from './tally.js'

/** What the exchanges of a run tell of one provider. */
export interface Findings {
  readonly provider: ReportedProvider
  readonly tallies: readonly EndpointTally[]
  /** What is there beside the contract without a waiver. */
  readonly unexplained: readonly string[]
  /** Endpoints of which no successful exchange was judged, on both sides. */
  readonly unreached: readonly string[]
  /** Waivers, or endpoints of them, that nothing made use of. */
  readonly stale: readonly string[]
}

/** Compares what was seen of a provider with its contract and its waivers. */
export function findingsOf(provider: ReportedProvider, all: readonly EndpointTally[]): Findings {
  const { contract } = provider
  const tallies = all.filter((one) => one.provider === provider.id)
  const seen = new Set(tallies.flatMap(({ deviations }) => Object.keys(deviations)))
  const waived = new Set(contract.waivers.flatMap(singleWaivers))
  const anywhere = (one: string): string => one.replace(/^[\w/-]+:/, '*:')
  const used = new Set([...seen].flatMap((one) => [one, anywhere(one)]))
  const reached = new Set(tallies.filter(isReached).map(({ id }) => id))
  return {
    provider,
    tallies,
    unexplained: [...seen].filter((one) => !waived.has(one) && !waived.has(anywhere(one))).sort(),
    unreached: contract.document.endpoints.map(({ id }) => id).filter((id) => !reached.has(id)),
    stale: [...waived].filter((one) => !used.has(one)),
  }
}

/** `a, b: body.x` waives `a: body.x` and `b: body.x`; `*: body.x` waives it at every endpoint. */
export function singleWaivers({ what }: Waiver): string[] {
  const [, ids, place] = /^([\w/-]+(?:, [\w/-]+)+): (.+)$/.exec(what) ?? []
  return ids === undefined ? [what] : ids.split(', ').map((id) => `${id}: ${place}`)
}

// Logs and archives have nothing to judge but their status.
function isReached({ judged, others }: EndpointTally): boolean {
  return [...Object.keys(judged), ...Object.keys(others)].some((status) => Number(status) < 400)
}
