import * as z from 'zod/mini'
import type { ExcludedFile } from '../spec/artifact.js'
import type { DomainStatus } from '../spec/domain.js'
import type { ErrorInfo } from '../spec/error.js'
import type { DeploymentResult } from '../spec/event.js'
import type { Commit, Repository } from '../spec/git-host.js'
import type { Plan, RequestEstimate, Warning } from '../spec/plan.js'
import type { Project } from '../spec/project.js'
import type { Release, Site, Verification } from '../spec/release.js'
import type { SetupChange } from '../spec/repository-setup.js'

/** The parts that events are made of. Each schema is held to its type in `spec/` by the compiler. */

export const errorInfo: z.ZodMiniType<ErrorInfo> = z.object({
  name: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  step: z.nullable(z.string()),
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()),
})

export const excludedFile: z.ZodMiniType<ExcludedFile> = z.object({
  path: z.string(),
  reason: z.enum(['ignored', 'secret', 'source-map', 'tooling', 'symlink', 'unreadable']),
})

export const requestEstimate: z.ZodMiniType<RequestEstimate> = z.object({
  least: z.number(),
  most: z.nullable(z.number()),
})

export const warning: z.ZodMiniType<Warning> = z.object({ code: z.string(), message: z.string(), hint: z.string() })

export const plan: z.ZodMiniType<Plan> = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      needs: z.array(z.string()),
      description: z.string(),
      files: z.nullable(z.number()),
      bytes: z.nullable(z.number()),
      requests: z.nullable(requestEstimate),
      duration: z.number(),
      way: z.optional(z.string()),
    }),
  ),
  warnings: z.array(warning),
})

export const project: z.ZodMiniType<Project> = z.object({
  root: z.string(),
  name: z.nullable(z.string()),
  packageManager: z.enum(['npm', 'pnpm', 'yarn', 'bun']),
  packageManagerSource: z.string(),
  framework: z.string(),
  frameworkName: z.string(),
  routing: z.enum(['spa', 'static']),
  installCommand: z.nullable(z.string()),
  buildCommand: z.nullable(z.string()),
  outputDirectory: z.string(),
  outputSource: z.string(),
  ownsOutput: z.boolean(),
  nodeVersion: z.nullable(z.string()),
  runsOn: z.optional(z.enum(['netlify', 'vercel'])),
  functions: z.optional(
    z.object({
      host: z.enum(['netlify', 'vercel']),
      directory: z.string(),
      settings: z.record(z.string(), z.unknown()),
    }),
  ),
  notes: z.array(z.string()),
})

export const repository: z.ZodMiniType<Repository> = z.object({
  fullName: z.string(),
  url: z.string(),
  defaultBranch: z.string(),
  created: z.boolean(),
  heads: z.record(z.string(), z.nullable(z.string())),
})

export const commit: z.ZodMiniType<Commit> = z.object({
  oid: z.string(),
  parent: z.nullable(z.string()),
  branch: z.string(),
  url: z.string(),
  changes: z.object({ added: z.number(), changed: z.number(), deleted: z.number() }),
  created: z.boolean(),
  pullRequest: z.optional(z.object({ number: z.number(), url: z.string() })),
})

export const site: z.ZodMiniType<Site> = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  adminUrl: z.nullable(z.string()),
  created: z.boolean(),
})

export const release: z.ZodMiniType<Release> = z.object({
  target: z.string(),
  id: z.string(),
  environment: z.enum(['production', 'preview']),
  url: z.string(),
  permalink: z.nullable(z.string()),
  uploaded: z.object({ files: z.number(), bytes: z.number() }),
  previous: z.optional(z.nullable(z.string())),
  claim: z.optional(z.object({ url: z.string(), expiresAt: z.nullable(z.number()), site: z.string() })),
})

export const domainStatus: z.ZodMiniType<DomainStatus> = z.object({
  target: z.string(),
  domain: z.string(),
  primary: z.boolean(),
  dns: z.enum(['ready', 'missing', 'wrong', 'unknown']),
  records: z.array(
    z.object({
      type: z.enum(['A', 'AAAA', 'CNAME', 'ALIAS', 'TXT', 'NS']),
      name: z.string(),
      host: z.string(),
      value: z.string(),
      purpose: z.enum(['traffic', 'ownership']),
    }),
  ),
  found: z.array(z.string()),
  certificate: z.enum(['none', 'pending', 'issued', 'failed']),
  httpsForced: z.boolean(),
  problem: z.nullable(z.string()),
})

export const verification: z.ZodMiniType<Verification> = z.object({
  target: z.string(),
  url: z.string(),
  compared: z.number(),
  fallback: z.enum(['spa', 'not-found-page', 'host', 'server']),
})

export const settingChange: {
  readonly setting: z.ZodMiniType<string>
  readonly name: z.ZodMiniType<string>
  readonly change: z.ZodMiniType<SetupChange['change']>
  readonly target: z.ZodMiniOptional<z.ZodMiniType<string>>
} = {
  setting: z.string(),
  name: z.string(),
  change: z.enum(['created', 'changed', 'unchanged', 'removed']),
  target: z.optional(z.string()),
}

export const setting: z.ZodMiniType<SetupChange> = z.object(settingChange)

export const result: z.ZodMiniType<DeploymentResult> = z.object({
  outcome: z.enum(['deployed', 'planned']),
  url: z.nullable(z.string()),
  plan,
  releases: z.array(release),
  commits: z.array(commit),
  verifications: z.array(verification),
  // Deployments of earlier versions set nothing up.
  settings: z._default(z.array(setting), []),
  domains: z._default(z.array(domainStatus), []),
})
