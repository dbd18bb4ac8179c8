import { OptionsError } from '../../errors/options-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { GitHost } from '../../spec/git-host.js'
import { estimateApiCommit } from './estimate-api-commit.js'

/** Bytes of the largest file: "GitHub blocks files larger than 100 MiB" (GitHub Docs, "About large files on GitHub"). */
const mostBytes = 100 * 1024 * 1024

/** Refuses what GitHub would refuse once all of it was sent. @throws OptionsError `file-too-large` */
export function admitFiles(artifacts: readonly Artifact[]): void {
  const large = artifacts.filter(({ size }) => size > mostBytes)
  const [first] = large
  if (!first) return
  const more = large.length > 1 ? ` (and ${large.length - 1} more)` : ''
  throw new OptionsError({
    code: 'file-too-large',
    message: `${first.path}${more} has ${(first.size / 1024 / 1024).toFixed(1)} MiB; GitHub takes no file above 100 MiB into a repository.`,
    hint: 'Leave it out with files.exclude, or keep it in Git Large File Storage, which holds such files beside the repository: that is set up with git lfs on a computer (https://gh.io/lfs).',
    details: { paths: large.slice(0, 20).map(({ path }) => path), limit: mostBytes },
  })
}

/** Foresees a commit: a push takes a few requests, the API one for each binary file. */
export const foreseeCommit =
  (direct: boolean): NonNullable<GitHost['estimate']> =>
  ({ artifacts, relay }) => {
    if (relay || direct)
      return { requests: { least: 2, most: 10 }, duration: 2000 + (artifacts?.length ?? 100) * 1.5, note: '' }
    const note = ", by GitHub's API since there is no relay"
    if (artifacts === null) return { requests: { least: 2, most: null }, duration: 10_000, note }
    const { requests, duration } = estimateApiCommit({ changes: artifacts.length, blobs: artifacts })
    return { requests: { least: 2, most: requests + 10 }, duration, note: `${note}, in at most ${timeOf(duration)}` }
  }

function timeOf(milliseconds: number): string {
  const minutes = milliseconds / 60_000
  if (minutes < 2) return `${Math.max(1, Math.round(milliseconds / 1000))} s`
  return minutes < 120 ? `${Math.round(minutes)} minutes` : `${Math.round(minutes / 60)} hours`
}
