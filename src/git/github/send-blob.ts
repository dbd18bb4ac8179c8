import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import { toBase64 } from '../text-or-base64.js'
import { type GithubApi, objectSchema } from './api.js'
import { commitRefused, fileTooLarge, isEmptyRepository, objectDiffers, saidIn } from './api-refusals.js'
import { repositoryEmpty } from './repository-empty.js'

/**
 * Writes the bytes of a file, unless an earlier run of this step has. To write it twice is safe: it is the same object.
 *
 * @throws OptionsError `file-too-large`; RequestError `object-differs`; ConflictError `repository-empty`
 */
export async function sendBlob(
  api: GithubApi,
  fullName: string,
  { artifact, bytes }: { readonly artifact: Artifact; readonly bytes: Uint8Array },
  context: Context,
): Promise<void> {
  const { path, oid } = artifact
  if (context.again && (await isThere(api, fullName, artifact, context))) return
  const purpose = `write ${path} to ${fullName}`
  const answer = await api.ask(context, objectSchema, {
    purpose,
    method: 'POST',
    path: `/repos/${fullName}/git/blobs`,
    json: { content: toBase64(bytes), encoding: 'base64' },
    accept: [404, 409, 422],
    idempotent: true,
    patient: true,
    // A slow line takes its time: 50 kB a second.
    timeLimit: 30_000 + bytes.length / 50,
  })
  if ('value' in answer) {
    if (answer.value.sha !== oid) throw objectDiffers('blob', oid, answer.value.sha)
    return
  }
  const { status } = answer.other
  const said = saidIn(answer.other, purpose)
  if (isEmptyRepository(status, said)) throw repositoryEmpty(fullName)
  throw /too large/i.test(said) ? fileTooLarge(artifact) : commitRefused(status, said, { fullName, paths: [path] })
}

/** Asks for no more than whether it is there, which costs none of the requests that may create something. */
async function isThere(api: GithubApi, fullName: string, { path, oid }: Artifact, context: Context): Promise<boolean> {
  const purpose = `tell whether ${path} has arrived at ${fullName}`
  const request = { purpose, method: 'HEAD', path: `/repos/${fullName}/git/blobs/${oid}`, accept: [404, 409] } as const
  return (await api.send(context, request)).status < 300
}
