import { AuthError } from '../../errors/auth-error.js'
import { BuildError } from '../../errors/build-error.js'
import { ConflictError } from '../../errors/conflict-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { QuotaError } from '../../errors/quota-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Clock } from '../../spec/context.js'
import { closed } from '../../toolkit/parse-reply.js'
import type { VercelDeployment, VercelProblem } from './api.js'

/** The error behind 403: `invalidToken` tells a token that is wrong from one that lacks a right, as Vercel's CLI reads it. */
export function forbidden(problem: VercelProblem, purpose: string, team: string | undefined): AuthError {
  const said = closed(problem.message || problem.code)
  const details = { provider: 'vercel', status: 403, said, team: team ?? null }
  if (problem.invalidToken === true) {
    return new AuthError({
      code: 'token-rejected',
      message: `Vercel rejected the token when asked to ${purpose}: ${said}`,
      hint: 'Sign in to Vercel again, or make a new token: this one is wrong, expired or revoked.',
      details,
    })
  }
  return new AuthError({
    code: 'token-forbidden',
    message: `Vercel does not allow this token to ${purpose}${team === undefined ? '' : ` in the team ${team}`}: ${said}`,
    hint:
      team === undefined
        ? "Where the project is a team's, name the team in vercel.team; or use a token whose scope covers the account."
        : 'Check vercel.team, and use the token of a member who may deploy there; a token may be limited to another team.',
    details,
  })
}

/** A limit by the day says in its words when it ends ("try again in 24 hours"); it comes with 402 or 429. */
export function withDailyLimit(error: unknown, clock: Clock): unknown {
  if (!(error instanceof RequestError || error instanceof QuotaError)) return error
  const { said, status } = error.details
  if ((status !== 402 && status !== 429) || typeof said !== 'string') return error
  const hours = Number(/try again in (\d+) hours?/i.exec(said)?.[1])
  if (!Number.isFinite(hours)) return error
  const until = (clock.time?.() ?? clock.now()) + hours * 3_600_000
  return new QuotaError({
    code: 'quota-exhausted',
    message: `The Vercel account has used up its limit of the day: ${closed(said)}`,
    hint: `Try again after ${new Date(until).toISOString()}, or raise the limit with another plan.`,
    details: { provider: 'vercel', status, said, until },
    cause: error,
  })
}

export function projectMissing(project: string): OptionsError {
  return new OptionsError({
    code: 'site-missing',
    message: `There is no Vercel project with the id ${project} that this token can see.`,
    hint: 'Check vercel.project and vercel.team, or give a name instead of an id: a project with a new name is created.',
  })
}

export function projectRefused(project: string, { code, message }: VercelProblem): OptionsError {
  const said = message || code
  return new OptionsError({
    code: 'site-refused',
    message: `Vercel does not make a project ${project}: ${closed(said)}`,
    hint: 'The message says what it objects to. Choose another name for vercel.project.',
    details: { site: project, said },
  })
}

export function noDomain(project: string): OptionsError {
  return new OptionsError({
    code: 'site-refused',
    message: `The Vercel project ${project} has no production domain, so nothing that is published there could be seen.`,
    hint: "Add a domain to it on its page at Vercel, under Settings, Domains; Vercel's own will do.",
    details: { site: project },
  })
}

export function superseded(
  project: string,
  published: string,
  deployment: VercelDeployment | undefined,
): ConflictError {
  const { tabshipTitle, githubCommitMessage } = deployment?.meta ?? {}
  const title = [tabshipTitle, githubCommitMessage].find((text) => typeof text === 'string') ?? null
  const what = title === null ? published : `"${String(title)}" (${published})`
  return new ConflictError({
    code: 'deployment-superseded',
    message: `Since this deployment began, ${project} has published another: ${what}.`,
    hint: 'To put this project in its place, deploy anew; nothing was overwritten.',
    details: { site: project, published, title, publishedAt: deployment?.createdAt ?? null },
  })
}

