import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { PublishInput } from '../../spec/target.js'
import { poll } from '../../toolkit/poll.js'
import { projectSchema, type VercelApi, type VercelDeployment, type VercelLink } from './api.js'
import type { Checkpoint, DeploymentCheckpoint } from './checkpoint.js'
import { type Beginning, createDeployment, type DeploymentRecipe } from './create.js'
import {
  cancelDeployment,
  findOfCommit,
  isAlive,
  isLive,
  readDeployment,
  type VercelInput,
  type WantedBuild,
} from './deployments.js'
import { fileModes } from './file-modes.js'
import { unsetOf } from './link-settings.js'
import { createBuildLog } from './log.js'
import { buildFailed, tooSlow } from './problems.js'
import { buildSettingsOf } from './project-settings.js'

/** Milliseconds: Vercel stops a build after 45 minutes, and one may wait for others of its account. */
const timeLimit = 100 * 60_000
/** Milliseconds that a push may take to become a deployment. */
const pushLimit = 30_000
/** In these states a deployment has cost nothing yet. */
const waiting = new Set(['QUEUED', 'INITIALIZING'])

type Build = NonNullable<PublishInput['build']>

/** What is known before there is a deployment. */
export interface BuildBeginning extends Beginning {
  /** Whether the project was linked just now, so that what was pushed before has started nothing. */
  readonly isNewLink: boolean
}

/** Makes a deployment that Vercel builds, or goes on with one, and waits for it. */
export async function makeBuild(
  api: VercelApi,
  input: VercelInput & { readonly build: Build },
  { beginning, earlier }: { readonly beginning: BuildBeginning; readonly earlier: DeploymentCheckpoint | undefined },
  context: Context<Checkpoint>,
): Promise<{ readonly sent: readonly string[]; readonly deployment: VercelDeployment }> {
  const begun = earlier ? { checkpoint: earlier } : await beginBuild(api, input, beginning, context)
  return { sent: begun.checkpoint.sent, deployment: await followBuild(api, begun, beginning.target, context) }
}

/** A build, and how it is found whether the push has started one after all. */
interface Begun {
  readonly checkpoint: DeploymentCheckpoint
  readonly findPushed?: ((besides: string) => Promise<VercelDeployment | undefined>) | undefined
}

/**
 * Lets Vercel build: the commit, where the project is linked to its repository, otherwise the source that is sent.
 * @param beginning What is known before there is a deployment.
 */
async function beginBuild(
  api: VercelApi,
  input: VercelInput & { readonly build: Build },
  { isNewLink, ...beginning }: BuildBeginning,
  context: Context<Checkpoint>,
): Promise<Begun> {
  const { site, build, artifacts } = input
  const { link } = await api.json(
    context,
    projectSchema,
    `find the project ${site.name}`,
    'GET',
    `/v9/projects/${site.id}`,
  )
  const settings = buildSettingsOf(build.project, build.folder)
  const env = Object.keys(build.env).length > 0 ? { build: { env: build.env } } : {}
  const query = 'forceNew=1&skipAutoDetectionConfirmation=1'
  const source = isLinked(link, build) ? build.source : null
  if (!link || !source) {
    const files = artifacts.artifacts.map(sourceFile)
    const recipe = { query, body: { files, projectSettings: settings, ...env } }
    return { checkpoint: await createDeployment(api, input, beginning, context, recipe) }
  }
  const pushed = isNewLink ? undefined : await awaitPushed(api, input, source.commit, context)
  if (pushed) {
    const { target: _target, uncertain: _uncertain, ...known } = beginning
    const checkpoint: DeploymentCheckpoint = { kind: 'deployment', ...known, deployment: pushed.id }
    await context.save(checkpoint)
    return { checkpoint }
  }
  const { branch, oid } = source.commit
  const unset = await unsetOf(api, site, settings, context)
  const gitSource = { ...repositoryOf(link), ref: branch, sha: oid }
  const recipe: DeploymentRecipe = { query, body: { gitSource, projectSettings: unset, ...env }, isComplete: true }
  const checkpoint = await createDeployment(api, input, beginning, context, recipe)
  const isExpected = !isNewLink && source.commit.created
  const findPushed = (besides: string) => findBuild(api, input, { ...source.commit, again: true, besides }, context)
  return { checkpoint, findPushed: isExpected ? findPushed : undefined }
}

