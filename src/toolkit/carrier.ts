import { RequestError } from '../errors/request-error.js'
import type { Reply, RequestOptions } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import { isIdempotent } from './retry.js'
import type { sendWithProgress } from './send-with-progress.js'

/** What is added to the options of a request for one try. */
export interface Cargo {
  readonly headers: Record<string, string>
  readonly body: RequestOptions['body']
  readonly signal: AbortSignal
  /** Whether the device had no network at some time since the try began: its failure then says nothing of the host. */
  offline(): boolean
  report(event: EventBody): void
}

/** Carries one try of a request, straight or through the relay, and remembers which way each method at an origin needs. */
export interface Carrier {
  /** @throws RequestError `network-unreachable`, `reply-incomplete`, `relay-unreachable` or `relay-refused` */
  send(options: RequestOptions, cargo: Cargo): Promise<Reply>
}

type Way = 'direct' | 'relay'

/**
 * @param upload Sends what is to be watched while it leaves. @default fetch, which tells nothing before the end
 * @param relay Base address; the relay is asked for `<relay>/<host>/<path>`. Without one, everything goes straight.
 *
 * A browser hides whether a host refused the page's origin (CORS) or could not be reached: both are a `TypeError`. So `auto`
 * goes straight first, and the first time that an origin fails so, asks once through the relay; if that brings an answer, the
 * origin is asked through the relay from then on. Hosts that let pages read may refuse them single methods, so each writing
 * method learns its own way; until it has, it takes the relay where another one needs it. A request that must not be repeated
 * is never tried both ways.
 */
export function createCarrier(
  fetch: typeof globalThis.fetch,
  relay: string | undefined,
  upload?: typeof sendWithProgress,
): Carrier {
  const base = relay?.replace(/\/+$/, '')
  const origins = new Map<string, Map<string, Way>>()

  /** What is known of the origin: for its reads together, and for each method that writes. */
  function waysOf({ url }: RequestOptions): Map<string, Way> {
    const { origin } = new URL(url)
    const ways = origins.get(origin) ?? new Map<string, Way>()
    origins.set(origin, ways)
    return ways
  }

  async function transmit(url: string, options: RequestOptions, cargo: Cargo): Promise<Response> {
    const { onSent } = options
    const { body, headers, signal } = cargo
    const watched = onSent !== undefined && body !== undefined
    if (watched && upload) return upload(url, { method: options.method, headers, body, signal }, onSent)
    const response = await fetch(url, initOf(options, cargo))
    if (watched) onSent(sizeOf(body))
    return response
  }

  async function direct(options: RequestOptions, cargo: Cargo): Promise<Reply> {
    const response = await attempt(
      () => transmit(options.url, options, cargo),
      cargo.signal,
      (cause) => unreachable(options, base, cause),
    )
    // Whatever becomes of the answer: the host is reached, and it lets this page ask so.
    waysOf(options).set(kindOf(options), 'direct')
    return read(response, options, cargo.signal)
  }

  async function relayed(options: RequestOptions, cargo: Cargo, base: string): Promise<Reply> {
    const { host, pathname, search } = new URL(options.url)
    const response = await attempt(
      () => transmit(`${base}/${host}${pathname}${search}`, options, cargo),
      cargo.signal,
      (cause) => relayUnreachable(options, base, cause),
    )
    const reply = await read(response, options, cargo.signal)
    const refusal = reply.headers.get('x-relay-error')
    if (refusal !== null) throw refusedBy(options, base, refusal, reply)
    return reply
  }

  /** Tries the other way after the host could not be reached straight, and learns from it. */
  async function fallBack(options: RequestOptions, cargo: Cargo, base: string, failure: RequestError): Promise<Reply> {
    const ways = waysOf(options)
    const kind = kindOf(options)
    const reply = await relayed(options, cargo, base).catch((error: unknown) => {
      // A host that is known to answer pages may need no relay, which then has no rule for it: this was a mere failure.
      const isRefusal = error instanceof RequestError && error.code === 'relay-refused'
      throw isRefusal && [...ways.values()].includes('direct') ? failure : error
    })
    if (ways.has(kind)) return reply
    ways.set(kind, 'relay')
    const method = kind === 'read' ? '' : ` with ${kind}`
    const reason = `${new URL(options.url).host} could not be reached straight from this page${method}`
    cargo.report({ type: 'transport-change', provider: options.provider, transport: 'relay', reason })
    return reply
  }

  return {
    async send(options, cargo) {
      const { transport } = options
      const ways = waysOf(options)
      const kind = kindOf(options)
      const learnt = ways.get(kind) ?? ([...ways.values()].includes('relay') ? 'relay' : undefined)
      const way = transport === 'relay' || transport === 'direct' ? transport : learnt
      if (base === undefined || way === 'direct') return direct(options, cargo)
      if (way === 'relay') return relayed(options, cargo, base)
      try {
        return await direct(options, cargo)
      } catch (error) {
        const unreached = error instanceof RequestError && error.code === 'network-unreachable'
        // Requests side by side learn from each other: one that got through straight shows that this was a mere failure.
        if (!unreached || cargo.offline() || !isIdempotent(options) || ways.get(kind) === 'direct') throw error
        return fallBack(options, cargo, base, error)
      }
    },
  }
}