export function staged(project: string, deployment: VercelDeployment): ConflictError {
  return new ConflictError({
    code: 'site-locked',
    message: `Vercel did not lead the domains of ${project} to the new deployment, which is ready.`,
    hint: `Somebody rolled back, or turned off that production domains are assigned by themselves. Call unlockSite({ target }), then promote({ target, release: '${deployment.id}' }); or promote it on its page at Vercel.`,
    details: { site: project, deployment: deployment.id, url: deployment.inspectorUrl ?? null },
  })
}

export function deploymentRefused({ code, message }: VercelProblem): RequestError {
  return new RequestError({
    code: 'release-failed',
    message: `Vercel does not take the deployment: ${closed(message || code)}`,
    hint: 'The message says what it objects to.',
    details: { provider: 'vercel', status: 400, problem: code },
  })
}

export function deploymentFailed(deployment: VercelDeployment): RequestError {
  const { id, readyState, aliasError, errorCode, errorMessage, readyStateReason, inspectorUrl } = deployment
  const said = aliasError
    ? `its domains could not be led to it: ${aliasError.message || aliasError.code || 'no reason was given'}`
    : errorMessage || readyStateReason || `its state is ${readyState}`
  return new RequestError({
    code: 'release-failed',
    message: `Vercel could not deploy: ${closed(said)}`,
    hint:
      readyState === 'BLOCKED'
        ? "Vercel blocked it; open the deployment in Vercel's own pages, or ask its support, for the reason."
        : "Open the deployment in Vercel's own pages for its log.",
    details: {
      deploy: id,
      state: readyState,
      problem: aliasError?.code ?? errorCode ?? null,
      url: inspectorUrl ?? null,
    },
  })
}

/** @param tail The last lines of the build's log. */
export function buildFailed(deployment: VercelDeployment, tail: readonly string[]): BuildError {
  const { id, readyState, aliasError, errorCode, errorMessage, readyStateReason, inspectorUrl } = deployment
  const said = aliasError
    ? `its domains could not be led to it: ${aliasError.message || aliasError.code || 'no reason was given'}`
    : errorMessage || readyStateReason || `its state is ${readyState}`
  const codes: Readonly<Record<string, string>> = { CANCELED: 'build-canceled', BLOCKED: 'build-blocked' }
  const hints: Readonly<Record<string, string>> = {
    CANCELED: 'Somebody canceled it there. Resume the deployment to have it built again.',
    BLOCKED: "Vercel blocked it; open the deployment in Vercel's own pages, or ask its support, for the reason.",
  }
  const log = tail.filter((line) => line.trim() !== '').slice(-20)
  return new BuildError({
    code: codes[readyState] ?? 'build-failed',
    message: `The build on Vercel failed: ${closed(said)}`,
    hint: hints[readyState] ?? `Mend the project${log.length > 0 ? '; the log says where' : ''}.`,
    retryable: codes[readyState] !== undefined,
    details: {
      ...{ deploy: id, state: readyState, problem: aliasError?.code ?? errorCode ?? null },
      ...{ url: inspectorUrl ?? null, log },
    },
  })
}

export function tooSlow(deployment: VercelDeployment, timeLimit: number): RequestError {
  return new RequestError({
    code: 'release-timeout',
    message: `Vercel did not get the deployment ready within ${timeLimit / 60_000} minutes; its state is ${deployment.readyState}.`,
    hint: "Look at Vercel's status page and try again.",
    retryable: true,
    details: { deploy: deployment.id, state: deployment.readyState },
  })
}

export function stillMissing(digests: readonly string[]): RequestError {
  return new RequestError({
    code: 'release-failed',
    message: `Vercel goes on asking for ${digests.length} files that it was sent.`,
    hint: "Look at Vercel's status page and try again.",
    retryable: true,
    details: { provider: 'vercel', digests: digests.slice(0, 10) },
  })
}
