import { ConflictError } from '../errors/conflict-error.js'
import { OptionsError } from '../errors/options-error.js'
import { RequestError } from '../errors/request-error.js'
import { nameOf } from './name-of.js'

/** The error for a release that is not there, or is another site's. @param provider As people know it. */
export function releaseUnknown(provider: string, site: string, id: string): OptionsError {
  return new OptionsError({
    code: 'release-unknown',
    message: `${provider} knows no release ${id} of ${site}.`,
    hint: 'Take an id from listReleases(): it may have been removed, or be of another site.',
    details: { site, release: id },
  })
}

/** The error for a release that failed, or is not ready yet. @param state As the provider calls it. */
export function notReady(provider: string, id: string, state: string): ConflictError {
  return new ConflictError({
    code: 'release-not-ready',
    message: `The release ${id} cannot be published: at ${provider} its state is ${state}.`,
    hint: 'Only a release that is ready can go live. Choose another one, or deploy again.',
    details: { release: id, state },
  })
}

/** The error for removing what is live. */
export function releaseLive(provider: string, site: string, id: string): ConflictError {
  return new ConflictError({
    code: 'release-live',
    message: `The release ${id} is what ${site} serves on ${provider}, so it is not removed.`,
    hint: 'Publish another one first.',
    details: { site, release: id },
  })
}

/** The error for an address that was not led to a release in time. */
export function switchTimeout(provider: string, site: string, id: string): RequestError {
  return new RequestError({
    code: 'release-timeout',
    message: `${provider} has not led ${site} to the release ${id} in time.`,
    hint: 'Look at its status page and try again.',
    retryable: true,
    details: { site, release: id },
  })
}

/** The error for locking a site that serves nothing. */
export function nothingToLock(provider: string, site: string): ConflictError {
  return new ConflictError({
    code: 'release-missing',
    message: `On ${provider}, ${site} has published nothing that it could be locked to.`,
    hint: 'Deploy it first.',
    details: { site },
  })
}

/** The error for a site that is to be there already. */
export function targetMissing({ name, site }: { readonly name: string; readonly site: string }): OptionsError {
  return new OptionsError({
    code: 'site-missing',
    message: `There is no ${site} on ${nameOf(name)} that this token can see.`,
    hint: 'Deploy it first, or check the name and the team.',
    details: { target: name, site },
  })
}
