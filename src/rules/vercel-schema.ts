import * as z from 'zod/mini'
import type { VercelRule, VercelRules } from '../spec/rules.js'
import { type Issue, issuesOf } from '../toolkit/describe-issue.js'

const text = z.string('a text').check(z.maxLength(4096))
const texts = z.array(text)
const flag = z.boolean('true or false')
const status = z.int().check(z.gte(100), z.lte(999))

const operations = z.strictObject({
  eq: z.optional(z.union([text, z.number()])),
  neq: z.optional(text),
  inc: z.optional(texts),
  ninc: z.optional(texts),
  pre: z.optional(text),
  suf: z.optional(text),
  re: z.optional(text),
  gt: z.optional(z.number()),
  gte: z.optional(z.number()),
  lt: z.optional(z.number()),
  lte: z.optional(z.number()),
})
const condition = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('host'), value: z.union([text, operations]) }),
  z.strictObject({
    type: z.enum(['header', 'cookie', 'query']),
    key: text,
    value: z.optional(z.union([text, operations])),
  }),
])
const matching = {
  source: text,
  has: z.optional(z.array(condition).check(z.maxLength(16))),
  missing: z.optional(z.array(condition).check(z.maxLength(16))),
}
const list = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.optional(z.array(entry, 'a list').check(z.maxLength(2048)))

const images = z.strictObject({
  contentDispositionType: z.optional(z.enum(['inline', 'attachment'])),
  contentSecurityPolicy: z.optional(text),
  dangerouslyAllowSVG: z.optional(flag),
  domains: z.optional(texts.check(z.maxLength(50))),
  formats: z.optional(z.array(z.enum(['image/avif', 'image/webp', 'image/jpeg', 'image/png']))),
  localPatterns: z.optional(
    z.array(z.strictObject({ pathname: z.optional(text), search: z.optional(text) })).check(z.maxLength(25)),
  ),
  minimumCacheTTL: z.optional(z.int().check(z.gte(1), z.lte(315_360_000))),
  qualities: z.optional(z.array(z.int().check(z.gte(1), z.lte(100))).check(z.maxLength(20))),
  remotePatterns: z.optional(
    z
      .array(
        z.strictObject({
          protocol: z.optional(z.enum(['http', 'https'])),
          hostname: text,
          port: z.optional(text),
          pathname: z.optional(text),
          search: z.optional(text),
        }),
      )
      .check(z.maxLength(50)),
  ),
  sizes: z.array(z.number()).check(z.minLength(1), z.maxLength(50)),
})

/** A `vercel.json` whose settings are what they should be; of other settings it is not said what they are. */
export type VercelConfig = Omit<VercelRules, 'rewrites'> & {
  readonly rewrites?: readonly (VercelRule & { readonly destination: string | object })[] | undefined
}

/**
 * What Vercel takes of the settings that matter to a site that is built already, and of those that are often mistyped.
 * Source: `schemas.js` of the package `@vercel/routing-utils`, and `validate-config.ts` of github.com/vercel/vercel.
 */
const vercelSchema = z.looseObject({
  redirects: list(
    z.strictObject({
      ...matching,
      destination: text,
      permanent: z.optional(flag),
      statusCode: z.optional(status),
      env: z.optional(texts),
    }),
  ),
  rewrites: list(
    z.strictObject({
      ...matching,
      destination: z.union([text, z.looseObject({ service: text })]),
      statusCode: z.optional(status),
      transforms: z.optional(z.array(z.unknown())),
      env: z.optional(texts),
      respectOriginCacheControl: z.optional(flag),
    }),
  ),
  headers: list(
    z.strictObject({
      ...matching,
      headers: z.array(z.strictObject({ key: text, value: z.string('a text').check(z.maxLength(32_768)) })),
    }),
  ),
  cleanUrls: z.optional(flag),
  trailingSlash: z.optional(flag),
  routes: z.optional(
    z.array(
      z.looseObject({
        src: z.optional(text),
        source: z.optional(text),
        dest: z.optional(text),
        handle: z.optional(text),
        headers: z.optional(z.record(z.string(), z.string())),
        methods: z.optional(texts),
        status: z.optional(status),
        continue: z.optional(flag),
        check: z.optional(flag),
        has: matching.has,
        missing: matching.missing,
      }),
    ),
  ),
  images: z.optional(images),
  crons: z.optional(
    z.array(
      z.strictObject({
        path: z.string().check(z.regex(/^\/.{0,511}$/, 'a path that starts with "/"')),
        schedule: z.string().check(z.regex(/^\S+(?: \S+){4}$/, 'five fields, such as "0 5 * * *"')),
      }),
    ),
  ),
  functions: z.optional(z.record(z.string(), z.looseObject({}))),
  buildCommand: z.nullish(text),
  devCommand: z.nullish(text),
  installCommand: z.nullish(text),
  ignoreCommand: z.nullish(text),
  outputDirectory: z.nullish(text),
  framework: z.nullish(text),
  regions: z.optional(texts),
  public: z.optional(flag),
  fluid: z.optional(flag),
})

/** Reads what stands in a `vercel.json`, or says what is wrong with it. */
export function parseVercelConfig(
  value: unknown,
): { readonly config: VercelConfig } | { readonly issues: readonly Issue[] } {
  const { success, data, error } = z.safeParse(vercelSchema, value)
  return success ? { config: data as VercelConfig } : { issues: issuesOf(error) }
}

/** All names at the top of a `vercel.json`. Source: vercel.com/docs/project-configuration/vercel-json. */
export const vercelNames: readonly string[] = [
  ...Object.keys(vercelSchema.shape),
  ...['$schema', 'alias', 'build', 'builds', 'bulkRedirectsPath', 'bunVersion', 'env', 'files', 'fluid'],
  ...['functionFailoverRegions', 'git', 'github', 'meta', 'name', 'passiveRegions', 'projectSettings', 'proxy'],
  ...['regions', 'relatedProjects', 'schedules', 'scope', 'services', 'trailingSlash', 'version', 'wildcard'],
]