/**
 * Waits until Vercel serves what it builds, and tells the build's log and each state once.
 * @throws BuildError `build-failed`, `build-canceled` or `build-blocked`; RequestError `release-timeout`
 */
function followBuild(
  api: VercelApi,
  { checkpoint, findPushed }: Begun,
  target: string,
  context: Context<Checkpoint>,
): Promise<VercelDeployment> {
  let begun = checkpoint
  let log = createBuildLog(api, begun.deployment, begun.logged, context)
  const { clock, signal } = context
  let reported = ''

  /** A build that a push has started late is the one to have: as long as ours only waits, it makes way. */
  async function giveWay(ours: VercelDeployment): Promise<VercelDeployment> {
    const isOurs = ours.id === checkpoint.deployment
    const pushed = isOurs && waiting.has(ours.readyState) ? await findPushed?.(ours.id) : undefined
    if (!pushed) return ours
    // First, since a later run finds the other one by its commit.
    await cancelDeployment(api, ours.id, context)
    begun = { ...checkpoint, deployment: pushed.id }
    await context.save(begun)
    log = createBuildLog(api, pushed.id, undefined, context)
    return pushed
  }

  return poll({
    ...{ clock, signal, timeLimit, first: 1000 },
    key: (now) => `${now.readyState} ${now.readySubstate} ${log.place.since} ${log.place.ids.length}`,
    ask: async () => {
      const known = await readDeployment(api, begun.deployment, context)
      const now = known && (await giveWay(known))
      if (await log.tell(now?.inspectorUrl ?? undefined)) await context.save({ ...begun, logged: log.place })
      const id = begun.deployment
      if (!now) throw buildFailed({ id, url: '', readyState: 'DELETED' }, log.tail)
      if (now.readyState !== reported) context.report({ type: 'release-state', target, id, state: now.readyState })
      reported = now.readyState
      if (!isAlive(now)) throw buildFailed(now, log.tail)
      return now
    },
    done: isLive,
    expired: (now) => tooSlow(now, timeLimit),
  })
}

/** Whether a project is linked to the repository that the same deployment has committed to. */
function isLinked(link: VercelLink | null | undefined, { source }: Pick<Build, 'source'>): boolean {
  if (!link || !source) return false
  const own = link.type === 'gitlab' ? link.projectNamespace : link.org
  const name = link.type === 'gitlab' ? link.projectName : link.repo
  return `${own}/${name}`.toLowerCase() === source.repository.fullName.toLowerCase()
}

function repositoryOf({ type, org, repo, repoId, projectId }: VercelLink): Record<string, unknown> {
  if (type === 'gitlab') return { type, projectId: projectId ?? '' }
  return repoId == null ? { type, org, repo } : { type, repoId }
}

/** The deployment that the push has started: there need be no second one. */
async function awaitPushed(
  api: VercelApi,
  input: VercelInput,
  commit: NonNullable<Build['source']>['commit'],
  context: Context<Checkpoint>,
): Promise<VercelDeployment | undefined> {
  const { clock, signal, again } = context
  const end = clock.now() + (commit.created ? pushLimit : 0)
  for (;;) {
    const found = await findBuild(api, input, { ...commit, again }, context)
    if (found || clock.now() >= end) return found
    await clock.sleep(500, signal)
  }
}

async function findBuild(
  api: VercelApi,
  { site, environment, customEnvironment: place }: VercelInput,
  { oid, created, again, besides }: BuildOfCommit,
  context: Context<Checkpoint>,
): Promise<VercelDeployment | undefined> {
  const wanted = { sha: oid, isProduction: environment === 'production', isNew: created, again, besides }
  const found = await findOfCommit(api, site.id, wanted, context)
  return isIn(found, place) ? found : undefined
}

type BuildOfCommit = Pick<NonNullable<Build['source']>['commit'], 'oid' | 'created'> &
  Pick<WantedBuild, 'again' | 'besides'>

/** A branch that no rule leads to the custom environment is pushed to an ordinary preview. */
function isIn(deployment: VercelDeployment | undefined, place: string | undefined): boolean {
  const { id, slug } = deployment?.customEnvironment ?? {}
  return place === undefined || id === place || slug === place
}

function sourceFile({ path, sha1, size, mode }: Artifact): Record<string, unknown> {
  return { file: path, sha: sha1, size, mode: fileModes[mode] }
}
