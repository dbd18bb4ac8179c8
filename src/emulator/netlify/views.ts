import type { Account } from '../accounts.js'
import { defined } from '../json-values.js'
import { buildSettingsOf, deployHook } from './builds/settings.js'
import { branchLabel, type NetlifyDeploy, type NetlifySite } from './state.js'

/** JSON as the API writes it. Members without a value are left out: the contract has no nulls. */
export type Json = Record<string, unknown>

/** Makes the address at which a label such as `shop` or `<deploy>--shop` is served, without a slash at its end. */
export type SiteAddress = (label: string) => string

/** The user as `GET /user` shows it. */
export function userView(user: Account, sites: number): Json {
  return { id: user.netlifyId, uid: user.netlifyId, full_name: user.name, email: user.email, site_count: sites }
}

/** A team as `GET /accounts` shows it. */
export function accountView(account: Account): Json {
  return {
    id: account.netlifyId,
    name: account.name,
    slug: account.login,
    type: account.kind === 'user' ? 'PERSONAL' : 'TEAM',
    type_name: account.kind === 'user' ? 'Free' : 'Pro',
    billing_email: account.email,
    roles_allowed: ['Owner', 'Collaborator'],
  }
}

/** A site as every endpoint shows it. */
export function siteView(site: NetlifySite, address: SiteAddress): Json {
  const own = new URL(address(site.name))
  const domain = site.settings.custom_domain as string | undefined
  // As soon as there is one, whether its DNS leads here or not.
  const url = domain === undefined ? address(site.name) : address(site.name).replace(own.hostname, domain)
  return defined({
    ...site.settings,
    id: site.id,
    state: 'current',
    plan: 'nf_team_dev',
    name: site.name,
    custom_domain: site.settings.custom_domain,
    url,
    ssl_url: url,
    // Not in the contract, but in every answer of the real one.
    default_domain: own.host,
    admin_url: `https://app.netlify.com/projects/${site.name}`,
    created_at: time(site.createdAt),
    updated_at: time(site.updatedAt),
    user_id: site.user.netlifyId,
    ssl: true,
    force_ssl: site.settings.force_ssl ?? true,
    managed_dns: true,
    account_id: site.account.netlifyId,
    account_name: site.account.name,
    account_slug: site.account.login,
    deploy_url: address(`main--${site.name}`),
    id_domain: new URL(address(site.id)).hostname,
    published_deploy: site.published && deployView(site.published, address),
    build_settings: site.settings.build_settings ?? {},
    deploy_hook: buildSettingsOf(site).provider === 'github' ? deployHook : undefined,
    processing_settings: site.settings.processing_settings ?? { html: { pretty_urls: true } },
  })
}

/** The part of a deploy's address that stands before the site's name, where it is not for production. */
export function labelOf({ branch, build }: NetlifyDeploy): string {
  return build?.pull === undefined ? branchLabel(branch ?? 'main') : `deploy-preview-${build.pull}`
}

/** What a deploy is for. */
export function contextOf({ branch, build, draft }: NetlifyDeploy): 'production' | 'deploy-preview' | 'branch-deploy' {
  if (build?.pull !== undefined) return 'deploy-preview'
  if (branch !== undefined) return 'branch-deploy'
  return draft ? 'deploy-preview' : 'production'
}

/** A deploy as every endpoint shows it. */
export function deployView(deploy: NetlifyDeploy, address: SiteAddress): Json {
  const { site } = deploy
  const permalink = address(`${deploy.id}--${site.name}`)
  const own = deploy.branch === undefined ? permalink : address(`${labelOf(deploy)}--${site.name}`)
  return defined({
    id: deploy.id,
    site_id: site.id,
    user_id: deploy.user.netlifyId,
    state: deploy.state,
    name: site.name,
    url: address(site.name),
    ssl_url: address(site.name),
    admin_url: `https://app.netlify.com/projects/${site.name}`,
    deploy_url: own,
    deploy_ssl_url: own,
    links: { permalink, alias: own },
    draft: deploy.draft,
    // With `async` the list comes when the state reaches `prepared`.
    required: deploy.required && [...deploy.required],
    required_functions: deploy.required && [...(deploy.functions?.required ?? [])],
    function_schedules: deploy.functions?.schedules,
    error_message: deploy.errorMessage,
    branch: deploy.build?.commit?.branch ?? deploy.branch ?? 'main',
    build_id: deploy.build?.id,
    commit_ref: deploy.build?.commit?.sha,
    review_id: deploy.build?.pull,
    created_at: time(deploy.createdAt),
    updated_at: time(deploy.updatedAt),
    published_at: deploy.publishedAt === undefined ? undefined : time(deploy.publishedAt),
    title: deploy.title,
    context: contextOf(deploy),
    locked: deploy.locked,
    framework: deploy.framework,
  })
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
