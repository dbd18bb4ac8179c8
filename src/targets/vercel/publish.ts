import type { Artifact, ArtifactSet } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { Release, Site } from '../../spec/release.js'
import type { PublishInput } from '../../spec/target.js'
import { writeKnownDigests } from '../../toolkit/known-digests.js'
import { countUsage } from '../../toolkit/usage.js'
import type { VercelApi, VercelDeployment } from './api.js'
import type { BegunCheckpoint, Checkpoint, DeploymentCheckpoint } from './checkpoint.js'
import type { VercelClaim } from './claim.js'
import { type Beginning, createDeployment } from './create.js'
import {
  cancelDeployment,
  cancelMarked,
  isAlive,
  markerOf,
  readDeployment,
  type VercelInput,
  waitUntilLive,
} from './deployments.js'
import { ruleFiles } from './output-config.js'
import { staged } from './problems.js'
import { checkPublished } from './published.js'
import type { UploadWay } from './way.js'

/** What a project is published with. */
export interface PublishTools {
  readonly api: VercelApi
  /** Name of the target. */
  readonly target: string
  /** Whose files they are, and whose deployments are counted. */
  readonly account: string
  readonly upload: UploadWay
  /** Of previews. */
  readonly customEnvironment: string | undefined
  /** `undefined`: the project is not offered to anybody. */
  readonly claim: VercelClaim | undefined
  /** Whether the project was linked just now, so that what was pushed before has started nothing. */
  isNewLink(): boolean
  /** What its domains served when this run first looked: id of a deployment, `null` for none, `undefined` where it has not looked. */
  servedBy(site: Site): string | null | undefined
}

/** Publishes on a project, or goes on with what an earlier run began, and waits until Vercel serves it. */
export async function publishVercel(
  tools: PublishTools,
  given: PublishInput,
  outer: Context<Checkpoint>,
): Promise<Release> {
  const { api, target, account, claim } = tools
  const context = counting(outer, account)
  const { site, environment } = given
  const input: VercelInput = {
    ...given,
    artifacts: given.rules ? withoutRuleFiles(given.artifacts) : given.artifacts,
    customEnvironment: environment === 'preview' ? tools.customEnvironment : undefined,
  }
  const { artifacts } = input.artifacts
  const marker = await markerOf(input)
  const earlier = await goOn(api, input, marker, context)
  const before =
    environment === 'production' ? await checkPublished(api, site, marker, tools.servedBy(site), context) : undefined
  const beginning = beginningOf(tools, input, { marker, before }, context)
  const { sent, deployment } = await make(tools, input, beginning, earlier, context)
  if (environment === 'production' && deployment.readySubstate === 'STAGED') throw staged(site.name, deployment)
  if (!input.build) await writeKnownDigests(context.cache, account, artifacts)
  const permalink = api.address(deployment.url)
  const preview = input.customEnvironment === undefined ? permalink : api.address(environmentHost(deployment))
  const release: Release = {
    ...{ target, id: deployment.id, environment, url: environment === 'production' ? site.url : preview, permalink },
    uploaded: addUp(sent, artifacts),
    ...(before !== undefined && { previous: before }),
  }
  return claim ? (await import('./claim.js')).withClaim(api, { release, site, claim }, context) : release
}

/** Counts what is made and sent as it is written down: what fails in the end was sent, too. */
function counting(context: Context<Checkpoint>, account: string): Context<Checkpoint> {
  const { saved, cache, clock } = context
  let sent = sentOf(saved)
  let isMade = saved?.kind === 'deployment'
  return {
    ...context,
    async save(checkpoint) {
      await context.save(checkpoint)
      const uploads = Math.max(0, sentOf(checkpoint) - sent)
      const deployments = checkpoint.kind === 'deployment' && !isMade ? 1 : 0
      isMade ||= checkpoint.kind === 'deployment'
      sent = Math.max(sent, sentOf(checkpoint))
      await countUsage(cache, account, { deployments, uploads }, clock)
    },
  }
}

