import { channel } from 'node:diagnostics_channel'
import type { Contract, ContractEndpoint, ContractReply, ContractRequest, Problem } from './contract.js'

/** Name of the channel of `node:diagnostics_channel` on which each {@link Exchange} is published. */
export const exchangeChannel = 'tabship:emulator:exchange'

/** One request that an emulated provider judged by its contract, and what it answered. */
export interface Exchange {
  /** For example `netlify`. */
  readonly provider: string
  readonly contract: Contract
  /** The contract's own words for what was asked: its id, its method, the template of its path, its schemas. */
  readonly endpoint: ContractEndpoint
  /** The request as it was judged; `undefined` where it was refused before that, for example without a token. */
  readonly request: (ContractRequest & { readonly problems: readonly Problem[] }) | undefined
  /** The reply as it was judged; `undefined` where there was nothing to judge, as with a stream or an archive. */
  readonly reply: (ContractReply & { readonly problems: readonly Problem[] }) | undefined
  readonly status: number
  /** Of the reply. */
  readonly headers: Headers
  /** What of the provider's waivers the handler itself made use of, by their `what`. */
  readonly waived: readonly string[]
}

/** An exchange that is under way. */
export interface OpenExchange {
  /** Judges the request as {@link Contract.check} does. */
  check(request: ContractRequest): Problem[]
  /** Judges the reply as {@link Contract.checkReply} does. */
  checkReply(reply: ContractReply): Problem[]
  /**
   * Judges the reply; beside the contract's paths only errors are judged.
   *
   * @throws Error where the emulator's own reply breaks the contract
   */
  hold(reply: ContractReply): void
  /** Notes that a waiver was made use of. */
  waive(what: string): void
  /** Publishes the exchange if an endpoint of the contract was asked, and somebody listens. @returns the response as it is */
  close(response: Response): Response
}

const observers = channel(exchangeChannel)

/**
 * Watches one request of a provider. Its handler judges by what this returns in place of the contract, and ends with `close`.
 *
 * @example
 * const exchange = openExchange('neon', contract)
 * const [problem] = exchange.check({ method, path, query, body })
 * exchange.hold({ method, path, status, body })
 * return exchange.close(response)
 */
export function openExchange(provider: string, contract: Contract): OpenExchange {
  let request: Exchange['request']
  let reply: Exchange['reply']
  const waived: string[] = []
  const publish = (status: number, headers: Headers): void => {
    const judged = reply ?? request
    if (!observers.hasSubscribers || !judged) return
    const endpoint = contract.find(judged.method, judged.path)?.endpoint
    if (!endpoint) return
    const exchange: Exchange = { provider, contract, endpoint, request, reply, status, headers, waived }
    observers.publish(exchange)
  }
  const checkReply = (answered: ContractReply): Problem[] => {
    const problems = contract.checkReply(answered)
    reply = { ...answered, problems }
    // A handler answers 500 in its place, and never comes to the end.
    if (problems.length > 0) publish(answered.status, new Headers(answered.headers))
    return problems
  }
  return {
    check: (asked) => {
      const problems = contract.check(asked)
      request = { ...asked, problems }
      return problems
    },
    checkReply,
    hold: (answered) => {
      const { method, path, status } = answered
      const isJudged = status >= 400 || contract.find(method, path) !== undefined
      const problems = isJudged ? checkReply(answered) : []
      if (problems.length === 0) return
      throw new Error(
        `The emulator broke the contract of ${provider} in ${method} ${path}: ${JSON.stringify(problems)}`,
      )
    },
    waive: (what) => {
      waived.push(what)
    },
    close: (response) => {
      publish(response.status, response.headers)
      return response
    },
  }
}
