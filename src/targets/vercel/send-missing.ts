import * as z from 'zod/mini'
import { RequestError } from '../../errors/request-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import { type UploadMissing, uploadMissing } from '../../toolkit/upload-missing.js'
import type { VercelApi } from './api.js'
import { findProject } from './projects.js'

/** Bytes of a request that files may go along with; as text in base64 they are a third more than they are. */
const mostInline = 4_000_000

/** Files that Vercel asks for. */
export interface MissingFiles extends Pick<UploadMissing, 'target' | 'artifacts' | 'missing'> {
  readonly site: Site
  saveSent(digests: readonly string[]): Promise<void>
}

/**
 * Sends the files that Vercel asks for, one by one.
 * @returns those that have to go along with the next request instead, where the page may not send them so: whether Vercel lets pages
 * send the headers of a file is documented nowhere, and a browser does not tell that from a host that is not there.
 */
export async function sendMissing(
  api: VercelApi,
  { site, target, artifacts, missing, saveSent }: MissingFiles,
  context: Context,
): Promise<readonly Artifact[]> {
  let arrived = 0
  const sending: UploadMissing = {
    ...{ target, artifacts, missing },
    send: (artifact, bytes, onRetry) => putFile(api, artifact, { bytes, onRetry }, context),
    saveSent(digests) {
      arrived = digests.length
      return saveSent(digests)
    },
  }
  try {
    await uploadMissing(sending, context)
    return []
  } catch (error) {
    if (arrived > 0 || !isUnreached(error)) throw error
    const asked = new Set(missing)
    const files = artifacts.filter(({ sha1 }) => asked.has(sha1))
    const bytes = files.reduce((sum, { size }) => sum + 4 * Math.ceil(size / 3), 0)
    if (bytes > mostInline) {
      // Where nothing is reached any more, this says so.
      await findProject(api, site.id, context)
      throw filesRefused(error, files.length)
    }
    const text = `Vercel's API can't be sent files one by one from here, so ${files.length} go along with the request.`
    context.report({ type: 'log-line', source: 'provider', text })
    return files
  }
}

function isUnreached(error: unknown): error is RequestError {
  return error instanceof RequestError && error.code === 'network-unreachable' && error.details.relay === undefined
}

/** 409: Vercel has it already. Whatever answers in Vercel's place must not pass for it. */
async function putFile(
  api: VercelApi,
  artifact: Artifact,
  { bytes: body, onRetry }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly onRetry: () => void },
  context: Context,
): Promise<void> {
  await api.ask(context, z.object({}), `upload ${artifact.path}`, 'POST', '/v2/files', {
    body,
    headers: {
      'content-type': 'application/octet-stream',
      'x-now-digest': artifact.sha1,
      // A browser does not let pages set Content-Length.
      'x-now-size': String(artifact.size),
    },
    accept: [409],
    // What is addressed by its content may be sent twice.
    idempotent: true,
    // 50 KB/s, the slowest upload that is worth waiting for.
    timeLimit: 60_000 + artifact.size / 50,
    onRetry,
  })
}

function filesRefused(cause: RequestError, files: number): RequestError {
  return new RequestError({
    code: 'network-unreachable',
    message: `Vercel's API answers this page, but can't be sent files from it: ${files} are missing, too large to go along with a request.`,
    hint: "Set the option relay, and transport: 'relay' for vercel: the API seems to send pages no CORS headers for files.",
    details: { ...cause.details, files },
    cause,
  })
}
