import type { ErrorInfo } from '../spec/error.js'

const marker = Symbol.for('tabship.error')

/** What an error is made from. */
export interface ErrorOptions {
  /** Stable machine-readable code, for example `token-rejected`. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Whether the same call, unchanged, may succeed later. @default false */
  readonly retryable?: boolean
  /** JSON-safe facts for the page to show. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The error behind it; kept for debuggers, left out of events. */
  readonly cause?: unknown
}

/**
 * Base of every error that Tabship throws. Told apart by {@link TabshipError.isInstance}, which also holds for errors of
 * another copy of the package and of another realm, where `instanceof` fails.
 */
export class TabshipError extends Error {
  override readonly name: string = 'TabshipError'
  readonly code: string
  readonly hint: string
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>>
  /** Id of the step in which it happened; set by the engine. */
  step: string | null = null

  constructor(options: ErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    Object.defineProperty(this, marker, { value: true })
    this.code = options.code
    this.hint = options.hint
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }

  /** Whether the value is an error of Tabship, of whichever copy of the package. */
  static isInstance(value: unknown): value is TabshipError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true
  }

  /** The error as it travels in events; the cause stays behind. */
  toJSON(): ErrorInfo {
    const { name, code, message, hint, step, retryable, details } = this
    return { name, code, message, hint, step, retryable, details }
  }
}
