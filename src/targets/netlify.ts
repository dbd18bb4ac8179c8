import * as z from 'zod/mini'
import { ConflictError } from '../errors/conflict-error.js'
import { OptionsError } from '../errors/options-error.js'
import { RequestError } from '../errors/request-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { parseReply } from '../toolkit/parse-reply.js'
import { poll } from '../toolkit/poll.js'
import { Secret } from '../toolkit/secret.js'
import { uploadMissing } from '../toolkit/upload-missing.js'

/** Options of {@link netlify}. */
export interface NetlifyOptions {
  /** A personal access token or an OAuth token, or a function that gives one. */
  readonly auth: TokenSource
  /** The site's name (the first label of its `netlify.app` address) or its id. A name that does not exist yet is created. */
  readonly site: string
  /** Slug of the team that a new site is created in. @default the team of the token */
  readonly team?: string
  /** @default 'https://api.netlify.com/api/v1' */
  readonly apiUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

const optionsSchema = z.object({
  auth: z.unknown(),
  site: z
    .string()
    .check(
      z.regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
        'a site name: letters, digits and hyphens, at most 63, or a site id',
      ),
    ),
  team: z.optional(z.string().check(z.minLength(1))),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), 'https://api.netlify.com/api/v1'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})

/** What is remembered of a deployment that is under way: the ids of the site and of the deployment. */
export interface NetlifyCheckpoint {
  readonly site: string
  readonly deploy: string
}

const checkpointSchema = z.object({ site: z.string(), deploy: z.string() })

const siteSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  ssl_url: z.optional(z.nullable(z.string())),
  admin_url: z.optional(z.nullable(z.string())),
})

const deploySchema = z.object({
  id: z.string(),
  state: z.string(),
  required: z.optional(z.nullable(z.array(z.string()))),
  deploy_url: z.optional(z.nullable(z.string())),
  deploy_ssl_url: z.optional(z.nullable(z.string())),
  error_message: z.optional(z.nullable(z.string())),
})
type Deploy = z.infer<typeof deploySchema>

/** Above this many files Netlify compares the digests in the background; its own CLI draws the line here. */
const asyncAbove = 100
/** From these states on, an asynchronous deployment lists what it requires. */
const listed = new Set(['prepared', 'uploading', 'uploaded', 'processing', 'processed', 'ready'])
const failed = new Set(['error', 'rejected'])
/** Netlify's own CLI gives up after as long. */
const timeLimit = 20 * 60_000

/**
 * Publishes on Netlify by file digests: Netlify is told the SHA-1 of every file and is sent only what it does not have.
 * @throws OptionsError `options-invalid`
 * @example netlify({ auth: token, site: 'acme-shop' })
 */
export function netlify(options: NetlifyOptions): Target<NetlifyCheckpoint> {
  const { site: wanted, team, apiUrl, transport } = parseOptions(optionsSchema, options, 'netlify')
  const token = new Secret(options.auth, 'netlify.auth')
  const api = createApi({
    base: apiUrl.replace(/\/+$/, ''),
    transport,
    authorization: async () => `Bearer ${await token.reveal()}`,
  })

  async function find(context: Context): Promise<z.infer<typeof siteSchema> | undefined> {
    if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(wanted)) {
      const found = await api.ask(context, `find the site ${wanted}`, 'GET', `/sites/${wanted}`, { accept: [404] })
      if (found.status === 404) throw siteMissing(wanted)
      return parseReply(found, siteSchema, { provider: 'netlify', purpose: `find the site ${wanted}` })
    }
    const query = new URLSearchParams({ name: wanted, filter: 'all', per_page: '100' })
    const sites = await api.json(context, z.array(siteSchema), `find the site ${wanted}`, 'GET', `/sites?${query}`)
    return sites.find((site) => site.name.toLowerCase() === wanted.toLowerCase())
  }

  async function create(context: Context): Promise<z.infer<typeof siteSchema>> {
    const path = team === undefined ? '/sites' : `/${encodeURIComponent(team)}/sites`
    const purpose = `create the site ${wanted}`
    const reply = await api.ask(context, purpose, 'POST', path, { json: { name: wanted }, accept: [422] })
    if (reply.status === 422) throw nameTaken(wanted)
    return parseReply(reply, siteSchema, { provider: 'netlify', purpose })
  }

  return {
    name: 'netlify',
    site: wanted,
    needs: 'files',
    checkpoint: checkpointSchema,
    requests: (files) => ({
      least: files !== null && files > asyncAbove ? 3 : 2,
      most: files === null ? null : files + 30,
    }),

    async prepare(_input, context): Promise<Site> {
      const found = await find(context)
      const site = found ?? (await create(context))
      const { id, name, url, ssl_url, admin_url } = site
      return { id, name, url: ssl_url || url, adminUrl: admin_url || null, created: found === undefined }
    },

    async publish(input, context): Promise<Release> {
      const { site, artifacts, environment } = input
      const follow = (deploy: Deploy, until: (deploy: Deploy) => boolean) =>
        awaitState(api, input, context, deploy, until)
      let deploy = await createDeploy(api, input, context)
      await context.save({ site: site.id, deploy: deploy.id })
      if (artifacts.artifacts.length > asyncAbove) deploy = await follow(deploy, (now) => listed.has(now.state))
      const upload = { target: 'netlify', artifacts: artifacts.artifacts, missing: deploy.required ?? [] }
      const uploaded = await uploadMissing(
        { ...upload, send: (artifact, bytes, onRetry) => putFile(api, deploy.id, artifact, bytes, onRetry, context) },
        context,
      )
      deploy = await follow(deploy, (now) => now.state === 'ready')
      const permalink = deploy.deploy_ssl_url || deploy.deploy_url || null
      const url = environment === 'production' ? site.url : permalink
      if (url === null) throw noAddress(deploy.id)
      return { target: 'netlify', id: deploy.id, environment, url, permalink, uploaded }
    },

    async cancel(checkpoint, context): Promise<void> {
      // 404: gone already; 422: too late to cancel, it has ended by itself.
      await api.ask(context, 'cancel the deployment', 'POST', `/deploys/${checkpoint.deploy}/cancel`, {
        accept: [404, 422],
        idempotent: true,
      })
    },
  }
}

