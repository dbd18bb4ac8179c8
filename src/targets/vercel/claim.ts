import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Release, Site } from '../../spec/release.js'
import type { VercelApi } from './api.js'

/** How a project is offered to whoever opens the link. */
export interface VercelClaim {
  /** Where Vercel leads who opens a link that is used or out of date. @default Vercel's own pages */
  readonly returnUrl?: string | undefined
}

/** "A code that remains valid for 24 hours" (Vercel API, "Create project transfer request"). */
const lifetime = 24 * 60 * 60_000

const codeSchema = z.object({ code: z.string().check(z.minLength(1)) })

/** Adds a link by which a user takes the project over into their own account, as in Vercel's "Claim Deployments". */
export async function withClaim(
  api: VercelApi,
  { release, site, claim }: { readonly release: Release; readonly site: Site; readonly claim: VercelClaim },
  context: Context,
): Promise<Release> {
  const { clock, conceal } = context
  const expiresAt = (clock.time?.() ?? clock.now()) + lifetime
  const purpose = `offer the project ${site.name} to its user`
  // A code that nobody came to know harms nobody.
  const call = { json: {}, idempotent: true }
  const { code } = await api.json(context, codeSchema, purpose, 'POST', `/projects/${site.id}/transfer-request`, call)
  conceal?.(code)
  const query = new URLSearchParams({ code, ...(claim.returnUrl !== undefined && { returnUrl: claim.returnUrl }) })
  return { ...release, claim: { url: `https://vercel.com/claim-deployment?${query}`, expiresAt, site: site.id } }
}
