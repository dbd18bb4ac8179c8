import { accountReply, groupReply, namespaceReply } from './account-replies.js'
import { callerOf, type Endpoints, paginated } from './endpoint.js'
import { isMember } from './namespaces.js'
import { notFound } from './problem.js'

/** Users, namespaces and groups. */
export const accountEndpoints: Endpoints = {
  getUser: async (call) => ({ status: 200, body: accountReply(callerOf(call).user, call.url(), true) }),

  listNamespaces: async (call) => {
    const { user } = callerOf(call)
    const sought = (call.query.get('search') ?? '').toLowerCase()
    const found = call.namespaces.all.filter(
      (one) => isMember(one, user) && one.fullPath.toLowerCase().includes(sought),
    )
    return paginated(call, found, (one) => namespaceReply(one, call.url()))
  },

  getNamespace: async (call) => {
    const { user } = callerOf(call)
    const found = call.namespaces.find(call.parameters.id ?? '')
    // Other people's are hidden, public groups among them (`lib/api/namespaces.rb`, read_namespace_via_membership).
    if (!found || !isMember(found, user)) throw notFound('Namespace')
    return { status: 200, body: namespaceReply(found, call.url()) }
  },

  getGroup: async (call) => {
    const found = call.namespaces.find(call.parameters.id ?? '')
    if (found?.kind !== 'group') throw notFound('Group')
    return { status: 200, body: groupReply(found, call.url(), call.now()) }
  },
}
