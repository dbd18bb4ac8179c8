import type { Artifact, FunctionArtifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { Release } from '../../spec/release.js'
import { uploadMissing } from '../../toolkit/upload-missing.js'
import type { NetlifyApi, NetlifyDeploy } from './api.js'
import { awaitedOf, type FollowDeploy, missingOf, putFile } from './deploys.js'
import { putFunctions } from './functions.js'

/** A deployment, and the files that it is made of. */
export interface SendFiles {
  /** Name of the target, for the events. */
  readonly target: string
  readonly deploy: NetlifyDeploy
  readonly artifacts: readonly Artifact[]
  /** Those whose archives are among the files, by their own digests. @default none */
  readonly functions?: readonly FunctionArtifact[]
  /** Digests whose files an earlier run has sent. */
  readonly sent: readonly string[]
  /** Saves all digests whose files have arrived. */
  saveSent(digests: readonly string[]): Promise<void>
  readonly follow: FollowDeploy
}

/** A deployment that is ready, and what all runs are known to have sent for it. */
export interface SentFiles {
  readonly deploy: NetlifyDeploy
  readonly uploaded: Release['uploaded']
}

/** Milliseconds that a deployment may go on asking for files that it was sent. */
const patience = 30_000
/** How often they are sent again then. */
const repetitions = 2

/** Sends the files that Netlify lacks and waits until the deployment is ready; what it goes on asking for is sent again. */
export async function sendFiles(api: NetlifyApi, sending: SendFiles, context: Context): Promise<SentFiles> {
  const { target, artifacts, follow } = sending
  const { clock } = context
  const sent = new Set(sending.sent)
  let { deploy } = sending
  let missing: readonly string[] = missingOf(deploy, sending.sent)
  for (let round = 0; ; round += 1) {
    await uploadMissing(
      {
        target,
        artifacts,
        missing,
        send: (artifact, bytes, onRetry) => {
          const functions = sending.functions?.filter(({ sha256 }) => sha256 === artifact.sha1) ?? []
          return functions.length > 0
            ? putFunctions(api, deploy.id, functions, { bytes, onRetry }, context)
            : putFile(api, deploy.id, artifact, { bytes, onRetry }, context)
        },
        saveSent: (digests) => sending.saveSent([...new Set([...sent, ...digests])]),
      },
      context,
    )
    for (const digest of missing) sent.add(digest)
    const begun = clock.now()
    const isStuck = (now: NetlifyDeploy) =>
      round < repetitions && awaitedOf(now).length > 0 && clock.now() - begun >= patience
    deploy = await follow(deploy, (now) => now.state === 'ready' || isStuck(now))
    if (deploy.state === 'ready') return { deploy, uploaded: addUp(sent, artifacts) }
    missing = awaitedOf(deploy)
    const text = `Netlify goes on asking for ${missing.length} files that it was sent: they are sent again.`
    context.report({ type: 'log-line', source: 'provider', text })
  }
}

function addUp(sent: ReadonlySet<string>, artifacts: readonly Artifact[]): Release['uploaded'] {
  const sizes = new Map(artifacts.map((artifact) => [artifact.sha1, artifact.size]))
  return { files: sent.size, bytes: [...sent].reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0) }
}
