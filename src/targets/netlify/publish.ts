import type { Context } from '../../spec/context.js'
import type { Release, Site } from '../../spec/release.js'
import type { PublishInput } from '../../spec/target.js'
import { lackingOf, writeKnownDigests } from '../../toolkit/known-digests.js'
import { countUsage } from '../../toolkit/usage.js'
import type { NetlifyApi, NetlifyDeploy } from './api.js'
import type { BuildTools } from './builds.js'
import type { Checkpoint, DeployCheckpoint } from './checkpoint.js'
import {
  cancelDeploy,
  cancelMarked,
  checkLock,
  createDeploy,
  createFollower,
  isAlive,
  isUnlisted,
  markOf,
  type NamedInput,
  type ReleaseMark,
  readDeploy,
} from './deploys.js'
import { functionsOf, sendable, withHostFiles } from './functions.js'
import { checkPublished } from './published.js'
import { addressesOf } from './release-address.js'
import { sendFiles } from './send-files.js'
import { loadOf, travelsAsArchive, type UploadWay } from './way.js'
import { withRules } from './with-rules.js'

/** What a site is published with. */
export interface PublishTools extends BuildTools {
  /** Whose deployments are counted. */
  readonly account: string
  readonly upload: UploadWay
  /** Name of previews. */
  readonly alias: string | undefined
  /** Where the digests that a site has are kept. */
  placeOf(site: Site): string
  /** What its address served when this run first looked: id of a deployment, `null` for none, `undefined` where it has not looked. */
  servedBy(site: Site): string | null | undefined
}

/** Publishes on a site, or goes on with what an earlier run began, and waits until Netlify serves it. */
export async function publishNetlify(
  tools: PublishTools,
  given: PublishInput,
  context: Context<Checkpoint>,
): Promise<Release> {
  const { api, target } = tools
  const { site, environment } = given
  const alias = environment === 'preview' ? tools.alias : undefined
  const input: NamedInput = { ...given, alias, artifacts: withHostFiles(await withRules(given)) }
  const { artifacts } = input.artifacts
  const mark = await markOf(input)
  const follow = createFollower(api, site.id, target, context)
  const earlier = await goOn(api, input, mark, context)
  const before =
    environment === 'production' ? await checkPublished(api, site, mark, tools.servedBy(site), context) : undefined
  if (input.build) {
    const { publishBuild } = await import('./builds.js')
    const beginning = { mark, before, earlier: earlier?.checkpoint }
    return publishBuild(tools, { ...input, build: input.build }, beginning, context)
  }
  const { checkpoint, ...begun } = earlier ?? (await begin(tools, input, mark, before, context))
  let { deploy } = begun
  if (isUnlisted(deploy, artifacts.length)) deploy = await follow(deploy, (now) => !isUnlisted(now, artifacts.length))
  const saveSent = (sent: readonly string[]) => context.save({ ...checkpoint, sent })
  const functions = functionsOf(input.artifacts)
  const sending = {
    ...{ target, deploy, artifacts: sendable(input.artifacts), functions },
    ...{ sent: checkpoint.sent, saveSent, follow },
  }
  const { uploaded, ...ready } = await sendFiles(api, sending, context)
  deploy = ready.deploy
  await writeKnownDigests(context.cache, tools.placeOf(site), artifacts)
  if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
  return {
    ...{ target, id: deploy.id, environment, uploaded },
    ...addressesOf(deploy, input),
    ...(before !== undefined && { previous: before }),
  }
}

/** Stops what a run has begun. */
export async function cancelNetlify(
  api: NetlifyApi,
  checkpoint: Checkpoint,
  context: Context<Checkpoint>,
): Promise<void> {
  if (checkpoint.kind === 'deploy') await cancelDeploy(api, checkpoint.deploy, context)
  if (checkpoint.kind === 'intent') await cancelMarked(api, checkpoint, context)
}

/** The deployment of an earlier run, where it can be gone on with. */
async function goOn(
  api: NetlifyApi,
  { site }: PublishInput,
  { manifest, marker }: ReleaseMark,
  context: Context<Checkpoint>,
): Promise<{ readonly deploy: NetlifyDeploy; readonly checkpoint: DeployCheckpoint } | undefined> {
  const { saved: checkpoint } = context
  // One with the same marker is adopted when it is created again.
  if (checkpoint?.kind === 'intent' && checkpoint.marker !== marker) await cancelMarked(api, checkpoint, context)
  if (checkpoint?.kind !== 'deploy') return undefined
  if (checkpoint.site !== site.id || checkpoint.manifest !== manifest) {
    await cancelDeploy(api, checkpoint.deploy, context)
    return undefined
  }
  const deploy = await readDeploy(api, site.id, checkpoint.deploy, context)
  return isAlive(deploy) ? { deploy, checkpoint } : undefined
}

/** A new deployment, saved before the first byte of a file leaves. */
async function begin(
  { api, target, account, upload }: PublishTools,
  input: NamedInput,
  { manifest, marker }: ReleaseMark,
  before: string | null | undefined,
  context: Context<Checkpoint>,
) {
  const place = { site: input.site.id, ...(before !== undefined && { before }) }
  await context.save({ kind: 'intent', ...place, marker })
  const { artifacts } = input.artifacts
  const isArchive = travelsAsArchive(loadOf(input), upload)
  const archive = async (path: string, purpose: string) => {
    const { sendArchive } = await import('./send-archive.js')
    return sendArchive(api, { target, artifacts }, path, purpose, context)
  }
  const deploy = await createDeploy(api, input, { manifest, marker }, context, isArchive ? archive : undefined)
  await countUsage(context.cache, account, { deployments: 1, uploads: 0 }, context.clock)
  const sent = isArchive ? lackingOf(artifacts, undefined).map(({ sha1 }) => sha1) : []
  const checkpoint: DeployCheckpoint = { kind: 'deploy', ...place, deploy: deploy.id, manifest, sent }
  await context.save(checkpoint)
  return { deploy, checkpoint }
}
