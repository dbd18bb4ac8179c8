import { answerPreflight, anyOrigin } from '../cross-origin.js'
import type { Answer } from './call.js'
import type { Allowance } from './limits.js'

/**
 * Which answers of the API pages of any origin may read: all, none, or with `no-uploads` all but those to `PUT /deploys/{id}/files/…`
 * and `…/functions/…`, preflights included. What the real one does is not confirmed: a sample of Netlify's own signs in from a page and
 * asks the API, others report trouble, and of uploads nothing is known.
 */
export type NetlifyCors = boolean | 'no-uploads'

/** Whether pages may read the answers to requests for this path. */
export function isReadable(cors: NetlifyCors, pathname: string): boolean {
  return cors === 'no-uploads' ? !/^\/api\/v1\/deploys\/[^/]+\/(?:files|functions)\//.test(pathname) : cors
}

/** The API's answer to a preflight. */
export function preflight(): Response {
  return answerPreflight('Authorization, Content-Type, User-Agent, X-Nf-Retry-Count', 7200)
}

/** Makes the response of the API. */
export function respond({ status, json, headers }: Answer, readable: boolean): Response {
  const all = { ...(readable && anyOrigin), ...headers }
  return json === undefined
    ? new Response(null, { status, headers: all })
    : Response.json(json, { status, headers: all })
}

/** What an answer tells of a limit; Netlify's clients wait until the time of its reset. */
export function rateHeaders({ limit, remaining, reset }: Omit<Allowance, 'exceeded'>): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil(reset / 1000)),
  }
}
