import * as z from 'zod/mini'
import { type BuildSettings, buildSchema, checkBuild } from './build-options.js'
import type { DeployOptions } from './deploy-options.js'
import { OptionsError } from './errors/options-error.js'
import { type HeadersSettings, headersSchema } from './headers-options.js'
import { type OptimizeSettings, optimizeSchema } from './optimize-options.js'
import { plannedCommits } from './planned-commits.js'
import { parseProjectOptions } from './project/project-options.js'
import type { Container } from './spec/container.js'
import type { Clock, OpenSocket } from './spec/context.js'
import type { DnsSource } from './spec/dns.js'
import type { GitHost, Person } from './spec/git-host.js'
import type { Network } from './spec/network.js'
import type { ProjectOptions } from './spec/project.js'
import type { Environment } from './spec/release.js'
import type { DeploymentStorage } from './spec/storage.js'
import type { Target } from './spec/target.js'
import { branchName } from './toolkit/branch-name.js'
import { dnsSource } from './toolkit/dns-source.js'
import { parseOptions } from './toolkit/parse-options.js'

/** Whether a value can serve as a clock. */
export function isClock(value: unknown): value is Clock {
  const { now, sleep } = (value ?? {}) as Partial<Clock>
  return typeof now === 'function' && typeof sleep === 'function'
}

const milliseconds = z.number().check(z.positive())
/** A commit message: text with a subject, in lines. */
const message = z.string().check(
  z.refine((text) => text.trim() !== '', 'a text that is not empty'),
  z.refine((text) => !/[^\P{Cc}\n\r\t]/u.test(text), 'a text without control characters'),
)

/** An address, which pages may give relative to their own. */
const address = z.pipe(
  z.string().check(
    z.refine((text) => resolve(text) !== undefined, 'an address that starts with http:// or https://'),
    // Messages name the relay, and no token goes into an address.
    z.refine((text) => !/^[a-z]+:\/\/[^/]*@/i.test(text), 'an address without user and password'),
  ),
  z.transform((text) => resolve(text) ?? text),
)

function resolve(text: string): string | undefined {
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  const url = URL.canParse(text, location?.href) ? new URL(text, location?.href) : undefined
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined
}

const container = z.custom<Container>(
  (value) => typeof value?.spawn === 'function' && typeof value?.fs?.readdir === 'function',
  'a booted WebContainer',
)

