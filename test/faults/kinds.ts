import type { Fault } from '../../src/emulator/index.js'

/** What may befall a request, by the name under which a table shows it. */
export const kinds: Readonly<Record<string, Fault>> = {
  refuse: { kind: 'refuse' },
  'reset before': { kind: 'reset-before' },
  'reset after': { kind: 'reset-after' },
  'status 408': { kind: 'status', status: 408 },
  'status 408, carried out': { kind: 'status', status: 408, carriedOut: true },
  'status 425': { kind: 'status', status: 425 },
  'status 429 in seconds': { kind: 'status', status: 429, retryAfter: 7 },
  'status 429 by date, skewed': { kind: 'status', status: 429, retryAfter: { date: 9 }, clockSkew: 7_200_000 },
  'status 500': { kind: 'status', status: 500 },
  'status 500, carried out': { kind: 'status', status: 500, carriedOut: true },
  'status 502': { kind: 'status', status: 502 },
  'status 502, carried out': { kind: 'status', status: 502, carriedOut: true },
  'status 503': { kind: 'status', status: 503 },
  'status 504': { kind: 'status', status: 504 },
  'slow, within the limit': { kind: 'slow', milliseconds: 12_000 },
  'slow, past the limit': { kind: 'slow', milliseconds: 200_000 },
  truncate: { kind: 'truncate' },
  'malformed JSON': { kind: 'malformed-json' },
  HTML: { kind: 'html' },
  'HTML, carried out': { kind: 'html', carriedOut: true },
  'expired token': { kind: 'expired-token' },
  'clock skew': { kind: 'clock-skew', by: -5_400_000 },
}

/** The kinds after which a single request may end a deployment: it tells the user to sign in again. */
export const endsAtOnce: ReadonlySet<string> = new Set(['expired token'])

/**
 * The kinds that last until a deployment is resumed, one of each sort: what has lasted is the same whichever number a status has,
 * and whatever the first of many requests came to.
 */
const lasting: ReadonlySet<string> = new Set(['refuse', 'reset after', 'status 429 in seconds', 'expired token'])

export const lastingKinds: Readonly<Record<string, Fault>> = Object.fromEntries(
  Object.entries(kinds).filter(([name]) => lasting.has(name)),
)
