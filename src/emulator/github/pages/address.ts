import type { EmulatedRepository } from '../repositories.js'
import type { PagesSite } from './state.js'

/**
 * Where a site is served: below its owner's host, or at a domain of its own.
 *
 * @param origin of the sites of an owner
 */
export function addressOf({ repository, cname }: PagesSite, origin: (owner: string) => string): string {
  const { owner, name } = repository
  const base = origin(owner.login.toLowerCase())
  if (cname !== null) {
    const url = new URL(base)
    url.hostname = cname
    return url.href
  }
  return isUserSite(repository) ? `${base}/` : `${base}/${name}/`
}

/** Whether a repository is its owner's own site. */
export function isUserSite({ owner, name }: EmulatedRepository): boolean {
  return name.toLowerCase() === `${owner.login}.github.io`.toLowerCase()
}
