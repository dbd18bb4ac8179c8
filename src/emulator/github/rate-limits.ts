import { GithubProblem } from './problem.js'

/** What a request did to its caller's budget. */
export interface RateDecision {
  /** The `X-RateLimit-*` headers of the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Set where the request must be refused. */
  readonly problem: GithubProblem | undefined
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
}

const hour = 3_600_000
const minute = 60_000
/** "In general, no more than 80 content-generating requests per minute and no more than 500 … per hour" (GitHub Docs). */
const contentLimits = [
  { most: 80, within: minute },
  { most: 500, within: hour },
]
const page = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api'

/**
 * GitHub's limits: 5,000 requests an hour for a user and 60 without a token; and, as secondary limits, 80 requests a minute and
 * 500 an hour that create content. A request that is refused for the latter does not count for them.
 *
 * @param enforced `false` neither counts nor refuses: what says that nothing is left must refuse
 * @param now milliseconds since the epoch
 */
export function createRateLimits(enforced: boolean, now: () => number): RateLimits {
  const windows = new Map<number | null, { start: number; used: number }>()
  const writes = new Map<number | null, number[]>()
  let created = 0
  return {
    get created() {
      return created
    },
    count: (user, write) => {
      const time = now()
      const limit = user === null ? 60 : 5000
      const last = windows.get(user)
      const window = last && time < last.start + hour ? last : { start: time, used: 0 }
      windows.set(user, window)
      const exhausted = enforced && window.used >= limit
      if (enforced && !exhausted) window.used += 1
      const recent = (writes.get(user) ?? []).filter((at) => at > time - hour)
      const wait = enforced && write ? waitOf(recent, time) : 0
      const counts = write && !exhausted && wait <= 0
      writes.set(user, counts ? [...recent.slice(-499), time] : recent)
      if (counts) created += 1
      const headers = {
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(Math.max(0, limit - window.used)),
        'X-RateLimit-Reset': String(Math.ceil((window.start + hour) / 1000)),
        'X-RateLimit-Used': String(window.used),
        'X-RateLimit-Resource': 'core',
      }
      return { headers, problem: exhausted ? primary(user) : wait > 0 ? secondary(wait) : undefined }
    },
  }
}

function primary(user: number | null): GithubProblem {
  const whose = user === null ? '127.0.0.1' : `user ID ${user}`
  return new GithubProblem(403, `API rate limit exceeded for ${whose}.`, { documentation: page })
}

/** Milliseconds until one more request may create content: the oldest of the last 80, and of the last 500, must be past. */
function waitOf(times: readonly number[], now: number): number {
  return Math.max(
    ...contentLimits.map(({ most, within }) => (times.at(-most) ?? Number.NEGATIVE_INFINITY) + within - now),
  )
}

function secondary(wait: number): GithubProblem {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
  const documentation = `${page}#about-secondary-rate-limits`
  return new GithubProblem(403, message, { documentation, headers: { 'Retry-After': String(Math.ceil(wait / 1000)) } })
}
