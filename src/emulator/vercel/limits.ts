import { createFixedWindows } from '../fixed-windows.js'
import { rateHeaders } from './headers.js'
import { rateLimited, VercelProblem } from './problem.js'

/** How much an account may ask for. Vercel's numbers: 100 deployments and, as users report, 5,000 uploads a day on the free plan. */
export interface VercelLimits {
  /** For each token and endpoint. @default Number.POSITIVE_INFINITY */
  readonly requestsPerMinute?: number
  /** For each account. @default Number.POSITIVE_INFINITY */
  readonly deploymentsPerDay?: number
  /** For each account. @default Number.POSITIVE_INFINITY */
  readonly uploadsPerDay?: number
  /** Bytes of a file. @default 100_000_000, as on the free plan (docs, "Limits") */
  readonly fileSize?: number
}

/** Those of the free plan, as far as they are known (docs, "Limits"; the uploads by what users report). */
export const realisticVercelLimits: VercelLimits = {
  requestsPerMinute: 500,
  deploymentsPerDay: 100,
  uploadsPerDay: 5000,
}

/** Counts requests in fixed windows of time. */
export interface Limiter {
  /** Counts one request; gives the headers of its answer. @throws VercelProblem with 429 */
  request(token: string, operation: string): Record<string, string>
  /** Counts one deployment. @throws VercelProblem with 402, as the API answers where a plan is used up */
  deployment(account: string): void
  /** Counts one upload. @throws VercelProblem with 429, and with 400 where it is too large */
  upload(account: string, size: number): void
}

const minute = 60_000
const day = 24 * 60 * minute

/** Makes a limiter with nothing counted yet. */
export function createLimiter(limits: VercelLimits, now: () => number): Limiter {
  const {
    requestsPerMinute = Number.POSITIVE_INFINITY,
    deploymentsPerDay = Number.POSITIVE_INFINITY,
    uploadsPerDay = Number.POSITIVE_INFINITY,
    fileSize = 100_000_000,
  } = limits
  const open = createFixedWindows(now)
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
      if (exceeded) throw rateLimited(operation, limit, window.reset, now())
      return rateHeaders({ limit, remaining, reset: window.reset })
    },
    deployment: (account) => {
      daily(`${account} deployments`, deploymentsPerDay, 402, 'api-deployments-free-per-day')
    },
    upload: (account, size) => {
      if (size > fileSize) {
        // The CLI knows code and `sizeLimit`; which status they come with is told nowhere.
        const message = `The file has ${size} bytes, which is more than ${fileSize}.`
        throw new VercelProblem(400, 'size_limit_exceeded', message, { sizeLimit: fileSize })
      }
      daily(`${account} uploads`, uploadsPerDay, 429, 'api-upload-free')
    },
  }
}
