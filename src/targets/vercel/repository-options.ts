import * as z from 'zod/mini'
import type { GitHost } from '../../spec/git-host.js'
import type { HostLink } from '../../spec/host-link.js'
import { branchName } from '../../toolkit/branch-name.js'
import { repositoryFields } from '../../toolkit/repository-fields.js'

/**
 * The repository from which Vercel builds a project by itself, and how. What is not given is what the project says, unless somebody has
 * set it at Vercel: that stays, and a warning tells in what it differs.
 */
export interface VercelRepository {
  /** Made by `github()`. Vercel's own GitHub App has to be installed for it. */
  readonly host: GitHost
  /** The branch whose pushes are published to production. @default the default branch of the repository */
  readonly productionBranch?: string
  /** @default the build command of the project */
  readonly command?: string
  /** Folder to publish, below `base`. @default what Vercel knows of the framework, or the output folder of the project */
  readonly directory?: string
  /** Version of Node: `22`. @default what the project asks for, or Vercel's own default */
  readonly nodeVersion?: string
  /** Folder of the project in the repository. @default the root of the project */
  readonly base?: string
}

/** {@link VercelRepository} as it is worked with. */
export interface ParsedRepository {
  readonly host: GitHost
  readonly link: HostLink
  readonly productionBranch?: string | undefined
  readonly command?: string | undefined
  readonly directory?: string | undefined
  readonly nodeVersion?: string | undefined
  readonly base?: string | undefined
}

const { host, line, folder } = repositoryFields

export const repositorySchema: z.ZodMiniType<Omit<ParsedRepository, 'link'>> = z.strictObject({
  host,
  productionBranch: z.optional(branchName),
  command: z.optional(line),
  directory: z.optional(folder),
  nodeVersion: z.optional(
    z.string().check(z.regex(/^(?:20|22|24)(?:\.x)?$/, '20, 22 or 24, which Vercel builds with')),
  ),
  base: z.optional(folder),
})
