import { randomUUID } from 'node:crypto'
import { answerPreflight, anyOrigin } from '../cross-origin.js'
import type { Answer } from './call.js'
import type { NeonProblem } from './problem.js'

/** The API's answer to a preflight. */
export function preflight(): Response {
  return answerPreflight('Authorization, Content-Type, X-Request-ID', 86_400)
}

/** The answer that a problem is, which names its request. */
export function answerTo(request: Request, { status, code, message }: NeonProblem): Answer {
  return { status, json: { request_id: request.headers.get('X-Request-ID') || randomUUID(), code, message } }
}

/** Makes the response of the API. */
export function respond({ status, json }: Answer, cors: boolean): Response {
  const headers = { ...(cors && anyOrigin) }
  return json === undefined ? new Response(null, { status, headers }) : Response.json(json, { status, headers })
}
