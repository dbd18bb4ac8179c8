import { AuthError } from '../../../errors/auth-error.js'
import type { TokenSource } from '../../../spec/context.js'

/** A secret of any characters, which prints and serialises as nothing: a key of many lines is one, too. */
export class SecretText {
  readonly #source: TokenSource
  readonly #option: string
  #known: string | undefined

  /** @param option Name of the option that it came from, for messages: `github.setup.secrets.API_KEY`. */
  constructor(source: TokenSource, option: string) {
    this.#source = source
    this.#option = option
    if (typeof source === 'string') this.#known = source
  }

  /** @throws AuthError `secret-unavailable` where the function throws or gives no text. */
  async reveal(): Promise<string> {
    if (typeof this.#source === 'string') return this.#source
    const value: unknown = await this.#call(this.#source)
    if (typeof value !== 'string' || value === '') throw unavailable(this.#option, 'gave no text')
    this.#known = value
    return value
  }

  /** The text as far as it is known without asking. */
  known(): string | undefined {
    return this.#known
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  async #call(source: Exclude<TokenSource, string>): Promise<unknown> {
    try {
      return await source()
    } catch (cause) {
      throw unavailable(this.#option, 'failed', cause)
    }
  }
}

/** Without the words of the function's own error, which may quote a secret. */
function unavailable(option: string, what: string, cause?: unknown): AuthError {
  return new AuthError({
    code: 'secret-unavailable',
    message: `There is no secret: the function given as ${option} ${what}.`,
    hint: `See that ${option} gives a text, and resume the deployment.`,
    retryable: true,
    details: { option },
    cause,
  })
}
