import type { NetlifyDeploy, NetlifySite } from './state.js'

/** What an address serves until something newer has reached the edge. */
export interface Lag {
  /** `undefined`: 404. */
  readonly deploy: NetlifyDeploy | undefined
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** The label of a site's own address, before whose name there is nothing. Others are those of branches and ids of deploys. */
export const productionLabel = ''

/**
 * What an address of a site serves at a time.
 *
 * @param target what it is to serve once that has reached the edge
 */
export function servedAt(
  site: NetlifySite,
  label: string,
  target: NetlifyDeploy | undefined,
  now: number,
): NetlifyDeploy | undefined {
  const lag = site.lagging.get(label)
  return lag && now < lag.until ? lag.deploy : target
}

/**
 * Lets an address go on serving what it serves, for as long as something newer takes to reach the edge.
 *
 * @param target what it was to serve until now
 */
export function delayChange(
  site: NetlifySite,
  label: string,
  target: NetlifyDeploy | undefined,
  at: number,
  by: number,
): void {
  if (by > 0) site.lagging.set(label, { deploy: servedAt(site, label, target, at), until: at + by })
}
