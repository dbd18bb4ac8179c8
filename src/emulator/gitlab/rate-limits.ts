import { GitlabProblem } from './problem.js'

/** What a request did to its caller's budget. */
export interface RateDecision {
  /** The `RateLimit-*` headers of the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Set where the request must be refused. */
  readonly problem: GitlabProblem | undefined
}

/** Counts requests by caller. */
export interface RateLimits {
  /** @param user id of the signed-in user; `null`: all others together */
  count(user: number | null): RateDecision
}

const minute = 60_000

/**
 * GitLab.com's limits: 2,000 authenticated API requests a minute for a user, and 500 a minute for an address without a token
 * ("Rate limits on GitLab.com"). The headers and the refusal, which is no JSON, are those of `lib/gitlab/rack_attack.rb`.
 *
 * @param enforced `false` neither counts nor refuses: what says that nothing is left must refuse
 * @param now milliseconds since the epoch
 */
export function createRateLimits(enforced: boolean, now: () => number): RateLimits {
  const windows = new Map<number | null, { start: number; observed: number }>()
  return {
    count: (user) => {
      const time = now()
      const limit = limitOf(user)
      const start = Math.floor(time / minute) * minute
      const last = windows.get(user)
      const window = last?.start === start ? last : { start, observed: 0 }
      windows.set(user, window)
      if (enforced) window.observed += 1
      const headers = rateHeaders({ user, observed: window.observed, reset: start + minute })
      return { headers, problem: window.observed <= limit ? undefined : throttled(start + minute, time) }
    },
  }
}

interface Observed {
  readonly user: number | null
  /** Requests. */
  readonly observed: number
  /** Milliseconds since the epoch. */
  readonly reset: number
}

/** What an answer tells of its caller's minute. */
export function rateHeaders({ user, observed, reset }: Observed): Record<string, string> {
  const limit = limitOf(user)
  return {
    'RateLimit-Limit': String(limit),
    'RateLimit-Name': user === null ? 'throttle_unauthenticated_api' : 'throttle_authenticated_api',
    'RateLimit-Observed': String(observed),
    'RateLimit-Remaining': String(Math.max(0, limit - observed)),
    'RateLimit-Reset': String(Math.ceil(reset / 1000)),
  }
}

/** The refusal where a minute's requests are used up; both are milliseconds since the epoch. */
export function throttled(reset: number, now: number): GitlabProblem {
  const headers = {
    'RateLimit-ResetTime': new Date(reset).toUTCString(),
    'Retry-After': String(Math.ceil(reset / 1000) - Math.floor(now / 1000)),
  }
  return new GitlabProblem(429, 'Retry later\n', headers, 'text')
}

/** How many requests a minute has. */
export function limitOf(user: number | null): number {
  return user === null ? 500 : 2000
}
