import { htmlType, type Moment, reason, type Voice } from '../faults/voice.js'
import { respond } from './headers.js'
import { badCredentials, GithubProblem } from './problem.js'
import { headersOf, secondary } from './rate-limits.js'

const documentation = 'https://docs.github.com/rest'
const hour = 3_600_000

/** How api.github.com answers when something is wrong. An injected 429 is its secondary limit: of the hour's requests many are left. */
export const githubVoice: Voice = {
  problem: (request, status, moment) => {
    const problem = status === 429 ? secondary(moment.wait, status) : new GithubProblem(status, reason(status))
    return say(request, problem, moment, 5000)
  },
  page: (request, status, body) => respond(request, { status, body, headers: { 'Content-Type': htmlType } }, false),
  tokenRefused: (request, moment) => say(request, badCredentials(), moment, 60),
}

function say(request: Request, problem: GithubProblem, { now }: Moment, limit: number): Response {
  const rate = headersOf({ limit, used: 1, remaining: limit - 1, reset: Math.ceil((now + hour) / 1000) })
  const headers = { ...rate, ...problem.headers }
  return respond(request, { status: problem.status, body: problem.body(documentation), headers }, false)
}
