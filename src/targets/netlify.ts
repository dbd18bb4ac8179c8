import * as z from 'zod/mini'
import type { Artifact } from '../spec/artifact.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { uploadMissing } from '../toolkit/upload-missing.js'
import { createNetlifyApi, type NetlifyDeploy, siteSchema } from './netlify/api.js'
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
  missingOf,
  putFile,
  type ReleaseMark,
  readDeploy,
} from './netlify/deploys.js'
import { noAddress } from './netlify/problems.js'
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

const checkpointSchema = z.discriminatedUnion('kind', [
  /** The site was not there and is about to be created. */
  z.object({ kind: z.literal('site'), site: z.string() }),
  /** A deployment is about to be created: by its marker it is found, should the answer never come. */
  z.object({ kind: z.literal('intent'), site: z.string(), marker: z.string() }),
  /** A deployment is under way. */
  z.object({
    kind: z.literal('deploy'),
    /** Id of the site. */
    site: z.string(),
    /** Id of the deployment. */
    deploy: z.string(),
    /** SHA-1 of all paths and digests. */
    manifest: z.string(),
    /** Digests whose files have arrived. */
    sent: z.array(z.string()),
  }),
])

type Checkpoint = z.infer<typeof checkpointSchema>
type DeployCheckpoint = Extract<Checkpoint, { kind: 'deploy' }>

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
  async function begin(input: PublishInput, mark: ReleaseMark, context: Context<Checkpoint>) {
    await context.save({ kind: 'intent', site: input.site.id, marker: mark.marker })
    const deploy = await createDeploy(api, input, mark, context)
    const { manifest } = mark
    const checkpoint: DeployCheckpoint = { kind: 'deploy', site: input.site.id, deploy: deploy.id, manifest, sent: [] }
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
      const { id, name, url, ssl_url, admin_url } = site
      return { id, name, url: ssl_url || url, adminUrl: admin_url || null, created }
    },

    async publish(input, context): Promise<Release> {
      const { site, environment } = input
      const { artifacts } = input.artifacts
      const mark = await markOf(input)
      const follow = createFollower(api, site.id, target, context)
      const { checkpoint, ...begun } = (await goOn(input, mark, context)) ?? (await begin(input, mark, context))
      let { deploy } = begun
      if (isUnlisted(deploy, artifacts.length))
        deploy = await follow(deploy, (now) => !isUnlisted(now, artifacts.length))
      const sent = await uploadMissing(
        {
          target,
          artifacts,
          missing: missingOf(deploy, checkpoint.sent),
          send: (artifact, bytes, onRetry) => putFile(api, deploy.id, artifact, { bytes, onRetry }, context),
          saveSent: (digests) => context.save({ ...checkpoint, sent: [...checkpoint.sent, ...digests] }),
        },
        context,
      )
      const uploaded = addUp(sent, artifacts, checkpoint.sent)
      deploy = await follow(deploy, (now) => now.state === 'ready')
      if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
      const permalink = deploy.deploy_ssl_url || deploy.deploy_url || null
      const url = environment === 'production' ? site.url : permalink
      if (url === null) throw noAddress(deploy.id)
      return { target, id: deploy.id, environment, url, permalink, uploaded }
    },

    async confirmSite(site, context): Promise<boolean> {
      const purpose = `find the site ${site.name}`
      return 'value' in (await api.ask(context, siteSchema, purpose, 'GET', `/sites/${site.id}`, { accept: [404] }))
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

/** What this run has sent, and what earlier runs are known to have sent. */
function addUp(
  now: { readonly files: number; readonly bytes: number },
  artifacts: readonly Artifact[],
  earlier: readonly string[],
): { files: number; bytes: number } {
  const sizes = new Map(artifacts.map((artifact) => [artifact.sha1, artifact.size]))
  const bytes = earlier.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), now.bytes)
  return { files: now.files + earlier.length, bytes }
}
