import type { Account } from '../accounts.js'
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
  const url = address(site.name)
  return defined({
    ...site.settings,
    id: site.id,
    site_id: site.id,
    state: 'current',
    plan: 'nf_team_dev',
    name: site.name,
    custom_domain: site.settings.custom_domain,
    url,
    ssl_url: url,
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
    processing_settings: site.settings.processing_settings ?? { html: { pretty_urls: true } },
  })
}

/** A deploy as every endpoint shows it. */
export function deployView(deploy: NetlifyDeploy, address: SiteAddress): Json {
  const { site } = deploy
  const permalink = address(`${deploy.id}--${site.name}`)
  const own = deploy.branch === undefined ? permalink : address(`${branchLabel(deploy.branch)}--${site.name}`)
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
    required_functions: deploy.required && [],
    error_message: deploy.errorMessage,
    branch: deploy.branch ?? 'main',
    created_at: time(deploy.createdAt),
    updated_at: time(deploy.updatedAt),
    published_at: deploy.publishedAt === undefined ? undefined : time(deploy.publishedAt),
    title: deploy.title,
    context: deploy.branch === undefined ? (deploy.draft ? 'deploy-preview' : 'production') : 'branch-deploy',
    locked: deploy.locked,
    framework: deploy.framework,
  })
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function defined(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined))
}
