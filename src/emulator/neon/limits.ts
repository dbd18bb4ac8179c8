import { createFixedWindows } from '../fixed-windows.js'
import { tooManyRequests } from './problem.js'

/** How much may be asked for. */
export interface NeonLimits {
  /** For each token. Neon's number: 700. @default Number.POSITIVE_INFINITY */
  readonly requestsPerMinute?: number
  /** For each token and route. Neon's number: 40. @default Number.POSITIVE_INFINITY */
  readonly requestsPerSecond?: number
  /** Of each organization. @default 100, as on the free plan */
  readonly projects?: number
  /** Of each project. @default 10, as on the free plan */
  readonly branches?: number
  /** Made by hand, of each project. @default 1, as on the free plan */
  readonly snapshots?: number
}

/** The limits of the free plan (neon.com/docs, "Neon plans", "Backup & restore") and of the API ("Neon API key concepts"). */
export const realisticNeonLimits: Required<NeonLimits> = {
  requestsPerMinute: 700,
  requestsPerSecond: 40,
  projects: 100,
  branches: 10,
  snapshots: 1,
}

/** Limits with everything told. */
export function completeLimits(limits: NeonLimits): Required<NeonLimits> {
  const unlimited = Number.POSITIVE_INFINITY
  return { ...realisticNeonLimits, requestsPerMinute: unlimited, requestsPerSecond: unlimited, ...limits }
}

/** Counts requests in fixed windows of time. */
export interface Limiter {
  /** Counts one request. @throws NeonProblem with 429 */
  request(token: string, operation: string): void
}

/** Makes a limiter with nothing counted yet. No header tells of Neon's limits, as far as its documentation goes. */
export function createLimiter(limits: Required<NeonLimits>, now: () => number): Limiter {
  const open = createFixedWindows(now)
  return {
    request: (token, operation) => {
      const minute = open(token, 60_000)
      const second = open(`${token} ${operation}`, 1000)
      // A request that is refused uses nothing up.
      if (minute.count >= limits.requestsPerMinute || second.count >= limits.requestsPerSecond) {
        throw tooManyRequests()
      }
      minute.count += 1
      second.count += 1
    },
  }
}
