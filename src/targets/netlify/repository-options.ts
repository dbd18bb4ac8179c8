import * as z from 'zod/mini'
import type { GitHost } from '../../spec/git-host.js'
import type { HostLink } from '../../spec/host-link.js'
import { branchName } from '../../toolkit/branch-name.js'
import { repositoryFields } from '../../toolkit/repository-fields.js'

/** The repository from which Netlify builds a site by itself, and how. What is not given stays as it is, or is what the project says. */
export interface NetlifyRepository {
  /** Made by `github()`. */
  readonly host: GitHost
  /** The branch whose pushes are published to production. @default the default branch of the repository */
  readonly branch?: string
  /** @default the build command of the project */
  readonly command?: string
  /** Folder to publish, below `base`. @default the output folder of the project */
  readonly directory?: string
  /** Folder of the functions, below `base`. @default Netlify's own default */
  readonly functionsDirectory?: string
  /** Version of Node, as the variable `NODE_VERSION` of the builds: `22`. @default what the project's own files say to Netlify */
  readonly nodeVersion?: string
  /** Folder of the project in the repository. @default the root of the project */
  readonly base?: string
  /** Whether pull requests get previews. @default as it is; of a new link, they do */
  readonly pullRequests?: boolean
  /** Branches that are built when they are pushed, besides the one of production. @default as it is; of a new link, none */
  readonly branches?: 'all' | readonly string[]
}

/** {@link NetlifyRepository} as it is worked with. */
export interface ParsedRepository {
  readonly host: GitHost
  readonly link: HostLink
  readonly branch?: string | undefined
  readonly command?: string | undefined
  readonly directory?: string | undefined
  readonly functionsDirectory?: string | undefined
  readonly nodeVersion?: string | undefined
  readonly base?: string | undefined
  readonly pullRequests?: boolean | undefined
  readonly branches?: 'all' | readonly string[] | undefined
}

const { host, line, folder } = repositoryFields

export const repositorySchema: z.ZodMiniType<Omit<ParsedRepository, 'link'>> = z.strictObject({
  host,
  branch: z.optional(branchName),
  command: z.optional(line),
  directory: z.optional(folder),
  functionsDirectory: z.optional(folder),
  nodeVersion: z.optional(z.string().check(z.regex(/^[\w./*-]+$/, 'a version of Node, such as 22'))),
  base: z.optional(folder),
  pullRequests: z.optional(z.boolean()),
  branches: z.optional(z.union([z.literal('all'), z.array(branchName)], "'all', or a list of branches")),
})
