import type { ActionsDelays } from './actions/state.js'
import type { PagesDelays } from './pages/state.js'

/** Milliseconds that things take at GitHub, so that clients really poll, and where it does not know at once what it was told. */
export interface GithubDelays extends PagesDelays, ActionsDelays {
  /** From the creation of a repository until git finds it, and the API its first commit. @default 0 */
  readonly repository?: number
}

/** The delays where nothing else is said. */
export const quickGithubDelays: Required<GithubDelays> = {
  repository: 0,
  building: 20,
  built: 150,
  certificate: 50,
  site: 0,
  propagation: 0,
  run: 0,
  queued: 0,
}

/**
 * About how long it takes at the real one. Measured by nobody for this: GitHub promises no times, so these are of the order that its
 * users tell of, where Pages "can take up to 10 minutes" (GitHub Docs, "Creating a GitHub Pages site") and a certificate up to an hour
 * ("Securing your GitHub Pages site with HTTPS").
 */
export const realisticGithubDelays: Required<GithubDelays> = {
  repository: 1_000,
  building: 4_000,
  built: 25_000,
  certificate: 60_000,
  site: 20_000,
  propagation: 5_000,
  run: 2_000,
  queued: 6_000,
}
