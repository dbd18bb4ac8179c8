import type { Artifact } from '../../spec/artifact.js'
import type { PublishEstimate, PublishInput, TargetLimits } from '../../spec/target.js'
import { lackingOf } from '../../toolkit/known-digests.js'
import { uploadDuration } from '../../toolkit/upload-duration.js'

/** How the user wants files to travel. */
export type UploadWay = 'auto' | 'digest'

/** What goes along with the request that creates a deployment: more would cost more to repeat than it spares. */
const inline = { mostFiles: 50, mostBytes: 100_000 }

/**
 * The files that are sent with the request itself: those that Vercel is not known to have, where all of them are few and small.
 * @param known Digests that Vercel is known to have; `undefined` where that is not known.
 */
export function inlineFiles(
  artifacts: readonly Artifact[],
  known: ReadonlySet<string> | undefined,
  wanted: UploadWay,
): readonly Artifact[] {
  const lacking = lackingOf(artifacts, known)
  const size = lacking.reduce((sum, artifact) => sum + artifact.size, 0)
  return wanted === 'auto' && lacking.length <= inline.mostFiles && size <= inline.mostBytes ? lacking : []
}

/** What sending a release takes, as far as it is known before Vercel is asked. */
export function estimateOf(
  { artifacts: { artifacts }, known }: Pick<PublishInput, 'artifacts' | 'known'>,
  wanted: UploadWay,
): PublishEstimate {
  const lacking = lackingOf(artifacts, known)
  const bytes = lacking.reduce((sum, artifact) => sum + artifact.size, 0)
  const isInline = lacking.length > 0 && inlineFiles(artifacts, known, wanted).length > 0
  const uploads = isInline || known === undefined ? 0 : lacking.length
  return {
    way: isInline ? 'inline' : 'by digest',
    uploads: isInline ? 0 : lacking.length,
    // Asked for, sent, and asked for again.
    requests: { least: uploads > 0 ? 3 + uploads : 2, most: null },
    duration: 3000 + uploadDuration(isInline ? 0 : lacking.length, bytes),
  }
}

/** A file of a deployment, as far as it is known how it is listed: by its digest, or with its bytes. */
export interface ListedFile {
  readonly file?: unknown
  readonly sha?: unknown
  readonly mode?: unknown
}

/** The list of files with the bytes of some in place of their digests. */
export async function withInline(
  files: readonly ListedFile[],
  chosen: readonly Artifact[],
): Promise<readonly ListedFile[]> {
  const contents = new Map<string, InlineContent>()
  for (const artifact of chosen) contents.set(artifact.sha1, inlineContent(await artifact.read()))
  return files.map(({ sha, ...file }) => {
    const content = typeof sha === 'string' ? contents.get(sha) : undefined
    if (content === undefined) return sha === undefined ? file : { ...file, sha }
    const { mode } = file
    return { file: file.file, ...content, ...(mode !== undefined && { mode }) }
  })
}

interface InlineContent {
  readonly data: string
  readonly encoding: 'utf-8' | 'base64'
}

/** Text goes as it is: in base64 it would be a third longer. What JSON would have to escape a lot, and what is no text, is not. */
function inlineContent(bytes: Uint8Array): InlineContent {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const base64 = toBase64(bytes)
  const length = text.includes('\uFFFD') ? Number.POSITIVE_INFINITY : new Blob([JSON.stringify(text)]).size - 2
  return length <= base64.length ? { data: text, encoding: 'utf-8' } : { data: base64, encoding: 'base64' }
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

/**
 * Vercel's docs, "Limits": 15,000 files, 100 deployments a day and 100 MB for what is uploaded on the Hobby plan; users report that 5,000
 * files a day may be sent, and that the account is shut out after that.
 */
export const limits: TargetLimits = {
  files: 15_000,
  filesPerFolder: null,
  fileSize: 100_000_000,
  deploymentsPerDay: 100,
  uploadsPerDay: 5000,
  scope: 'on the Hobby plan',
}
