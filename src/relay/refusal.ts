/** Why a relay did not pass a request on; the value of its header `x-relay-error`. */
export type RelayErrorCode =
  | 'relay-page-refused'
  | 'relay-not-found'
  | 'relay-address-refused'
  | 'relay-host-refused'
  | 'relay-path-refused'
  | 'relay-method-refused'
  | 'relay-body-too-large'
  | 'relay-redirect-refused'
  | 'relay-upstream-unreachable'
  | 'relay-upstream-timeout'

const statuses: Record<RelayErrorCode, number> = {
  'relay-page-refused': 403,
  'relay-not-found': 404,
  'relay-address-refused': 403,
  'relay-host-refused': 403,
  'relay-path-refused': 403,
  'relay-method-refused': 405,
  'relay-body-too-large': 413,
  'relay-redirect-refused': 502,
  'relay-upstream-unreachable': 502,
  'relay-upstream-timeout': 504,
}

/** A refusal of the relay's own, thrown where it is found and answered in one place. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly code: RelayErrorCode
  readonly hint: string
  /** Headers that belong to this refusal alone, such as `allow`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: RelayErrorCode, message: string, hint: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.hint = hint
    this.headers = headers
  }

  /** The answer: JSON `{error: {code, message, hint}}`, with the code in a header as well, for clients that read no body. */
  toResponse(headers: Headers): Response {
    for (const [name, value] of Object.entries(this.headers)) headers.set(name, value)
    headers.set('content-type', 'application/json')
    headers.set('x-relay-error', this.code)
    const error = { code: this.code, message: this.message, hint: this.hint }
    return new Response(JSON.stringify({ error }), { status: statuses[this.code], headers })
  }
}
