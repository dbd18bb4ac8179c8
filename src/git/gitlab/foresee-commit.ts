import { OptionsError } from '../../errors/options-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { GitHost } from '../../spec/git-host.js'
import { describeDuration, describeExcess, describeLimit } from '../../toolkit/describe-measures.js'
import { commitTooLarge, mostBytes } from './actions.js'

/** Files and folders that GitLab lists at once. */
const page = 100
/** Milliseconds of a request, as a rule, and the bytes of a slow line in one. */
const perRequest = 300
const bytesPerMillisecond = 250

/**
 * Refuses, where there is neither git nor a relay to it, the file that no commit by the API can hold. What is too much together may
 * still be there for the most part.
 * @param direct Whether git is reached without a relay.
 * @throws OptionsError `file-too-large`
 */
export const admitFiles =
  (direct: boolean): NonNullable<GitHost['admit']> =>
  (artifacts, { relay } = { relay: true }) => {
    const [first, ...others] = relay || direct ? [] : artifacts.filter(({ size }) => size > mostBytes)
    if (first) throw fileTooLarge(first, others)
  }

/** Refuses to make a repository whose first commit the API could not make. @throws OptionsError `commit-too-large` */
export function admitCreation(bytes: number | undefined, byGit: boolean): void {
  if (!byGit && bytes !== undefined && bytes > mostBytes) throw commitTooLarge(bytes)
}

/** Foresees a commit: a push takes a few requests; the API one, and one for every hundred files that the branch holds. */
export const foreseeCommit =
  (direct: boolean): NonNullable<GitHost['estimate']> =>
  ({ artifacts, relay }) => {
    const count = artifacts?.length ?? 100
    if (relay || direct) return { requests: { least: 2, most: 10 }, duration: 2000 + count * 1.5, note: '' }
    const note = ", by GitLab's API since there is no relay"
    if (artifacts === null) return { requests: { least: 2, most: null }, duration: 10_000, note }
    const size = artifacts.reduce((sum, one) => sum + one.size, 0)
    // The branch may hold as many files, in as many folders again.
    const requests = 8 + Math.ceil((2 * count) / page)
    // A third is added where content is no text.
    const duration = 1000 + requests * perRequest + (size * 4) / 3 / bytesPerMillisecond
    // What others have on the branch is known only when it is read.
    return { requests: { least: 2, most: null }, duration, note: `${note}, in about ${describeDuration(duration)}` }
  }

function fileTooLarge({ path, size }: Artifact, others: readonly Artifact[]): OptionsError {
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return new OptionsError({
    code: 'file-too-large',
    message: `${path}${more} has ${describeExcess(size, mostBytes)}; without a relay, commits are made with GitLab's API, by which at most ${describeLimit(mostBytes)} can be committed at once.`,
    hint: 'Set the option relay, and let the relay allow git at this server; or leave it out with files.exclude.',
    details: { path, size, most: mostBytes, paths: [path, ...others.map((one) => one.path)].slice(0, 20) },
  })
}
