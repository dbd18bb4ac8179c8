import { BuildError } from '../../errors/build-error.js'
import { ConflictError } from '../../errors/conflict-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import { closed } from '../../toolkit/parse-reply.js'
import type { NetlifyDeploy } from './api.js'

export function siteMissing(site: string): OptionsError {
  return new OptionsError({
    code: 'site-missing',
    message: `There is no Netlify site with the id ${site} that this token can see.`,
    hint: 'Check netlify.site, or give a name instead of an id: a site with a new name is created.',
  })
}

export function teamMissing(team: string): OptionsError {
  return new OptionsError({
    code: 'team-missing',
    message: `There is no Netlify team ${team} that this token could make a site in.`,
    hint: 'Check netlify.team: it is the slug that stands in the address of the team at Netlify.',
    details: { team },
  })
}

/** Netlify's answer to a name that can't be had is `{"errors": {"subdomain": ["must be unique"]}}`. */
export function nameRefused(site: string, said: string): ConflictError | OptionsError {
  const details = { site, said }
  if (!/unique|taken/i.test(said)) {
    return new OptionsError({
      code: 'site-refused',
      message: `Netlify does not make a site ${site}: ${closed(said)}`,
      hint: 'The message says what it objects to. Choose another name for netlify.site.',
      details,
    })
  }
  return new ConflictError({
    code: 'site-name-taken',
    message: `The site name ${site} is taken by somebody else on Netlify.`,
    hint: 'Choose another name for netlify.site; names are unique among all users.',
    details,
  })
}

export function siteLocked(site: string, published: string, deploy: NetlifyDeploy): ConflictError {
  return new ConflictError({
    code: 'site-locked',
    message: `The site ${site} is locked to the deployment ${published}, so it does not serve the new one.`,
    hint: `Somebody stopped auto publishing. Call unlockSite({ target }), then promote({ target, release: '${deploy.id}' }); or do both on the page of its deployments at Netlify.`,
    details: { site, published, deploy: deploy.id, url: deploy.deploy_ssl_url ?? deploy.deploy_url ?? null },
  })
}

export function superseded(site: string, published: string, deploy: NetlifyDeploy | undefined): ConflictError {
  const title = deploy?.title || null
  const what = title === null ? published : `"${title}" (${published})`
  return new ConflictError({
    code: 'deployment-superseded',
    message: `Since this deployment began, ${site} has published another: ${what}.`,
    hint: 'To put this project in its place, deploy anew; nothing was overwritten.',
    details: { site, published, title, publishedAt: deploy?.published_at ?? null },
  })
}

export function deployFailed(deploy: NetlifyDeploy): RequestError {
  return new RequestError({
    code: 'release-failed',
    message: `Netlify could not deploy: ${deploy.error_message || `its state is ${deploy.state}`}.`,
    hint: "Open the deployment in Netlify's own pages for its log.",
    details: { deploy: deploy.id, state: deploy.state },
  })
}

/** @param tail The last lines of the build's log. */
export function buildFailed(deploy: NetlifyDeploy, page: string, tail: readonly string[]): BuildError {
  const said = deploy.error_message || `its state is ${deploy.state}`
  const isCanceled = /cancel/i.test(said)
  const log = tail.filter((line) => line.trim() !== '').slice(-20)
  return new BuildError({
    code: isCanceled ? 'build-canceled' : 'build-failed',
    message: `The build on Netlify ${isCanceled ? 'was canceled' : 'failed'}: ${closed(said)}`,
    hint: isCanceled
      ? 'Resume the deployment to have it built again.'
      : `Mend the project; the log ${log.length > 0 ? 'says where' : `is at ${page}`}.`,
    retryable: isCanceled,
    details: { deploy: deploy.id, state: deploy.state, url: page, log },
  })
}

export function buildMissing(id: string): BuildError {
  return new BuildError({
    code: 'build-missing',
    message: `Netlify has no deployment for the build ${id}.`,
    hint: 'Somebody may have deleted it. Resume the deployment to have it built again.',
    retryable: true,
    details: { build: id },
  })
}

export function tooSlow(deploy: NetlifyDeploy, timeLimit: number): RequestError {
  return new RequestError({
    code: 'release-timeout',
    message: `Netlify did not get the deployment ready within ${timeLimit / 60_000} minutes; its state is ${deploy.state}.`,
    hint: "Look at Netlify's status page and try again.",
    retryable: true,
    details: { deploy: deploy.id, state: deploy.state },
  })
}

export function noAddress(deploy: string): RequestError {
  return new RequestError({
    code: 'reply-malformed',
    message: `Netlify gave no address for the deployment ${deploy}.`,
    hint: 'Its API may have changed; report this.',
    details: { deploy },
  })
}
