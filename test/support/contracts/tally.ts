import type { Exchange } from '../../../src/emulator/exchanges.js'
import { deviationsOf } from './deviations.js'

/** What became of the requests to one endpoint. */
export interface EndpointTally {
  readonly provider: string
  readonly id: string
  /** How many replies had a status, by status, where a schema judged them, or the promise that there is no body. */
  readonly judged: Record<string, number>
  /** The same for those that nothing could judge: streams and archives. */
  readonly others: Record<string, number>
  /** How many requests a schema refused. */
  refused: number
  /** What was there beside the contract, and how often. */
  readonly deviations: Record<string, number>
  /** The same of what a client or Tabship sent: not of what a test of the emulator sent by hand. */
  readonly sent: Record<string, number>
}

/** Counts exchanges by endpoint. */
export class Tally {
  readonly #endpoints = new Map<string, EndpointTally>()
  readonly #isByHand: () => boolean

  /** @param isByHand whether what is added now was sent by a test itself */
  constructor(isByHand: () => boolean = () => false) {
    this.#isByHand = isByHand
  }

  add(exchange: Exchange): void {
    const { provider, contract, endpoint, request, reply, status } = exchange
    const one = this.#at(provider, endpoint.id)
    const { replies } = endpoint
    const schema = String(status) in replies ? replies[String(status)] : replies.default
    const isError = status >= 400
    // Where no body is promised an error has one all the same: then the form of all errors judges it, if one is told.
    const isTold = isError ? Boolean(schema || contract.stricter.error) : schema !== undefined
    const isJudged = reply !== undefined && isTold
    count(isJudged ? one.judged : one.others, String(status), 1)
    if (request && request.problems.length > 0) one.refused += 1
    const counts = this.#isByHand() ? [one.deviations] : [one.deviations, one.sent]
    for (const deviation of deviationsOf(exchange)) for (const each of counts) count(each, deviation, 1)
  }

  /** Adds what another process has counted. */
  merge(others: readonly EndpointTally[]): void {
    for (const other of others) {
      const one = this.#at(other.provider, other.id)
      one.refused += other.refused
      for (const name of ['judged', 'others', 'deviations', 'sent'] as const) {
        for (const [key, number] of Object.entries(other[name])) count(one[name], key, number)
      }
    }
  }

  get endpoints(): readonly EndpointTally[] {
    return [...this.#endpoints.values()]
  }

  #at(provider: string, id: string): EndpointTally {
    const key = `${provider} ${id}`
    const known = this.#endpoints.get(key) ?? {
      provider,
      id,
      judged: {},
      others: {},
      refused: 0,
      deviations: {},
      sent: {},
    }
    this.#endpoints.set(key, known)
    return known
  }
}

function count(counts: Record<string, number>, key: string, number: number): void {
  counts[key] = (counts[key] ?? 0) + number
}
