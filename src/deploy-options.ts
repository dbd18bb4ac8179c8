import * as z from 'zod/mini'
import { OptionsError } from './errors/options-error.js'
import type { Container } from './spec/container.js'
import type { Clock } from './spec/context.js'
import type { GitHost, Person } from './spec/git-host.js'
import type { Plan } from './spec/plan.js'
import type { ProjectOptions } from './spec/project.js'
import type { Environment } from './spec/release.js'
import type { Target } from './spec/target.js'
import { parseOptions } from './toolkit/parse-options.js'

/** What {@link deploy} is told. */
export interface DeployOptions {
  /** The WebContainer that holds the project, already booted. */
  readonly container: Container
  /** Where the build is published. @default [] */
  readonly targets?: readonly Target[]
  /** Where the project is committed. Without it nothing is committed. */
  readonly git?: GitHost
  /** What is known of the project; anything given is used instead of being detected. */
  readonly project?: ProjectOptions
  readonly build?: {
    /** Environment variables of the installation and the build. */
    readonly env?: Readonly<Record<string, string>>
    /** Milliseconds that each command may take. @default 1_800_000 */
    readonly timeLimit?: number
    /** Milliseconds that a command may be silent: a tab out of memory says nothing. @default 300_000 */
    readonly idleLimit?: number
  }
  readonly commit?: {
    /** The project's source, the build's output (to a branch of its own), or both. @default 'source' */
    readonly content?: 'source' | 'artifacts' | 'both'
    /** Branch of the source. @default the default branch of the repository */
    readonly branch?: string
    /** Branch of the output. @default 'gh-pages' */
    readonly artifactsBranch?: string
    /** @default 'Deploy <name of the project>' */
    readonly message?: string
    /** @default the owner of the token */
    readonly author?: Person
    /**
     * The commit that the project is based on; `null`: the branch must not exist. A branch that stands elsewhere is a conflict.
     * @default where the branch stands when the deployment begins
     */
    readonly expectedHead?: string | null
  }
  /** @default 'production' */
  readonly environment?: Environment
  readonly files?: {
    /** Patterns as in .gitignore; what they match is neither committed nor published. */
    readonly exclude?: readonly string[]
    /** Whether source maps are published. @default 'include' */
    readonly sourceMaps?: 'include' | 'exclude'
  }
  /** `false` trusts the provider; otherwise the address is fetched until it serves the release. */
  readonly verify?: false | { /** Milliseconds. @default 60_000 */ readonly timeLimit?: number }
  /** Address of a relay (see `tabship/relay`), for hosts that pages can not reach straight: git, and the live site. */
  readonly relay?: string
  readonly signal?: AbortSignal
  /** Stops after the plan. @default false */
  readonly dryRun?: boolean
  /** Is shown the plan before anything is done; `false` ends the deployment. */
  readonly approve?: (plan: Plan) => boolean | Promise<boolean>
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch
  /** @default the real time */
  readonly clock?: Clock
}

