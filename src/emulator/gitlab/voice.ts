import { htmlType, type Moment, reason, type Voice } from '../faults/voice.js'
import { respond } from './headers.js'
import { GitlabProblem, unauthorized } from './problem.js'
import { limitOf, rateHeaders, throttled } from './rate-limits.js'

/** Some user, of whom the limits are. */
const someone = 1

/** How GitLab answers when something is wrong. Its API and its git are served at one origin, and only the API lets pages read. */
export function gitlabVoice(cors: boolean): Voice {
  const say = (request: Request, problem: GitlabProblem, headers: Readonly<Record<string, string>>): Response => {
    const { status, body } = problem
    const all = { ...headers, ...problem.headers }
    if (isApi(request)) return respond(request, { status, body, headers: all }, cors)
    const text = typeof body === 'string' ? body : String(body.message)
    return new Response(text, { status, headers: { ...problem.headers, 'Content-Type': 'text/plain; charset=utf-8' } })
  }
  const rate = ({ now, wait }: Moment, user: number | null, isLimit = false): Readonly<Record<string, string>> =>
    rateHeaders({ user, observed: isLimit ? limitOf(user) + 1 : 1, reset: now + wait })
  return {
    problem: (request, status, moment) => {
      const { now, wait } = moment
      if (status === 429) return say(request, throttled(now + wait, now), rate(moment, someone, true))
      return say(request, new GitlabProblem(status, `${status} ${reason(status)}`), rate(moment, someone))
    },
    page: (request, status, body) => {
      const headers = { 'Content-Type': htmlType }
      return isApi(request)
        ? respond(request, { status, body, headers }, cors)
        : new Response(body, { status, headers })
    },
    tokenRefused: (request, moment) => say(request, unauthorized(), rate(moment, null)),
  }
}

const isApi = ({ url }: Request): boolean => new URL(url).pathname.startsWith('/api/')
