import type { VercelDeployment } from './state.js'

/** The domain of all sites that have none of their own, as `vercel.app` is at the real one. */
export const siteDomain = 'vercel.localhost'

/** Tells the hosts of sites. */
export interface Hosts {
  /** A host as the API shows it: with the port, since the emulator can't have the usual one. */
  show(host: string): string
  /** The host of a deployment that never changes, as the API shows it. */
  url(deployment: VercelDeployment): string
  /** The origin at which a host is served. */
  origin(host: string): string
}

/** @param origin where sites are served, by label; asked for at each reply, since ports are known late. */
export function createHosts(origin: () => string): Hosts {
  const show = (host: string): string => {
    const { port } = new URL(origin())
    // Custom domains are shown as they were given: that is what the user's DNS knows.
    return host.endsWith(`.${siteDomain}`) && port !== '' ? `${host}:${port}` : host
  }
  return {
    show,
    url: (deployment) => show(`${deployment.label}.${siteDomain}`),
    origin: (host) => origin().replace('127.0.0.1', host),
  }
}

/** A label of a host out of a name: `Feature/Cart` is `feature-cart`. */
export function hostLabel(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}
