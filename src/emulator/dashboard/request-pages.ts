import type { LoggedRequest } from '../faults/request-log.js'
import { redacted } from './redact.js'
import type { RequestsView, RequestView } from './state-view.js'

/** Which requests are asked for. */
export interface RequestsWanted {
  /** Those that come after this index; `-1`: all. */
  readonly after: number
  /** How many of them at most. */
  readonly limit: number
  /** Indices of further ones: those that had not ended when they were asked for. */
  readonly again: readonly number[]
}

/** Reads pages of a log, whose list is another one whenever it was cleared. */
export function createRequestReader(source: {
  readonly requests: readonly LoggedRequest[]
}): (wanted: RequestsWanted) => RequestsView {
  let known = source.requests
  let generation = 0
  return (wanted) => {
    const { requests } = source
    if (requests !== known) generation += 1
    known = requests
    return { generation, ...readRequests(requests, wanted) }
  }
}

function readRequests(
  requests: readonly LoggedRequest[],
  { after, limit, again }: RequestsWanted,
): Omit<RequestsView, 'generation'> {
  // The log keeps the last ones only, so that its first index need not be 0.
  const first = requests[0]?.index ?? 0
  const start = Math.max(0, after + 1 - first)
  const page = requests.slice(start, start + limit)
  const known = again.filter((index) => index <= after).map((index) => requests[index - first])
  return redacted({
    requests: [...known.filter((request) => request !== undefined), ...page].map(viewOf),
    next: page.at(-1)?.index ?? Math.min(after, requests.at(-1)?.index ?? -1),
    hasMore: start + page.length < requests.length,
  })
}

function viewOf(request: LoggedRequest): RequestView {
  const { index, at, endedAt, provider, host, method, path, status, fault, carriedOut, bytes } = request
  return { index, at, endedAt, provider, host, method, path, status, fault, carriedOut, bytes }
}
