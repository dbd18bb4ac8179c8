import * as z from 'zod/mini'
import { OptionsError } from '../../errors/options-error.js'
import type { Context } from '../../spec/context.js'
import type { Release } from '../../spec/release.js'
import type { ProviderBuild, PublishInput } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { poll } from '../../toolkit/poll.js'
import { zipArtifacts } from '../../toolkit/zip-artifacts.js'
import { deploySchema, type NetlifyApi, type NetlifyDeploy } from './api.js'
import { type BuiltSite, differing, readBuiltSite, writeBuildSettings } from './build-settings.js'
import type { Checkpoint, DeployCheckpoint } from './checkpoint.js'
import { checkLock, findMarked, isAlive, type ReleaseMark, readDeploy } from './deploys.js'
import { openBuildLog } from './log.js'
import { buildFailed, buildMissing, noAddress, tooSlow } from './problems.js'

/** Milliseconds that a build is waited for; one may wait for others of its account. */
const timeLimit = 100 * 60_000
/** Milliseconds that a push may take to become a build. */
const pushLimit = 10_000
/** Branch of previews whose source is sent: what has one that is not the site's own is a branch deploy. */
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
export type BuildInput = PublishInput & { readonly build: ProviderBuild }

/** What is known of a build before it begins. */
export interface BuildBeginning {
  readonly mark: ReleaseMark
  /** What the site's address served before; `undefined` for a preview. */
  readonly before: string | null | undefined
}

const buildSchema = z.object({ id: z.string(), deploy_id: z.optional(z.nullable(z.string())) })
const commitsSchema = z.array(
  z.object({
    id: z.string(),
    state: z.string(),
    commit_ref: z.optional(z.nullable(z.string())),
    context: z.optional(z.nullable(z.string())),
  }),
)

/** Builds a release, or goes on with one that is being built, and waits until it is served. */
export async function publishBuild(
  tools: BuildTools,
  input: BuildInput,
  beginning: BuildBeginning & { readonly earlier: DeployCheckpoint | undefined },
  context: Context<Checkpoint>,
): Promise<Release> {
  const { api, target } = tools
  const { site, environment, artifacts } = input
  const { before: previous, earlier } = beginning
  const begun = earlier ?? (await beginBuild(tools, input, beginning, context))
  const deploy = await followBuild(tools, input, begun, context)
  if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
  const permalink = deploy.links?.permalink || deploy.deploy_ssl_url || null
  const url = environment === 'production' ? site.url : permalink
  if (url === null) throw noAddress(deploy.id)
  const uploaded = begun.isZipped
    ? { files: artifacts.artifacts.length, bytes: artifacts.size }
    : { files: 0, bytes: 0 }
  return { target, id: deploy.id, environment, url, permalink, uploaded, ...(previous !== undefined && { previous }) }
}

/** Lets Netlify build: the commit, where the site is linked to its repository, otherwise the source that is sent. */
async function beginBuild(
  { api, isNewLink }: BuildTools,
  input: BuildInput,
  { mark, before }: BuildBeginning,
  context: Context<Checkpoint>,
): Promise<DeployCheckpoint> {
  const { site, build } = input
  const place = { site: site.id, ...(before !== undefined && { before }) }
  const built = await readBuiltSite(api, site, context)
  const source = isLinked(built, build) ? build.source : null
  if (source) checkBranch(built, source.commit.branch, input)
  const pushed = source && !isNewLink() && (await awaitPushed(api, input, source.commit, context))
  const save = async (id: string): Promise<DeployCheckpoint> => {
    const checkpoint: DeployCheckpoint = {
      ...{ kind: 'deploy', ...place, deploy: id, manifest: mark.manifest },
      ...{ sent: [], isZipped: source === null },
    }
    await context.save(checkpoint)
    return checkpoint
  }
  if (pushed) return save(pushed)
  if (!source) await describeBuild(api, input, built, context)
  await context.save({ kind: 'intent', ...place, marker: mark.marker })
  return save((await createBuild(api, input, { branch: source?.commit.branch, mark }, context)).id)
}

/**
 * Waits until Netlify serves what it builds, and tells the build's log and each state once.
 * @throws BuildError `build-failed` or `build-canceled`; RequestError `release-timeout`
 */
