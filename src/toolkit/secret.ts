import { OptionsError } from '../errors/options-error.js'
import type { TokenSource } from '../spec/context.js'

/** A token that prints, serialises and clones as nothing. Only {@link Secret.reveal} gives its text. */
export class Secret {
  readonly #source: TokenSource
  readonly #option: string

  /**
   * @param option Name of the option that it came from, for messages: `netlify.auth`.
   * @throws OptionsError `options-invalid` where the source is neither a text nor a function.
   */
  constructor(source: TokenSource, option: string) {
    if (typeof source !== 'function' && !isToken(source)) throw invalid(option)
    this.#source = source
    this.#option = option
  }

  /** @throws OptionsError `options-invalid` where the function gives no token. */
  async reveal(): Promise<string> {
    const token = typeof this.#source === 'function' ? await this.#source() : this.#source
    if (!isToken(token)) throw invalid(this.#option)
    return token
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }
}

// A header can't carry anything else, and a browser's own message about it would quote the token.
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

function invalid(option: string): OptionsError {
  return new OptionsError({
    code: 'options-invalid',
    message: `${option} must be a token: a text of visible ASCII characters without spaces, or a function that gives one`,
    hint: `Pass the token of the signed-in user as ${option}.`,
    details: { option },
  })
}
