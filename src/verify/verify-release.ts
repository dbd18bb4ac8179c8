import { RequestError } from '../errors/request-error.js'
import { VerifyError } from '../errors/verify-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Context, Reply } from '../spec/context.js'
import type { Release, Verification } from '../spec/release.js'
import { adaptivePool } from '../toolkit/adaptive-pool.js'
import { excerpt } from '../toolkit/parse-reply.js'
import { poll } from '../toolkit/poll.js'
import { sha1 } from '../toolkit/sha1.js'
import { type Expectation, expectationsOf } from './expectations.js'

/** What is verified, and for how long. */
export interface VerifyInput {
  readonly release: Release
  readonly artifacts: readonly Artifact[]
  readonly routing: 'spa' | 'static'
  /** Milliseconds until the address must serve the release. */
  readonly timeLimit: number
}

/** What came, in the terms in which it was expected. */
interface Observation {
  readonly status: number
  readonly sha1: string
  readonly excerpt: string
  readonly contentType: string | null
}

/** Statuses that a host may answer with while, or because, it serves something else: all are observations here. */
const anyStatus = [400, 401, 403, 404, 405, 410, 421, 451, 500, 501, 502, 503, 504, 520, 522, 525, 526]

/**
 * Fetches the address of a release until it serves what was built, then asks for a path that does not exist.
 * @throws VerifyError `verify-mismatch` with what was expected and what came; RequestError where nothing could be fetched.
 */
export async function verifyRelease(input: VerifyInput, context: Context): Promise<Verification> {
  const { release, artifacts, routing } = input
  const expectations = await expectationsOf(artifacts, routing, `tabship-${release.id}/not-there`)
  const { files, fallback, kind } = expectations
  const end = context.clock.now() + input.timeLimit
  let compared = 0
  const check = async (expectation: Expectation) => {
    await awaitExpected(release, expectation, end, context)
    compared += 1
    context.progress(compared, files.length + (fallback ? 1 : 0), 'files')
  }
  // The page first: while it is an old one, its assets are not worth asking for.
  const [page, ...rest] = files
  if (page) await check(page)
  await adaptivePool(rest, { clock: context.clock, most: 12, weigh: ({ artifact }) => artifact?.size ?? 0 }, check)
  if (fallback) await check(fallback)
  if (expectations.missingRewrite) {
    context.report({
      type: 'warning',
      message: 'links into this single-page app are answered with 404 when they are opened directly',
      hint: 'Add a file public/_redirects with the line "/* /index.html 200".',
    })
  }
  return { target: release.target, url: release.url, compared: files.length, fallback: kind }
}

async function awaitExpected(release: Release, expectation: Expectation, end: number, context: Context): Promise<void> {
  const url = new URL(release.url).origin + expectation.path
  const expected = { status: expectation.status, sha1: expectation.artifact?.sha1 ?? null }
  await poll({
    clock: context.clock,
    signal: context.signal,
    timeLimit: Math.max(0, end - context.clock.now()),
    first: 300,
    key: (seen) => `${seen.status} ${seen.sha1}`,
    ask: () => observe(url, context),
    done: (seen) => seen.status === expected.status && (expected.sha1 === null || seen.sha1 === expected.sha1),
    expired: (seen) => mismatch(url, expectation, seen),
  })
}

async function observe(url: string, context: Context): Promise<Observation> {
  const reply = await fetchPage(url, context)
  return {
    status: reply.status,
    sha1: await sha1(reply.bytes),
    excerpt: excerpt(reply.bytes, 120),
    contentType: reply.headers.get('content-type'),
  }
}

/** Sites send pages no CORS headers, so the relay is asked first where there is one; one that refuses the site is passed by. */
async function fetchPage(url: string, context: Context): Promise<Reply> {
  const ask = (transport: 'relay' | 'direct') =>
    context.request({ provider: 'site', purpose: `serve ${url}`, method: 'GET', url, accept: anyStatus, transport })
  try {
    return await ask('relay')
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.code === 'network-unreachable') throw unreachable(url, error)
    if (error.code !== 'relay-refused' || error.retryable) throw error
    return ask('direct').catch((second: unknown) => {
      throw second instanceof RequestError && second.code === 'network-unreachable' ? error : second
    })
  }
}

function unreachable(url: string, cause: RequestError): RequestError {
  return new RequestError({
    code: 'site-unreachable',
    message: `${url} can not be read from here, so it is not known whether it serves the release`,
    hint: 'A page can read another origin only through a relay: set the option relay and allow GET of this site there, or switch verify off.',
    retryable: true,
    details: { url },
    cause,
  })
}

function mismatch(url: string, expectation: Expectation, received: Observation): VerifyError {
  const { artifact, status } = expectation
  const what = artifact ? `${artifact.path} (SHA-1 ${artifact.sha1})` : 'the host’s answer to an unknown path'
  return new VerifyError({
    code: 'verify-mismatch',
    message: `${url} should answer ${status} with ${what}, but answered ${received.status} with other content (SHA-1 ${received.sha1})`,
    hint: 'Another release, a rule of the site, or something that rewrites pages may be in the way; the details show what came.',
    retryable: true,
    details: { url, expected: { status, path: artifact?.path ?? null, sha1: artifact?.sha1 ?? null }, received },
  })
}
