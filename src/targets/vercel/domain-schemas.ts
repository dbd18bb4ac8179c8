import * as z from 'zod/mini'

/** A domain of a project. */
export interface ProjectDomain {
  readonly name: string
  /** The zone that it belongs to. */
  readonly apexName: string
  readonly verified: boolean
  readonly redirect?: string | null | undefined
  readonly gitBranch?: string | null | undefined
  readonly customEnvironmentId?: string | null | undefined
  /** Records that prove whose it is, where another account has used it. */
  readonly verification?: readonly OwnershipProof[] | null | undefined
}

/** A record that proves whose a domain is. */
export interface OwnershipProof {
  readonly type: string
  readonly domain: string
  readonly value: string
}

const text = z.optional(z.nullable(z.string()))
const proof = z.object({ type: z.string(), domain: z.string(), value: z.string() })

export const domainSchema: z.ZodMiniType<ProjectDomain> = z.object({
  name: z.string(),
  apexName: z.string(),
  verified: z.boolean(),
  redirect: text,
  gitBranch: text,
  customEnvironmentId: text,
  verification: z.optional(z.nullable(z.array(proof))),
})

/** How a domain's DNS looks to Vercel, and what it should be. */
export interface DomainConfig {
  /** Whether it does not lead to Vercel, or no certificate can be made for it. */
  readonly misconfigured: boolean
  readonly recommendedIPv4: readonly { readonly rank: number; readonly value: readonly string[] }[]
  readonly recommendedCNAME: readonly { readonly rank: number; readonly value: string }[]
}

export const configSchema: z.ZodMiniType<DomainConfig> = z.object({
  misconfigured: z.boolean(),
  recommendedIPv4: z._default(z.array(z.object({ rank: z.number(), value: z.array(z.string()) })), []),
  recommendedCNAME: z._default(z.array(z.object({ rank: z.number(), value: z.string() })), []),
})

/** Certificates of an account. */
export interface CertificateList {
  readonly certs: readonly {
    readonly cns: readonly string[]
    readonly expiresAt?: number | string | null | undefined
  }[]
  readonly pagination?: { readonly next?: number | null | undefined } | null | undefined
}

export const certificatesSchema: z.ZodMiniType<CertificateList> = z.object({
  certs: z.array(
    z.object({ cns: z.array(z.string()), expiresAt: z.optional(z.nullable(z.union([z.number(), z.string()]))) }),
  ),
  pagination: z.optional(z.nullable(z.object({ next: z.optional(z.nullable(z.number())) }))),
})
