import type { Team } from '../../accounts.js'
import { type GithubUrls, organizationReply } from '../account-replies.js'
import { callerOf, type Endpoints } from '../endpoint.js'
import { notFound } from '../problem.js'

/** Teams of organisations. */
export const teamEndpoints: Endpoints = {
  'teams/get-by-name': {
    page: 'teams/teams#get-a-team-by-name',
    accepts: 'admin:org, read:org, repo, write:org',
    signedIn: true,
    answer: async (call) => {
      const { user, scopes, permissions } = callerOf(call)
      const team = call.accounts.teams.find(
        ({ slug, organization }) => slug === call.parameters.team_slug && organization.login === call.parameters.org,
      )
      const reads = permissions ? permissions.members !== undefined : scopes.includes('read:org')
      if (!team || !reads || !team.organization.members.includes(user.login)) throw notFound()
      const urls = call.urls()
      const organization = organizationReply(team.organization, urls, {
        public: 0,
        private: 0,
      })
      const body = {
        ...teamReply(team, urls),
        members_count: team.members.length,
        repos_count: 0,
        created_at: organization.created_at,
        updated_at: organization.updated_at,
        organization,
      }
      return { status: 200, body }
    },
  },
}

/** A team as it appears inside other replies. */
export function teamReply(team: Team, { api, web }: GithubUrls): Record<string, unknown> {
  const url = `${api}/organizations/${team.organization.id}/team/${team.id}`
  return {
    id: team.id,
    node_id: Buffer.from(`04:Team${team.id}`).toString('base64'),
    url,
    html_url: `${web}/orgs/${team.organization.login}/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: team.organization.id,
    parent: null,
  }
}
