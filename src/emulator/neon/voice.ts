import { anyOrigin } from '../cross-origin.js'
import { htmlType, reason, type Voice } from '../faults/voice.js'
import { answerTo, respond } from './headers.js'
import { NeonProblem, tooManyRequests, unauthorized } from './problem.js'

/** How Neon's API answers when something is wrong. */
export function neonVoice(cors: boolean): Voice {
  const say = (request: Request, problem: NeonProblem): Response => respond(answerTo(request, problem), cors)
  return {
    problem: (request, status) =>
      say(request, status === 429 ? tooManyRequests() : new NeonProblem(status, reason(status).toLowerCase())),
    page: (_, status, html) =>
      new Response(html, { status, headers: { ...(cors && anyOrigin), 'Content-Type': htmlType } }),
    tokenRefused: (request) => say(request, unauthorized()),
  }
}
