import * as z from 'zod/mini'
import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { PublishInput } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { poll } from '../../toolkit/poll.js'
import { sha1 } from '../../toolkit/sha1.js'
import { deploySchema, type NetlifyApi, type NetlifyDeploy, siteSchema } from './api.js'
import { functionLines, functionsBody } from './functions.js'
import { deployFailed, siteLocked, tooSlow } from './problems.js'
import { asyncAbove } from './way.js'

/** From these states on, Netlify has all that it asked for. */
const complete = new Set(['uploaded', 'processing', 'processed', 'ready'])
/** From these states on, it says what it requires. */
const listed = new Set(['prepared', 'uploading', ...complete])
/** In these states it waits for files. */
const awaiting = new Set(['prepared', 'uploading'])
/** A deployment that was canceled is in error too. */
const failed = new Set(['error', 'rejected'])
/** Netlify's own CLI gives up after as long. */
const timeLimit = 20 * 60_000
/** Where a lost deployment is looked for: the latest come first. */
const search = { pages: 3, pageSize: 100 }

/** A release, and the name that it goes by besides its own. */
export interface NamedInput extends PublishInput {
  /** Only of a preview. @default none */
  readonly alias?: string | undefined
}

/** What of a release is always the same, in whichever run. */
export interface ReleaseMark {
  /** SHA-1 of all paths and digests, and of the alias. */
  readonly manifest: string
  /** Stands in the title of the deployment: by it, one that was made by a request without an answer is found. */
  readonly marker: string
}

/** @returns the mark of these files, published by this deployment in this environment. */
export async function markOf({ artifacts, deployment, environment, alias }: NamedInput): Promise<ReleaseMark> {
  const digest = (text: string) => sha1(new TextEncoder().encode(text))
  const lines = artifacts.artifacts.map((artifact) => `${artifact.path}\0${artifact.sha1}\n`).sort()
  const names = alias === undefined ? [] : [`\0${alias}\n`]
  const manifest = await digest([...lines, ...functionLines(artifacts), ...names].join(''))
  const whole = await digest(`${deployment}\n${environment}\n${manifest}`)
  return { manifest, marker: `(tabship ${whole.slice(0, 12)})` }
}

/**
 * Creates the deployment, or adopts the one that an unanswered request made.
 * @param archive Sends all files with it, to the path that it is given. @default Netlify says which it lacks
 */
export async function createDeploy(
  api: NetlifyApi,
  input: NamedInput,
  { marker }: ReleaseMark,
  context: Context,
  archive?: (path: string, purpose: string) => Promise<NetlifyDeploy>,
): Promise<NetlifyDeploy> {
  const { site, artifacts, environment, title, alias } = input
  const purpose = `create a deployment of ${site.name}`
  const files = Object.fromEntries(artifacts.artifacts.map((artifact) => [artifact.path, artifact.sha1]))
  const large = artifacts.artifacts.length > asyncAbove
  // As Netlify's own CLI says it: what has a branch is no draft, and is published at the address of the branch.
  const draft = environment === 'preview' && alias === undefined
  const branch = alias !== undefined && { branch: alias }
  const json = { files, draft, ...branch, ...(large && { async: true }), ...functionsBody(artifacts) }
  // A title so long that it is cut would lose its marker.
  const query = new URLSearchParams({ title: `${[...title].slice(0, 200).join('')} ${marker}` })
  const path = `/sites/${site.id}/deploys?${query}`
  const { made } = await createOrAdopt<NetlifyDeploy>({
    context,
    provider: 'netlify',
    purpose,
    create: () =>
      archive?.(path, purpose) ?? api.json(context, deploySchema, purpose, 'POST', path, { json, timeLimit: 120_000 }),
    find: async () => {
      const found = await findMarked(api, site.id, marker, context)
      // The list need not say all that the deployment itself does.
      return found && readDeploy(api, site.id, found.id, context)
    },
  })
  return made
}

/** @returns the deployment of that marker which has neither failed nor been canceled. */
export async function findMarked(
  api: NetlifyApi,
  site: string,
  marker: string,
  context: Context,
): Promise<NetlifyDeploy | undefined> {
  for (let page = 1; page <= search.pages; page += 1) {
    const path = `/sites/${site}/deploys?per_page=${search.pageSize}&page=${page}`
    const deploys = await api.json(context, z.array(deploySchema), 'list the deployments of the site', 'GET', path)
    const found = deploys.find((deploy) => deploy.title?.endsWith(marker) && !failed.has(deploy.state))
    if (found || deploys.length < search.pageSize) return found
  }
  return undefined
}

