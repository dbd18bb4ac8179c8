import { answerPreflight, anyOrigin } from '../cross-origin.js'
import type { Answer } from './call.js'

/**
 * Which pages may use the API: those of any origin, none, or with `no-upload-headers` those of any origin that send no headers but
 * `Authorization` and `Content-Type`, so that files go inline. What the real one lets pages send is not confirmed.
 */
export type VercelCors = boolean | 'no-upload-headers'

/** Lets pages of any origin read an answer, and these headers of it. */
export const crossOrigin: Readonly<Record<string, string>> = {
  ...anyOrigin,
  'Access-Control-Expose-Headers': 'Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset',
}

/** The API's answer to a preflight. */
export function preflight(cors: VercelCors): Response {
  const headers = 'Authorization, Content-Type'
  const ofUploads = ', X-Now-Digest, X-Now-Size, X-Vercel-Digest'
  return answerPreflight(cors === 'no-upload-headers' ? headers : headers + ofUploads, 86_400)
}

/** Makes the response of the API. */
export function respond(
  { status, json, stream }: Answer,
  headers: Readonly<Record<string, string>>,
  cors: VercelCors,
): Response {
  const all = { ...(cors !== false && crossOrigin), ...headers }
  if (stream) return new Response(stream, { status, headers: { ...all, 'Content-Type': 'application/stream+json' } })
  return json === undefined
    ? new Response(null, { status, headers: all })
    : Response.json(json, { status, headers: all })
}

interface Budget {
  readonly limit: number
  readonly remaining: number
  /** Milliseconds since the epoch. */
  readonly reset: number
}

/** What an answer tells of a limit. */
export function rateHeaders({ limit, remaining, reset }: Budget): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil(reset / 1000)),
  }
}
