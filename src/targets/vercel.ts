import * as z from 'zod/mini'
import type { Artifact, ArtifactSet } from '../spec/artifact.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { DomainOptions } from '../spec/domain-options.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import type { Variables } from '../spec/variable.js'
import { parseDomains } from '../toolkit/domain-settings.js'
import { joinConfiguration } from '../toolkit/join-configuration.js'
import { readKnownDigests, writeKnownDigests } from '../toolkit/known-digests.js'
import { lazyDomains } from '../toolkit/lazy-domains.js'
import { lazyReleases } from '../toolkit/lazy-releases.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { targetName } from '../toolkit/target-name.js'
import { countUsage, readUsage } from '../toolkit/usage.js'
import { createVercelApi, type VercelDeployment, type VercelProject } from './vercel/api.js'
import {
  type BegunCheckpoint,
  type Checkpoint,
  checkpointSchema,
  type DeploymentCheckpoint,
} from './vercel/checkpoint.js'
import type { VercelClaim } from './vercel/claim.js'
import { type Beginning, createDeployment } from './vercel/create.js'
import {
  cancelDeployment,
  cancelMarked,
  isAlive,
  isLive,
  markerOf,
  readDeployment,
  waitUntilLive,
} from './vercel/deployments.js'
import { vercelLinking } from './vercel/linking.js'
import { serving } from './vercel/output.js'
import { ruleFiles } from './vercel/output-config.js'
import { staged } from './vercel/problems.js'
import { findOrCreateProject, findProject, readAddress } from './vercel/projects.js'
import { checkPublished } from './vercel/published.js'
import { repositorySchema, type VercelRepository } from './vercel/repository-options.js'
import { vercelVariables } from './vercel/variable-rules.js'
import { estimateOf, limits } from './vercel/way.js'

export type { VercelClaim } from './vercel/claim.js'
export type { VercelRepository } from './vercel/repository-options.js'

/** Options of {@link vercel}. */
export interface VercelOptions {
  /** An access token, or a function that gives one. */
  readonly auth: TokenSource
  /**
   * What plans, events and results call this target: lower-case letters, digits and hyphens, at most 32. Two projects in one
   * deployment need two names. @default 'vercel'
   */
  readonly name?: string
  /** The project's name or its id (`prj_…`). A name that does not exist yet is created. */
  readonly project: string
  /** Slug or id (`team_…`) of the team that the project belongs to. @default the account of the token */
  readonly team?: string
  /** Environment variables of the project; what is not named stays as it is. @default none are looked at */
  readonly variables?: Variables
  /** The repository whose pushes Vercel builds: linked, and kept as it is told here. @default it stays as it is */
  readonly repository?: VercelRepository
  /** Domains of one's own, the primary one first. Others that the project has stay. @default none are looked at */
  readonly domains?: DomainOptions
  /**
   * How files travel: by requests of their own where Vercel lacks them, or with the request that creates the deployment.
   * @default 'auto': with that request, where those that Vercel is not known to have are at most 50 and 100 kB
   */
  readonly upload?: 'auto' | 'digest'
  /**
   * Makes, once the release is live, a link by which somebody else takes the project over within 24 hours: {@link Release.claim}. From
   * then on only their token publishes there. @default false
   */
  readonly claim?: boolean | VercelClaim
  /** @default 'https://api.vercel.com' */
  readonly apiUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

const optionsSchema = z.strictObject({
  auth: z.unknown(),
  name: z._default(targetName, 'vercel'),
  project: z
    .string()
    .check(
      z.regex(
        /^(?!.*---)[a-z0-9._-]{1,100}$/i,
        'a project name: letters, digits, ".", "_" and "-" but not "---", at most 100, or a project id',
      ),
    ),
  team: z.optional(z.string().check(z.minLength(1))),
  variables: z.optional(z.unknown()),
  repository: z.optional(repositorySchema),
  domains: z.optional(z.unknown()),
  upload: z._default(z.enum(['auto', 'digest'], 'auto or digest'), 'auto'),
  claim: z.optional(z.union([z.boolean(), z.strictObject({ returnUrl: z.optional(z.url({ protocol: /^https?$/ })) })])),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), 'https://api.vercel.com'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})

