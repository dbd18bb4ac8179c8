import { seenBehind } from '../aliases.js'
import type { VercelWorld } from '../call.js'
import { settleDomain } from '../domain-endpoints.js'
import { siteDomain } from '../hosts.js'
import type { VercelDeployment, VercelDomain } from '../state.js'

/** What is behind a host. */
export type Site =
  | { readonly deployment: VercelDeployment; readonly isImmutable: boolean }
  | { readonly redirect: string; readonly status: number }
  /** A domain whose DNS leads elsewhere, or that has no certificate yet: nobody answers there. */
  | 'unreachable'

/** Finds what a host leads to: a deployment by its own host, an alias, a custom domain. */
export function findSite(world: VercelWorld, hostname: string): Site | undefined {
  const { state } = world
  const domain = state.domains.get(hostname)
  if (domain && settleDomain(domain, world) !== 'ready') return 'unreachable'
  if (domain?.redirect) return redirectTo(domain)
  const alias = state.aliases.get(hostname)
  if (alias) {
    const seen = seenBehind(alias, world.now())
    return seen && { deployment: seen, isImmutable: false }
  }
  if (!hostname.endsWith(`.${siteDomain}`)) return undefined
  const label = hostname.slice(0, -siteDomain.length - 1)
  const deployment = [...state.deployments.values()].find((one) => one.label === label)
  const isSeen = world.now() >= (deployment?.readyAt ?? 0) + world.machine.delays.host
  return deployment && isSeen ? { deployment, isImmutable: true } : undefined
}

function redirectTo({ redirect, redirectStatusCode }: VercelDomain): Site {
  return { redirect: redirect ?? '', status: redirectStatusCode ?? 307 }
}