type Api = ReturnType<typeof createApi>
type Extra = {
  json?: unknown
  body?: Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
  accept?: number[]
  idempotent?: boolean
  timeLimit?: number
  onRetry?: () => void
}

function createApi(connection: { base: string; transport: Transport; authorization: () => Promise<string> }) {
  const { base, transport, authorization } = connection
  async function ask(
    context: Context,
    purpose: string,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    extra: Extra = {},
  ) {
    return context.request({
      provider: 'netlify',
      purpose,
      method,
      url: base + path,
      transport,
      authorization,
      ...extra,
    })
  }
  async function json<Shape extends z.ZodMiniType>(
    context: Context,
    schema: Shape,
    purpose: string,
    method: 'GET' | 'POST',
    path: string,
    extra: Extra = {},
  ): Promise<z.output<Shape>> {
    const reply = await ask(context, purpose, method, path, extra)
    return parseReply<z.output<Shape>>(reply, schema, { provider: 'netlify', purpose })
  }
  return { ask, json }
}

function createDeploy(api: Api, input: PublishInput, context: Context): Promise<Deploy> {
  const { site, artifacts, environment, title } = input
  const files = Object.fromEntries(artifacts.artifacts.map((artifact) => [artifact.path, artifact.sha1]))
  const large = artifacts.artifacts.length > asyncAbove
  const query = new URLSearchParams({ title })
  return api.json(
    context,
    deploySchema,
    `create a deployment of ${site.name}`,
    'POST',
    `/sites/${site.id}/deploys?${query}`,
    {
      json: { files, draft: environment === 'preview', ...(large && { async: true }) },
      timeLimit: 120_000,
    },
  )
}

async function putFile(
  api: Api,
  deploy: string,
  artifact: Artifact,
  body: Uint8Array<ArrayBuffer>,
  onRetry: () => void,
  context: Context,
): Promise<void> {
  const path = artifact.path.split('/').map(encodeURIComponent).join('/')
  await api.ask(context, `receive ${artifact.path}`, 'PUT', `/deploys/${deploy}/files/${path}`, {
    body,
    headers: { 'content-type': 'application/octet-stream' },
    // 50 KB/s, the slowest upload that is worth waiting for.
    timeLimit: 60_000 + artifact.size / 50,
    onRetry,
  })
}

async function awaitState(
  api: Api,
  input: PublishInput,
  context: Context,
  deploy: Deploy,
  until: (deploy: Deploy) => boolean,
): Promise<Deploy> {
  let reported = ''
  return poll({
    clock: context.clock,
    signal: context.signal,
    timeLimit,
    key: (now) => now.state,
    ask: async () => {
      const path = `/sites/${input.site.id}/deploys/${deploy.id}`
      const now = await api.json(context, deploySchema, 'tell the state of the deployment', 'GET', path)
      if (now.state !== reported)
        context.report({ type: 'release-state', target: 'netlify', id: now.id, state: now.state })
      reported = now.state
      if (failed.has(now.state)) throw deployFailed(now)
      return now
    },
    done: until,
    expired: (now) => tooSlow(now),
  })
}

function siteMissing(site: string): OptionsError {
  return new OptionsError({
    code: 'site-missing',
    message: `there is no Netlify site with the id ${site} that this token can see`,
    hint: 'Check netlify.site, or give a name instead of an id: a site with a new name is created.',
  })
}

function nameTaken(site: string): ConflictError {
  return new ConflictError({
    code: 'site-name-taken',
    message: `the site name ${site} is taken by somebody else on Netlify`,
    hint: 'Choose another name for netlify.site; names are unique among all users.',
    details: { site },
  })
}

function deployFailed(deploy: Deploy): RequestError {
  return new RequestError({
    code: 'release-failed',
    message: `Netlify could not deploy: ${deploy.error_message || `its state is ${deploy.state}`}`,
    hint: "Open the deployment in Netlify's own pages for its log.",
    details: { deploy: deploy.id, state: deploy.state },
  })
}

function tooSlow(deploy: Deploy): RequestError {
  return new RequestError({
    code: 'release-timeout',
    message: `Netlify did not get the deployment ready within ${timeLimit / 60_000} minutes; its state is ${deploy.state}`,
    hint: "Look at Netlify's status page and try again.",
    retryable: true,
    details: { deploy: deploy.id, state: deploy.state },
  })
}

function noAddress(deploy: string): RequestError {
  return new RequestError({
    code: 'reply-malformed',
    message: `Netlify gave no address for the deployment ${deploy}`,
    hint: 'Its API may have changed; report this.',
    details: { deploy },
  })
}