const schema = z.object({
  id: z.optional(z.string().check(z.regex(/^[\w-]{1,64}$/, 'letters, digits, "-" and "_", at most 64'))),
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
  build: z.prefault(buildSchema, {}),
  commit: z.prefault(
    z.strictObject({
      content: z._default(z.enum(['source', 'artifacts', 'both'], 'source, artifacts or both'), 'source'),
      branch: z.optional(branchName),
      artifactsBranch: z._default(branchName, 'gh-pages'),
      message: z.optional(message),
      root: z._default(z.string(), '.'),
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
  headers: z.prefault(headersSchema, {}),
  optimize: optimizeSchema,
  verify: z.prefault(
    z.union([
      z.literal(false),
      z.strictObject({ timeLimit: z._default(milliseconds, 60_000), rollback: z._default(z.boolean(), false) }),
    ]),
    {},
  ),
  relay: z.optional(address),
  signal: z.optional(z.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  dryRun: z._default(z.boolean(), false),
  approve: z.optional(
    z.custom<NonNullable<DeployOptions['approve']>>((value) => typeof value === 'function', 'a function'),
  ),
  onConflict: z.optional(
    z.custom<NonNullable<DeployOptions['onConflict']>>(
      (value) => typeof value === 'function' || ['stop', 'rebase', 'branch'].includes(value as string),
      'stop, rebase, branch or a function',
    ),
  ),
  onApproval: z.optional(
    z.custom<NonNullable<DeployOptions['onApproval']>>((value) => typeof value === 'function', 'a function'),
  ),
  fetch: z.optional(z.custom<typeof globalThis.fetch>((value) => typeof value === 'function', 'a function')),
  dns: z.optional(dnsSource),
  openSocket: z.optional(z.custom<OpenSocket>((value) => typeof value === 'function', 'a function')),
  clock: z.optional(z.custom<Clock>(isClock, 'a clock with now and sleep')),
  storage: z.optional(
    z.custom<DeploymentStorage>(
      (value) =>
        [value?.openContents, value?.journal?.read, value?.tabs?.open].every((one) => typeof one === 'function'),
      'a storage, such as browserStorage()',
    ),
  ),
  network: z.optional(
    z.custom<Network>((value) => typeof value?.watch === 'function', 'an object with online and watch'),
  ),
})

/** Options with every default in place. */
export interface Settings {
  readonly storage?: DeploymentStorage | undefined
  readonly network?: Network | undefined
  readonly container: Container
  readonly git?: GitHost | undefined
  readonly relay?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly approve?: DeployOptions['approve'] | undefined
  readonly onConflict?: DeployOptions['onConflict'] | undefined
  readonly onApproval?: DeployOptions['onApproval'] | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly dns?: DnsSource | undefined
  readonly openSocket?: OpenSocket | undefined
  readonly targets: readonly Target[]
  readonly project: ProjectOptions
  readonly build: BuildSettings
  readonly commit: {
    readonly content: 'source' | 'artifacts' | 'both'
    readonly branch?: string | undefined
    readonly artifactsBranch: string
    readonly message?: string | undefined
    readonly root: string
    readonly author?: Person | undefined
    readonly expectedHead?: string | null | undefined
  }
  readonly environment: Environment
  readonly files: { readonly exclude: readonly string[]; readonly sourceMaps: 'include' | 'exclude' }
  readonly headers: HeadersSettings
  readonly optimize: OptimizeSettings
  readonly verify: false | { readonly timeLimit: number; readonly rollback: boolean }
  readonly dryRun: boolean
}

/**
 * Checks the options by themselves and against each other.
 * @param verb Whose options they are, for messages.
 * @throws OptionsError `options-invalid` that names the fields.
 */
export function parseDeployOptions(options: DeployOptions, verb: 'deploy' | 'resume' = 'deploy'): Settings {
  const settings = parseOptions(z.strictObject(schema.shape), options, verb)
  const { targets, git, commit } = settings
  if (targets.length === 0 && git === undefined) {
    throw invalid(
      `There is nothing to do: neither ${verb}.targets nor ${verb}.git is given.`,
      'Give at least one target or a git host.',
    )
  }
  checkBuild(settings, verb)
  if (settings.build.where === 'provider' && (settings.optimize.images || settings.optimize.precompress)) {
    throw invalid(
      `${verb}.optimize is given together with a build by the provider, whose output never comes here.`,
      'Leave optimize out, or build in the container.',
    )
  }
  const names = targets.map((target) => target.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalid(
      `${verb}.targets holds two targets named ${twice}.`,
      "Give each a name of its own, for example netlify({ name: 'docs', … }).",
    )
  const same = targets.find(({ resource }, index) => targets.findIndex((one) => one.resource === resource) !== index)
  if (same !== undefined)
    throw invalid(
      `${verb}.targets publishes ${same.site} twice: the target ${same.name} is another one's site.`,
      'Leave one of them out, or give it a site of its own.',
    )
  if (commit.content === 'both' && commit.branch === commit.artifactsBranch) {
    throw invalid(
      'deploy.commit.branch and deploy.commit.artifactsBranch are the same.',
      'Give the output a branch of its own.',
    )
  }
  const { environment } = settings
  for (const target of targets) target.admit?.({ environment, commits: plannedCommits(settings) })
  return { ...settings, project: parseProjectOptions(settings.project) }
}

function invalid(message: string, hint: string): OptionsError {
  return new OptionsError({ code: 'options-invalid', message, hint })
}
