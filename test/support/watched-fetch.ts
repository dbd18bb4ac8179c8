/** A request as it was sent. */
export interface SeenRequest {
  readonly method: string
  readonly url: URL
  readonly body: unknown
}

/** Stands in the way of requests: answers itself, or sends them on and does something before or after. */
export type Interceptor = (request: SeenRequest, send: () => Promise<Response>) => Promise<Response>

/** A `fetch` that can be looked at. */
export interface WatchedFetch {
  readonly fetch: typeof fetch
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[]
}

/** Puts an eye, and by choice a hand, on a `fetch`. */
export function watchFetch(original: typeof fetch, intercept: Interceptor = (_, send) => send()): WatchedFetch {
  const requests: SeenRequest[] = []
  return {
    requests,
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const request = { method: init?.method ?? 'GET', url, body: init?.body }
      requests.push(request)
      return intercept(request, () => original(input, init))
    },
  }
}
