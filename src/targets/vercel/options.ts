import * as z from 'zod/mini'
import type { TokenSource, Transport } from '../../spec/context.js'
import type { DomainOptions } from '../../spec/domain-options.js'
import type { Variables } from '../../spec/variable.js'
import { targetName } from '../../toolkit/target-name.js'
import type { VercelClaim } from './claim.js'
import { type ParsedRepository, repositorySchema, type VercelRepository } from './repository-options.js'
import type { UploadWay } from './way.js'

/** Options of `vercel`. */
export interface VercelOptions {
  /** An access token, or a function that gives one. */
  readonly auth: TokenSource
  /**
   * What plans, events and results call this target: lower-case letters, digits and hyphens, at most 32. Two projects in one
   * deployment need two names. @default 'vercel'
   */
  readonly name?: string
  /** The project's name or its id (`prj_…`). A name that does not exist yet is created. */
  readonly project: string
  /** Slug or id (`team_…`) of the team that the project belongs to. @default the account of the token */
  readonly team?: string
  /**
   * Slug or id (`env_…`) of the project's custom environment that previews go to; each one takes the address of the environment over,
   * and has its variables, not those of previews. Nothing else makes it: it has to be there. @default previews are just previews
   */
  readonly customEnvironment?: string
  /** Environment variables of the project; what is not named stays as it is. @default none are looked at */
  readonly variables?: Variables
  /** The repository whose pushes Vercel builds: linked, and kept as it is told here. @default it stays as it is */
  readonly repository?: VercelRepository
  /** Domains of one's own, the primary one first. Others that the project has stay. @default none are looked at */
  readonly domains?: DomainOptions
  /**
   * How files travel: by requests of their own where Vercel lacks them, or with the request that creates the deployment.
   * @default 'auto': with that request, where those that Vercel is not known to have are at most 50 and 100 kB
   */
  readonly upload?: 'auto' | 'digest'
  /**
   * Makes, once the release is live, a link by which somebody else takes the project over within 24 hours: `Release.claim`. From
   * then on only their token publishes there. @default false
   */
  readonly claim?: boolean | VercelClaim
  /** @default 'https://api.vercel.com' */
  readonly apiUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

/** {@link VercelOptions} as they are worked with; the token, variables and domains are read elsewhere. */
export interface ParsedOptions {
  readonly name: string
  readonly project: string
  readonly team?: string | undefined
  readonly customEnvironment?: string | undefined
  readonly upload: UploadWay
  readonly claim?: boolean | VercelClaim | undefined
  readonly repository?: Omit<ParsedRepository, 'link'> | undefined
  readonly apiUrl: string
  readonly transport: Transport
}

export const optionsSchema: z.ZodMiniType<ParsedOptions> = z.strictObject({
  auth: z.optional(z.unknown()),
  name: z._default(targetName, 'vercel'),
  project: z
    .string()
    .check(
      z.regex(
        /^(?!.*---)[a-z0-9._-]{1,100}$/i,
        'a project name: letters, digits, ".", "_" and "-" but not "---", at most 100, or a project id',
      ),
    ),
  team: z.optional(z.string().check(z.minLength(1))),
  customEnvironment: z.optional(
    z
      .string()
      .check(z.regex(/^(?!(?:production|preview|development)$)[\w-]{1,100}$/, "a custom environment's slug or id")),
  ),
  variables: z.optional(z.unknown()),
  repository: z.optional(repositorySchema),
  domains: z.optional(z.unknown()),
  upload: z._default(z.enum(['auto', 'digest'], 'auto or digest'), 'auto'),
  claim: z.optional(z.union([z.boolean(), z.strictObject({ returnUrl: z.optional(z.url({ protocol: /^https?$/ })) })])),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), 'https://api.vercel.com'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})
