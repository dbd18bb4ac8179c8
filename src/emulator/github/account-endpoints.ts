import type { Account } from '../accounts.js'
import { organizationReply, privateProfileReply, profileReply, type RepositoryCount } from './account-replies.js'
import { type Call, callerOf, type Endpoints } from './endpoint.js'
import { notFound } from './problem.js'

/** Users and organisations. */
export const accountEndpoints: Endpoints = {
  'users/get-authenticated': {
    page: 'users/users#get-the-authenticated-user',
    signedIn: true,
    answer: async (call) => {
      const { user, scopes } = callerOf(call)
      const reply = scopes.includes('user') ? privateProfileReply : profileReply
      return { status: 200, body: reply(user, call.urls(), count(call, user)) }
    },
  },
  'users/get-by-username': {
    page: 'users/users#get-a-user',
    answer: async (call) => {
      const account = call.accounts.find(call.parameters.username ?? '')
      if (!account) throw notFound()
      return { status: 200, body: profileReply(account, call.urls(), count(call, account)) }
    },
  },
  'orgs/get': {
    page: 'orgs/orgs#get-an-organization',
    accepts: 'admin:org, read:org, repo, user, write:org',
    answer: async (call) => {
      const account = call.accounts.find(call.parameters.org ?? '')
      if (account?.kind !== 'organization') throw notFound()
      return { status: 200, body: organizationReply(account, call.urls(), count(call, account)) }
    },
  },
}

function count({ repositories }: Call, account: Account): RepositoryCount {
  const own = repositories.all.filter((repository) => repository.owner === account)
  const hidden = own.filter((repository) => repository.private).length
  return { public: own.length - hidden, private: hidden }
}
