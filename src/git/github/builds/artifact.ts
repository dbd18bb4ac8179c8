import { BuildError } from '../../../errors/build-error.js'
import { RequestError } from '../../../errors/request-error.js'
import type { Context, Reply } from '../../../spec/context.js'
import type { HostRun } from '../../../spec/host-build.js'
import { toHex } from '../../../toolkit/to-hex.js'
import { artifactsSchema, type BuildTools, type RunArtifact } from './replies.js'
import { outputName } from './workflow-file.js'

/** Bytes that an output may have, packed: it is held in the page's memory while it is unpacked. */
const mostBytes = 500_000_000
/** Downloads that are tried where what comes is not what GitHub keeps. */
const tries = 2

/** The output that a run keeps: of several attempts, the newest. `undefined` where there is none, or none any more. */
export async function findArtifact(
  { api }: BuildTools,
  fullName: string,
  run: number | string,
  context: Context,
): Promise<RunArtifact | undefined> {
  const path = `/repos/${fullName}/actions/runs/${run}/artifacts?name=${outputName}&per_page=100`
  const answer = await api.ask(context, artifactsSchema, { purpose: 'find the output', path, accept: [404] })
  const all = 'value' in answer ? answer.value.artifacts.filter(({ expired }) => !expired) : []
  return all.reduce<RunArtifact | undefined>((newest, one) => (newest && newest.id > one.id ? newest : one), undefined)
}

/**
 * Downloads the output of a run.
 *
 * @throws BuildError `output-missing` or `output-too-large`; RequestError `output-unreachable` or `output-corrupt`
 */
export async function fetchArtifact(
  tools: BuildTools,
  { id, repository, url }: HostRun,
  context: Context,
): Promise<Uint8Array<ArrayBuffer>> {
  const artifact = await findArtifact(tools, repository, id, context)
  if (!artifact) throw missing(url)
  if (artifact.size_in_bytes > mostBytes) throw tooLarge(artifact, url)
  const path = `/repos/${repository}/actions/artifacts/${artifact.id}/zip`
  for (let left = tries; ; left -= 1) {
    const { bytes } = await download(tools, path, context)
    if (await isIntact(artifact, bytes)) return bytes
    if (left <= 1) throw corrupt(url)
  }
}

async function download({ api }: BuildTools, path: string, context: Context): Promise<Reply> {
  const request = { purpose: 'download the output', path, elsewhere: true, timeLimit: 10 * 60_000 }
  return api.send(context, request).catch((error: unknown) => {
    const isCut = error instanceof RequestError && ['network-unreachable', 'relay-refused'].includes(error.code)
    throw isCut ? unreachable(error) : error
  })
}

async function isIntact({ digest }: RunArtifact, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const [, expected] = /^sha256:([\da-f]{64})$/.exec(digest ?? '') ?? []
  return expected === undefined || toHex(await crypto.subtle.digest('SHA-256', bytes)) === expected
}

function unreachable(cause: RequestError): RequestError {
  return new RequestError({
    code: 'output-unreachable',
    message: `The build has ended well, but its output could not be downloaded: ${cause.message}`,
    hint: 'GitHub sends downloads from another host, which pages cannot read without a relay: set the option relay, and let it follow api.github.com to *.blob.core.windows.net (githubApi and githubDownloads of tabship/relay). Then resume.',
    retryable: true,
    details: cause.details,
    cause,
  })
}

function missing(url: string): BuildError {
  return new BuildError({
    code: 'output-missing',
    message: 'The build has ended well and has kept no output, or it is no longer there.',
    hint: 'GitHub keeps outputs for a week. Deploy again.',
    details: { url },
  })
}

function tooLarge({ size_in_bytes: size }: RunArtifact, url: string): BuildError {
  return new BuildError({
    code: 'output-too-large',
    message: `The output is ${Math.round(size / 1_000_000)} MB when packed; a page can take ${mostBytes / 1_000_000} MB.`,
    hint: 'Leave large files out of the build, or publish from a workflow of your own.',
    details: { size, url },
  })
}

function corrupt(url: string): RequestError {
  return new RequestError({
    code: 'output-corrupt',
    message: 'What was downloaded is not the output that GitHub keeps: its digest is another one.',
    hint: 'Something on the way may change what is downloaded. Resume the deployment to try again.',
    retryable: true,
    details: { url },
  })
}
