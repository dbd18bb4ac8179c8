import type { Artifact } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { Release, Verification } from '../spec/release.js'
import type { TargetAdvice } from '../spec/target.js'
import { adaptivePool } from '../toolkit/adaptive-pool.js'
import { poll } from '../toolkit/poll.js'
import { withTimeLimit } from '../toolkit/with-time-limit.js'
import { type Expectation, type Expectations, expectationsOf } from './expectations.js'
import { mismatch, timedOut, unreadable } from './problems.js'
import { createReader, type Reader } from './read-page.js'

/** What is verified, and for how long. */
export interface VerifyInput {
  readonly release: Release
  readonly artifacts: readonly Artifact[]
  readonly routing: 'spa' | 'static'
  /** Where a server answers, as the target says. @default nowhere */
  readonly renders?: 'first-page' | 'others' | undefined
  /** Milliseconds until the address must serve the release. */
  readonly timeLimit: number
  readonly advice?: TargetAdvice | undefined
}

/** Milliseconds past the time limit for the last answers to arrive. */
const grace = 30_000

/**
 * Fetches the address of a release until it serves what was built, then asks for a path that does not exist. Where the address
 * can't be read from here, a domain of the user's for example, the permanent address of the release is fetched in its place,
 * and a warning says so.
 * @throws VerifyError `verify-mismatch` with what was expected and what came, or `verify-timeout` where it did not come in
 * time; RequestError where nothing could be fetched.
 */
export async function verifyRelease(input: VerifyInput, context: Context): Promise<Verification> {
  const { release, artifacts, routing, renders, timeLimit, advice } = input
  const { clock, signal } = context
  const expectations = await expectationsOf(artifacts, { routing, renders, advice }, `tabship-${release.id}/not-there`)
  const end = clock.now() + timeLimit
  const milliseconds = timeLimit + grace
  const expired = () => timedOut(release.url, null, timeLimit)
  const span = { context, end, timeLimit, advice, mayHide: release.environment === 'preview' }
  const url = await withTimeLimit({ clock, milliseconds, signal, expired }, () =>
    verifyAnywhere(release, expectations, span).catch((error: unknown) => toldHidden(error, context)),
  )
  if (url === null) return { target: release.target, url: release.url, compared: 0, fallback: 'host' }
  for (const warning of expectations.warnings) context.report({ type: 'warning', ...warning })
  const compared = expectations.files.filter(({ artifact }) => artifact !== null).length
  return { target: release.target, url, compared, fallback: expectations.kind }
}

/** Thrown where a release is there, and shown to members of its team only. */
class HiddenRelease extends Error {
  readonly hint: string

  constructor(address: string, hint: string) {
    super(`${address} is shown only to those who are signed in, so it was not compared with what was built.`)
    this.hint = hint
  }
}

/** The time that a verification has. */
interface Span {
  readonly context: Context
  /** Milliseconds since the epoch. */
  readonly end: number
  /** Milliseconds in all, for messages. */
  readonly timeLimit: number
  readonly advice: TargetAdvice | undefined
  /** Whether the host may show it only to some. */
  readonly mayHide: boolean
}

/** @returns `null` where the host hides the release, which is told. */
function toldHidden(error: unknown, context: Context): null {
  if (!(error instanceof HiddenRelease)) throw error
  context.report({ type: 'warning', code: 'preview-hidden', message: error.message, hint: error.hint })
  return null
}

/** @returns the address that was verified. */
async function verifyAnywhere({ url, permalink }: Release, expectations: Expectations, span: Span): Promise<string> {
  const reader = createReader(span)
  try {
    await verifyAt(url, expectations, reader, span)
    return url
  } catch (error) {
    // An address that could be read once can be read from here: what is wrong now is something else.
    if (!unreadable(error) || reader.hasRead() || permalink === null || permalink === url) throw error
    await verifyAt(permalink, expectations, createReader(span), span).catch((second: unknown) => {
      throw unreadable(second) ? error : second
    })
    const { origin, host } = new URL(url)
    span.context.report({
      type: 'warning',
      code: 'verify-domain-unreadable',
      message: `${url} could not be read from here, so the release was verified at ${permalink} instead.`,
      hint: `Open ${url} and see that it shows the release. To have it verified, let the relay fetch ${origin}, and check the DNS records of ${host}.`,
    })
    return permalink
  }
}

async function verifyAt(address: string, expectations: Expectations, reader: Reader, span: Span): Promise<void> {
  const { files, fallback } = expectations
  const { context } = span
  let compared = 0
  const check = async (expectation: Expectation) => {
    await awaitExpected(address, expectation, reader, span)
    compared += 1
    context.progress(compared, files.length + (fallback ? 1 : 0), 'files')
  }
  // The page first: while it is an old one, its assets are not worth asking for.
  const [page, ...rest] = files
  if (page) await check(page)
  await adaptivePool(rest, { clock: context.clock, most: 12, weigh: ({ artifact }) => artifact?.size ?? 0 }, check)
  if (fallback) await check(fallback)
}

async function awaitExpected(address: string, expectation: Expectation, reader: Reader, span: Span): Promise<void> {
  const { clock, signal } = span.context
  const { origin, pathname } = new URL(address)
  const url = origin + pathname.replace(/\/+$/, '') + expectation.path
  const expected = { status: expectation.status, sha1: expectation.artifact?.sha1 ?? null }
  await poll({
    clock,
    signal,
    timeLimit: Math.max(0, span.end - clock.now()),
    first: 300,
    key: (seen) => `${seen.status} ${seen.sha1}`,
    ask: async () => {
      const seen = await reader.read(url, expectation.artifact)
      const { advice, mayHide } = span
      if (seen.status === 401 && mayHide && advice?.hidden) throw new HiddenRelease(address, advice.hidden)
      return seen
    },
    done: (seen) => isExpected(seen.status, expected.status) && (expected.sha1 === null || seen.sha1 === expected.sha1),
    expired: (seen) => mismatch(url, expectation, seen),
  })
}

/** @param expected `null`: any answer that is no error. */
function isExpected(status: number, expected: number | null): boolean {
  return expected === null ? status < 400 : status === expected
}
