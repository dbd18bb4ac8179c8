import { anyOrigin } from '../cross-origin.js'
import { htmlType, reason, type Voice } from '../faults/voice.js'
import { NetlifyFailure, rateLimited, unauthorized } from './failure.js'
import { isReadable, type NetlifyCors, rateHeaders, respond } from './headers.js'

const limit = 500

/** How Netlify's API answers when something is wrong. */
export function netlifyVoice(cors: NetlifyCors): Voice {
  const readable = ({ url }: Request): boolean => isReadable(cors, new URL(url).pathname)
  const say = (request: Request, { status, body: json }: NetlifyFailure, headers = {}): Response =>
    respond({ status, json, headers }, readable(request))
  return {
    problem: (request, status, { now, wait }) => {
      const isLimit = status === 429
      const headers = rateHeaders({ limit, remaining: isLimit ? 0 : limit - 1, reset: now + wait })
      return say(request, isLimit ? rateLimited() : new NetlifyFailure(status, reason(status)), headers)
    },
    page: (request, status, html) =>
      new Response(html, { status, headers: { ...(readable(request) && anyOrigin), 'Content-Type': htmlType } }),
    tokenRefused: (request) => say(request, unauthorized()),
  }
}