const milliseconds = z.number().check(z.positive())
const branch = z
  .string()
  .check(z.regex(/^(?![-/.])(?!.*(?:\.\.|\/\/))[\p{L}\p{N}._/#+=@-]+(?<![/.]|\.lock)$/u, 'a valid name of a branch'))

const container = z.custom<Container>(
  (value) => typeof value?.spawn === 'function' && typeof value?.fs?.readdir === 'function',
  'a booted WebContainer',
)

const schema = z.object({
  container,
  targets: z._default(
    z.array(z.custom<Target>((value) => typeof value?.publish === 'function', 'a target, such as netlify({ … })')),
    [],
  ),
  git: z.optional(
    z.custom<GitHost>((value) => typeof value?.commit === 'function', 'a git host, such as github({ … })'),
  ),
  project: z._default(
    z.custom<ProjectOptions>((value) => typeof value === 'object' && value !== null, 'an object'),
    {},
  ),
  build: z.prefault(
    z.strictObject({
      env: z._default(z.record(z.string(), z.string()), {}),
      timeLimit: z._default(milliseconds, 30 * 60_000),
      idleLimit: z._default(milliseconds, 5 * 60_000),
    }),
    {},
  ),
  commit: z.prefault(
    z.strictObject({
      content: z._default(z.enum(['source', 'artifacts', 'both'], 'source, artifacts or both'), 'source'),
      branch: z.optional(branch),
      artifactsBranch: z._default(branch, 'gh-pages'),
      message: z.optional(z.string().check(z.minLength(1))),
      author: z.optional(
        z.object({
          name: z.string().check(z.regex(/^[^<>\n]+$/, 'a name without <, > or line breaks')),
          email: z.string().check(z.regex(/^[^<>\s]+$/, 'an e-mail address')),
        }),
      ),
      expectedHead: z.optional(z.nullable(z.string().check(z.regex(/^[0-9a-f]{40}$/, 'a full commit id')))),
    }),
    {},
  ),
  environment: z._default(z.enum(['production', 'preview'], 'production or preview'), 'production'),
  files: z.prefault(
    z.strictObject({
      exclude: z._default(z.array(z.string()), []),
      sourceMaps: z._default(z.enum(['include', 'exclude'], 'include or exclude'), 'include'),
    }),
    {},
  ),
  verify: z.prefault(z.union([z.literal(false), z.strictObject({ timeLimit: z._default(milliseconds, 60_000) })]), {}),
  relay: z.optional(z.url({ protocol: /^https?$/, error: 'an address that starts with http:// or https://' })),
  signal: z.optional(z.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  dryRun: z._default(z.boolean(), false),
  approve: z.optional(
    z.custom<NonNullable<DeployOptions['approve']>>((value) => typeof value === 'function', 'a function'),
  ),
  fetch: z.optional(z.custom<typeof globalThis.fetch>((value) => typeof value === 'function', 'a function')),
  clock: z.optional(z.custom<Clock>((value) => typeof value?.sleep === 'function', 'a clock')),
})

/** Options with every default in place. */
export interface Settings {
  readonly container: Container
  readonly git?: GitHost | undefined
  readonly relay?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly approve?: DeployOptions['approve'] | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly targets: readonly Target[]
  readonly project: ProjectOptions
  readonly build: {
    readonly env: Readonly<Record<string, string>>
    readonly timeLimit: number
    readonly idleLimit: number
  }
  readonly commit: {
    readonly content: 'source' | 'artifacts' | 'both'
    readonly branch?: string | undefined
    readonly artifactsBranch: string
    readonly message?: string | undefined
    readonly author?: Person | undefined
    readonly expectedHead?: string | null | undefined
  }
  readonly environment: Environment
  readonly files: { readonly exclude: readonly string[]; readonly sourceMaps: 'include' | 'exclude' }
  readonly verify: false | { readonly timeLimit: number }
  readonly dryRun: boolean
}

/**
 * Checks the options by themselves and against each other.
 * @throws OptionsError `options-invalid` that names the fields.
 */
export function parseDeployOptions(options: DeployOptions): Settings {
  const settings = parseOptions(z.strictObject(schema.shape), options, 'deploy')
  const { targets, git, commit } = settings
  if (targets.length === 0 && git === undefined) {
    throw invalid(
      'there is nothing to do: neither deploy.targets nor deploy.git is given',
      'Give at least one target or a git host.',
    )
  }
  const names = targets.map((target) => target.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalid(`deploy.targets holds two targets named ${twice}`, 'Deploy to them one after the other.')
  if (commit.content === 'both' && commit.branch === commit.artifactsBranch) {
    throw invalid(
      'deploy.commit.branch and deploy.commit.artifactsBranch are the same',
      'Give the output a branch of its own.',
    )
  }
  return settings
}

function invalid(message: string, hint: string): OptionsError {
  return new OptionsError({ code: 'options-invalid', message, hint })
}
