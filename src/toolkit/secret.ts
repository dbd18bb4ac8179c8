import { AuthError } from '../errors/auth-error.js'
import { OptionsError } from '../errors/options-error.js'
import type { TokenSource } from '../spec/context.js'

/** What a secret is for, which says what it may be made of. */
interface SecretKind {
  readonly accepts: (value: unknown) => value is string
  readonly code: 'token-unavailable' | 'secret-unavailable'
  readonly noun: string
  readonly form: string
  /** What to do, where there is none. */
  readonly remedy: (option: string) => string
  /** What to pass for the option. */
  readonly wanted: string
}

// A header can't carry anything else, and a browser's own message about it would quote the token.
const token: SecretKind = {
  accepts: (value): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value),
  code: 'token-unavailable',
  noun: 'token',
  form: 'a text of visible ASCII characters without spaces',
  remedy: (option) => `Sign the user in again, and see that ${option} gives the token of the signed-in user.`,
  wanted: 'the token of the signed-in user',
}

/** Of any characters: a key of many lines is one, too. */
const text: SecretKind = {
  accepts: (value): value is string => typeof value === 'string' && value !== '',
  code: 'secret-unavailable',
  noun: 'secret',
  form: 'a text that is not empty',
  remedy: (option) => `See that ${option} gives a text, and resume the deployment.`,
  wanted: 'the secret',
}

const kinds: Readonly<Record<'token' | 'text', SecretKind>> = { token, text }

/** A token, or another secret, that prints, serialises and clones as nothing. Only {@link Secret.reveal} gives its text. */
export class Secret {
  readonly #source: TokenSource
  readonly #option: string
  readonly #kind: SecretKind
  #known: string | undefined

  /**
   * @param option Name of the option that it came from, for messages: `netlify.auth`.
   * @param kind A token, which goes into a header; or any text.
   * @throws OptionsError `options-invalid` where the source is neither a text of its kind nor a function.
   */
  constructor(source: TokenSource, option: string, kind: 'token' | 'text' = 'token') {
    this.#kind = kinds[kind]
    if (typeof source !== 'function' && !this.#kind.accepts(source)) throw invalid(option, this.#kind)
    if (typeof source === 'string') this.#known = source
    this.#source = source
    this.#option = option
  }

  /** @throws AuthError `token-unavailable` or `secret-unavailable` where the function throws or gives none. */
  async reveal(): Promise<string> {
    if (typeof this.#source !== 'function') return this.#source
    const value = await this.#call(this.#source)
    if (!this.#kind.accepts(value)) throw unavailable(this.#option, this.#kind, `did not give ${this.#kind.form}.`)
    this.#known = value
    return value
  }

  /** The text as far as it is known without asking: one that was given, or what the function gave last. */
  known(): string | undefined {
    return this.#known
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  async #call(source: () => string | Promise<string>): Promise<unknown> {
    try {
      return await source()
    } catch (cause) {
      throw unavailable(this.#option, this.#kind, 'failed.', cause)
    }
  }
}

/** Without the words of the function's own error, which may quote a secret. The next call may well succeed. */
function unavailable(option: string, { code, noun, remedy }: SecretKind, what: string, cause?: unknown): AuthError {
  return new AuthError({
    code,
    message: `There is no ${noun}: the function given as ${option} ${what}`,
    hint: remedy(option),
    retryable: true,
    details: { option },
    cause,
  })
}

function invalid(option: string, { noun, form, wanted }: SecretKind): OptionsError {
  return new OptionsError({
    code: 'options-invalid',
    message: `${option} must be a ${noun}: ${form}, or a function that gives one.`,
    hint: `Pass ${wanted} as ${option}.`,
    details: { option },
  })
}
