import * as z from 'zod/mini'
import { type AllowRule, isOrigin, isRuleOrigin } from './allow-rule.js'

/** What a relay lets through, and for whom. */
export interface RelayOptions {
  /** What may be reached. Presets: `githubGit`, `githubApi`, `netlifyApi`, `netlifySites`, `gitSmartHttp(origin)`. */
  readonly allow: readonly AllowRule[]
  /**
   * The pages that may use the relay: their origins, or a function that decides.
   *
   * A request that names no page is refused with a list; the function is asked with `null`. (Reads by a page of the relay's own
   * origin name none either: there the browser's `Sec-Fetch-Site: same-origin` counts as that origin.) This keeps other pages
   * out, not programs, which can send any header: the relay adds no rights to what a token gives.
   */
  readonly pageOrigins: readonly string[] | ((origin: string | null) => boolean)
  /**
   * Path under which the relay is mounted, `/relay`.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Largest body of a request, in bytes.
   * @default 104_857_600, which is 100 MiB
   */
  readonly maxRequestBytes?: number
  /**
   * Milliseconds that a provider may take until its answer begins, and may be silent within it. An upload gets a second
   * more for each 64 KiB.
   * @default 120_000
   */
  readonly timeLimit?: number
  /** @default the platform's own */
  readonly fetch?: typeof fetch
}

// A misspelt name must not pass for an absent one: a rule without `paths` opens every path.
const optionsSchema = z.strictObject({
  allow: z
    .array(
      z.strictObject({
        origin: z
          .string()
          .check(z.refine(isRuleOrigin, 'must be an origin such as https://github.com or https://*.netlify.app')),
        paths: z.optional(z.array(z.instanceof(RegExp))),
        methods: z.optional(z.array(z.string().check(z.regex(/^[A-Z]+$/, 'must be a method in capitals')))),
      }),
    )
    .check(z.minLength(1, 'must hold at least one rule')),
  pageOrigins: z.union([
    z.array(z.string().check(z.refine(isOrigin, 'must be an origin such as https://ide.example, or a function'))),
    z.custom<(origin: string | null) => boolean>((value) => typeof value === 'function'),
  ]),
  prefix: z._default(z.string().check(z.regex(/^(?:\/[^/?#%]+)*$/, 'must be a path such as /relay')), ''),
  maxRequestBytes: z._default(z.int().check(z.nonnegative()), 100 * 1024 * 1024),
  timeLimit: z._default(z.int().check(z.positive()), 120_000),
  fetch: z._default(
    z.custom<typeof fetch>((value) => typeof value === 'function'),
    () => (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
  ),
})

/** Options as they are used: read once, complete. */
export interface RelaySettings {
  readonly allow: readonly AllowRule[]
  readonly pageOrigins: readonly string[] | ((origin: string | null) => boolean)
  readonly prefix: string
  readonly maxRequestBytes: number
  readonly timeLimit: number
  readonly fetch: typeof fetch
}

/** @throws TypeError that names the option */
export function parseOptions(options: RelayOptions): RelaySettings {
  const result = optionsSchema.safeParse(options)
  if (!result.success) throw new TypeError(`createRelay: ${z.prettifyError(result.error)}`)
  return result.data
}
