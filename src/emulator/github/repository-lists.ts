import { addresses } from './commit-replies.js'
import { type Call, callerOf, type Endpoints, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { pageOf } from './paging.js'
import { permissionOf, roleOf } from './permissions.js'
import { GithubProblem } from './problem.js'
import { listRefs } from './read-git.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'
import { repositoryReply } from './repository-reply.js'

/** Lists of repositories, and of what they have. */
export const repositoryLists: Endpoints = {
  'repos/list-for-authenticated-user': {
    page: 'repos/repos#list-repositories-for-the-authenticated-user',
    signedIn: true,
    answer: listOwn,
  },
  'repos/list-branches': {
    page: 'branches/branches#list-branches',
    answer: async (call) => {
      const repository = repositoryOf(call)
      const { protections } = repository.setup
      const wanted = call.query.get('protected')
      const branches = (await listRefs(call.git, repository)).flatMap(({ ref, sha }) => {
        const name = /^refs\/heads\/(.+)$/.exec(ref)?.[1]
        if (name === undefined || (wanted !== null && String(protections.has(name)) !== wanted)) return []
        return [{ name, sha }]
      })
      const { items, headers } = pageOf(call, branches)
      const { api } = addresses({ repository, urls: call.urls() })
      const body = items.map(({ name, sha }) => ({
        name,
        commit: { sha, url: `${api}/commits/${sha}` },
        protected: protections.has(name),
      }))
      return { status: 200, body, headers }
    },
  },
}

async function listOwn(call: Call): Promise<Answer> {
  const { query, repositories, credential } = call
  const { user } = callerOf(call)
  if (query.has('type') && (query.has('visibility') || query.has('affiliation'))) {
    const message = 'If you specify visibility or affiliation, you cannot specify type.'
    throw new GithubProblem(422, message)
  }
  const kinds = kindsOf(query)
  const visibility =
    query.get('visibility') ?? { public: 'public', private: 'private' }[query.get('type') ?? ''] ?? 'all'
  const found = repositories.all.filter((one) => {
    const seen = permissionOf(one, credential) !== 'none'
    const hidden = one.private ? 'private' : 'public'
    return seen && kinds.includes(kindOf(one, user.login)) && (visibility === 'all' || visibility === hidden)
  })
  const { items, headers } = pageOf(call, sorted(found, query))
  const body = await Promise.all(
    items.map(async (one) => {
      const facts = { defaultBranch: await defaultBranch(one), size: 0 }
      return repositoryReply(one, facts, roleOf(one, user), call.urls())
    }),
  )
  return { status: 200, body, headers }
}

type Kind = 'owner' | 'collaborator' | 'organization_member' | 'none'

function kindsOf(query: URLSearchParams): readonly string[] {
  const type = query.get('type') ?? 'all'
  if (type === 'owner') return ['owner']
  if (type === 'member') return ['collaborator', 'organization_member']
  return (query.get('affiliation') ?? 'owner,collaborator,organization_member').split(',')
}

function kindOf({ owner, collaborators }: EmulatedRepository, login: string): Kind {
  if (owner.login === login) return 'owner'
  if (owner.members.includes(login)) return 'organization_member'
  return collaborators.has(login) ? 'collaborator' : 'none'
}

function sorted(all: readonly EmulatedRepository[], query: URLSearchParams): EmulatedRepository[] {
  const by = query.get('sort') ?? 'full_name'
  const times = { created: 'createdAt', updated: 'updatedAt', pushed: 'pushedAt' } as const
  const name = ({ owner, name }: EmulatedRepository): string => `${owner.login}/${name}`.toLowerCase()
  const compare = (left: EmulatedRepository, right: EmulatedRepository): number => {
    if (by === 'created' || by === 'updated' || by === 'pushed') return left[times[by]] - right[times[by]]
    return name(left) < name(right) ? -1 : 1
  }
  const up = [...all].sort(compare)
  return (query.get('direction') ?? (by === 'full_name' ? 'asc' : 'desc')) === 'asc' ? up : up.reverse()
}
