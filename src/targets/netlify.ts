import * as z from 'zod/mini'
import type { Artifact } from '../spec/artifact.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { excerpt, parseReply } from '../toolkit/parse-reply.js'
import { poll } from '../toolkit/poll.js'
import { Secret } from '../toolkit/secret.js'
import { uploadMissing } from '../toolkit/upload-missing.js'
import {
  type NetlifyApi as Api,
  createNetlifyApi,
  type NetlifyDeploy as Deploy,
  deploySchema,
  type NetlifySite,
  siteSchema,
} from './netlify/api.js'
import { deployFailed, nameRefused, noAddress, siteLocked, siteMissing, tooSlow } from './netlify/problems.js'

/** Options of {@link netlify}. */
export interface NetlifyOptions {
  /** A personal access token or an OAuth token, or a function that gives one. */
  readonly auth: TokenSource
  /**
   * What plans, events and results call this target: lower-case letters, digits and hyphens, at most 32. Two sites in one
   * deployment need two names. @default 'netlify'
   */
  readonly name?: string
  /** The site's name (the first label of its `netlify.app` address) or its id. A name that does not exist yet is created. */
  readonly site: string
  /** Slug of the team that a new site is created in. @default the team of the token */
  readonly team?: string
  /** @default 'https://api.netlify.com/api/v1' */
  readonly apiUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

const optionsSchema = z.strictObject({
  auth: z.unknown(),
  name: z._default(
    z
      .string()
      .check(
        z.regex(
          /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
          'a name of lower-case letters, digits and hyphens, at most 32',
        ),
      ),
    'netlify',
  ),
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
interface Checkpoint {
  readonly site: string
  readonly deploy: string
}

const checkpointSchema = z.object({ site: z.string(), deploy: z.string() })

/** Sites on one page of a list, the most that Netlify gives. */
const pageSize = 100
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
 * @example [netlify({ auth, site: 'acme' }), netlify({ auth, name: 'docs', site: 'acme-docs' })]
 */
export function netlify(options: NetlifyOptions): Target {
  const { name: target, site: wanted, team, apiUrl, transport } = parseOptions(optionsSchema, options, 'netlify')
  const token = new Secret(options.auth, 'netlify.auth')
  const api = createNetlifyApi(apiUrl.replace(/\/+$/, ''), transport, () => token.reveal())

  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(wanted)

  async function find(context: Context): Promise<NetlifySite | undefined> {
    if (isId) {
      const found = await api.ask(context, `find the site ${wanted}`, 'GET', `/sites/${wanted}`, { accept: [404] })
      if (found.status === 404) throw siteMissing(wanted)
      return parseReply(found, siteSchema, { provider: 'netlify', purpose: `find the site ${wanted}` })
    }
    // Netlify looks for names that contain this one, so the one that is it may stand on a later page.
    for (let page = 1; ; page += 1) {
      const query = new URLSearchParams({ name: wanted, filter: 'all', per_page: `${pageSize}`, page: `${page}` })
      const sites = await api.json(context, z.array(siteSchema), `find the site ${wanted}`, 'GET', `/sites?${query}`)
      const found = sites.find((site) => site.name.toLowerCase() === wanted.toLowerCase())
      if (found || sites.length < pageSize) return found
    }
  }

  async function create(context: Context): Promise<NetlifySite> {
    const path = team === undefined ? '/sites' : `/${encodeURIComponent(team)}/sites`
    const purpose = `create the site ${wanted}`
    const reply = await api.ask(context, purpose, 'POST', path, { json: { name: wanted }, accept: [422] })
    if (reply.status !== 422) return parseReply(reply, siteSchema, { provider: 'netlify', purpose })
    // Another tab may have made it in between.
    const made = await find(context)
    if (made === undefined) throw nameRefused(wanted, excerpt(reply.bytes))
    return made
  }

  const adapter: Target<Checkpoint> = {
    name: target,
    site: wanted,
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? []].flat(),
    requests: {
      // The list of the sites whose names contain this one may have any number of pages.
      prepare: { least: 1, most: isId ? 1 : null },
      // Netlify is asked how far it is for as long as it takes.
      publish: (files) => ({ least: files !== null && files > asyncAbove ? 3 : 2, most: null }),
    },

    async prepare(_input, context): Promise<Site> {
      const found = await find(context)
      const site = found ?? (await create(context))
      const { id, name, url, ssl_url, admin_url } = site
      return { id, name, url: ssl_url || url, adminUrl: admin_url || null, created: found === undefined }
    },

    async publish(input, context): Promise<Release> {
      const { site, artifacts, environment } = input
      const follow = createFollower(api, input, target, context)
      let deploy = await createDeploy(api, input, context)
      await context.save({ site: site.id, deploy: deploy.id })
      if (artifacts.artifacts.length > asyncAbove) deploy = await follow(deploy, (now) => listed.has(now.state))
      const upload = { target, artifacts: artifacts.artifacts, missing: deploy.required ?? [] }
      const uploaded = await uploadMissing(
        { ...upload, send: (artifact, bytes, onRetry) => putFile(api, deploy.id, artifact, bytes, onRetry, context) },
        context,
      )
      deploy = await follow(deploy, (now) => now.state === 'ready')
      if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
      const permalink = deploy.deploy_ssl_url || deploy.deploy_url || null
      const url = environment === 'production' ? site.url : permalink
      if (url === null) throw noAddress(deploy.id)
      return { target, id: deploy.id, environment, url, permalink, uploaded }
    },

    async cancel(checkpoint, context): Promise<void> {
      // 404: gone already; 422: too late to cancel, it has ended by itself.
      await api.ask(context, 'cancel the deployment', 'POST', `/deploys/${checkpoint.deploy}/cancel`, {
        accept: [404, 422],
        idempotent: true,
      })
    },
  }
  return adapter
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
  const purpose = `receive ${artifact.path}`
  const reply = await api.ask(context, purpose, 'PUT', `/deploys/${deploy}/files/${path}`, {
    body,
    headers: { 'content-type': 'application/octet-stream' },
    // 50 KB/s, the slowest upload that is worth waiting for.
    timeLimit: 60_000 + artifact.size / 50,
    onRetry,
  })
  // Whatever answers in Netlify's place must not pass for it: the deployment would wait for this file in vain.
  parseReply(reply, z.object({}), { provider: 'netlify', purpose })
}

/** @returns a function that waits for a state of the deployment and reports each state once. */
function createFollower(
  api: Api,
  input: PublishInput,
  target: string,
  context: Context,
): (deploy: Deploy, until: (deploy: Deploy) => boolean) => Promise<Deploy> {
  let reported = ''
  return (deploy, until) =>
    poll({
      clock: context.clock,
      signal: context.signal,
      timeLimit,
      key: (now) => now.state,
      ask: async () => {
        const path = `/sites/${input.site.id}/deploys/${deploy.id}`
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
async function checkLock(api: Api, { site }: PublishInput, deploy: Deploy, context: Context): Promise<void> {
  const purpose = `tell what ${site.name} serves`
  const { published_deploy: published } = await api.json(context, siteSchema, purpose, 'GET', `/sites/${site.id}`)
  if (published?.locked && published.id !== deploy.id) throw siteLocked(site.name, published.id, deploy)
}
