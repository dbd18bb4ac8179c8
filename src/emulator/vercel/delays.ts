/** Milliseconds that things take at the emulated Vercel, so that clients really poll. */
export interface VercelDelays {
  /** From `QUEUED` to `INITIALIZING`. @default 20 */
  readonly initializing?: number
  /** From `INITIALIZING` to `BUILDING`. @default 30 */
  readonly building?: number
  /** From `BUILDING` to `READY`, where nothing is to be built. @default 100 */
  readonly ready?: number
  /** From `READY` until its aliases lead to it. @default 60 */
  readonly alias?: number
  /** From a promotion or a rollback to its beginning, and from there to its end. @default 40 */
  readonly promotion?: number
  /** From a domain whose DNS is right to its certificate. @default 200 */
  readonly certificate?: number
  /** From `READY` until the deployment's own host answers anything but 404. @default 0 */
  readonly host?: number
  /** From when the API tells that a name leads to a deployment until visitors see it; before, they see what was there. @default 0 */
  readonly propagation?: number
  /** From a deployment's creation until lists of deployments have it. @default 0 */
  readonly listing?: number
}

/** The delays where nothing else is said. */
export const quickVercelDelays: Required<VercelDelays> = {
  initializing: 20,
  building: 30,
  ready: 100,
  alias: 60,
  promotion: 40,
  certificate: 200,
  host: 0,
  propagation: 0,
  listing: 0,
}

/**
 * About what users of Vercel wait for. Measured by nobody here: a static deployment that the CLI reports as ready after some ten seconds is
 * taken apart by guess. That a name lags behind what the API tells is known of every network of caches, of how long it does is not; a lag of
 * lists is told of by nobody, so there is none.
 */
export const realisticVercelDelays: VercelDelays = {
  initializing: 800,
  building: 1200,
  ready: 5000,
  alias: 1500,
  promotion: 1500,
  certificate: 30_000,
  host: 300,
  propagation: 1000,
}
