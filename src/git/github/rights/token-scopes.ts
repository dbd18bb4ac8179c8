import type { Reply } from '../../../spec/context.js'
import type { Right } from './right.js'

/** What GitHub says of a token by the headers of its answers. */
export interface TokenScopes {
  note(reply: Reply): void
  /**
   * The scopes that it has; `undefined` while no answer came, and for tokens of which GitHub tells none: fine-grained ones get no
   * header, those of apps an empty one.
   */
  readonly known: readonly string[] | undefined
  /** Those of the rights that it lacks, as far as its scopes are known. */
  lacking(rights: readonly Right[]): readonly Right[]
}

/** Nothing is known before the first answer. */
export function createTokenScopes(): TokenScopes {
  let known: readonly string[] | undefined
  return {
    note({ headers }) {
      const scopes = (headers.get('x-oauth-scopes') ?? '').split(',').map((scope) => scope.trim())
      const named = scopes.filter((scope) => scope !== '')
      // A token may be exchanged for another while a deployment runs: the last answer counts.
      if (headers.has('x-github-request-id') || named.length > 0) known = named.length > 0 ? named : undefined
    },
    get known() {
      return known
    },
    lacking: (rights) => (known ? rights.filter(({ scopes }) => !scopes.some((one) => known?.includes(one))) : []),
  }
}
