import * as z from 'zod/mini'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { DomainOptions } from '../spec/domain-options.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import type { Variables } from '../spec/variable.js'
import { parseDomains } from '../toolkit/domain-settings.js'
import { joinConfiguration } from '../toolkit/join-configuration.js'
import { lackingOf, readKnownDigests, writeKnownDigests } from '../toolkit/known-digests.js'
import { lazyDomains } from '../toolkit/lazy-domains.js'
import { lazyReleases } from '../toolkit/lazy-releases.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { targetName } from '../toolkit/target-name.js'
import { countUsage, readUsage } from '../toolkit/usage.js'
import { type AnonymousNetlifyOptions, anonymousNetlify } from './netlify/anonymous.js'
import { createNetlifyApi, type NetlifyDeploy, type NetlifySite, siteSchema } from './netlify/api.js'
import { type Checkpoint, checkpointSchema, type DeployCheckpoint } from './netlify/checkpoint.js'
import {
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
import { functionsOf, sendable, withHostFiles } from './netlify/functions.js'
import { netlifyLinking } from './netlify/linking.js'
import { serving } from './netlify/output.js'
import { noAddress } from './netlify/problems.js'
import { checkPublished } from './netlify/published.js'
import { type NetlifyRepository, repositorySchema } from './netlify/repository-options.js'
import { sendFiles } from './netlify/send-files.js'
import { findOrCreateSite } from './netlify/sites.js'
import { netlifyVariables } from './netlify/variable-rules.js'
import { asyncAbove, estimateOf, type Load, limits, travelsAsArchive } from './netlify/way.js'

export type { AnonymousNetlifyOptions } from './netlify/anonymous.js'
export { type ClaimedSite, type ClaimSiteOptions, claimSite } from './netlify/claim-site.js'
export type { NetlifyRepository } from './netlify/repository-options.js'

/** Options of {@link netlify}. */
export interface NetlifyOptions {
  /** `true` takes other options: see {@link AnonymousNetlifyOptions}. */
  readonly anonymous?: false
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
  /**
   * How files travel: each one that Netlify lacks by a request of its own, or all in one archive, which only releases to production
   * can be. @default 'auto': an archive where Netlify is known to lack nearly all of at least 250 files, up to 100 MB
   */
  readonly upload?: 'auto' | 'digest' | 'archive'
  /** Environment variables of the site; what is not named stays as it is. @default none are looked at */
  readonly variables?: Variables
  /** The repository whose pushes Netlify builds: linked, and kept as it is told here. @default it stays as it is */
  readonly repository?: NetlifyRepository
  /** Domains of one's own, the primary one first. Others that the site has stay. @default none are looked at */
  readonly domains?: DomainOptions
  /** @default 'https://api.netlify.com/api/v1' */
  readonly apiUrl?: string
  /**
   * Address of the WebSocket that tells the logs of builds. It is sent the token.
   * @default 'wss://socketeer.services.netlify.com/build/logs' for Netlify's own API, and none for another
   */
  readonly logsUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

const ownApi = 'https://api.netlify.com/api/v1'
/** As Netlify's own CLI reads logs (`netlify logs:deploy`). */
const ownLogs = 'wss://socketeer.services.netlify.com/build/logs'

const optionsSchema = z.strictObject({
  anonymous: z.optional(z.literal(false)),
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
  variables: z.optional(z.unknown()),
  repository: z.optional(repositorySchema),
  domains: z.optional(z.unknown()),
  upload: z._default(z.enum(['auto', 'digest', 'archive'], 'auto, digest or archive'), 'auto'),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), ownApi),
  logsUrl: z.optional(z.url({ protocol: /^wss?$/ })),
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
 * @example netlify({ anonymous: true }) // a site that is nobody's until it is claimed
 */
export function netlify(options: NetlifyOptions | AnonymousNetlifyOptions): Target {
  if (options?.anonymous === true) return anonymousNetlify(options)
  const parsed = parseOptions(optionsSchema, options, 'netlify')
  const { name: target, site: wanted, team, upload, apiUrl, transport } = parsed
  // The token of one API is not for the logs of another.
  const logsUrl = parsed.logsUrl ?? (apiUrl === ownApi ? ownLogs : undefined)
  const token = new Secret(options.auth, 'netlify.auth')
  const api = createNetlifyApi(apiUrl.replace(/\/+$/, ''), transport, () => token.reveal())
  const variables = netlifyVariables(options.variables, target, api)
  const linking = netlifyLinking(parsed.repository, { target, site: wanted, api })
  const domains = parseDomains(options.domains, 'netlify.domains')
  /** What each site's address served when this run first looked: id of a deployment, `null` for none. */
  const served = new Map<string, string | null>()
  const noteServed = ({ id, published_deploy }: NetlifySite) => served.set(id, published_deploy?.id ?? null)
  async function siteOf(site: NetlifySite, created: boolean, context: Context): Promise<Site> {
    const { id, name, url, ssl_url, admin_url, custom_domain } = site
    const { readAddress } = custom_domain ? await import('./netlify/address.js') : { readAddress: undefined }
    const address = (await readAddress?.(api, site, context)) ?? (ssl_url || url)
    return { id, name, url: address, adminUrl: admin_url || null, created }
  }
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
    const { artifacts } = input.artifacts
    const isArchive = travelsAsArchive(loadOf(input), upload)
    const archive = async (path: string, purpose: string) => {
      const { sendArchive } = await import('./netlify/send-archive.js')
      return sendArchive(api, { target, artifacts }, path, purpose, context)
    }
    const deploy = await createDeploy(api, input, { manifest, marker }, context, isArchive ? archive : undefined)
    await countUsage(context.cache, account, { deployments: 1, uploads: 0 }, context.clock)
    const sent = isArchive ? lackingOf(artifacts, undefined).map(({ sha1 }) => sha1) : []
    const checkpoint: DeployCheckpoint = { kind: 'deploy', ...place, deploy: deploy.id, manifest, sent }
    await context.save(checkpoint)
    return { deploy, checkpoint }
  }

  /** Whose limits count, as far as that is known before anything is asked. */
  const account = [new URL(apiUrl).host, team].filter(Boolean).join(' ')
  const placeOf = ({ id }: Site) => `${new URL(apiUrl).host} ${id}`

  const adapter: Target<Checkpoint> = {
    name: target,
    site: wanted,
    resource: `${new URL(apiUrl).host} ${wanted.toLowerCase()}`,
    rules: {
      reads: ['netlify.toml', '_redirects', '_headers'],
      async warn(rules) {
        const { warnNetlify } = await import('./netlify/rule-warnings.js')
        return warnNetlify(rules)
      },
      async foresee({ netlify }, own) {
        const { joinLines, redirectLines } = await import('./netlify/rule-files.js')
        return netlify ? joinLines(own, redirectLines(netlify)) : own
      },
    },
    builds: { name: 'Netlify' },
    linked: linking.linked,
    admit: linking.admit,
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? [], ...variables.secrets()].flat(),
    configuration: joinConfiguration([variables.configuration, linking.configuration]),
    domains: lazyDomains(domains, { least: 4, most: null }, async (domains) => {
      const { netlifyDomains } = await import('./netlify/domains.js')
      return netlifyDomains({ api, target, domains })
    }),
    requests: {
      // The list of the sites whose names contain this one may have any number of pages.
      prepare: { least: 1, most: isId ? 3 : null },
      // Netlify is asked how far it is for as long as it takes.
      publish: (files) => ({ least: files !== null && files > asyncAbove ? 3 : 2, most: null }),
    },

    limits,
    usage: ({ cache, clock }) => readUsage(cache, account, clock),
    estimate: (input) => estimateOf(loadOf(input), upload),
    // What a site without a release has is not known to be anything.
    known: async (site, { cache }) =>
      (await readKnownDigests(cache, placeOf(site))) ?? (served.get(site.id) === null ? new Set() : undefined),

    ...serving,

    async prepare(_input, context): Promise<Site> {
      const intended = context.saved?.kind === 'site'
      const intend = () => context.save({ kind: 'site', site: wanted })
      const { site, created } = await findOrCreateSite(api, { site: wanted, isId, team }, { intended, intend }, context)
      noteServed(site)
      return siteOf(site, created, context)
    },

    async publish(given, context): Promise<Release> {
      const input = { ...given, artifacts: withHostFiles(await withRules(given)) }
      const { site, environment } = input
      const { artifacts } = input.artifacts
      const mark = await markOf(input)
      const follow = createFollower(api, site.id, target, context)
      const earlier = await goOn(input, mark, context)
      const before =
        environment === 'production' ? await checkPublished(api, site, mark, served.get(site.id), context) : undefined
      if (input.build) {
        const { publishBuild } = await import('./netlify/builds.js')
        const tools = { api, target, logsUrl, token: () => token.reveal(), isNewLink: linking.isNew }
        const beginning = { mark, before, earlier: earlier?.checkpoint }
        return publishBuild(tools, { ...input, build: input.build }, beginning, context)
      }
      const { checkpoint, ...begun } = earlier ?? (await begin(input, mark, before, context))
      let { deploy } = begun
      if (isUnlisted(deploy, artifacts.length))
        deploy = await follow(deploy, (now) => !isUnlisted(now, artifacts.length))
      const saveSent = (sent: readonly string[]) => context.save({ ...checkpoint, sent })
      const functions = functionsOf(input.artifacts)
      const sending = {
        ...{ target, deploy, artifacts: sendable(input.artifacts), functions },
        ...{ sent: checkpoint.sent, saveSent, follow },
      }
      const { uploaded, ...ready } = await sendFiles(api, sending, context)
      deploy = ready.deploy
      await writeKnownDigests(context.cache, placeOf(site), artifacts)
      if (environment === 'production' && !deploy.published_at) await checkLock(api, input, deploy, context)
      const permalink = deploy.deploy_ssl_url || deploy.deploy_url || null
      const url = environment === 'production' ? site.url : permalink
      if (url === null) throw noAddress(deploy.id)
      return {
        target,
        id: deploy.id,
        environment,
        url,
        permalink,
        uploaded,
        ...(before !== undefined && { previous: before }),
      }
    },

    releases: lazyReleases(async () => {
      const { netlifyReleases } = await import('./netlify/releases.js')
      return netlifyReleases({ api, target, wanted: { site: wanted, isId, team }, siteOf })
    }),

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

function loadOf({ artifacts, environment, known }: Pick<PublishInput, 'artifacts' | 'environment' | 'known'>): Load {
  return { artifacts: artifacts.artifacts, environment, known, hasExtras: artifacts.extras !== undefined }
}

/** The files with what Netlify is told of redirects and headers. */
async function withRules({ artifacts: set, rules, build }: PublishInput): Promise<ArtifactSet> {
  if (!rules || build) return set
  const { withRuleFiles } = await import('./netlify/rule-files.js')
  const artifacts = await withRuleFiles(set.artifacts, rules)
  return { ...set, artifacts, size: artifacts.reduce((sum, artifact) => sum + artifact.size, 0) }
}
