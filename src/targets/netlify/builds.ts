import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Release } from '../../spec/release.js'
import type { ProviderBuild } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { poll } from '../../toolkit/poll.js'
import { zipArtifacts } from '../../toolkit/zip-artifacts.js'
import { deploySchema, type NetlifyApi, type NetlifyDeploy } from './api.js'
import { withBuildFile } from './build-file.js'
import { type BuiltSite, readBuiltSite } from './build-settings.js'
import type { Checkpoint, DeployCheckpoint } from './checkpoint.js'
import {
  cancelDeploy,
  checkLock,
  findMarked,
  isAlive,
  type NamedInput,
  type ReleaseMark,
  readDeploy,
} from './deploys.js'
import { checkBranch, isLinked, warnOfLink } from './link-checks.js'
import { openBuildLog } from './log.js'
import { buildFailed, buildMissing, tooSlow } from './problems.js'
import { awaitPushed, findPushed, isBuilt } from './pushed-builds.js'
import { addressesOf } from './release-address.js'

/** Milliseconds that a build is waited for; one may wait for others of its account. */
const timeLimit = 100 * 60_000
/** In these states a build has cost nothing yet. */
const waiting = new Set(['new', 'enqueued'])
/** Branch of previews without an alias whose source is sent: what has one that is not the site's own is a branch deploy. */
const previewBranch = 'tabship-preview'

/** What builds are made with. */
export interface BuildTools {
  readonly api: NetlifyApi
  /** Name of the target, for the events. */
  readonly target: string
  /** Of the WebSocket that tells logs. */
  readonly logsUrl: string | undefined
  token(): Promise<string>
  /** Whether the site was linked just now, so that what was pushed before has started nothing. */
  isNewLink(): boolean
}

/** A release that is built. */
export type BuildInput = NamedInput & { readonly build: ProviderBuild }

/** What is known of a build before it begins. */
export interface BuildBeginning {
  readonly mark: ReleaseMark
  /** What the site's address served before; `undefined` for a preview. */
  readonly before: string | null | undefined
}

const buildSchema = z.object({ id: z.string(), deploy_id: z.optional(z.nullable(z.string())) })

/** Builds a release, or goes on with one that is being built, and waits until it is served. */
export async function publishBuild(
  tools: BuildTools,
  input: BuildInput,
  beginning: BuildBeginning & { readonly earlier: DeployCheckpoint | undefined },
  context: Context<Checkpoint>,
): Promise<Release> {
  const { api, target } = tools
  const { environment, artifacts } = input
  const { before: previous, earlier } = beginning
  const begun = earlier ? { checkpoint: earlier } : await beginBuild(tools, input, beginning, context)
  const deploy = await followBuild(tools, input, begun, context)
  if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
  const uploaded = begun.checkpoint.isZipped
    ? { files: artifacts.artifacts.length, bytes: artifacts.size }
    : { files: 0, bytes: 0 }
  const addresses = addressesOf(deploy, input)
  return { target, id: deploy.id, environment, ...addresses, uploaded, ...(previous !== undefined && { previous }) }
}

/** A build, and how it is found whether the push has started one after all. */
interface Begun {
  readonly checkpoint: DeployCheckpoint
  readonly findPushed?: ((besides: string) => Promise<string | undefined>) | undefined
}

/** Lets Netlify build: the commit, where the site is linked to its repository, otherwise the source that is sent. */
async function beginBuild(
  { api, isNewLink }: BuildTools,
  input: BuildInput,
  { mark, before }: BuildBeginning,
  context: Context<Checkpoint>,
): Promise<Begun> {
  const { site, build } = input
  const place = { site: site.id, ...(before !== undefined && { before }) }
  const built = await readBuiltSite(api, site, context)
  const source: ProviderBuild['source'] = isLinked(built, build) ? build.source : null
  if (source) checkBranch(built, source.commit.branch, input)
  else warnOfLink(built, context)
  const isExpected = source !== null && !isNewLink() && isBuilt(built.build_settings, source.commit.branch)
  const pushed = source && !isNewLink() && (await awaitPushed(api, input, source.commit, isExpected, context))
  const save = async (id: string): Promise<DeployCheckpoint> => {
    const checkpoint: DeployCheckpoint = {
      ...{ kind: 'deploy', ...place, deploy: id, manifest: mark.manifest },
      ...{ sent: [], isZipped: source === null },
    }
    await context.save(checkpoint)
    return checkpoint
  }
  if (pushed) return { checkpoint: await save(pushed) }
  await context.save({ kind: 'intent', ...place, marker: mark.marker })
  const checkpoint = await save((await createBuild(api, input, { built, mark, source }, context)).id)
  if (!source?.commit.created || !isExpected) return { checkpoint }
  const { commit } = source
  return { checkpoint, findPushed: (besides) => findPushed(api, input, { commit, again: true, besides }, context) }
}

