import { AuthError } from '../errors/auth-error.js'
import { OptionsError } from '../errors/options-error.js'
import type { TokenSource } from '../spec/context.js'

/** A token that prints, serialises and clones as nothing. Only {@link Secret.reveal} gives its text. */
export class Secret {
  readonly #source: TokenSource
  readonly #option: string
  #known: string | undefined

  /**
   * @param option Name of the option that it came from, for messages: `netlify.auth`.
   * @throws OptionsError `options-invalid` where the source is neither a text nor a function.
   */
  constructor(source: TokenSource, option: string) {
    if (typeof source !== 'function' && !isToken(source)) throw invalid(option)
    if (typeof source === 'string') this.#known = source
    this.#source = source
    this.#option = option
  }

  /** @throws AuthError `token-unavailable` where the function throws or gives no token. */
  async reveal(): Promise<string> {
    if (typeof this.#source !== 'function') return this.#source
    const token: unknown = await callSource(this.#source, this.#option)
    if (!isToken(token))
      throw unavailable(this.#option, 'did not give a text of visible ASCII characters without spaces')
    this.#known = token
    return token
  }

  /** The token as far as it is known without asking: a text that was given, or what the function gave last. */
  known(): string | undefined {
    return this.#known
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }
}

async function callSource(source: () => string | Promise<string>, option: string): Promise<unknown> {
  try {
    return await source()
  } catch (cause) {
    throw unavailable(option, 'failed', cause)
  }
}

// A header can't carry anything else, and a browser's own message about it would quote the token.
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

/** Without the words of the function's own error, which may quote a token. The next call may well succeed. */
function unavailable(option: string, what: string, cause?: unknown): AuthError {
  return new AuthError({
    code: 'token-unavailable',
    message: `There is no token: the function given as ${option} ${what}`,
    hint: `Sign the user in again, and see that ${option} gives the token of the signed-in user.`,
    retryable: true,
    details: { option },
    cause,
  })
}

function invalid(option: string): OptionsError {
  return new OptionsError({
    code: 'options-invalid',
    message: `${option} must be a token: a text of visible ASCII characters without spaces, or a function that gives one.`,
    hint: `Pass the token of the signed-in user as ${option}.`,
    details: { option },
  })
}
