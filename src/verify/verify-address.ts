import type { Context } from '../spec/context.js'
import type { Release, Verification } from '../spec/release.js'
import type { TargetAdvice } from '../spec/target.js'
import { poll } from '../toolkit/poll.js'
import { notServed, notShown, type Observation } from './problems.js'
import { createReader, type Reader } from './read-page.js'

/** What is verified of a release whose files are not known here, and for how long. */
export interface VerifyAddressInput {
  readonly release: Release
  /** Milliseconds until the address must serve the release. */
  readonly timeLimit: number
  readonly advice?: TargetAdvice | undefined
}

/**
 * Fetches the address of a release until its first page comes without an error and, where the release has an address of its own
 * that can be read, is the same page there: for what was built elsewhere, or was published before.
 * @throws VerifyError `verify-mismatch` or `verify-timeout`; RequestError where nothing could be fetched.
 */
export async function verifyAddress(input: VerifyAddressInput, context: Context): Promise<Verification> {
  const { release, timeLimit, advice } = input
  const { url, permalink, target } = release
  const { clock, signal } = context
  const reader = createReader({ context, end: clock.now() + timeLimit, timeLimit, advice })
  const own = permalink === null || permalink === url ? undefined : await readOwn(permalink, reader)
  await poll({
    clock,
    signal,
    timeLimit,
    first: 300,
    key: (seen) => `${seen.status} ${seen.sha1}`,
    ask: () => reader.read(pageOf(url), null),
    done: (seen) => isShown(seen) && (own === undefined || seen.sha1 === own.sha1),
    expired: (seen) => (own && isShown(seen) ? notServed(url, own, seen) : notShown(url, seen)),
  })
  context.progress(1, 1, 'files')
  return { target, url, compared: own ? 1 : 0, fallback: 'host' }
}

/** What the release's own address shows; `undefined` where that hides behind a sign-in or can't be read from here. */
async function readOwn(permalink: string, reader: Reader): Promise<Observation | undefined> {
  const seen = await reader.read(pageOf(permalink), null).catch(() => undefined)
  return seen && isShown(seen) ? seen : undefined
}

const pageOf = (address: string) => new URL(address).href
const isShown = ({ status }: Observation) => status < 400
