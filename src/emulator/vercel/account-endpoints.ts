import type { Account } from '../accounts.js'
import { type Endpoints, paginate } from './call.js'
import { notFound } from './problem.js'
import { accountId, type Json } from './state.js'

/** The user and the teams, by the contract's operation ids. */
export const accountEndpoints: Endpoints = {
  getAuthUser: ({ credential }) => {
    const { user } = credential
    return {
      status: 200,
      json: {
        user: {
          id: accountId(user),
          email: user.email,
          name: user.name,
          username: user.login,
          avatar: null,
          billing: null,
          createdAt: accountSince,
          defaultTeamId: null,
          hasTrialAvailable: false,
          resourceConfig: {},
          softBlock: null,
          stagingPrefix: user.login,
        },
      },
    }
  },
  getTeams: (call, { accounts }) => {
    const teams = accounts.accountsOf(call.credential.user).filter(({ kind }) => kind === 'organization')
    const { page, pagination } = paginate(call, teams, () => accountSince)
    return { status: 200, json: { teams: page.map((team) => teamView(team, call.credential.user)), pagination } }
  },
  getTeam: (call, { accounts }) => {
    const { credential, parameters, account } = call
    const teams = accounts.accountsOf(credential.user).filter(({ kind }) => kind === 'organization')
    const wanted = parameters.teamId ?? ''
    const found = teams.find((team) => accountId(team) === wanted || team.login === wanted) ?? account
    if (found.kind !== 'organization') throw notFound('Team not found')
    return { status: 200, json: teamView(found, credential.user) }
  },
}

const accountSince = Date.UTC(2024, 0, 1)

function teamView(team: Account, user: Account): Json {
  return {
    id: accountId(team),
    slug: team.login,
    name: team.name,
    avatar: null,
    billing: { plan: 'pro' },
    createdAt: accountSince,
    updatedAt: accountSince,
    creatorId: accountId(user),
    description: null,
    stagingPrefix: team.login,
    membership: {
      confirmed: true,
      created: accountSince,
      createdAt: accountSince,
      role: 'OWNER',
      teamId: accountId(team),
      uid: accountId(user),
    },
  }
}
