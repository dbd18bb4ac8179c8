import { RequestError } from '../errors/request-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import { adaptivePool } from './adaptive-pool.js'

/** What a content-addressed host lacks, and how one file is sent to it. */
export interface UploadMissing {
  /** Name of the target, for the event. */
  readonly target: string
  readonly artifacts: readonly Artifact[]
  /** SHA-1 digests that the host does not have yet. */
  readonly missing: readonly string[]
  send(artifact: Artifact, bytes: Uint8Array<ArrayBuffer>, onRetry: () => void): Promise<void>
  /**
   * Saves the digests that have arrived since the start, so that a later run does not send them again. Called at most once a
   * second, never twice at a time, and when the upload ends or fails.
   */
  saveSent?(digests: readonly string[]): Promise<void>
}

/** Milliseconds between two calls of {@link UploadMissing.saveSent}. */
const saveEvery = 1000

/**
 * Sends one file for each missing digest, large ones first, and reports the bytes that arrived.
 * @throws RequestError `reply-malformed` where the host asks for a digest that no file has; nothing is sent then.
 */
export async function uploadMissing(
  upload: UploadMissing,
  context: Context,
): Promise<{ files: number; bytes: number }> {
  const files = chosenFiles(upload)
  const bytes = files.reduce((sum, artifact) => sum + artifact.size, 0)
  context.report({ type: 'upload-start', target: upload.target, files: files.length, bytes })
  let sent = 0
  const saver = createSaver(upload, context)
  const pool = { clock: context.clock, weigh: (artifact: Artifact) => artifact.size }
  try {
    await adaptivePool(files, pool, async (artifact, slowDown) => {
      context.signal.throwIfAborted()
      await upload.send(artifact, await artifact.read(), slowDown)
      sent += artifact.size
      context.progress(sent, bytes, 'bytes')
      await saver.arrived(artifact.sha1)
    })
  } catch (error) {
    // What failed is what the caller must hear of, even where what arrived can't be saved either.
    await Promise.allSettled([saver.flush()])
    throw error
  }
  await saver.flush()
  return { files: files.length, bytes }
}

/** One file for each missing digest, the large ones first. */
function chosenFiles(upload: UploadMissing): Artifact[] {
  const missing = new Set(upload.missing)
  const chosen = new Map<string, Artifact>()
  for (const artifact of upload.artifacts) {
    if (missing.has(artifact.sha1) && !chosen.has(artifact.sha1)) chosen.set(artifact.sha1, artifact)
  }
  const unknown = [...missing].filter((digest) => !chosen.has(digest))
  if (unknown.length > 0) throw neverOffered(upload.target, unknown)
  return [...chosen.values()].sort((a, b) => b.size - a.size)
}

function createSaver({ saveSent }: UploadMissing, { clock }: Context) {
  const digests: string[] = []
  let saved = 0
  let last = clock.now()
  let saving = false
  async function save(): Promise<void> {
    if (!saveSent || saved === digests.length) return
    saving = true
    const now = [...digests]
    try {
      await saveSent(now)
    } finally {
      saving = false
      last = clock.now()
    }
    saved = now.length
  }
  return {
    async arrived(digest: string): Promise<void> {
      digests.push(digest)
      if (!saving && clock.now() - last >= saveEvery) await save()
    },
    /** To be called when nothing is under way any more. */
    flush: save,
  }
}

function neverOffered(target: string, digests: readonly string[]): RequestError {
  return new RequestError({
    code: 'reply-malformed',
    message: `${target} asked for ${digests.length} files that it was never offered, the first with the digest ${digests[0]}.`,
    hint: `Deploy again. If it persists, the API of ${target} has changed.`,
    retryable: true,
    details: { provider: target, digests: digests.slice(0, 10) },
  })
}
