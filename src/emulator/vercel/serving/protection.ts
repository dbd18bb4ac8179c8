import { siteDomain } from '../hosts.js'
import type { VercelDeployment } from '../state.js'

/** A name by which a visitor asks for a deployment. */
export interface Visited {
  readonly deployment: VercelDeployment
  readonly hostname: string
  /** Whether the name is the deployment's own. */
  readonly isImmutable: boolean
}

/**
 * Whether only members of the team may see a deployment by this name ("Vercel Authentication"): `prod_deployment_urls_and_all_previews`,
 * the standard one, leaves nothing open but the names of production.
 */
export function isProtected({ deployment, hostname, isImmutable }: Visited): boolean {
  const { project, target } = deployment
  const { deploymentType } = (project.settings.ssoProtection ?? {}) as { readonly deploymentType?: unknown }
  const isPreview = target !== 'production'
  switch (deploymentType) {
    case 'all':
      return true
    case 'preview':
      return isPreview
    case 'prod_deployment_urls_and_all_previews':
      return isPreview || isImmutable
    case 'all_except_custom_domains':
      return isPreview || hostname.endsWith(`.${siteDomain}`)
    default:
      return false
  }
}

/** Whether a request brings the project's secret, in its header or its query ("Protection Bypass for Automation"). */
export function bringsSecret(request: Request, { project }: VercelDeployment): boolean {
  const name = 'x-vercel-protection-bypass'
  const secret = request.headers.get(name) ?? new URL(request.url).searchParams.get(name)
  return secret !== null && project.bypasses.has(secret)
}
