import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { NetlifyApi } from './api.js'

/** What is needed of a site for its domains. */
export interface DomainSite {
  readonly id: string
  readonly name: string
  readonly custom_domain?: string | null | undefined
  readonly domain_aliases?: readonly string[] | null | undefined
  readonly default_domain?: string | null | undefined
  readonly force_ssl?: boolean | null | undefined
}

const text = z.optional(z.nullable(z.string()))

export const domainSiteSchema: z.ZodMiniType<DomainSite> = z.object({
  id: z.string(),
  name: z.string(),
  custom_domain: text,
  domain_aliases: z.optional(z.nullable(z.array(z.string()))),
  default_domain: text,
  force_ssl: z.optional(z.nullable(z.boolean())),
})

/** The certificate of a site: one for all its domains. */
export interface Certificate {
  readonly state?: string | null | undefined
  readonly domains?: readonly string[] | null | undefined
}

export const certificateSchema: z.ZodMiniType<Certificate> = z.object({
  state: text,
  domains: z.optional(z.nullable(z.array(z.string()))),
})

/** The host that every site has below Netlify's own domain, without a port: what a CNAME leads to. */
export function ownHost({ default_domain: host, name }: Pick<DomainSite, 'default_domain' | 'name'>): string {
  return (host || `${name}.netlify.app`).replace(/:\d+$/, '')
}

/** @returns `undefined` where there is none yet. */
export async function readCertificate(
  api: NetlifyApi,
  site: { readonly id: string; readonly name: string },
  context: Context,
): Promise<Certificate | undefined> {
  const purpose = `read the certificate of ${site.name}`
  const call = { accept: [404, 422] }
  const answer = await api.ask(context, certificateSchema, purpose, 'GET', `/sites/${site.id}/ssl`, call)
  return 'value' in answer ? answer.value : undefined
}

/** How far the certificate is for one domain. */
export function certificateOf(
  certificate: Certificate | undefined,
  domain: string,
): 'none' | 'pending' | 'issued' | 'failed' {
  const { state, domains } = certificate ?? {}
  const wildcard = `*.${domain.slice(domain.indexOf('.') + 1)}`
  if (!state || !domains?.some((one) => one === domain || one === wildcard)) return 'none'
  // `custom` is one that the user brought along.
  if (/^(?:issued|custom|ready|active)$/.test(state)) return 'issued'
  return /fail|error|expired|revoked/.test(state) ? 'failed' : 'pending'
}
