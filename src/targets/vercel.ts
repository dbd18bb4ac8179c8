import * as z from 'zod/mini'
import type { Artifact } from '../spec/artifact.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { targetName } from '../toolkit/target-name.js'
import { createVercelApi, type VercelProject } from './vercel/api.js'
import {
  type BegunCheckpoint,
  type Checkpoint,
  checkpointSchema,
  type DeploymentCheckpoint,
} from './vercel/checkpoint.js'
import { createDeployment } from './vercel/create.js'
import {
  cancelDeployment,
  cancelMarked,
  isAlive,
  isLive,
  markerOf,
  readDeployment,
  waitUntilLive,
} from './vercel/deployments.js'
import { staged } from './vercel/problems.js'
import { findOrCreateProject, findProject, readAddress } from './vercel/projects.js'
import { checkPublished } from './vercel/published.js'

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
  const { name: target, project, team, apiUrl, transport } = parseOptions(optionsSchema, options, 'vercel')
  const token = new Secret(options.auth, 'vercel.auth')
  const base = apiUrl.replace(/\/+$/, '')
  const api = createVercelApi({ base, transport, team, token: () => token.reveal() })
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
    const place = { target, project: site.id, marker, ...(before !== undefined && { before }) }
    // An answer that files are missing says that nothing was made.
    return { ...place, sent: begun?.sent ?? [], uncertain: again && begun?.kind !== 'files' }
  }

  const adapter: Target<Checkpoint> = {
    name: target,
    site: wanted,
    resource: [new URL(apiUrl).host, team, wanted].filter(Boolean).join(' ').toLowerCase(),
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? []].flat(),
    requests: {
      prepare: { least: 2, most: isId ? 2 : 3 },
      // Vercel is asked how far it is for as long as it takes.
      publish: () => ({ least: 2, most: null }),
    },
    advice: {
      unreachable: () =>
        'If it asks for a sign-in, the deployment protection of the project hides it: allow it for previews on the page of the project at Vercel, under Settings, Deployment Protection.',
    },

    async prepare(_input, context): Promise<Site> {
      const intended = context.saved?.kind === 'site'
      const intend = () => context.save({ kind: 'site', project: wanted })
      const found = await findOrCreateProject(api, { project: wanted, isId }, { intended, intend }, context)
      noteServed(found.project)
      const { id, name } = found.project
      return { id, name, url: await readAddress(api, found.project, context), adminUrl: null, created: found.created }
    },

    async publish(input, context): Promise<Release> {
      const { site, environment } = input
      const { artifacts } = input.artifacts
      const marker = await markerOf(input)
      const earlier = await goOn(input, marker, context)
      const before =
        environment === 'production' ? await checkPublished(api, site, marker, served.get(site.id), context) : undefined
      const { sent, deployment: id } =
        earlier ?? (await createDeployment(api, input, beginningOf(input, marker, before, context), context))
      const deployment = await waitUntilLive(api, id, target, context)
      if (environment === 'production' && deployment.readySubstate === 'STAGED') throw staged(site.name, deployment)
      const permalink = api.address(deployment.url)
      const url = environment === 'production' ? site.url : permalink
      return { target, id, environment, url, permalink, uploaded: addUp(sent, artifacts) }
    },

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

/** Whether a run saved it on its way to the same release. */
function isOf(saved: Checkpoint | undefined, { id }: Site, marker: string): saved is BegunCheckpoint {
  return saved !== undefined && saved.kind !== 'site' && saved.project === id && saved.marker === marker
}

function addUp(sent: readonly string[], artifacts: readonly Artifact[]): Release['uploaded'] {
  const sizes = new Map(artifacts.map((artifact) => [artifact.sha1, artifact.size]))
  return { files: sent.length, bytes: sent.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0) }
}
