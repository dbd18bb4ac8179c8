/** Where a release goes: the address that everyone knows, or one of its own. */
export type Environment = 'production' | 'preview'

/** A place at a provider that releases are published to, found or created. JSON-safe. */
export interface Site {
  readonly id: string
  readonly name: string
  /** The address of its production release. */
  readonly url: string
  /** The provider's page to administer it; `null` where there is none. */
  readonly adminUrl: string | null
  /** Whether this deployment made it. */
  readonly created: boolean
}

/** One published version of a site, as its provider says that it serves it. JSON-safe. */
export interface Release {
  /** Name of the target that published it. */
  readonly target: string
  readonly id: string
  readonly environment: Environment
  /** The address that serves this release: the site's for production, its own for a preview. */
  readonly url: string
  /** An address that keeps serving this very release; `null` where the provider has none. */
  readonly permalink: string | null
  /** Files and bytes that were sent; what the provider already had is not counted. */
  readonly uploaded: { readonly files: number; readonly bytes: number }
  /** Id of the release that the same address served before, `null` for none; absent where that is not known, as of a preview. */
  readonly previous?: string | null | undefined
  /** How its user takes the site over, where it was published without an account of theirs. The result alone tells it. */
  readonly claim?: Claim | undefined
}

/** An invitation to take over a site that was published without an account, or with somebody else's. JSON-safe. */
export interface Claim {
  /** The provider's page that somebody who is signed in there opens to own the site. It is a secret of its user. */
  readonly url: string
  /** Milliseconds since the epoch; `null` where the provider does not tell. */
  readonly expiresAt: number | null
  /** Id of the site at the provider, for those who claim it by its API. */
  readonly site: string
}

/** A release as its provider lists it. JSON-safe. */
export interface PublishedRelease {
  /** Name of the target. */
  readonly target: string
  readonly id: string
  readonly environment: Environment
  /** The address that keeps serving this very release; `null` where the provider has none. */
  readonly permalink: string | null
  readonly title: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Milliseconds since the epoch at which it last went live, where the provider tells. */
  readonly publishedAt?: number | undefined
  /** Whether a deployment of Tabship made it. */
  readonly own: boolean
  /** The branch, alias or environment whose address leads to the latest release of it; `null` for none. */
  readonly branch: string | null
  /** Only one that is ready can be promoted or restored. */
  readonly state: 'ready' | 'pending' | 'failed'
  /** Whether the address that everyone knows serves it. */
  readonly live: boolean
  /** The address that everyone knows, of the one that is live. */
  readonly url?: string | undefined
}

/** A release whose content was fetched from its address and found to be what was built. JSON-safe. */
export interface Verification {
  readonly target: string
  readonly url: string
  /** Files whose bytes were fetched and compared. */
  readonly compared: number
  /**
   * What an unknown path is answered with: the page of a single-page app, the 404 page, the host's own 404, or what a server makes
   * of it.
   */
  readonly fallback: 'spa' | 'not-found-page' | 'host' | 'server'
}
