import { htmlType, reason, type Voice } from '../faults/voice.js'
import { crossOrigin, rateHeaders, respond, type VercelCors } from './headers.js'
import { invalidToken, rateLimited, VercelProblem } from './problem.js'

const limit = 500

/** How Vercel's API answers when something is wrong. */
export function vercelVoice(cors: VercelCors): Voice {
  const say = ({ status, body: json, headers }: VercelProblem): Response => respond({ status, json }, headers, cors)
  return {
    problem: (_, status, { now, wait }) => {
      if (status === 429) return say(rateLimited('api', limit, now + wait, now))
      const code = status === 500 ? 'internal_server_error' : reason(status).toLowerCase().replaceAll(' ', '_')
      const headers = rateHeaders({ limit, remaining: limit - 1, reset: now + wait })
      return say(new VercelProblem(status, code, reason(status), {}, headers))
    },
    page: (_, status, html) =>
      new Response(html, { status, headers: { ...(cors !== false && crossOrigin), 'Content-Type': htmlType } }),
    tokenRefused: () => say(invalidToken()),
  }
}
