import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import { zipArtifacts } from '../../toolkit/zip-artifacts.js'
import { deploySchema, type NetlifyApi, type NetlifyDeploy } from './api.js'

/**
 * Creates a deployment by one request that holds all of its files, and reports what has left (Netlify Docs, "ZIP file method").
 * @param path With its query.
 */
export async function sendArchive(
  api: NetlifyApi,
  { target, artifacts }: { readonly target: string; readonly artifacts: readonly Artifact[] },
  path: string,
  purpose: string,
  context: Context,
): Promise<NetlifyDeploy> {
  const { signal } = context
  const body = await zipArtifacts(artifacts, {
    signal,
    onFile: (done) => context.progress(done, artifacts.length, 'files'),
  })
  context.report({ type: 'upload-start', target, files: artifacts.length, bytes: body.size })
  return api.json(context, deploySchema, purpose, 'POST', path, {
    body,
    headers: { 'content-type': 'application/zip' },
    onSent: (bytes) => context.progress(bytes, body.size, 'bytes'),
    // 50 KB/s, the slowest upload that is worth waiting for; then Netlify unpacks.
    timeLimit: 180_000 + body.size / 50,
  })
}
