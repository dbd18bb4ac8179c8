import * as z from 'zod/mini'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { targetName } from '../toolkit/target-name.js'
import { createNetlifyApi, type NetlifyDeploy, type NetlifySite, siteSchema } from './netlify/api.js'
import { type Checkpoint, checkpointSchema, type DeployCheckpoint } from './netlify/checkpoint.js'
import {
  asyncAbove,
  cancelDeploy,
  cancelMarked,
  checkLock,
  createDeploy,
  createFollower,
  isAlive,
  isUnlisted,
  markOf,
  type ReleaseMark,
  readDeploy,
} from './netlify/deploys.js'
import { noAddress } from './netlify/problems.js'
import { checkPublished } from './netlify/published.js'
import { sendFiles } from './netlify/send-files.js'
import { findOrCreateSite } from './netlify/sites.js'

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
  name: z._default(targetName, 'netlify'),
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

/**
 * Publishes on Netlify by file digests: Netlify is told the SHA-1 of every file and is sent only what it does not have.
 *
 * Sites and deployments that a request made whose answer was lost are found again, the deployments by a mark in their title; a
 * later run goes on where an earlier one ended, and its {@link Release.uploaded} counts what both are known to have sent.
 * @throws OptionsError `options-invalid`
 * @example netlify({ auth: token, site: 'acme-shop' })
 * @example [netlify({ auth, site: 'acme' }), netlify({ auth, name: 'docs', site: 'acme-docs' })]
 */
export function netlify(options: NetlifyOptions): Target {
  const { name: target, site: wanted, team, apiUrl, transport } = parseOptions(optionsSchema, options, 'netlify')
  const token = new Secret(options.auth, 'netlify.auth')
  const api = createNetlifyApi(apiUrl.replace(/\/+$/, ''), transport, () => token.reveal())
  /** What each site's address served when this run first looked: id of a deployment, `null` for none. */
  const served = new Map<string, string | null>()
  const noteServed = ({ id, published_deploy }: NetlifySite) => served.set(id, published_deploy?.id ?? null)
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(wanted)

  /** The deployment of an earlier run, where it can be gone on with. */
  async function goOn(
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
    input: PublishInput,
    { manifest, marker }: ReleaseMark,
    before: string | null | undefined,
    context: Context<Checkpoint>,
  ) {
    const place = { site: input.site.id, ...(before !== undefined && { before }) }
    await context.save({ kind: 'intent', ...place, marker })
    const deploy = await createDeploy(api, input, { manifest, marker }, context)
    const checkpoint: DeployCheckpoint = { kind: 'deploy', ...place, deploy: deploy.id, manifest, sent: [] }
    await context.save(checkpoint)
    return { deploy, checkpoint }
  }

  const adapter: Target<Checkpoint> = {
    name: target,
    site: wanted,
    resource: `${new URL(apiUrl).host} ${wanted.toLowerCase()}`,
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? []].flat(),
    requests: {
      // The list of the sites whose names contain this one may have any number of pages.
      prepare: { least: 1, most: isId ? 1 : null },
      // Netlify is asked how far it is for as long as it takes.
      publish: (files) => ({ least: files !== null && files > asyncAbove ? 3 : 2, most: null }),
    },

    async prepare(_input, context): Promise<Site> {
      const intended = context.saved?.kind === 'site'
      const intend = () => context.save({ kind: 'site', site: wanted })
      const { site, created } = await findOrCreateSite(api, { site: wanted, isId, team }, { intended, intend }, context)
      noteServed(site)
      const { id, name, url, ssl_url, admin_url } = site
      return { id, name, url: ssl_url || url, adminUrl: admin_url || null, created }
    },

    async publish(input, context): Promise<Release> {
      const { site, environment } = input
      const { artifacts } = input.artifacts
      const mark = await markOf(input)
      const follow = createFollower(api, site.id, target, context)
      const earlier = await goOn(input, mark, context)
      const before =
        environment === 'production' ? await checkPublished(api, site, mark, served.get(site.id), context) : undefined
      const { checkpoint, ...begun } = earlier ?? (await begin(input, mark, before, context))
      let { deploy } = begun
      if (isUnlisted(deploy, artifacts.length))
        deploy = await follow(deploy, (now) => !isUnlisted(now, artifacts.length))
      const saveSent = (sent: readonly string[]) => context.save({ ...checkpoint, sent })
      const sending = { target, deploy, artifacts, sent: checkpoint.sent, saveSent, follow }
      const { uploaded, ...ready } = await sendFiles(api, sending, context)
      deploy = ready.deploy
      if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
      const permalink = deploy.deploy_ssl_url || deploy.deploy_url || null
      const url = environment === 'production' ? site.url : permalink
      if (url === null) throw noAddress(deploy.id)
      return { target, id: deploy.id, environment, url, permalink, uploaded }
    },

    async confirmSite(site, context): Promise<boolean> {
      const purpose = `find the site ${site.name}`
      const answer = await api.ask(context, siteSchema, purpose, 'GET', `/sites/${site.id}`, { accept: [404] })
      if ('value' in answer) noteServed(answer.value)
      return 'value' in answer
    },

    async confirmRelease(release, site, context): Promise<boolean> {
      return (await readDeploy(api, site.id, release.id, context))?.state === 'ready'
    },

    async cancel(checkpoint, context): Promise<void> {
      if (checkpoint.kind === 'deploy') await cancelDeploy(api, checkpoint.deploy, context)
      if (checkpoint.kind === 'intent') await cancelMarked(api, checkpoint, context)
    },
  }
  return adapter
}
