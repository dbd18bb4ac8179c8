import * as z from 'zod/mini'
import { QuotaError } from '../../errors/quota-error.js'
import type { Context } from '../../spec/context.js'
import type { Release } from '../../spec/release.js'
import type { PublishInput } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { excerpt } from '../../toolkit/parse-reply.js'
import { openSeal, type Seal } from '../../toolkit/seal.js'
import { deploySchema, type NetlifyApi, type NetlifyDeploy } from './api.js'
import { createFollower, isAlive, markOf } from './deploys.js'
import type { DropCheckpoint, SiteCheckpoint } from './drop-checkpoint.js'
import { dailyLimit, dropRefused, noFunctions, siteLeft } from './drop-problems.js'
import { sendFiles } from './send-files.js'
import { withRules } from './with-rules.js'

/** What is published with. */
export interface DropTools {
  /** Name of the target. */
  readonly target: string
  /** @param token Of the site; without one, for what anybody may ask. */
  apiFor(token?: string): NetlifyApi
}

/** A site that is under way, and the token that goes on with it and claims it. */
interface Begun {
  readonly token: string
  readonly checkpoint: SiteCheckpoint
}

/** "Anonymously deployed sites need to be claimed within 60 minutes", as Netlify's CLI says. */
const lifetime = 60 * 60_000

const tokenSchema = z.object({ token: z.string().check(z.minLength(1)) })
const dropSchema = z.object({
  id: z.string(),
  deploy_id: z.string(),
  subdomain: z.string(),
  required: z.optional(z.nullable(z.array(z.string()))),
})
type Drop = z.infer<typeof dropSchema>

const text = z.optional(z.nullable(z.string()))
/** A deployment, with the address of its site. */
const readSchema = z.intersection(deploySchema, z.object({ ssl_url: text, url: text }))

/**
 * Publishes on a new site without an account, as `netlify deploy --allow-anonymous` does. A later run goes on with the site of an
 * earlier one as long as this browser can open its token.
 */
export async function publishDrop(
  tools: DropTools,
  given: PublishInput,
  context: Context<DropCheckpoint>,
): Promise<Release> {
  const { target, apiFor } = tools
  const input = { ...given, artifacts: await withRules(given) }
  const { artifacts, extras } = input.artifacts
  if (extras && extras.functions.length > 0) throw noFunctions()
  const { manifest } = await markOf(input)
  const seal = await openSeal(context.cache)
  const { token, checkpoint } =
    (await goOn(tools, manifest, seal, context)) ?? (await begin(tools, input, manifest, seal, context))
  const { site, name, expiresAt } = checkpoint
  const api = apiFor()
  const read = await readDrop(api, checkpoint, context)
  const address = read?.ssl_url || read?.url || `https://${name}.netlify.app`
  const made = { id: site, name, url: address, adminUrl: null, created: true }
  context.report({ type: 'site-ready', target, site: made })
  const saveSent = (sent: readonly string[]) => context.save({ ...checkpoint, sent })
  const sending = {
    ...{ target, artifacts, sent: checkpoint.sent, saveSent },
    // What anybody may ask need not tell what the answer to the first request did.
    deploy: { id: checkpoint.deploy, state: 'uploading', required: checkpoint.required, ...defined(read) },
    follow: createFollower(api, site, target, context),
  }
  const { deploy, uploaded } = await sendFiles(apiFor(token), sending, context)
  return {
    ...{ target, id: deploy.id, environment: 'production', url: address },
    permalink: deploy.deploy_ssl_url || deploy.deploy_url || null,
    ...{ uploaded, previous: null },
    claim: { url: `https://app.netlify.com/drop/${name}#drop_token=${token}`, expiresAt, site },
  }
}

/** Whether a release stands that an earlier run published; one that was claimed is somebody's, and not to be asked about. */
export async function confirmDrop({ apiFor }: DropTools, { id, claim }: Release, context: Context): Promise<boolean> {
  if (!claim) return false
  return (await readDrop(apiFor(), { site: claim.site, deploy: id }, context))?.state === 'ready'
}

