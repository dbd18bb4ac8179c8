import type { LoggedRequest } from '../../src/emulator/index.js'

/** What one deployment took. */
export interface Traffic {
  readonly requests: number
  /** Of the bodies of its requests. */
  readonly bytes: number
}

/** Counts requests, each of them. */
export function totalOf(requests: readonly LoggedRequest[]): Traffic {
  return { requests: requests.length, bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** Counts of repeated questions only the first: how often is asked whether something is ready is a matter of luck. */
export function trafficOf(requests: readonly LoggedRequest[]): Traffic {
  const asked = new Set<string>()
  return totalOf(
    requests.filter(({ method, path }) => {
      if (method !== 'GET') return true
      const isNew = !asked.has(path)
      asked.add(path)
      return isNew
    }),
  )
}
