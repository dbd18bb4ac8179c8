import type { Arrival, FaultKind } from './rules.js'

/** A request that reached the emulator. What is not known before the answer changes until then. */
export interface LoggedRequest extends Arrival {
  /** Its place in order of arrival, from 0; the requests that a relay passes on arrive at their provider too. */
  readonly index: number
  /** When it arrived: milliseconds since the epoch by the emulator's clock. */
  readonly at: number
  /** When it was answered, or its connection cut; `null` while neither has happened. */
  readonly endedAt: number | null
  /** The host that was asked, without a port; it tells sites apart. */
  readonly host: string
  /** The status that was answered; `null` where the connection was cut before that, and while there is no answer yet. */
  readonly status: number | null
  /** The fault that hit it. */
  readonly fault: FaultKind | null
  /** Whether the provider dealt with it; it may have refused it in doing so. */
  readonly carriedOut: boolean
  /** Bytes of its body that were read. */
  readonly bytes: number
}

/** What the emulator itself may write of a request. */
export type OpenRequest = { -readonly [Name in keyof LoggedRequest]: LoggedRequest[Name] }

/** The requests in order of arrival. */
export interface RequestLog {
  /** The last ones; what is cleared stays in a list that was taken before. */
  readonly requests: readonly LoggedRequest[]
  /** Writes down that a request arrived. */
  add(arrival: Arrival & { readonly host: string; readonly fault: FaultKind | null }): OpenRequest
  /** Writes down that a request has ended. */
  end(request: OpenRequest): void
  /** Calls the listener whenever a request has arrived or ended, and when the log is cleared. @returns a function that ends that */
  onChange(listener: () => void): () => void
  /** Forgets all of them; the next one has index 0 again. */
  clear(): void
}

/**
 * Makes an empty log that keeps the last requests, `most` of them.
 *
 * @param now milliseconds since the epoch
 */
export function createRequestLog(most = 10_000, now: () => number = Date.now): RequestLog {
  let requests: OpenRequest[] = []
  let next = 0
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    get requests() {
      return requests
    },
    add: (arrival) => {
      const added: OpenRequest = {
        ...{ index: next, ...arrival, at: now(), endedAt: null },
        ...{ status: null, carriedOut: false, bytes: 0 },
      }
      next += 1
      requests.push(added)
      if (requests.length > most) requests.shift()
      tell()
      return added
    },
    end: (request) => {
      request.endedAt = now()
      tell()
    },
    onChange: (listener) => {
      const own = (): void => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    clear: () => {
      requests = []
      next = 0
      tell()
    },
  }
}