const sentOf = (checkpoint: Checkpoint | undefined) =>
  checkpoint !== undefined && checkpoint.kind !== 'site' ? checkpoint.sent.length : 0

/** Stops what a run has begun. */
export async function cancelVercel(
  api: VercelApi,
  checkpoint: Checkpoint,
  context: Context<Checkpoint>,
): Promise<void> {
  if (checkpoint.kind === 'deployment') await cancelDeployment(api, checkpoint.deployment, context)
  if (checkpoint.kind === 'intent') await cancelMarked(api, checkpoint, context)
}

/** The deployment of an earlier run, where it can be gone on with; one of other files is canceled. */
async function goOn(
  api: VercelApi,
  { site }: PublishInput,
  marker: string,
  context: Context<Checkpoint>,
): Promise<DeploymentCheckpoint | undefined> {
  const { saved } = context
  const begun = isOf(saved, site, marker) ? saved : undefined
  if (begun) {
    if (begun.kind !== 'deployment') return undefined
    return isAlive(await readDeployment(api, begun.deployment, context)) ? begun : undefined
  }
  // One with the same marker is adopted when it is created again.
  if (saved?.kind === 'intent') await cancelMarked(api, saved, context)
  if (saved?.kind === 'deployment') await cancelDeployment(api, saved.deployment, context)
  return undefined
}

/** What is to be created, with what earlier runs have sent of it. */
function beginningOf(
  { target, upload }: PublishTools,
  { site }: PublishInput,
  { marker, before }: { readonly marker: string; readonly before: string | null | undefined },
  { saved, again }: Context<Checkpoint>,
) {
  const begun = isOf(saved, site, marker) ? saved : undefined
  const place = { target, upload, project: site.id, marker, ...(before !== undefined && { before }) }
  // An answer that files are missing says that nothing was made.
  return { ...place, sent: begun?.sent ?? [], uncertain: again && begun?.kind !== 'files' }
}

/** Makes the deployment, or goes on with one, and waits for it. What builds is loaded where something is built. */
async function make(
  { api, target, isNewLink }: PublishTools,
  { build, ...input }: VercelInput,
  beginning: Beginning,
  earlier: DeploymentCheckpoint | undefined,
  context: Context<Checkpoint>,
): Promise<{ readonly sent: readonly string[]; readonly deployment: VercelDeployment }> {
  if (build) {
    const { makeBuild } = await import('./builds.js')
    const known = { beginning: { ...beginning, isNewLink: isNewLink() }, earlier }
    return makeBuild(api, { ...input, build }, known, context)
  }
  const { sent, deployment: id } = earlier ?? (await createDeployment(api, input, beginning, context))
  return { sent, deployment: await waitUntilLive(api, id, target, context) }
}

/**
 * The host that leads to the latest deployment of its environment: Vercel's own, where there is one, since the DNS of others may lead
 * elsewhere.
 */
function environmentHost({ url, alias }: VercelDeployment): string {
  const hosts = alias ?? []
  const [, ...parent] = url.split('.')
  return hosts.find((host) => host.endsWith(`.${parent.join('.')}`)) ?? hosts[0] ?? url
}

/** What they say is in the configuration of the output. */
function withoutRuleFiles(set: ArtifactSet): ArtifactSet {
  return { ...set, artifacts: set.artifacts.filter(({ path }) => !ruleFiles.has(path)) }
}

/** Whether a run saved it on its way to the same release. */
function isOf(saved: Checkpoint | undefined, { id }: Site, marker: string): saved is BegunCheckpoint {
  return saved !== undefined && saved.kind !== 'site' && saved.project === id && saved.marker === marker
}

function addUp(sent: readonly string[], artifacts: readonly Artifact[]): Release['uploaded'] {
  const sizes = new Map(artifacts.map((artifact) => [artifact.sha1, artifact.size]))
  return { files: sent.length, bytes: sent.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0) }
}
