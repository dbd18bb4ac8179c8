/** Milliseconds that things take on an emulated Netlify, so that clients really wait. */
export interface NetlifyDelays {
  /** From the digest of an asynchronous deploy to `preparing`. @default 20 */
  readonly preparing?: number
  /** From `preparing` to `prepared`. @default 80 */
  readonly prepared?: number
  /** From `uploaded` to `processing`. @default 20 */
  readonly processing?: number
  /** From `processing` to `processed`. @default 100 */
  readonly processed?: number
  /** From `processed` to `ready`. @default 60 */
  readonly ready?: number
  /** From the request for a certificate to its being there. @default 1500 */
  readonly certificate?: number
  /** From a site's creation until its address answers anything but 404. @default 0 */
  readonly site?: number
  /** From a deploy's being ready, or published again, until its addresses serve it and no longer what they did. @default 0 */
  readonly propagation?: number
}

/** How long what is not told takes: short enough for tests that wait for it. */
export const quickNetlifyDelays: Required<NetlifyDelays> = {
  preparing: 20,
  prepared: 80,
  processing: 20,
  processed: 100,
  ready: 60,
  certificate: 1500,
  site: 0,
  propagation: 0,
}

/**
 * How long it takes with Netlify, as its users see it. Nobody has measured this for us, it is of the order that they tell: a small deploy
 * is ready within some seconds of its last file; each publication is told to all nodes of the CDN, which then drop what they had
 * (answers.netlify.com, "Occasionally high response times of the website during deploys"); a certificate is there within minutes.
 */
export const realisticNetlifyDelays: Required<NetlifyDelays> = {
  preparing: 300,
  prepared: 1500,
  processing: 400,
  processed: 1800,
  ready: 800,
  certificate: 40_000,
  site: 4000,
  propagation: 1200,
}
