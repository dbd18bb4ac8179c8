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
      const limit = user === null ? 500 : 2000
      const name = user === null ? 'throttle_unauthenticated_api' : 'throttle_authenticated_api'
      const start = Math.floor(time / minute) * minute
      const last = windows.get(user)
      const window = last?.start === start ? last : { start, observed: 0 }
      windows.set(user, window)
      if (enforced) window.observed += 1
      const headers = {
        'RateLimit-Limit': String(limit),
        'RateLimit-Name': name,
        'RateLimit-Observed': String(window.observed),
        'RateLimit-Remaining': String(Math.max(0, limit - window.observed)),
        'RateLimit-Reset': String((start + minute) / 1000),
      }
      if (window.observed <= limit) return { headers, problem: undefined }
      const refused = {
        'RateLimit-ResetTime': new Date(start + minute).toUTCString(),
        'Retry-After': String((start + minute) / 1000 - Math.floor(time / 1000)),
      }
      return { headers, problem: new GitlabProblem(429, 'Retry later\n', refused, 'text') }
    },
  }
}
