import { AuthError } from '../errors/auth-error.js'
import type { Clock, RequestOptions } from '../spec/context.js'
import type { Redactor } from './redactor.js'
import { toHex } from './to-hex.js'
import { withTimeLimit } from './with-time-limit.js'

/** Milliseconds that a token may take: a function that asks the user takes long, one that hangs takes for ever. */
const tokenLimit = 60_000

/**
 * The `Authorization` of a request, whose secrets the redactor knows from then on; `undefined` for a request without.
 * @throws AuthError `token-unavailable` where none comes within a minute, and what the function itself throws.
 */
export async function authorize(
  options: RequestOptions,
  { clock, redactor, signal }: { readonly clock: Clock; readonly redactor: Redactor; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const { authorization } = options
  if (!authorization) return undefined
  const expired = () => tokenLate(options)
  const value = await withTimeLimit({ clock, milliseconds: tokenLimit, signal, expired }, () => authorization())
  for (const secret of secretsOf(value)) redactor.remember(secret)
  return value
}

/** Names the account behind an `Authorization` without showing its token: 16 hex digits of its SHA-256. */
export async function accountOf(authorization: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(authorization))
  return toHex(digest).slice(0, 16)
}

/** What must not be seen of an `Authorization`: its credential, and the password inside where that is user and password. */
function secretsOf(authorization: string): string[] {
  const space = authorization.indexOf(' ')
  const credential = authorization.slice(space + 1)
  if (authorization.slice(0, space).toLowerCase() !== 'basic') return [credential]
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(credential)
  const pair = isBase64 ? atob(credential) : ''
  return [credential, pair.slice(pair.indexOf(':') + 1)]
}

function tokenLate({ provider }: RequestOptions): AuthError {
  return new AuthError({
    code: 'token-unavailable',
    message: `There is no token: the function given as ${provider}.auth gave none within ${tokenLimit / 1000} s.`,
    hint: `Sign the user in again, and see that ${provider}.auth gives the token of the signed-in user.`,
    retryable: true,
    details: { provider, option: `${provider}.auth` },
  })
}
