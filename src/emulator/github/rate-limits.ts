import { GithubProblem } from './problem.js'

/** What a request did to its caller's budget. */
export interface RateDecision {
  /** Set where the request must be refused. */
  readonly problem: GithubProblem | undefined
  /** The `X-RateLimit-*` headers of its answer. */
  headers(): Readonly<Record<string, string>>
  /** To be called with its answer: one of 304 costs nothing, and says so. */
  answered(response: Response): void
}

/** How much of its hour a caller has used. */
export interface RateStatus {
  readonly limit: number
  readonly used: number
  readonly remaining: number
  /** Seconds since the epoch. */
  readonly reset: number
}

/** Counts requests by caller. */
export interface RateLimits {
  /** Requests that created content so far, of all callers. */
  readonly created: number
  /**
   * @param user id of the signed-in user; `null`: all others together
   * @param write whether the request creates content
   */
  count(user: number | null, write: boolean): RateDecision
  /** The same for what costs nothing. */
  look(user: number | null): RateDecision
  status(user: number | null): RateStatus
}

interface Caller {
  start: number
  used: number
  /** When it created content, within the last hour. */
  writes: number[]
  /** What it asked for within the last minute, with the points that this costs. */
  points: { readonly at: number; readonly cost: number }[]
  underway: number
}

const hour = 3_600_000
const minute = 60_000
/** "In general, no more than 80 content-generating requests per minute and no more than 500 … per hour" (GitHub Docs). */
const contentLimits = [
  { most: 80, within: minute },
  { most: 500, within: hour },
]
/** "No more than 900 points per minute are allowed for REST API endpoints": 1 for those that read, 5 for those that write. */
const pointsPerMinute = 900
const cost = { read: 1, write: 5 }
/** "No more than 100 concurrent requests are allowed." */
const atOnce = 100
const page = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api'

/**
 * GitHub's limits: 5,000 requests an hour for a user and 60 without a token; and, as secondary limits, 100 at a time, 900 points a
 * minute, and 80 requests a minute and 500 an hour that create content. What is refused for the latter does not count for them, and
 * an answer of 304 to a user costs nothing ("Best practices for using the REST API").
 *
 * @param enforced `false` neither counts nor refuses: what says that nothing is left must refuse
 * @param now milliseconds since the epoch
 */
export function createRateLimits(enforced: boolean, now: () => number): RateLimits {
  const callers = new Map<number | null, Caller>()
  let created = 0

  function callerOf(user: number | null): Caller {
    const time = now()
    const caller = callers.get(user) ?? { start: time, used: 0, writes: [], points: [], underway: 0 }
    callers.set(user, caller)
    if (time >= caller.start + hour) Object.assign(caller, { start: time, used: 0 })
    caller.writes = caller.writes.filter((at) => at > time - hour)
    caller.points = caller.points.filter(({ at }) => at > time - minute)
    return caller
  }

  function status(user: number | null): RateStatus {
    const { start, used } = callerOf(user)
    const limit = user === null ? 60 : 5000
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil((start + hour) / 1000) }
  }

  /** Milliseconds that it has to wait for a secondary limit. */
  function waitOf({ writes, points, underway }: Caller, write: boolean): number {
    const time = now()
    const waits = [underway >= atOnce ? minute : 0]
    // The oldest of the last 80, and of the last 500, must be past.
    if (write) for (const { most, within } of contentLimits) waits.push((writes.at(-most) ?? -within) + within - time)
    let spent = write ? cost.write : cost.read
    for (const point of [...points].reverse()) {
      spent += point.cost
      if (spent <= pointsPerMinute) continue
      waits.push(point.at + minute - time)
      break
    }
    return Math.max(...waits)
  }

  return {
    get created() {
      return created
    },
    status,
    count: (user, write) => {
      const caller = callerOf(user)
      const exhausted = enforced && status(user).remaining === 0
      const wait = enforced ? waitOf(caller, write) : 0
      if (enforced && !exhausted) caller.used += 1
      caller.underway += 1
      const refused = exhausted || wait > 0
      if (write && !refused) {
        caller.writes = [...caller.writes.slice(-499), now()]
        created += 1
      }
      if (enforced && !refused) caller.points.push({ at: now(), cost: write ? cost.write : cost.read })
      return {
        headers: () => headersOf(status(user)),
        problem: exhausted ? primary(user) : wait > 0 ? secondary(wait) : undefined,
        answered: (response) => {
          caller.underway -= 1
          if (!enforced || response.status !== 304 || user === null || caller.used === 0) return
          caller.used -= 1
          for (const [name, value] of Object.entries(headersOf(status(user)))) response.headers.set(name, value)
        },
      }
    },
    look: (user) => ({ problem: undefined, headers: () => headersOf(status(user)), answered: () => undefined }),
  }
}

/** What an answer tells of its caller's hour. */
export function headersOf({ limit, remaining, reset, used }: RateStatus): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(reset),
    'X-RateLimit-Used': String(used),
    'X-RateLimit-Resource': 'core',
  }
}

function primary(user: number | null): GithubProblem {
  const message =
    user === null
      ? "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)"
      : `API rate limit exceeded for user ID ${user}.`
  return new GithubProblem(403, message, { documentation: page })
}

/**
 * The refusal by a secondary limit.
 *
 * @param wait milliseconds
 * @param status of the two that GitHub tells of ("Rate limits for the REST API"). @default 403
 */
export function secondary(wait: number, status: 403 | 429 = 403): GithubProblem {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
  const documentation = `${page}#about-secondary-rate-limits`
  return new GithubProblem(status, message, {
    documentation,
    headers: { 'Retry-After': String(Math.ceil(wait / 1000)) },
  })
}
