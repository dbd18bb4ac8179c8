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
  /**
   * @param user id of the signed-in user; `null`: all others together
   * @param write whether the request creates content
   */
  count(user: number | null, write: boolean): RateDecision
}

const hour = 3_600_000
const minute = 60_000
const page = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api'

/**
 * GitHub's limits: 5,000 requests an hour for a user and 60 without a token, and 80 writes a minute (the secondary limit).
 *
 * @param enforced `false` neither counts nor refuses: what says that nothing is left must refuse
 * @param now milliseconds since the epoch
 */
export function createRateLimits(enforced: boolean, now: () => number): RateLimits {
  const windows = new Map<number | null, { start: number; used: number }>()
  const writes = new Map<number | null, number[]>()
  return {
    count: (user, write) => {
      const time = now()
      const limit = user === null ? 60 : 5000
      const last = windows.get(user)
      const window = last && time < last.start + hour ? last : { start: time, used: 0 }
      windows.set(user, window)
      const exhausted = enforced && window.used >= limit
      if (enforced && !exhausted) window.used += 1
      const recent = (writes.get(user) ?? []).filter((at) => at > time - minute)
      const tooFast = enforced && write && recent.length >= 80
      writes.set(user, write && !tooFast ? [...recent, time] : recent)
      const headers = {
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(Math.max(0, limit - window.used)),
        'X-RateLimit-Reset': String(Math.ceil((window.start + hour) / 1000)),
        'X-RateLimit-Used': String(window.used),
        'X-RateLimit-Resource': 'core',
      }
      return { headers, problem: exhausted ? primary(user) : tooFast ? secondary() : undefined }
    },
  }
}

function primary(user: number | null): GithubProblem {
  const whose = user === null ? '127.0.0.1' : `user ID ${user}`
  return new GithubProblem(403, `API rate limit exceeded for ${whose}.`, { documentation: page })
}

function secondary(): GithubProblem {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
  const documentation = `${page}#about-secondary-rate-limits`
  return new GithubProblem(403, message, { documentation, headers: { 'Retry-After': '60' } })
}