/**
 * Waits until Netlify serves what it builds, and tells the build's log and each state once.
 * @throws BuildError `build-failed` or `build-canceled`; RequestError `release-timeout`
 */
async function followBuild(
  { api, target, logsUrl: url, token }: BuildTools,
  { site }: BuildInput,
  { checkpoint, findPushed }: Begun,
  context: Context<Checkpoint>,
): Promise<NetlifyDeploy> {
  const { clock, signal } = context
  const pageOf = (deploy: string) => `${site.adminUrl ?? 'https://app.netlify.com'}/deploys/${deploy}`
  const open = (deploy: string, told: number) =>
    openBuildLog({ url, site: site.id, deploy, page: pageOf(deploy), token, told }, context)
  let begun = checkpoint
  let log = open(begun.deploy, begun.logged ?? 0)
  let reported = ''

  /** A build that a push has started late is the one to have: as long as ours only waits, it makes way. */
  async function giveWay(ours: NetlifyDeploy): Promise<NetlifyDeploy> {
    const isOurs = ours.id === checkpoint.deploy
    const pushed = isOurs && waiting.has(ours.state) ? await findPushed?.(ours.id) : undefined
    const deploy = pushed === undefined ? undefined : await readDeploy(api, site.id, pushed, context)
    if (!deploy) return ours
    // First, since a later run finds the other one by its commit.
    await cancelDeploy(api, ours.id, context)
    begun = { ...checkpoint, deploy: deploy.id }
    await context.save(begun)
    log.close()
    log = open(deploy.id, 0)
    return deploy
  }

  try {
    return await poll({
      ...{ clock, signal, timeLimit, first: 500, most: 4000 },
      key: (now) => `${now.state} ${log.told}`,
      ask: async () => {
        const known = await readDeploy(api, site.id, begun.deploy, context)
        if (!known) throw buildMissing(begun.deploy)
        const now = await giveWay(known)
        const isOver = now.state === 'ready' || !isAlive(now)
        if (isOver) await log.settle()
        if (log.tell()) await context.save({ ...begun, logged: log.told })
        if (now.state !== reported) context.report({ type: 'release-state', target, id: now.id, state: now.state })
        reported = now.state
        if (!isAlive(now)) throw buildFailed(now, pageOf(begun.deploy), log.tail)
        return now
      },
      done: ({ state }) => state === 'ready',
      expired: (now) => tooSlow(now, timeLimit),
    })
  } finally {
    log.close()
  }
}

/** What a build is ordered with. */
interface Ordered {
  readonly built: BuiltSite
  readonly mark: ReleaseMark
  /** `null`: the source is sent. */
  readonly source: ProviderBuild['source']
}

async function createBuild(
  api: NetlifyApi,
  input: BuildInput,
  { built, mark, source }: Ordered,
  context: Context,
): Promise<NetlifyDeploy> {
  const { site, title, artifacts: set, build, environment, alias = previewBranch } = input
  const purpose = `build ${site.name}`
  // A title so long that it is cut would lose its marker.
  const query = new URLSearchParams({ title: `${[...title].slice(0, 200).join('')} ${mark.marker}` })
  if (source) query.set('branch', source.commit.branch)
  else if (environment === 'preview') query.set('branch', alias)
  const artifacts = source ? [] : await withBuildFile(set.artifacts, build, built)
  const { length } = artifacts
  const { signal } = context
  const onFile = (done: number) => context.progress(done, length, 'files')
  const body = source ? undefined : await zipArtifacts(artifacts, { signal, onFile })
  const sent = body && { body, headers: { 'content-type': 'application/zip' } }
  // 50 KB/s, the slowest upload that is worth waiting for.
  const limit = 120_000 + (body?.size ?? 0) / 50
  const { made } = await createOrAdopt<NetlifyDeploy>({
    context,
    provider: 'netlify',
    purpose,
    async create() {
      const call = { ...sent, timeLimit: limit }
      const begun = await api.json(context, buildSchema, purpose, 'POST', `/sites/${site.id}/builds?${query}`, call)
      const id = begun.deploy_id
      if (!id) throw buildMissing(begun.id)
      return api.json(
        context,
        deploySchema,
        'tell the state of the deployment',
        'GET',
        `/sites/${site.id}/deploys/${id}`,
      )
    },
    find: () => findMarked(api, site.id, mark.marker, context),
  })
  return made
}
