import { describe, expect, it } from 'vitest'
import { backoff, defaultRetryPolicy } from '../../src/toolkit/retry.js'

describe('the wait before another try', () => {
  const policy = { ...defaultRetryPolicy, base: 500, most: 15_000 }

  it('is drawn from a range that doubles with each try, up to a bound', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoff(policy, attempt, () => 1))
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
    expect(backoff(policy, 5, () => 0)).toBe(0)
    expect(backoff(policy, 5, () => 0.25)).toBe(2000)
  })

  it('differs from tab to tab', () => {
    const waits = Array.from({ length: 100 }, () => backoff(policy, 6))
    expect(new Set(waits).size).toBeGreaterThan(50)
    for (const wait of waits) expect(wait >= 0 && wait <= 15_000 && Number.isInteger(wait)).toBe(true)
  })
})
