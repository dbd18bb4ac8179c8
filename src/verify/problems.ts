import { RequestError } from '../errors/request-error.js'
import { VerifyError } from '../errors/verify-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Expectation } from './expectations.js'

/** What came, in the terms in which it was expected. */
export interface Observation {
  readonly status: number
  readonly sha1: string
  readonly excerpt: string
  readonly contentType: string | null
}

/** Whether an error says that the address can't be read from here, whatever it serves. */
export function unreadable(error: unknown): boolean {
  return error instanceof RequestError && (error.code === 'site-unreachable' || error.code === 'relay-refused')
}

/** @param advice What its host advises besides. */
export function siteUnreachable(url: string, cause: RequestError, advice?: string): RequestError {
  return new RequestError({
    code: 'site-unreachable',
    message: `${url} cannot be read from here, so it is not known whether it serves the release.`,
    hint: `${advice === undefined ? '' : `${advice} `}A page can read another origin only through a relay: set the option relay and allow GET of this site there, or switch verify off.`,
    retryable: true,
    details: { url },
    cause,
  })
}

export function timedOut(url: string, artifact: Artifact | null, timeLimit: number): VerifyError {
  const what = artifact ? ` with ${artifact.path} (${artifact.size} bytes)` : ''
  return new VerifyError({
    code: 'verify-timeout',
    message: `${url} did not answer in time${what}, so it is not known whether it serves the release.`,
    hint: `The release is published; the site or the line is slow. Open the address, or give it longer than ${timeLimit / 1000} s with the option verify.timeLimit.`,
    retryable: true,
    details: { url, path: artifact?.path ?? null, size: artifact?.size ?? null, timeLimit },
  })
}

export function mismatch(url: string, expectation: Expectation, received: Observation): VerifyError {
  const { artifact, status } = expectation
  const what = artifact ? `${artifact.path} (SHA-1 ${artifact.sha1})` : 'the host’s answer to an unknown path'
  return new VerifyError({
    code: 'verify-mismatch',
    message:
      status === null
        ? `${url} should answer with a page, but answered ${received.status}.`
        : `${url} should answer ${status} with ${what}, but answered ${received.status} with other content (SHA-1 ${received.sha1}).`,
    hint: 'Another release, a rule of the site, or something that rewrites pages may be in the way; the details show what came.',
    retryable: true,
    details: { url, expected: { status, path: artifact?.path ?? null, sha1: artifact?.sha1 ?? null }, received },
  })
}

/** @param own What the release's own address shows. */
export function notServed(url: string, own: Observation, received: Observation): VerifyError {
  return new VerifyError({
    code: 'verify-mismatch',
    message: `${url} should show the page of the release (SHA-1 ${own.sha1}), but shows another one (SHA-1 ${received.sha1}).`,
    hint: 'Another release may be live, or the page is made anew for each visitor: open both addresses and compare.',
    retryable: true,
    details: { url, expected: own, received },
  })
}

export function notShown(url: string, received: Observation): VerifyError {
  return new VerifyError({
    code: 'verify-mismatch',
    message: `${url} answered ${received.status} instead of a page.`,
    hint: 'Look at the log of the release at its provider; the details show what came.',
    retryable: true,
    details: { url, expected: { status: 200 }, received },
  })
}