/**
 * Publishes static files on Vercel by their digests, as a prebuilt output: Vercel is told the SHA-1 of every file and is sent only
 * what it does not have. A single-page fallback in `_redirects` (`/* /index.html 200`) and a `404.html` are kept to.
 *
 * Projects and deployments that a request made whose answer was lost are found again, the deployments by a mark in their `meta`; a
 * later run goes on where an earlier one ended, and its {@link Release.uploaded} counts what both are known to have sent.
 * @throws OptionsError `options-invalid`
 * @example vercel({ auth: token, project: 'acme-shop' })
 * @example vercel({ auth: token, project: 'acme-shop', team: 'acme' })
 */
export function vercel(options: VercelOptions): Target {
  const parsed = parseOptions(optionsSchema, options, 'vercel')
  const { name: target, project, team, upload, apiUrl, transport } = parsed
  const token = new Secret(options.auth, 'vercel.auth')
  const base = apiUrl.replace(/\/+$/, '')
  const api = createVercelApi({ base, transport, team, token: () => token.reveal() })
  const variables = vercelVariables(options.variables, target, api)
  const linking = vercelLinking(parsed.repository, { target, site: project, api })
  const domains = parseDomains(options.domains, 'vercel.domains')
  /** Files are each account's own. */
  const account = [new URL(apiUrl).host, team].filter(Boolean).join(' ')
  const isId = /^prj_[A-Za-z0-9]+$/.test(project)
  const wanted = isId ? project : project.toLowerCase()
  /** What the domains of each project served when this run first looked: id of a deployment, `null` for none. */
  const served = new Map<string, string | null>()
  const noteServed = ({ id, targets }: VercelProject) => served.set(id, targets?.production?.id ?? null)

  /** The deployment of an earlier run, where it can be gone on with; one of other files is canceled. */
  async function goOn(
    { site }: PublishInput,
    marker: string,
    context: Context<Checkpoint>,
  ): Promise<DeploymentCheckpoint | undefined> {
    const { saved } = context
    const begun = isOf(saved, site, marker) ? saved : undefined
    if (begun) {
      if (begun.kind !== 'deployment') return undefined
      return isAlive(await readDeployment(api, begun.deployment, context)) ? begun : undefined
    }
    // One with the same marker is adopted when it is created again.
    if (saved?.kind === 'intent') await cancelMarked(api, saved, context)
    if (saved?.kind === 'deployment') await cancelDeployment(api, saved.deployment, context)
    return undefined
  }

  /** What is to be created, with what earlier runs have sent of it. */
  function beginningOf(
    { site }: PublishInput,
    marker: string,
    before: string | null | undefined,
    { saved, again }: Context<Checkpoint>,
  ) {
    const begun = isOf(saved, site, marker) ? saved : undefined
    const place = { target, upload, project: site.id, marker, ...(before !== undefined && { before }) }
    // An answer that files are missing says that nothing was made.
    return { ...place, sent: begun?.sent ?? [], uncertain: again && begun?.kind !== 'files' }
  }

  /** Makes the deployment, or goes on with one, and waits for it. What builds is loaded where something is built. */
  async function make(
    { build, ...input }: PublishInput,
    beginning: Beginning,
    earlier: DeploymentCheckpoint | undefined,
    context: Context<Checkpoint>,
  ): Promise<{ readonly sent: readonly string[]; readonly deployment: VercelDeployment }> {
    if (build) {
      const { makeBuild } = await import('./vercel/builds.js')
      const known = { beginning: { ...beginning, isNewLink: linking.isNew() }, earlier }
      return makeBuild(api, { ...input, build }, known, context)
    }
    const { sent, deployment: id } = earlier ?? (await createDeployment(api, input, beginning, context))
    return { sent, deployment: await waitUntilLive(api, id, target, context) }
  }

  const adapter: Target<Checkpoint> = {
    name: target,
    site: wanted,
    resource: [new URL(apiUrl).host, team, wanted].filter(Boolean).join(' ').toLowerCase(),
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? [], ...variables.secrets()].flat(),
    configuration: joinConfiguration([variables.configuration, linking.configuration]),
    domains: lazyDomains(domains, { least: 4, most: null }, async (domains) => {
      const { vercelDomains } = await import('./vercel/domains.js')
      return vercelDomains({ api, target, domains })
    }),
    requests: {
      prepare: { least: 2, most: isId ? 2 : 3 },
      // Vercel is asked how far it is for as long as it takes.
      publish: () => ({ least: 2, most: null }),
    },
    builds: { name: 'Vercel', env: true },
    linked: linking.linked,
    admit: linking.admit,
    advice: {
      // Vercel's docs, "Vercel Authentication".
      hidden:
        'To let everybody see previews, switch Vercel Authentication off on the page of the project at Vercel, under Settings, Deployment Protection.',
    },

    ...serving,
    rules: {
      reads: ['vercel.json', '_redirects', '_headers'],
      async warn(rules) {
        const { warnVercel } = await import('./vercel/rule-warnings.js')
        return warnVercel(rules)
      },
      async foresee({ vercel }, own, paths) {
        const { foreseenRedirects } = await import('./vercel/foreseen-redirects.js')
        return vercel ? foreseenRedirects(vercel, paths) + own : own
      },
    },

    limits,
    usage: ({ cache, clock }) => readUsage(cache, account, clock),
    estimate: (input) => estimateOf(input, upload),
    known: (_site, { cache }) => readKnownDigests(cache, account),

    async prepare(_input, context): Promise<Site> {
      const intended = context.saved?.kind === 'site'
      const intend = () => context.save({ kind: 'site', project: wanted })
      const found = await findOrCreateProject(api, { project: wanted, isId }, { intended, intend }, context)
      noteServed(found.project)
      const { id, name } = found.project
      return { id, name, url: await readAddress(api, found.project, context), adminUrl: null, created: found.created }
    },

    async publish(given, context): Promise<Release> {
      const input = given.rules ? { ...given, artifacts: withoutRuleFiles(given.artifacts) } : given
      const { site, environment } = input
      const { artifacts } = input.artifacts
      const marker = await markerOf(input)
      const earlier = await goOn(input, marker, context)
      const before =
        environment === 'production' ? await checkPublished(api, site, marker, served.get(site.id), context) : undefined
      const beginning = beginningOf(input, marker, before, context)
      const { sent, deployment } = await make(input, beginning, earlier, context)
      const { id } = deployment
      if (environment === 'production' && deployment.readySubstate === 'STAGED') throw staged(site.name, deployment)
      if (!input.build) await writeKnownDigests(context.cache, account, artifacts)
      const permalink = api.address(deployment.url)
      const url = environment === 'production' ? site.url : permalink
      const uploaded = addUp(sent, artifacts)
      const uploads = sent.length - beginning.sent.length
      await countUsage(context.cache, account, { deployments: earlier ? 0 : 1, uploads }, context.clock)
      const previous = before !== undefined && { previous: before }
      const release: Release = { target, id, environment, url, permalink, uploaded, ...previous }
      const claim = parsed.claim === true ? {} : parsed.claim
      return claim ? (await import('./vercel/claim.js')).withClaim(api, { release, site, claim }, context) : release
    },

    releases: lazyReleases(async () => {
      const { vercelReleases } = await import('./vercel/releases.js')
      return vercelReleases({ api, target, wanted })
    }),

    async confirmSite(site, context): Promise<boolean> {
      const project = await findProject(api, site.id, context)
      if (project) noteServed(project)
      return project !== undefined
    },

    async confirmRelease(release, _site, context): Promise<boolean> {
      const deployment = await readDeployment(api, release.id, context)
      return deployment !== undefined && isLive(deployment)
    },

    async cancel(checkpoint, context): Promise<void> {
      if (checkpoint.kind === 'deployment') await cancelDeployment(api, checkpoint.deployment, context)
      if (checkpoint.kind === 'intent') await cancelMarked(api, checkpoint, context)
    },
  }
  return adapter
}

/** What they say is in the configuration of the output. */
function withoutRuleFiles(set: ArtifactSet): ArtifactSet {
  return { ...set, artifacts: set.artifacts.filter(({ path }) => !ruleFiles.has(path)) }
}

/** Whether a run saved it on its way to the same release. */
function isOf(saved: Checkpoint | undefined, { id }: Site, marker: string): saved is BegunCheckpoint {
  return saved !== undefined && saved.kind !== 'site' && saved.project === id && saved.marker === marker
}

function addUp(sent: readonly string[], artifacts: readonly Artifact[]): Release['uploaded'] {
  const sizes = new Map(artifacts.map((artifact) => [artifact.sha1, artifact.size]))
  return { files: sent.length, bytes: sent.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0) }
}
