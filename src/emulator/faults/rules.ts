import * as z from 'zod/mini'

/** Who answers a request: Netlify's API, GitHub's API, GitHub's git, the published sites, the relay, GitLab, Vercel's API, the DNS, Neon's API. */
export type EmulatedProvider = 'netlify' | 'github' | 'git' | 'sites' | 'relay' | 'gitlab' | 'vercel' | 'dns' | 'neon'

/**
 * What goes wrong with a request. "Carried out" means that the provider did what was asked, whatever the client learns of it.
 * A browser's `fetch` rejects with a TypeError where the connection is cut; the answers bear the provider's own CORS headers.
 */
export type Fault =
  /**
   * The connection is cut before the body is looked at, which is what a page sees of a refused connection as well. The port goes
   * on listening.
   */
  | { readonly kind: 'refuse' }
  /** The request is read to its end, not carried out, and the connection is cut. */
  | { readonly kind: 'reset-before' }
  /** The request is carried out to its end, and the connection is cut instead of an answer. */
  | { readonly kind: 'reset-after' }
  /**
   * The provider answers with an error in its own words, and a 429 with its own headers: its limit ends with `retryAfter`, or else in a
   * minute. 502, 503 and 504 come from a gateway and are HTML.
   */
  | {
      readonly kind: 'status'
      /** 400 to 599. */
      readonly status: number
      /** Seconds in the header `Retry-After`; as `{ date }` it names the time that is so many seconds away by the server's clock. */
      readonly retryAfter?: number | { readonly date: number }
      /** Milliseconds that the server's clock is ahead. @default 0 */
      readonly clockSkew?: number
      /** @default false */
      readonly carriedOut?: boolean
    }
  /**
   * The request is carried out at once, its answer comes so many milliseconds later: by the emulator's clock where that can sleep.
   * A client that leaves, and the end of the emulator, end the wait.
   */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The request is carried out; the connection is cut in the middle of the answer's body, of which the headers promise all. */
  | { readonly kind: 'truncate' }
  /** The request is carried out; the answer has half of its body and ends there in order. */
  | { readonly kind: 'malformed-json' }
  /** Somebody on the way answers 200 with a page to sign in to a network. */
  | {
      readonly kind: 'html'
      /** @default false */
      readonly carriedOut?: boolean
    }
  /** The provider answers 401, Vercel 403, in its own words; the request is not carried out. */
  | { readonly kind: 'expired-token' }
  /**
   * The request is carried out by a server whose clock is so many milliseconds ahead: its headers `Date`, `X-RateLimit-Reset` (GitLab's
   * `RateLimit-Reset`) and `Retry-After`, where that is a date, say so.
   */
  | { readonly kind: 'clock-skew'; readonly by: number }

/** The name of a fault. */
export type FaultKind = Fault['kind']

/** Which requests a fault hits: those that match everything that is given. */
export interface FaultRule {
  /** @default every one */
  readonly provider?: EmulatedProvider
  /** In any case. Preflights (`OPTIONS`) are left alone where it does not name them. @default every one */
  readonly method?: string
  /** A whole path, with or without its query; or what is found in the path with its query. @default every one */
  readonly path?: string | RegExp
  /**
   * Which of the matching requests, counted from 0 since the rule was added. Requests that another rule's fault hit are counted
   * too. @default every one
   */
  readonly at?: number | readonly number[]
  /** How many requests it hits at most. @default Number.POSITIVE_INFINITY */
  readonly times?: number
  /**
   * How likely it is to hit each of those, from 0 to 1. What falls is drawn by the emulator's `seed`, for each rule by itself.
   *
   * @default 1
   */
  readonly chance?: number
  readonly fault: Fault
}

const index = z.int().check(z.nonnegative())
const seconds = z.number().check(z.nonnegative())
const flag = z.optional(z.boolean())

// A misspelt name must not pass for an absent one: the rule would hit everything, or the fault be another.
const schema = z.strictObject({
  provider: z.optional(z.enum(['netlify', 'github', 'git', 'sites', 'relay', 'gitlab', 'vercel', 'dns', 'neon'])),
  method: z.optional(z.string().check(z.regex(/^[A-Za-z]+$/, 'must be a method such as PUT'))),
  path: z.optional(
    z.union([z.string().check(z.startsWith('/', 'must begin with a slash')), z.instanceof(RegExp)], {
      error: 'must be a path that begins with a slash, or a regular expression',
    }),
  ),
  at: z.optional(z.union([index, z.array(index)], { error: 'must be a count from 0, or a list of them' })),
  times: z.optional(z.union([z.int().check(z.positive()), z.literal(Number.POSITIVE_INFINITY)])),
  chance: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  fault: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['refuse', 'reset-before', 'reset-after', 'truncate', 'malformed-json']) }),
    z.strictObject({
      kind: z.literal('status'),
      status: z.int().check(z.minimum(400), z.maximum(599)),
      retryAfter: z.optional(z.union([seconds, z.strictObject({ date: seconds })])),
      clockSkew: z.optional(z.number()),
      carriedOut: flag,
    }),
    z.strictObject({ kind: z.literal('slow'), milliseconds: z.number().check(z.nonnegative()) }),
    z.strictObject({ kind: z.literal('html'), carriedOut: flag }),
    z.strictObject({ kind: z.literal('expired-token') }),
    z.strictObject({ kind: z.literal('clock-skew'), by: z.number() }),
  ]),
})

/** What a rule is asked about a request. */
export interface Arrival {
  readonly provider: EmulatedProvider
  readonly method: string
  /** With its query. */
  readonly path: string
}

/** A rule that counts. */
export interface ArmedRule {
  readonly rule: FaultRule
  /** How many requests it has hit. */
  readonly hits: number
  /** Counts a request if it matches. Gives the fault that is due for it, unless `taken` says that it has got one. */
  meet(arrival: Arrival, taken: boolean): Fault | undefined
}

/**
 * Reads a rule and sets its counts to zero.
 *
 * @param draw numbers from 0 up to, not including, 1
 * @throws TypeError that says what is wrong with the rule
 */
export function armRule(rule: FaultRule, draw: () => number): ArmedRule {
  const parsed = schema.safeParse(rule, { error: z.locales.en().localeError })
  if (!parsed.success) throw new TypeError(`This is no rule for a fault: ${z.prettifyError(parsed.error)}`)
  const { provider, at, times = Number.POSITIVE_INFINITY, chance = 1, fault } = rule
  const method = rule.method?.toUpperCase()
  const indices = at === undefined ? undefined : new Set(typeof at === 'number' ? [at] : at)
  const fits = pathTest(rule.path)
  let met = 0
  let hits = 0
  return {
    rule,
    get hits() {
      return hits
    },
    meet(arrival, taken) {
      const isMethod = method === undefined ? arrival.method !== 'OPTIONS' : method === arrival.method
      if (!isMethod || (provider ?? arrival.provider) !== arrival.provider || !fits(arrival.path)) return undefined
      const position = met
      met += 1
      if (taken || hits >= times || indices?.has(position) === false) return undefined
      if (chance < 1 && draw() >= chance) return undefined
      hits += 1
      return fault
    },
  }
}

function pathTest(path: string | RegExp | undefined): (path: string) => boolean {
  if (path === undefined) return () => true
  if (typeof path === 'string') return (asked) => asked === path || asked.split('?', 1)[0] === path
  // `g` and `y` would make the answer depend on the one before.
  const pattern = new RegExp(path.source, path.flags.replace(/[gy]/g, ''))
  return (asked) => pattern.test(asked)
}
