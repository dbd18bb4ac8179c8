import { AuthError } from '../../errors/auth-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Warning } from '../../spec/plan.js'
import { closed } from '../../toolkit/parse-reply.js'
import type { WantedVariable } from '../../toolkit/variables.js'

/** A variable that could not be set, and the option that it came from. */
interface RefusedVariable {
  readonly wanted: WantedVariable
  readonly option: string
}

/** What AWS gives a function for all its variables ("Lambda quotas"), Netlify's own among them. */
export const functionLimit = 4096

/** Answers about variables have their words in `msg` (the CLI's `env:set`), others in `message`. */
export function wordsOf(bytes: Uint8Array): string {
  try {
    const body = JSON.parse(new TextDecoder().decode(bytes)) as { message?: unknown; msg?: unknown } | null
    const said = [body?.message, body?.msg].find((one) => typeof one === 'string' && one !== '')
    return typeof said === 'string' ? said.slice(0, 300) : 'it gives no reason'
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return 'it gives no reason'
  }
}

export function refused({ wanted, option }: RefusedVariable, status: number, said: string): Error {
  const details = { provider: 'netlify', status, said, variable: wanted.name }
  if (status === 403 && /scope/i.test(said)) {
    return new OptionsError({
      code: 'plan-lacks-scopes',
      message: `Netlify does not let the plan of this account choose the scopes of variables: ${closed(said)}`,
      hint: `Leave out scopes in ${option}.${wanted.name}: the variable is then there for all of them. Or upgrade the plan.`,
      details,
    })
  }
  if (status === 403) {
    return new AuthError({
      code: 'token-forbidden',
      message: `Netlify does not allow this token to set the variable ${wanted.name}: ${closed(said)}`,
      hint: 'Use the token of a member of the team who may change variables.',
      details,
    })
  }
  return new RequestError({
    code: 'variable-refused',
    message: `Netlify does not take the variable ${wanted.name}: ${closed(said)}`,
    hint: `The message says what it objects to. Correct ${option}.${wanted.name}.`,
    details,
  })
}

/** Whether the plan is in the way. */
export function isScopesRefusal(error: unknown): boolean {
  return error instanceof OptionsError && error.code === 'plan-lacks-scopes'
}

export function unreadable({ wanted, option }: RefusedVariable, place: string): OptionsError {
  return new OptionsError({
    code: 'variable-invalid',
    message: `The scopes of the secret variable ${wanted.name} can only be changed together with all its values, and that of ${place} is not given.`,
    hint: `Give ${option}.${wanted.name} a value for ${place}, too, or leave out its scopes.`,
    details: { variable: wanted.name, place },
  })
}

/** @param size Bytes of the names and values. */
export function tooLarge(size: number): Warning {
  return {
    code: 'variables-large',
    message: `The variables have ${size} bytes together; functions get ${functionLimit} at the most, Netlify's own variables included, and can't be deployed with more.`,
    hint: 'Keep large values out of the functions: by their scopes on a paid plan, or in a file of the project.',
  }
}
