import type { Reply } from '../../../spec/context.js'
import type { Right } from './right.js'

/** What GitHub says of a token by the headers of its answers. */
export interface TokenScopes {
  note(reply: Reply): void
  /** The scopes that it has; `undefined` while no answer came, and for tokens that have permissions in the place of scopes. */
  readonly known: readonly string[] | undefined
  /** Those of the rights that it lacks, as far as its scopes are known. */
  lacking(rights: readonly Right[]): readonly Right[]
}

/**
 * Beginnings of tokens that have no scopes ("Behind GitHub's new authentication token formats"): of apps, whose header is there and
 * empty, and fine-grained ones, which get none. Before 2021, those of apps looked like any other.
 */
const withoutScopes = /^(?:gh[su]_|github_pat_|v1\.|[\da-f]{40}$)/

/**
 * Nothing is known before the first answer.
 * @param token The token as far as it is known, which no answer repeats.
 */
export function createTokenScopes(token: () => string | undefined): TokenScopes {
  let known: readonly string[] | undefined
  return {
    note({ headers }) {
      const header = headers.get('x-oauth-scopes')
      const named = (header ?? '').split(',').flatMap((scope) => scope.trim() || [])
      const isClassic = named.length > 0 || (header !== null && !withoutScopes.test(token() ?? ''))
      // A token may be exchanged for another while a deployment runs: the last answer counts.
      if (isClassic || headers.has('x-github-request-id')) known = isClassic ? named : undefined
    },
    get known() {
      return known
    },
    lacking: (rights) => (known ? rights.filter(({ scopes }) => !scopes.some((one) => known?.includes(one))) : []),
  }
}
