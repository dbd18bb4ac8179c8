import type { Release } from '../../spec/release.js'
import type { NetlifyDeploy } from './api.js'
import type { NamedInput } from './deploys.js'
import { noAddress } from './problems.js'

/** The address at which a deployment, and nothing else, will always be. */
export function permalinkOf({ links, ...deploy }: NetlifyDeploy): string | null {
  return links?.permalink || addressOf(deploy)
}

/**
 * Where a release is seen: the address of the site, for a preview that of its alias, if it has one.
 * @throws RequestError `reply-malformed` where Netlify tells no address
 */
export function addressesOf(
  deploy: NetlifyDeploy,
  { site, environment, alias }: Pick<NamedInput, 'site' | 'environment' | 'alias'>,
): Pick<Release, 'url' | 'permalink'> {
  const permalink = permalinkOf(deploy)
  const preview = alias === undefined ? permalink : addressOf(deploy)
  const url = environment === 'production' ? site.url : preview
  if (url === null) throw noAddress(deploy.id)
  return { url, permalink }
}

/** Of a deployment with a branch, it is that of the branch. */
function addressOf({ deploy_ssl_url, deploy_url }: Omit<NetlifyDeploy, 'links'>): string | null {
  return deploy_ssl_url || deploy_url || null
}
