import type { Context } from '../spec/context.js'
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
import { type AnonymousNetlifyOptions, anonymousNetlify } from './netlify/anonymous.js'
import { createNetlifyApi, type NetlifySite, siteSchema } from './netlify/api.js'
import { type Checkpoint, checkpointSchema } from './netlify/checkpoint.js'
import { netlifyLinking } from './netlify/linking.js'
import { type NetlifyOptions, optionsSchema, ownApi, ownLogs } from './netlify/options.js'
import { serving } from './netlify/output.js'
import { netlifyVariables } from './netlify/variable-rules.js'
import { asyncAbove, estimateOf, limits, loadOf } from './netlify/way.js'

export type { AnonymousNetlifyOptions } from './netlify/anonymous.js'
export { type ClaimedSite, type ClaimSiteOptions, claimSite } from './netlify/claim-site.js'
export type { NetlifyOptions } from './netlify/options.js'
export type { NetlifyRepository } from './netlify/repository-options.js'

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
  const { name: target, site: wanted, team, upload, alias, apiUrl, transport } = parsed
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
  const { host } = new URL(apiUrl)
  /** Whose limits count, as far as that is known before anything is asked. */
  const account = [host, team].filter(Boolean).join(' ')
  const placeOf = ({ id }: Site) => `${host} ${id}`
  const tools = {
    ...{ api, target, logsUrl, account, upload, alias, placeOf },
    token: () => token.reveal(),
    isNewLink: linking.isNew,
    servedBy: ({ id }: Site) => served.get(id),
  }

  const adapter: Target<Checkpoint> = {
    name: target,
    site: wanted,
    resource: `${host} ${wanted.toLowerCase()}`,
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
      prepare: { least: 1, most: isId ? (alias === undefined ? 3 : 4) : null },
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

    async prepare({ environment }, context): Promise<Site> {
      const { findOrCreateSite } = await import('./netlify/sites.js')
      const intended = context.saved?.kind === 'site'
      const intend = () => context.save({ kind: 'site', site: wanted })
      const found = await findOrCreateSite(api, { site: wanted, isId, team }, { intended, intend }, context)
      noteServed(found.site)
      const site = await siteOf(found.site, found.created, context)
      if (alias !== undefined && environment === 'preview') {
        const { refuseProductionAlias } = await import('./netlify/alias.js')
        await refuseProductionAlias(api, site, alias, context)
      }
      return site
    },

    // Wanted only once something is published.
    async publish(input, context): Promise<Release> {
      const { publishNetlify } = await import('./netlify/publish.js')
      return publishNetlify(tools, input, context)
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
      const { readDeploy } = await import('./netlify/deploys.js')
      return (await readDeploy(api, site.id, release.id, context))?.state === 'ready'
    },

    async cancel(checkpoint, context): Promise<void> {
      const { cancelNetlify } = await import('./netlify/publish.js')
      await cancelNetlify(api, checkpoint, context)
    },
  }
  return adapter
}