/** @returns the deployment as it stands; `undefined` where there is none of that id. */
export async function readDeploy(
  api: NetlifyApi,
  site: string,
  id: string,
  context: Context,
): Promise<NetlifyDeploy | undefined> {
  const purpose = 'tell the state of the deployment'
  const path = `/sites/${site}/deploys/${id}`
  const answer = await api.ask(context, deploySchema, purpose, 'GET', path, { accept: [404] })
  return 'value' in answer ? answer.value : undefined
}

/** Whether a deployment of an earlier run can be gone on with: one that failed or was canceled can not. */
export function isAlive(deploy: NetlifyDeploy | undefined): deploy is NetlifyDeploy {
  return deploy !== undefined && !failed.has(deploy.state)
}

/** Whether Netlify has yet to say what it requires. Of a few files it says so at once, of many when it has compared them. */
export function isUnlisted(deploy: NetlifyDeploy, files: number): boolean {
  return !listed.has(deploy.state) && (files > asyncAbove || !deploy.required)
}

/** The digests that a deployment waits for, without those that were sent: the list is not known to shrink meanwhile. */
export function missingOf(deploy: NetlifyDeploy, sent: readonly string[]): string[] {
  const known = new Set(sent)
  return complete.has(deploy.state) ? [] : requiredOf(deploy).filter((digest) => !known.has(digest))
}

/** The digests that a deployment goes on waiting for, those that were sent among them. */
export function awaitedOf(deploy: NetlifyDeploy): readonly string[] {
  return awaiting.has(deploy.state) ? requiredOf(deploy) : []
}

function requiredOf({ required, required_functions: functions }: NetlifyDeploy): readonly string[] {
  return [...(required ?? []), ...(functions ?? [])]
}

/** 404: gone already; 422: too late to cancel, it has ended by itself. */
export async function cancelDeploy(api: NetlifyApi, id: string, context: Context): Promise<void> {
  const call = { accept: [404, 422], idempotent: true }
  await api.ask(context, z.object({}), 'cancel the deployment', 'POST', `/deploys/${id}/cancel`, call)
}

/** Cancels what a request may have created whose answer nobody waited for; it may be listed a moment later. */
export async function cancelMarked(
  api: NetlifyApi,
  { site, marker }: { readonly site: string; readonly marker: string },
  context: Context,
): Promise<void> {
  let found = await findMarked(api, site, marker, context)
  if (!found) {
    await context.clock.sleep(1000, context.signal)
    found = await findMarked(api, site, marker, context)
  }
  if (found) await cancelDeploy(api, found.id, context)
}

/** Sends one file. Whatever answers in Netlify's place must not pass for it: the deployment would wait for this file in vain. */
export async function putFile(
  api: NetlifyApi,
  deploy: string,
  artifact: Artifact,
  { bytes: body, onRetry }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly onRetry: () => void },
  context: Context,
): Promise<void> {
  const path = artifact.path.split('/').map(encodeURIComponent).join('/')
  await api.json(context, z.object({}), `upload ${artifact.path}`, 'PUT', `/deploys/${deploy}/files/${path}`, {
    body,
    headers: { 'content-type': 'application/octet-stream' },
    // 50 KB/s, the slowest upload that is worth waiting for.
    timeLimit: 60_000 + artifact.size / 50,
    onRetry,
  })
}

/** A function that waits for a state of a deployment and reports each state once. */
export type FollowDeploy = (deploy: NetlifyDeploy, until: (deploy: NetlifyDeploy) => boolean) => Promise<NetlifyDeploy>

/** @param target Name of the target, for the events. */
export function createFollower(api: NetlifyApi, site: string, target: string, context: Context): FollowDeploy {
  let reported = ''
  return (deploy, until) =>
    poll({
      clock: context.clock,
      signal: context.signal,
      timeLimit,
      key: (now) => now.state,
      ask: async () => {
        const path = `/sites/${site}/deploys/${deploy.id}`
        const now = await api.json(context, deploySchema, 'tell the state of the deployment', 'GET', path)
        if (now.state !== reported) context.report({ type: 'release-state', target, id: now.id, state: now.state })
        reported = now.state
        if (failed.has(now.state)) throw deployFailed(now)
        return now
      },
      done: until,
      expired: (now) => tooSlow(now, timeLimit),
    })
}

/** A locked site gets its deployments ready and goes on serving the one that it is locked to. */
export async function checkLock(
  api: NetlifyApi,
  { site }: PublishInput,
  deploy: NetlifyDeploy,
  context: Context,
): Promise<void> {
  const purpose = `tell what ${site.name} serves`
  const { published_deploy: published } = await api.json(context, siteSchema, purpose, 'GET', `/sites/${site.id}`)
  if (published?.locked && published.id !== deploy.id) throw siteLocked(site.name, published.id, deploy)
}
