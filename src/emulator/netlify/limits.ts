import { createFixedWindows } from '../fixed-windows.js'

/** How much an account may ask for. Netlify's numbers: 500 requests a minute, 3 deploys a minute, 100 a day. */
export interface NetlifyLimits {
  /** For each token; uploads of files are not counted. @default 500 */
  readonly requestsPerMinute?: number
  /** For each token. @default Number.POSITIVE_INFINITY */
  readonly deploysPerMinute?: number
  /** For each token. @default Number.POSITIVE_INFINITY */
  readonly deploysPerDay?: number
  /** Sites that are published without an account. @default Number.POSITIVE_INFINITY */
  readonly dropsPerDay?: number
}

/** What Netlify's docs tell ("Get started with the Netlify API", "Rate limiting"): as strict for every token. */
export const realisticNetlifyLimits: NetlifyLimits = { requestsPerMinute: 500, deploysPerMinute: 3, deploysPerDay: 100 }

/** What is left of a limit. */
export interface Allowance {
  readonly limit: number
  readonly remaining: number
  /** Milliseconds since the epoch at which it is full again. */
  readonly reset: number
  readonly exceeded: boolean
}

const minute = 60_000
const day = 24 * 60 * minute

/** Counts requests in fixed windows of time. */
export interface Limiter {
  /** Counts one request. Answers with the limit that refuses it, or else with the general one. */
  take(token: string, operation: string): Allowance
}

/** Makes a limiter with nothing counted yet. */
export function createLimiter(limits: NetlifyLimits, clock: { now(): number }): Limiter {
  const { requestsPerMinute = 500 } = limits
  const { deploysPerMinute = Number.POSITIVE_INFINITY, deploysPerDay = Number.POSITIVE_INFINITY } = limits
  const { dropsPerDay = Number.POSITIVE_INFINITY } = limits
  const open = createFixedWindows(() => clock.now())

  return {
    take(token, operation) {
      const general = { limit: requestsPerMinute, window: open(`${token} requests`, minute) }
      const counted = operation === 'uploadDeployFile' || operation === 'uploadDeployFunction' ? [] : [general]
      if (operation === 'createSiteDeploy') {
        counted.push({ limit: deploysPerMinute, window: open(`${token} minute`, minute) })
        counted.push({ limit: deploysPerDay, window: open(`${token} day`, day) })
      }
      if (operation === 'createDrop') counted.push({ limit: dropsPerDay, window: open('drops', day) })
      // A request that is refused uses nothing up.
      const full = counted.find(({ limit, window }) => window.count >= limit)
      if (!full) for (const { window } of counted) window.count += 1
      const {
        limit,
        window: { count, reset },
      } = full ?? general
      return { limit, remaining: Math.max(limit - count, 0), reset, exceeded: full !== undefined }
    },
  }
}
