import { AuthError } from '../../../errors/auth-error.js'
import type { Context } from '../../../spec/context.js'
import type { GithubApi } from '../api.js'
import { isInaccessible } from './missing-right.js'
import type { Right } from './right.js'

/**
 * What GitHub answers only to tokens that may at least read, by the permission that it takes ("Permissions required for
 * fine-grained personal access tokens"). Nothing is there for Workflows, and for Environments only below one that exists.
 */
const probes: Readonly<Record<string, string>> = {
  Administration: '/keys?per_page=1',
  Deployments: '/deployments?per_page=1',
  'Pull requests': '/pulls?per_page=1',
  Secrets: '/actions/secrets/public-key',
  Variables: '/actions/variables?per_page=1',
  Webhooks: '/hooks?per_page=1',
}

/** How many requests {@link probeRights} sends at the most. */
export function countProbes(rights: readonly Right[]): number {
  return permissionsOf(rights).length
}

/**
 * Asks what a token with permissions may not even read: GitHub tells them in advance nowhere. Whether it may write shows with the
 * first write.
 * @returns the rights that it certainly lacks
 */
export async function probeRights(
  api: GithubApi,
  fullName: string,
  rights: readonly Right[],
  context: Context,
): Promise<readonly Right[]> {
  const lacked = new Set<string>()
  const probe = async (permission: string) => {
    const path = `/repos/${fullName}${probes[permission]}`
    const purpose = `tell whether the token has the permission ${permission}`
    try {
      // 404: of what is not there, nothing can be learnt.
      await api.send(context, { purpose, path, accept: [404] })
    } catch (error) {
      if (!(error instanceof AuthError) || !isInaccessible(error)) throw error
      lacked.add(permission)
    }
  }
  await Promise.all(permissionsOf(rights).map(probe))
  return rights.filter(({ permission }) => lacked.has(permission))
}

function permissionsOf(rights: readonly Right[]): string[] {
  return [...new Set(rights.map(({ permission }) => permission))].filter((one) => one in probes)
}
