/** An error as it travels in events: JSON-safe, without a request, a header, an option or a token. */
export interface ErrorInfo {
  /** Class of the error by what remedies it, for example `AuthError`. */
  readonly name: string
  /** Stable machine-readable code, for example `token-rejected`. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Id of the step in which it happened; `null` before the first step. */
  readonly step: string | null
  /** Whether the same deployment, unchanged, may succeed later. */
  readonly retryable: boolean
  /** Facts for the page to show: the relevant lines of a log, what was expected and what came. JSON-safe. */
  readonly details: Readonly<Record<string, unknown>>
}
