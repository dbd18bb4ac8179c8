import { VerifyError } from '../errors/verify-error.js'
import type { Context } from '../spec/context.js'
import type { Release, Site, Verification } from '../spec/release.js'
import type { Target } from '../spec/target.js'
import { closed } from '../toolkit/parse-reply.js'

/** A release that may be taken back. */
export interface TakeBack {
  readonly target: Pick<Target, 'name' | 'releases'>
  readonly site: Site
  readonly release: Release
}

/**
 * Verifies and, where the address does not serve the release, makes the one live again that was live before.
 * @throws VerifyError that says what was done; what the verification throws besides.
 */
export async function rollBackOnFailure(
  verify: () => Promise<Verification>,
  { target, site, release }: TakeBack,
  context: Context,
): Promise<Verification> {
  try {
    return await verify()
  } catch (error) {
    const { previous, environment, id } = release
    if (!(error instanceof VerifyError) || environment !== 'production' || !target.releases) throw error
    const { code, message, hint, retryable, details } = error
    const isFirst = previous === null || previous === undefined || previous === id
    if (isFirst) throw error
    const live = await target.releases.live(site, context)
    if (live !== id) {
      throw new VerifyError({
        ...{
          code,
          retryable,
          message: `${closed(message)} Meanwhile another release is live, ${live ?? 'none'}: it was left alone.`,
        },
        ...{ hint, details: { ...details, rolledBackTo: null, live, failed: id }, cause: error },
      })
    }
    const restored = await target.releases.publish(previous, site, 'restore', context)
    context.report({ type: 'release-switch', release: restored, way: 'restore' })
    throw new VerifyError({
      code,
      message: `${closed(message)} So the release before it, ${previous}, was made live again.`,
      hint: `${closed(hint)} The release that failed is kept: ${release.permalink ?? id}.`,
      retryable,
      details: { ...details, rolledBackTo: previous, failed: id },
      cause: error,
    })
  }
}
