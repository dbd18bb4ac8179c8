import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { PublishInput } from '../../spec/target.js'
import { poll } from '../../toolkit/poll.js'
import { sha1 } from '../../toolkit/sha1.js'
import { deploymentSchema, type VercelApi, type VercelDeployment } from './api.js'
import { deploymentFailed, tooSlow } from './problems.js'

/** Milliseconds: what is prebuilt takes seconds, but may wait for other deployments of its account. */
const timeLimit = 20 * 60_000
/** Where a lost deployment is looked for: the latest come first. */
const search = { pages: 3, pageSize: 100 }

/** Whether a state is one of failure, which more than one is: `@vercel/client`, `dist/utils/ready-state.js`. */
export function isFailed(readyState: string): boolean {
  return /(?:^|_)ERROR$/.test(readyState) || readyState === 'CANCELED' || readyState === 'BLOCKED'
}

/** A release, and where it goes. */
export interface VercelInput extends PublishInput {
  /** Slug or id of the custom environment of a preview. @default none */
  readonly customEnvironment?: string | undefined
}

/** @returns what tells these files, published by this deployment in this environment, from all others. */
export async function markerOf({
  artifacts,
  deployment,
  environment,
  customEnvironment,
}: VercelInput): Promise<string> {
  const lines = artifacts.artifacts.map((artifact) => `${artifact.path}\0${artifact.sha1}\n`).sort()
  const place = customEnvironment === undefined ? environment : `${environment} ${customEnvironment}`
  return sha1(new TextEncoder().encode(`${deployment}\n${place}\n${lines.join('')}`))
}

/** Whether a deployment was made for the release of that marker. */
export function isMarked({ meta }: Pick<VercelDeployment, 'meta'>, marker: string): boolean {
  return meta?.tabship === marker
}

const listSchema = z.object({
  deployments: z.array(
    z.object({
      uid: z.string(),
      readyState: z.optional(z.string()),
      target: z.optional(z.nullable(z.string())),
      meta: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
    }),
  ),
  pagination: z.object({ next: z.optional(z.nullable(z.number())) }),
})

/** @returns the deployment of that marker which has neither failed nor been canceled. */
export async function findMarked(
  api: VercelApi,
  project: string,
  marker: string,
  context: Context,
): Promise<VercelDeployment | undefined> {
  let until = ''
  for (let page = 1; page <= search.pages; page += 1) {
    const path = `/v7/deployments?projectId=${project}&limit=${search.pageSize}${until}`
    const purpose = 'list the deployments of the project'
    const { deployments, pagination } = await api.json(context, listSchema, purpose, 'GET', path)
    const found = deployments.find((one) => isMarked(one, marker) && !isFailed(one.readyState ?? ''))
    // The list does not say all that the deployment itself does.
    if (found) return readDeployment(api, found.uid, context)
    if (!pagination.next) return undefined
    until = `&until=${pagination.next}`
  }
  return undefined
}

/** The deployment of a commit, as it is looked for. */
export interface WantedBuild {
  readonly sha: string
  readonly isProduction: boolean
  /** Whether the commit was not there before. */
  readonly isNew: boolean
  readonly again: boolean
  /** Id of the one that is known already. */
  readonly besides?: string | undefined
}

/**
 * @returns the deployment of a commit that its push has made, also one that has failed, where this is a first try; of a commit that
 * was there before, only one that is still under way.
 */
export async function findOfCommit(
  api: VercelApi,
  project: string,
  wanted: WantedBuild,
  context: Context,
): Promise<VercelDeployment | undefined> {
  const path = `/v7/deployments?projectId=${project}&sha=${wanted.sha}&limit=20`
  const { deployments } = await api.json(context, listSchema, 'list the deployments of the commit', 'GET', path)
  const found = deployments.find(({ uid, readyState = '', target }) => {
    if (uid === wanted.besides) return false
    if ((target === 'production') !== wanted.isProduction || readyState === 'CANCELED') return false
    return wanted.isNew ? !wanted.again || !isFailed(readyState) : !isFailed(readyState) && readyState !== 'READY'
  })
  return found && readDeployment(api, found.uid, context)
}

/** @returns the deployment as it stands; `undefined` where there is none of that id. */
export async function readDeployment(
  api: VercelApi,
  id: string,
  context: Context,
): Promise<VercelDeployment | undefined> {
  const purpose = 'tell the state of the deployment'
  const answer = await api.ask(context, deploymentSchema, purpose, 'GET', `/v13/deployments/${id}`, { accept: [404] })
  return 'value' in answer ? answer.value : undefined
}

/** Whether a deployment of an earlier run can be gone on with: one that failed or was canceled can not. */
export function isAlive(deployment: VercelDeployment | undefined): deployment is VercelDeployment {
  return deployment !== undefined && !isFailed(deployment.readyState) && !deployment.aliasError
}

/** Whether Vercel serves the deployment under all names that it is to have. */
export function isLive({ readyState, aliasAssigned, aliasError }: VercelDeployment): boolean {
  return readyState === 'READY' && Boolean(aliasAssigned) && !aliasError
}

/** 404: gone already; 400: too late to cancel, it has ended by itself. */
export async function cancelDeployment(api: VercelApi, id: string, context: Context): Promise<void> {
  const call = { accept: [400, 404], idempotent: true }
  await api.ask(context, z.object({}), 'cancel the deployment', 'PATCH', `/v12/deployments/${id}/cancel`, call)
}

/** Cancels what a request may have created whose answer nobody waited for; it may be listed a moment later. */
export async function cancelMarked(
  api: VercelApi,
  { project, marker }: { readonly project: string; readonly marker: string },
  context: Context,
): Promise<void> {
  let found = await findMarked(api, project, marker, context)
  if (!found) {
    await context.clock.sleep(1000, context.signal)
    found = await findMarked(api, project, marker, context)
  }
  if (found) await cancelDeployment(api, found.id, context)
}

/**
 * Waits until Vercel serves a deployment under its names, and reports each state once.
 * @param target Name of the target, for the events.
 * @throws RequestError `release-failed` or `release-timeout`
 */
export function waitUntilLive(api: VercelApi, id: string, target: string, context: Context): Promise<VercelDeployment> {
  let reported = ''
  return poll({
    clock: context.clock,
    signal: context.signal,
    timeLimit,
    first: 1000,
    most: 15_000,
    key: (now) => now.readyState,
    ask: async () => {
      const purpose = 'tell the state of the deployment'
      const now = await api.json(context, deploymentSchema, purpose, 'GET', `/v13/deployments/${id}`)
      if (now.readyState !== reported) context.report({ type: 'release-state', target, id, state: now.readyState })
      reported = now.readyState
      if (!isAlive(now)) throw deploymentFailed(now)
      return now
    },
    done: isLive,
    expired: (now) => tooSlow(now, timeLimit),
  })
}
