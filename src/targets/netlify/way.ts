import type { Artifact } from '../../spec/artifact.js'
import type { Environment } from '../../spec/release.js'
import type { PublishEstimate, PublishInput, TargetLimits } from '../../spec/target.js'
import { lackingOf } from '../../toolkit/known-digests.js'
import { uploadDuration } from '../../toolkit/upload-duration.js'

/** What decides how the files of a release travel. */
export interface Load {
  readonly artifacts: readonly Artifact[]
  readonly environment: Environment
  /** Digests that Netlify is known to have; `undefined` where that is not known. */
  readonly known: ReadonlySet<string> | undefined
  /** Whether something goes along that an archive can't hold: functions. */
  readonly hasExtras: boolean
}

/** What of a release decides it. */
export function loadOf({
  artifacts,
  environment,
  known,
}: Pick<PublishInput, 'artifacts' | 'environment' | 'known'>): Load {
  return { artifacts: artifacts.artifacts, environment, known, hasExtras: artifacts.extras !== undefined }
}

/** How the user wants them to travel. */
export type UploadWay = 'auto' | 'digest' | 'archive'

/**
 * Fewer requests than that are over as soon as an archive is packed. Netlify unpacks at most 25,000 files (Netlify Docs, "Get started
 * with the Netlify API", "ZIP file method"); and the whole archive has to fit into the tab.
 */
const archive = { leastRequests: 250, mostFiles: 25_000, mostBytes: 100_000_000 }
/** Above this many files Netlify compares the digests in the background; its own CLI draws the line here. */
export const asyncAbove = 100

/**
 * Whether one archive is quicker than a request for each file: where nearly all of many files are missing. A body that is an archive
 * can't say that the release is a preview.
 */
export function travelsAsArchive({ artifacts, environment, known, hasExtras }: Load, wanted: UploadWay): boolean {
  const size = artifacts.reduce((sum, artifact) => sum + artifact.size, 0)
  const fits = artifacts.length <= archive.mostFiles && size <= archive.mostBytes
  const can = fits && environment === 'production' && !hasExtras
  if (wanted !== 'auto') return can && wanted === 'archive'
  if (!can || known === undefined) return false
  const lacking = lackingOf(artifacts, known).length
  return lacking >= archive.leastRequests && lacking >= 0.8 * artifacts.length
}

/** What sending a release takes, as far as it is known before Netlify is asked. */
export function estimateOf(load: Load, wanted: UploadWay): PublishEstimate {
  const { artifacts, known } = load
  const lacking = lackingOf(artifacts, known)
  const bytes = lacking.reduce((sum, artifact) => sum + artifact.size, 0)
  const settling = 2500
  if (travelsAsArchive(load, wanted)) {
    const packing = artifacts.length * 0.3
    const requests = { least: 2, most: null }
    return {
      way: 'as one archive',
      requests,
      uploads: 0,
      duration: settling + packing + uploadDuration(1, bytes * 0.6),
    }
  }
  const least = (artifacts.length > asyncAbove ? 3 : 2) + (known === undefined ? 0 : lacking.length)
  // Whether Netlify lacks them is known once the site is: a new one lacks all.
  const isOpen = known === undefined && travelsAsArchive({ ...load, known: new Set() }, wanted)
  return {
    way: isOpen ? 'by digest, or as one archive where Netlify lacks nearly all' : 'by digest',
    uploads: lacking.length,
    requests: { least, most: null },
    duration: settling + uploadDuration(lacking.length, bytes),
  }
}

/** What an account without a paid plan may do; users report 54,000 files of one folder as the most. */
export const limits: TargetLimits = {
  files: null,
  filesPerFolder: 54_000,
  fileSize: null,
  deploymentsPerDay: 100,
  uploadsPerDay: null,
  scope: 'on the free plan',
}