function kindOf({ method }: RequestOptions): string {
  return method === 'GET' || method === 'HEAD' ? 'read' : method
}

function sizeOf(body: NonNullable<Cargo['body']>): number {
  return body instanceof Blob ? body.size : body.length
}

function initOf(options: RequestOptions, cargo: Cargo): RequestInit {
  return {
    method: options.method,
    headers: cargo.headers,
    ...(cargo.body === undefined ? {} : { body: cargo.body }),
    signal: cargo.signal,
    // What a page was given minutes ago must not pass for what is there now; cookies are none of Tabship's business.
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  }
}

async function attempt<Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
  failed: (cause: unknown) => RequestError,
): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    signal.throwIfAborted()
    throw failed(cause)
  }
}

async function read(response: Response, options: RequestOptions, signal: AbortSignal): Promise<Reply> {
  const body = await attempt(
    () => response.arrayBuffer(),
    signal,
    (cause) => incomplete(options, cause),
  )
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(body), url: options.url }
}

function unreachable(options: RequestOptions, relay: string | undefined, cause: unknown): RequestError {
  const { host } = new URL(options.url)
  const advice =
    relay === undefined
      ? ' If the host sends no CORS headers to pages, set the option relay.'
      : ` If the host refuses pages this request, set transport: 'relay' for ${options.provider}, and let the relay allow it.`
  return new RequestError({
    code: 'network-unreachable',
    message: `${host} could not be reached to ${options.purpose}.`,
    hint: `Check the network connection and the address.${advice}`,
    retryable: true,
    details: { provider: options.provider, host },
    cause,
  })
}

function incomplete(options: RequestOptions, cause: unknown): RequestError {
  const { host } = new URL(options.url)
  return new RequestError({
    code: 'reply-incomplete',
    message: `The answer of ${host} to the request to ${options.purpose} broke off.`,
    hint: 'Check the network connection and try again.',
    retryable: true,
    details: { provider: options.provider, host },
    cause,
  })
}

function relayUnreachable(options: RequestOptions, relay: string, cause: unknown): RequestError {
  return new RequestError({
    code: 'relay-unreachable',
    message: `The relay ${relay} could not be reached to ${options.purpose}.`,
    hint: 'Check the network connection, the option relay, that the relay runs, and that it allows the origin of this page.',
    retryable: true,
    details: { provider: options.provider, relay },
    cause,
  })
}

function refusedBy(options: RequestOptions, relay: string, refusal: string, reply: Reply): RequestError {
  const details = { provider: options.provider, relay, refusal, status: reply.status }
  if (refusal.startsWith('relay-upstream-')) {
    const { host } = new URL(options.url)
    return new RequestError({
      code: 'network-unreachable',
      message: `${host} could not be reached through the relay ${relay} to ${options.purpose}.`,
      hint: 'Check the address, and look at the status page of the provider.',
      retryable: true,
      details: { ...details, host },
    })
  }
  return new RequestError({
    code: 'relay-refused',
    message: `The relay ${relay} refused the request to ${options.purpose}: ${refusal}`,
    hint: "Add the host, path and method to the relay's allow-list, and this page's origin to its page origins.",
    details,
  })
}
