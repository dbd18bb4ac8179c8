import type { Release, Site } from '../spec/release.js'
import type { Target } from '../spec/target.js'
import { parseDomains } from '../toolkit/domain-settings.js'
import { joinConfiguration } from '../toolkit/join-configuration.js'
import { readKnownDigests } from '../toolkit/known-digests.js'
import { lazyDomains } from '../toolkit/lazy-domains.js'
import { lazyReleases } from '../toolkit/lazy-releases.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { readUsage } from '../toolkit/usage.js'
import { createVercelApi, type VercelProject } from './vercel/api.js'
import { type Checkpoint, checkpointSchema } from './vercel/checkpoint.js'
import { vercelLinking } from './vercel/linking.js'
import { optionsSchema, type VercelOptions } from './vercel/options.js'
import { serving } from './vercel/output.js'
import { vercelVariables } from './vercel/variable-rules.js'
import { estimateOf, limits } from './vercel/way.js'

export type { VercelClaim } from './vercel/claim.js'
export type { VercelOptions } from './vercel/options.js'
export type { VercelRepository } from './vercel/repository-options.js'

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
  const { name: target, project, team, upload, customEnvironment, apiUrl, transport } = parsed
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
  const tools = {
    ...{ api, target, account, upload, customEnvironment },
    claim: (parsed.claim === true ? {} : parsed.claim) || undefined,
    isNewLink: linking.isNew,
    servedBy: ({ id }: Site) => served.get(id),
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
      prepare: { least: 2, most: (isId ? 2 : 3) + (customEnvironment === undefined ? 0 : 1) },
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

    async prepare({ environment }, context): Promise<Site> {
      const { findOrCreateProject, readAddress } = await import('./vercel/projects.js')
      const own = environment === 'preview' ? customEnvironment : undefined
      const environments = own === undefined ? undefined : await import('./vercel/custom-environments.js')
      const intended = context.saved?.kind === 'site'
      const intend = async () => {
        if (environments && own !== undefined) throw environments.environmentMissing(project, own, null)
        await context.save({ kind: 'site', project: wanted })
      }
      const found = await findOrCreateProject(api, { project: wanted, isId }, { intended, intend }, context)
      if (own !== undefined) await environments?.requireEnvironment(api, found.project, own, context)
      noteServed(found.project)
      const { id, name } = found.project
      return { id, name, url: await readAddress(api, found.project, context), adminUrl: null, created: found.created }
    },

    // Wanted only once something is published.
    async publish(input, context): Promise<Release> {
      const { publishVercel } = await import('./vercel/publish.js')
      return publishVercel(tools, input, context)
    },

    releases: lazyReleases(async () => {
      const { vercelReleases } = await import('./vercel/releases.js')
      return vercelReleases({ api, target, wanted })
    }),

    async confirmSite(site, context): Promise<boolean> {
      const { findProject } = await import('./vercel/projects.js')
      const project = await findProject(api, site.id, context)
      if (project) noteServed(project)
      return project !== undefined
    },

    async confirmRelease(release, _site, context): Promise<boolean> {
      const { isLive, readDeployment } = await import('./vercel/deployments.js')
      const deployment = await readDeployment(api, release.id, context)
      return deployment !== undefined && isLive(deployment)
    },

    async cancel(checkpoint, context): Promise<void> {
      const { cancelVercel } = await import('./vercel/publish.js')
      await cancelVercel(api, checkpoint, context)
    },
  }
  return adapter
}