async function followBuild(
  { api, target, logsUrl: url, token }: BuildTools,
  { site }: BuildInput,
  begun: DeployCheckpoint,
  context: Context<Checkpoint>,
): Promise<NetlifyDeploy> {
  const { clock, signal } = context
  const page = `${site.adminUrl ?? 'https://app.netlify.com'}/deploys/${begun.deploy}`
  const told = begun.logged ?? 0
  const log = openBuildLog({ url, site: site.id, deploy: begun.deploy, page, token, told }, context)
  let reported = ''
  const tell = async () => {
    if (log.tell()) await context.save({ ...begun, logged: log.told })
  }
  try {
    return await poll({
      ...{ clock, signal, timeLimit, first: 500, most: 4000 },
      key: (now) => `${now.state} ${log.told}`,
      ask: async () => {
        const now = await readDeploy(api, site.id, begun.deploy, context)
        if (!now) throw buildMissing(begun.deploy)
        const isOver = now.state === 'ready' || !isAlive(now)
        if (isOver) await log.settle()
        await tell()
        if (now.state !== reported) context.report({ type: 'release-state', target, id: now.id, state: now.state })
        reported = now.state
        if (!isAlive(now)) throw buildFailed(now, page, log.tail)
        return now
      },
      done: ({ state }) => state === 'ready',
      expired: (now) => tooSlow(now, timeLimit),
    })
  } finally {
    log.close()
  }
}

/** Whether a site is linked to the repository that the same deployment has committed to. */
function isLinked({ build_settings: settings }: BuiltSite, { source }: ProviderBuild): boolean {
  return settings?.repo_path?.toLowerCase() === source?.repository.fullName.toLowerCase() && source !== null
}

/** The branch says whether a build is production: another one would go live elsewhere than it should. */
function checkBranch({ name, build_settings: settings }: BuiltSite, branch: string, { environment }: BuildInput): void {
  const production = settings?.repo_branch ?? branch
  if ((branch === production) === (environment === 'production')) return
  throw new OptionsError({
    code: 'options-invalid',
    message:
      environment === 'production'
        ? `Netlify builds ${name} for production from ${production}, and ${branch} was committed to.`
        : `Netlify builds ${name} for production from ${branch}, which was committed to: there is no preview of it.`,
    hint:
      environment === 'production'
        ? `Set commit.branch to ${production}, or netlify.repository.branch to ${branch}.`
        : 'Set commit.branch to another branch for a preview.',
  })
}

/** The deploy that the push has started: there need be no second build. */
async function awaitPushed(
  api: NetlifyApi,
  { site, environment }: BuildInput,
  { oid, created }: NonNullable<ProviderBuild['source']>['commit'],
  context: Context<Checkpoint>,
): Promise<string | undefined> {
  const { clock, signal, again } = context
  const end = clock.now() + (created ? pushLimit : 0)
  const failed = new Set(['error', 'rejected'])
  const isFit = (state: string) => (created && !again) || (!failed.has(state) && (created || state !== 'ready'))
  for (;;) {
    const path = `/sites/${site.id}/deploys?per_page=50`
    const deploys = await api.json(context, commitsSchema, 'list the deployments of the commit', 'GET', path)
    const found = deploys.find(({ state, commit_ref, context: place }) => {
      const isProduction = place === 'production'
      return (
        commit_ref === oid &&
        isFit(state) &&
        place !== 'deploy-preview' &&
        isProduction === (environment === 'production')
      )
    })
    if (found || clock.now() >= end) return found?.id
    await clock.sleep(500, signal)
  }
}

/** Says how the source is built that is sent. What a `netlify.toml` of it says goes before. */
async function describeBuild(
  api: NetlifyApi,
  { site, build: { project, folder } }: BuildInput,
  built: BuiltSite,
  context: Context,
): Promise<void> {
  const base = folder === '.' ? '' : folder
  // Netlify installs by itself what a lock file or `package.json` asks for.
  const wanted = { cmd: project.buildCommand ?? '', dir: project.outputDirectory, base }
  const settings = differing(built.build_settings ?? {}, wanted)
  if (settings) await writeBuildSettings(api, site, 'build_settings', settings, context)
}

async function createBuild(
  api: NetlifyApi,
  input: BuildInput,
  { branch, mark }: { readonly branch: string | undefined; readonly mark: ReleaseMark },
  context: Context,
): Promise<NetlifyDeploy> {
  const { site, title, artifacts, environment } = input
  const purpose = `build ${site.name}`
  // A title so long that it is cut would lose its marker.
  const query = new URLSearchParams({ title: `${[...title].slice(0, 200).join('')} ${mark.marker}` })
  if (branch !== undefined) query.set('branch', branch)
  else if (environment === 'preview') query.set('branch', previewBranch)
  const { length } = artifacts.artifacts
  const { signal } = context
  const onFile = (done: number) => context.progress(done, length, 'files')
  const body = branch === undefined ? await zipArtifacts(artifacts.artifacts, { signal, onFile }) : undefined
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
