import type { Account } from '../accounts.js'
import { githubTime } from './read-git.js'

/** The origins that replies point to, without a slash at the end. */
export interface GithubUrls {
  /** `https://api.github.com` at the real one. */
  readonly api: string
  /** `https://github.com` at the real one. */
  readonly web: string
}

type Json = Record<string, unknown>

// When the emulated accounts signed up; of no consequence.
const signUp = githubTime(Date.UTC(2020, 0, 1))

/** An account as it appears inside other replies (`simple-user`). */
export function accountReply(account: Account, { api, web }: GithubUrls): Json {
  const url = `${api}/users/${account.login}`
  const type = account.kind === 'user' ? 'User' : 'Organization'
  return {
    login: account.login,
    id: account.id,
    node_id: Buffer.from(account.kind === 'user' ? `04:User${account.id}` : `12:Organization${account.id}`).toString(
      'base64',
    ),
    avatar_url: `${web}/${account.login}.png`,
    gravatar_id: '',
    url,
    html_url: `${web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  }
}

/** How many repositories an account has. */
export interface RepositoryCount {
  readonly public: number
  readonly private: number
}

/** A user's or an organisation's profile (`public-user`). */
export function profileReply(account: Account, urls: GithubUrls, count: RepositoryCount): Json {
  return {
    ...accountReply(account, urls),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: count.public,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: signUp,
    updated_at: signUp,
  }
}

/** The token's own user, with what only the scope `user` shows (`private-user`). */
export function privateProfileReply(account: Account, urls: GithubUrls, count: RepositoryCount): Json {
  return {
    ...profileReply(account, urls, count),
    user_view_type: 'private',
    notification_email: account.email,
    private_gists: 0,
    total_private_repos: count.private,
    owned_private_repos: count.private,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: { name: 'free', space: 976_562_499, collaborators: 0, private_repos: 10_000 },
  }
}

/** An organisation (`organization-full`). What it has not told is left out: the contract lets it be no `null`. */
export function organizationReply(account: Account, urls: GithubUrls, count: RepositoryCount): Json {
  const url = `${urls.api}/orgs/${account.login}`
  const { node_id, avatar_url, html_url, type } = accountReply(account, urls)
  return {
    login: account.login,
    id: account.id,
    node_id,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url,
    description: null,
    name: account.name,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: count.public,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url,
    created_at: signUp,
    updated_at: signUp,
    archived_at: null,
    type,
  }
}
