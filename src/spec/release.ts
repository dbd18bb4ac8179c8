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
}

/** A release whose content was fetched from its address and found to be what was built. JSON-safe. */
export interface Verification {
  readonly target: string
  readonly url: string
  /** Files whose bytes were fetched and compared. */
  readonly compared: number
  /** What an unknown path is answered with: the page of a single-page app, the 404 page, or the host's own 404. */
  readonly fallback: 'spa' | 'not-found-page' | 'host'
}