/** The site of an earlier run, where it is there and can be gone on with. */
async function goOn(
  { apiFor }: DropTools,
  manifest: string,
  seal: Seal,
  context: Context<DropCheckpoint>,
): Promise<Begun | undefined> {
  const { saved } = context
  if (saved?.kind !== 'deploy') return undefined
  const leave = (why: string) => void context.report({ type: 'warning', ...siteLeft(why) })
  const token = await seal.open(saved.token)
  if (token === undefined) return leave(`What goes on with the site ${saved.name} is no longer kept in this browser.`)
  context.conceal?.(token)
  if (saved.manifest !== manifest) return leave(`The files are others than those that the site ${saved.name} is for.`)
  if (!isAlive(await readDrop(apiFor(), saved, context)))
    return leave(`The site ${saved.name} is gone, was claimed or has failed.`)
  return { token, checkpoint: saved }
}

/** A new site, saved before the first byte of a file leaves. */
async function begin(
  { apiFor }: DropTools,
  { artifacts }: PublishInput,
  manifest: string,
  seal: Seal,
  context: Context<DropCheckpoint>,
): Promise<Begun> {
  const api = apiFor()
  const { clock, saved } = context
  const files = Object.fromEntries(artifacts.artifacts.map(({ path, sha1 }) => [path, sha1]))
  const purpose = 'publish a new site without an account'
  let token = saved?.kind === 'intent' ? await seal.open(saved.token) : undefined
  const isEarlier = token !== undefined
  let expiresAt = 0

  async function next(): Promise<string> {
    const made = await askToken(api, context)
    context.conceal?.(made)
    await context.save({ kind: 'intent', token: await seal.close(made), manifest })
    return made
  }

  async function post(uncertain: boolean): Promise<Drop> {
    token ??= await next()
    context.conceal?.(token)
    // From before it is made: it must not be gone earlier than is said.
    expiresAt = (clock.time?.() ?? clock.now()) + lifetime
    // What is `created_via` nothing, or Netlify's own page, asks its visitors for a password: so its CLI tells.
    const json = { files, token, created_via: 'tabship' }
    const call = { json, timeLimit: 120_000, accept: [400, 401, 403, 404, 409, 422, 429] }
    const answer = await api.ask(context, dropSchema, purpose, 'POST', '/drop', call)
    if ('value' in answer) return answer.value
    if (answer.other.status === 429) throw dailyLimit(excerpt(answer.other.bytes))
    if (!uncertain) throw dropRefused(answer.other)
    // The token was used by a request whose answer never came; what that made has no files, and nobody can find it.
    const why = 'A site may have been made by a request whose answer was lost; it would have no files.'
    context.report({ type: 'warning', ...siteLeft(why) })
    token = await next()
    return post(false)
  }

  const create = { context, provider: 'netlify', purpose, again: isEarlier, create: post, find: async () => undefined }
  const { made } = await createOrAdopt<Drop>(create).catch(tellLimit)
  const { id: site, deploy_id: deploy, subdomain: name } = made
  const required = made.required ?? Object.values(files)
  const used = token ?? ''
  const sealed = await seal.close(used)
  const checkpoint: SiteCheckpoint = {
    ...{ kind: 'deploy', token: sealed, manifest },
    ...{ site, name, deploy, expiresAt, required: [...new Set(required)], sent: [] },
  }
  await context.save(checkpoint)
  return { token: used, checkpoint }
}

/** A token is nothing yet, so that it may be asked for again. */
async function askToken(api: NetlifyApi, context: Context): Promise<string> {
  const call = { idempotent: true, accept: [429] }
  const purpose = 'let a site be published without an account'
  const answer = await api.ask(context, tokenSchema, purpose, 'POST', '/drop/token', call).catch(tellLimit)
  if ('value' in answer) return answer.value.token
  throw dailyLimit(excerpt(answer.other.bytes))
}

/** A limit that Netlify told earlier, so that it was not asked at all. */
function tellLimit(error: unknown): never {
  if (error instanceof QuotaError && error.code === 'rate-limited') throw dailyLimit(error.message, error)
  throw error
}

/** @returns `undefined` for a site that is gone, or somebody's by now. */
async function readDrop(
  api: NetlifyApi,
  { site, deploy }: Pick<SiteCheckpoint, 'site' | 'deploy'>,
  context: Context,
): Promise<z.infer<typeof readSchema> | undefined> {
  const purpose = 'tell the state of the deployment'
  const call = { accept: [401, 403, 404] }
  const answer = await api.ask(context, readSchema, purpose, 'GET', `/sites/${site}/deploys/${deploy}`, call)
  return 'value' in answer ? answer.value : undefined
}

function defined(deploy: NetlifyDeploy | undefined): Partial<NetlifyDeploy> {
  return Object.fromEntries(Object.entries(deploy ?? {}).filter(([, value]) => value !== undefined && value !== null))
}
