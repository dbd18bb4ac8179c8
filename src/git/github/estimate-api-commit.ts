import type { Artifact } from '../../spec/artifact.js'
import type { CommitDraft } from '../commit-draft.js'
import { creatingLimits, creatingReserve, mostInlineBytes, mostOfTree } from './api-limits.js'

/** How many requests a commit takes, and for how many milliseconds it keeps them coming. */
export interface ApiCommitEstimate {
  readonly requests: number
  readonly duration: number
}

/** What is known of a commit before it is made. */
export interface ApiCommitSize {
  /** Paths that it writes or deletes. */
  readonly changes: number
  /** The files that GitHub does not have. */
  readonly blobs: readonly Pick<Artifact, 'path' | 'size'>[]
  /** Requests of the same account that create something shortly before it. @default 0 */
  readonly ahead?: number
}

/** Names of files that are hardly ever text; what they are is known only when they are read. */
const binary =
  /\.(?:7z|avif|bin|bmp|br|class|dat|db|dll|docx?|eot|exe|flac|gif|glb|gz|heic|ico|icns|jar|jpe?g|jxl|m4[av]|mov|mp[34g]|node|og[agv]|otf|pdf|png|pptx?|psd|so|sqlite3?|tar|tgz|tiff?|ttf|wasm|wav|web[mp]|woff2?|xlsx?|xz|zip|zst)$/i
/** Milliseconds of one request, as a rule. */
const perRequest = 400

/**
 * Says, before anything is sent, how long a commit by the API will take: one request for each binary file, one for each batch of
 * the others, and GitHub allows only so many in a minute and in an hour.
 */
export function estimateApiCommit(commit: CommitDraft | ApiCommitSize): ApiCommitEstimate {
  const changes = typeof commit.changes === 'number' ? commit.changes : commit.changes.length
  const alone = commit.blobs.filter(({ path, size }) => size > mostInlineBytes || binary.test(path)).length
  const inline = commit.blobs.filter(({ path, size }) => size <= mostInlineBytes && !binary.test(path))
  const bytes = inline.reduce((sum, { size }) => sum + size, 0)
  const batches = Math.max(Math.ceil(changes / mostOfTree.entries), Math.ceil(bytes / mostOfTree.bytes))
  // The commit and the branch.
  const requests = alone + batches + 2
  const ahead = 'ahead' in commit ? (commit.ahead ?? 0) : 0
  return { requests, duration: durationOf(ahead + requests) }
}

function durationOf(requests: number): number {
  const [minute, hour] = creatingLimits
  const inAnHour = hour.most - creatingReserve
  const hours = Math.floor((requests - 1) / inAnHour)
  const rest = requests - hours * inAnHour
  const minutes = Math.floor((rest - 1) / minute.most)
  return hours * hour.within + Math.max(minutes * minute.within, rest * perRequest)
}
