import type { DnsSource } from './dns.js'
import type { EventBody } from './event.js'

/** Time, so that tests can run it. */
export interface Clock {
  /** Milliseconds since the epoch. A deployment's clock stands still while the device has no network. */
  now(): number
  /** The time of day, in milliseconds since the epoch, where that is another than `now()`. */
  time?(): number
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** How requests to a provider travel: straight, through the relay, or straight first and through the relay if that fails. */
export type Transport = 'auto' | 'direct' | 'relay'

/** A function that returns a token, for IDEs that refresh them; or the token itself. */
export type TokenSource = string | (() => string | Promise<string>)

/** One request to a provider. */
export interface RequestOptions {
  /** Whom it is sent to, for messages and budgets: `github`, `netlify`. */
  readonly provider: string
  /** What is being asked, as it reads after "could not": `create the site`. */
  readonly purpose: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** A value to send as JSON. */
  readonly json?: unknown
  readonly body?: Uint8Array<ArrayBuffer> | Blob | string
  /** Told how many bytes of the body have left, where the browser tells; it is then at least told once, when all have. */
  readonly onSent?: (bytes: number) => void
  /** The header `Authorization`; kept out of every message. */
  readonly authorization?: () => Promise<string>
  /** @default 'auto' */
  readonly transport?: Transport
  /** Statuses besides 2xx that are an answer and not an error. */
  readonly accept?: readonly number[]
  /** Whether the request may be repeated after a lost answer. @default true for all methods but POST and PATCH */
  readonly idempotent?: boolean
  /** Milliseconds that one try may take. @default 30_000 */
  readonly timeLimit?: number
  /**
   * Milliseconds that the provider may ask to wait before it is asked again: for work of which it is known, and told, that limits
   * stretch it. Beyond that its quota counts as used up.
   * @default a minute
   */
  readonly patience?: number
  /**
   * Throws a retryable error where an answer is not what the host's API gives, such as an outage page with status 200: it counts
   * as a lost answer then.
   */
  readonly check?: (reply: Reply) => void
  /** Called before each repetition, for callers that pace many requests. */
  readonly onRetry?: () => void
}

/** An answer whose body has been read to its end within the time limit. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The address that answered, without the relay. */
  readonly url: string
}

/** Sends a request, repeats it where that is safe, and throws a typed error for every answer that is none. */
export type SendRequest = (options: RequestOptions) => Promise<Reply>

/** Facts that spare work the next time, under names of the adapter's own. Any of them may be gone at any time. */
export interface Cache {
  /** Resolves with `undefined` where it is not there. What comes is to be parsed: an older version may have written it. */
  read(key: string): Promise<unknown>
  /** @param value What structured clone copies, without functions. */
  write(key: string, value: unknown): Promise<void>
}

/** A WebSocket, as far as one is needed. */
export interface Socket {
  send(text: string): void
  close(): void
}

/** What a {@link Socket} tells. */
export interface SocketEvents {
  opened(): void
  message(text: string): void
  /** Told once, also of one that could not be opened, and of one that was closed from here. */
  closed(): void
}

/** Opens a WebSocket; throws where the address is none. */
export type OpenSocket = (url: string, events: SocketEvents) => Socket

/** Everything that an adapter may touch. It reaches for no global but what is in here. */
export interface Context<Checkpoint = unknown> {
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly request: SendRequest
  /** Whether there is a relay, for hosts that send no CORS headers. */
  readonly relay: boolean
  readonly cache: Cache
  /** Absent where there are no WebSockets. */
  readonly openSocket?: OpenSocket | undefined
  /** How the DNS is asked. @default a public resolver over HTTPS */
  readonly dns?: DnsSource | undefined
  /** Keeps a text out of everything that is shown from now on: for secrets that a function gave late. */
  conceal?(text: string): void
  /**
   * Whether an earlier run of the same deployment began this step and its end is not known: what it was about to make may be
   * there, even where nothing was saved.
   */
  readonly again: boolean
  /** What an earlier run of the same step saved last, already parsed; `undefined` where it saved nothing. */
  readonly saved: Checkpoint | undefined
  /** Saves a checkpoint in place of the last one; await it before the next byte leaves. */
  save(checkpoint: Checkpoint): Promise<void>
  report(event: EventBody): void
  /** Reports how far the step is. */
  progress(done: number, total: number, unit: 'files' | 'bytes' | 'requests' | 'steps'): void
}
