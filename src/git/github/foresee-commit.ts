import { OptionsError } from '../../errors/options-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { GitHost } from '../../spec/git-host.js'
import { describeDuration, describeExcess, describeLimit } from '../../toolkit/describe-measures.js'
import { fileTooLarge, mostBlobBytes } from './api-refusals.js'
import { estimateApiCommit } from './estimate-api-commit.js'

/** Bytes of the largest file: "GitHub blocks files larger than 100 MiB" (GitHub Docs, "About large files on GitHub"). */
const mostBytes = 100 * 1024 * 1024

/**
 * Refuses what GitHub would refuse once all of it was sent, or the repository was made for it: files that are too large, and
 * those that are too large for its API where there is no other way.
 * @param direct Whether git is reached without a relay.
 * @throws OptionsError `file-too-large`
 */
export const admitFiles =
  (direct: boolean): NonNullable<GitHost['admit']> =>
  (artifacts, { relay } = { relay: true }) => {
    const large = artifacts.filter(({ size }) => size > mostBytes)
    if (large.length > 0) throw tooLarge(large)
    const [first, ...more] = relay || direct ? [] : artifacts.filter(({ size }) => size >= mostBlobBytes)
    if (first) throw fileTooLarge(first, more)
  }

function tooLarge(large: readonly Artifact[]): OptionsError {
  const [first] = large
  const more = large.length > 1 ? ` (and ${large.length - 1} more)` : ''
  const size = describeExcess(first?.size ?? 0, mostBytes)
  return new OptionsError({
    code: 'file-too-large',
    message: `${first?.path}${more} has ${size}; GitHub takes no file above ${describeLimit(mostBytes)} into a repository.`,
    hint: 'Leave it out with files.exclude, or keep it in Git Large File Storage, which holds such files beside the repository: that is set up with git lfs on a computer (https://gh.io/lfs).',
    details: { paths: large.slice(0, 20).map(({ path }) => path), limit: mostBytes },
  })
}

/**
 * Foresees a commit: a push takes a few requests, the API one for each binary file.
 * @param ahead Requests that may create something before it: GitHub counts them too.
 */
export const foreseeCommit =
  (direct: boolean, ahead: number): NonNullable<GitHost['estimate']> =>
  ({ artifacts, relay }) => {
    if (relay || direct)
      return { requests: { least: 2, most: 10 }, duration: 2000 + (artifacts?.length ?? 100) * 1.5, note: '' }
    const note = ", by GitHub's API since there is no relay"
    // GitHub takes git objects only for a repository that holds a commit.
    const first = '; where there is no commit yet, one with a single file goes ahead'
    if (artifacts === null) return { requests: { least: 2, most: null }, duration: 10_000, note: note + first }
    const { requests, duration } = estimateApiCommit({ changes: artifacts.length, blobs: artifacts, ahead })
    const time = `, in at most ${describeDuration(duration)}`
    return { requests: { least: 2, most: requests + 10 }, duration, note: note + time + first }
  }
