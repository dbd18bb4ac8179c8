import * as z from 'zod/mini'
import type { TokenSource, Transport } from '../../spec/context.js'
import type { DomainOptions } from '../../spec/domain-options.js'
import type { Variables } from '../../spec/variable.js'
import { targetName } from '../../toolkit/target-name.js'
import type { AnonymousNetlifyOptions } from './anonymous.js'
import { type NetlifyRepository, type ParsedRepository, repositorySchema } from './repository-options.js'
import type { UploadWay } from './way.js'

/** Options of `netlify`. */
export interface NetlifyOptions {
  /** `true` takes other options: see {@link AnonymousNetlifyOptions}. */
  readonly anonymous?: false
  /** A personal access token or an OAuth token, or a function that gives one. */
  readonly auth: TokenSource
  /**
   * What plans, events and results call this target: lower-case letters, digits and hyphens, at most 32. Two sites in one
   * deployment need two names. @default 'netlify'
   */
  readonly name?: string
  /** The site's name (the first label of its `netlify.app` address) or its id. A name that does not exist yet is created. */
  readonly site: string
  /** Slug of the team that a new site is created in. @default the team of the token */
  readonly team?: string
  /**
   * How files travel: each one that Netlify lacks by a request of its own, or all in one archive, which only releases to production
   * can be. @default 'auto': an archive where Netlify is known to lack nearly all of at least 250 files, up to 100 MB
   */
  readonly upload?: 'auto' | 'digest' | 'archive'
  /** Environment variables of the site; what is not named stays as it is. @default none are looked at */
  readonly variables?: Variables
  /** The repository whose pushes Netlify builds: linked, and kept as it is told here. @default it stays as it is */
  readonly repository?: NetlifyRepository
  /**
   * A name for previews, as `--alias` of Netlify's CLI: the latest one is also at `<alias>--<site>.netlify.app`, whatever was there
   * before. Letters, digits and hyphens, at most 37; not the branch of production. What Netlify builds of a linked repository is at
   * the address of its branch instead. @default each preview is at its own address alone
   */
  readonly alias?: string
  /** Domains of one's own, the primary one first. Others that the site has stay. @default none are looked at */
  readonly domains?: DomainOptions
  /** @default 'https://api.netlify.com/api/v1' */
  readonly apiUrl?: string
  /**
   * Address of the WebSocket that tells the logs of builds. It is sent the token.
   * @default 'wss://socketeer.services.netlify.com/build/logs' for Netlify's own API, and none for another
   */
  readonly logsUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

/** {@link NetlifyOptions} as they are worked with; the token, variables and domains are read elsewhere. */
export interface ParsedOptions {
  readonly name: string
  readonly site: string
  readonly team?: string | undefined
  readonly upload: UploadWay
  readonly alias?: string | undefined
  readonly repository?: Omit<ParsedRepository, 'link'> | undefined
  readonly apiUrl: string
  readonly logsUrl?: string | undefined
  readonly transport: Transport
}

export const ownApi = 'https://api.netlify.com/api/v1'
/** As Netlify's own CLI reads logs (`netlify logs:deploy`). */
export const ownLogs = 'wss://socketeer.services.netlify.com/build/logs'

export const optionsSchema: z.ZodMiniType<ParsedOptions> = z.strictObject({
  anonymous: z.optional(z.literal(false)),
  auth: z.optional(z.unknown()),
  name: z._default(targetName, 'netlify'),
  site: z
    .string()
    .check(
      z.regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
        'a site name: letters, digits and hyphens, at most 63, or a site id',
      ),
    ),
  team: z.optional(z.string().check(z.minLength(1))),
  variables: z.optional(z.unknown()),
  repository: z.optional(repositorySchema),
  alias: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^[a-z0-9](?:[a-z0-9-]{0,35}[a-z0-9])?$/i,
          'letters, digits and hyphens, at most 37, of which the first and the last are no hyphens',
        ),
      ),
  ),
  domains: z.optional(z.unknown()),
  upload: z._default(z.enum(['auto', 'digest', 'archive'], 'auto, digest or archive'), 'auto'),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), ownApi),
  logsUrl: z.optional(z.url({ protocol: /^wss?$/ })),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})
