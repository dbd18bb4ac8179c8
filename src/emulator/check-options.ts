import * as z from 'zod/mini'
import { quickGithubDelays } from './github/delays.js'
import { quickGitlabDelays } from './gitlab/delays.js'
import { quickNeonDelays } from './neon/delays.js'
import { quickNetlifyDelays } from './netlify/delays.js'
import { quickVercelDelays } from './vercel/delays.js'

/** The largest number of the first port: the others follow it. */
export const mostPort: number = 65_523

const flag = z.optional(z.boolean())
const isFunction = (value: unknown): value is () => unknown => typeof value === 'function'
const milliseconds = z.optional(z.number().check(z.nonnegative()))
const amount = z.optional(
  z.union(
    [z.number().check(z.nonnegative()), z.literal(Number.POSITIVE_INFINITY)],
    'must be a number from 0 to Infinity',
  ),
)
const named = <Value extends z.ZodMiniType>(names: readonly string[], value: Value) =>
  z.optional(z.strictObject(Object.fromEntries(names.map((name) => [name, value]))))
const delays = (known: object) => named(Object.keys(known), milliseconds)
const origin = z.string().check(z.refine(isOrigin, 'must be an origin such as https://ide.example, or null'))

// A misspelt name must not pass for an absent one.
const schema = z.strictObject({
  port: z.optional(z.int().check(z.minimum(0), z.maximum(mostPort))),
  http2: flag,
  seed: z.optional(z.union([z.string(), z.number()], 'must be a text or a number')),
  clock: z.optional(
    z.custom(
      (value) => isFunction(Object(value).now),
      'must be a clock with now(), such as createSimulatedClock() makes',
    ),
  ),
  profile: z.optional(z.enum(['quick', 'realistic'])),
  cors: z.optional(z.enum(['known', 'strictest'])),
  origins: z.optional(z.array(origin)),
  faults: z.optional(z.array(z.unknown())),
  netlify: z.optional(
    z.strictObject({
      granularScopes: flag,
      delays: delays(quickNetlifyDelays),
      limits: named(['requestsPerMinute', 'deploysPerMinute', 'deploysPerDay', 'dropsPerDay'], amount),
      cors: z.optional(z.union([z.boolean(), z.literal('no-uploads')], 'must be true, false or no-uploads')),
    }),
  ),
  github: z.optional(
    z.strictObject({
      rateLimits: flag,
      delays: delays(quickGithubDelays),
      pages: z.optional(z.strictObject({ delays: delays(quickGithubDelays), byPush: flag })),
      actions: z.optional(z.strictObject({ timeLimit: milliseconds })),
    }),
  ),
  vercel: z.optional(
    z.strictObject({
      delays: delays(quickVercelDelays),
      limits: named(['requestsPerMinute', 'deploymentsPerDay', 'uploadsPerDay', 'fileSize'], amount),
      cors: z.optional(
        z.union([z.boolean(), z.literal('no-upload-headers')], 'must be true, false or no-upload-headers'),
      ),
      githubApp: flag,
      protectPreviews: flag,
      dns: z.optional(z.custom(isFunction, 'must be a function that gives records')),
    }),
  ),
  gitlab: z.optional(z.strictObject({ rateLimits: flag, cors: flag, delays: delays(quickGitlabDelays) })),
  neon: z.optional(
    z.strictObject({
      delays: delays(quickNeonDelays),
      limits: named(['requestsPerMinute', 'requestsPerSecond', 'projects', 'branches', 'snapshots'], amount),
      cors: flag,
    }),
  ),
  runtime: z.optional(
    z.strictObject({
      origins: z.optional(z.array(origin)),
      addons: flag,
      env: z.optional(z.record(z.string(), z.string())),
    }),
  ),
})

/** @throws TypeError that names each option which is wrong, and what it takes. */
export function checkOptions(options: unknown): void {
  const { error } = schema.safeParse(options, { error: z.locales.en().localeError })
  if (error) throw new TypeError(`These are no options of an emulator.\n${z.prettifyError(error)}`)
}

function isOrigin(text: string): boolean {
  return text === 'null' || (/^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text)
}
