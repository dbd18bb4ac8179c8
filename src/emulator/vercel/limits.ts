import { VercelProblem } from './problem.js'

/** How much an account may ask for. Vercel's numbers: 100 deployments and, as users report, 5,000 uploads a day on the free plan. */
export interface VercelLimits {
  /** For each token and endpoint. @default Number.POSITIVE_INFINITY */
  readonly requestsPerMinute?: number
  /** For each account. @default Number.POSITIVE_INFINITY */
  readonly deploymentsPerDay?: number
  /** For each account. @default Number.POSITIVE_INFINITY */
  readonly uploadsPerDay?: number
}

/** Counts requests in fixed windows of time. */
export interface Limiter {
  /** Counts one request; gives the headers of its answer. @throws VercelProblem with 429 */
  request(token: string, operation: string): Record<string, string>
  /** Counts one deployment. @throws VercelProblem with 402, as the API answers where a plan is used up */
  deployment(account: string): void
  /** Counts one upload. @throws VercelProblem with 429 */
  upload(account: string): void
}

interface Window {
  readonly reset: number
  count: number
}

const minute = 60_000
const day = 24 * 60 * minute

/** Makes a limiter with nothing counted yet. */
export function createLimiter(limits: VercelLimits, now: () => number): Limiter {
  const {
    requestsPerMinute = Number.POSITIVE_INFINITY,
    deploymentsPerDay = Number.POSITIVE_INFINITY,
    uploadsPerDay = Number.POSITIVE_INFINITY,
  } = limits
  const windows = new Map<string, Window>()
  const open = (key: string, length: number): Window => {
    const known = windows.get(key)
    const window = known && known.reset > now() ? known : { count: 0, reset: now() + length }
    windows.set(key, window)
    return window
  }
  const daily = (key: string, limit: number, status: number, code: string): void => {
    const window = open(key, day)
    if (window.count >= limit) {
      // The reset is told as a day from now, whenever it is asked (github.com/vercel/vercel issue 17426).
      const left = { total: limit, remaining: 0, reset: now() + day }
      const message = `Resource is limited - try again in 24 hours (more than ${limit}, code: "${code}").`
      throw new VercelProblem(status, code, message, { limit: left })
    }
    window.count += 1
  }
  return {
    request: (token, operation) => {
      const limit = Number.isFinite(requestsPerMinute) ? requestsPerMinute : 500
      const window = open(`${token} ${operation}`, minute)
      const exceeded = window.count >= requestsPerMinute
      // A request that is refused uses nothing up.
      if (!exceeded) window.count += 1
      const remaining = Math.max(limit - window.count, 0)
      const reset = Math.ceil(window.reset / 1000)
      if (exceeded) {
        const message = `The rate limit of ${limit} exceeded for '${operation}'. Try again later`
        const left = { remaining, reset, resetMs: window.reset, total: limit }
        throw new VercelProblem(429, 'rate_limited', message, { limit: left })
      }
      return {
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(remaining),
        'X-RateLimit-Reset': String(reset),
      }
    },
    deployment: (account) => {
      daily(`${account} deployments`, deploymentsPerDay, 402, 'api-deployments-free-per-day')
    },
    upload: (account) => daily(`${account} uploads`, uploadsPerDay, 429, 'api-upload-free'),
  }
}
