import type { ContractDocument, ContractEndpoint, JsonSchema } from '../contract.js'
import { gitlabSchemas } from './contract-schemas.js'

const text = { type: 'string' }
const number = { type: 'integer' }
const flag = { type: 'boolean' }
const page = {
  page: { type: 'integer', minimum: 1 },
  per_page: { type: 'integer', minimum: 0, not: { const: 0 } },
}
const ref = (name: string): JsonSchema => ({ $ref: `#/schemas/${name}` })
const listOf = (name: string): JsonSchema => ({ type: 'array', items: ref(name) })

interface Details {
  readonly query?: Readonly<Record<string, JsonSchema>>
  readonly requiredQuery?: readonly string[]
  readonly body?: { readonly properties: Readonly<Record<string, JsonSchema>>; readonly required: readonly string[] }
}

/** @param route `GET /projects/{id}` */
function endpoint(id: string, route: string, reply: JsonSchema, details: Details = {}): ContractEndpoint {
  const [method = '', path = ''] = route.split(' ')
  const { query = {}, requiredQuery = [], body } = details
  return {
    id,
    method,
    path,
    multiSegment: [],
    query,
    requiredQuery,
    body: body ? { required: true, types: ['application/json'], schema: { type: 'object', ...body } } : null,
    replies: { [method === 'POST' ? 201 : 200]: reply },
  }
}

const project = '/projects/{id}'
const repository = `${project}/repository`

/**
 * What is served of GitLab's REST API. GitLab publishes an OpenAPI description in its own repository
 * (`doc/api/openapi/openapi_v3.yaml`) but on no package registry, so this is written after the tables of docs.gitlab.com: "Users",
 * "Namespaces", "Groups", "Projects", "Project members", "Branches", "Commits", "Repositories", "Merge requests".
 */
export const gitlabDocument: ContractDocument = {
  source: 'docs.gitlab.com, REST API resources',
  schemas: gitlabSchemas,
  endpoints: [
    endpoint('getUser', 'GET /user', ref('user')),
    endpoint('listNamespaces', 'GET /namespaces', listOf('namespace'), { query: { ...page, search: text } }),
    endpoint('getNamespace', 'GET /namespaces/{id}', ref('namespace')),
    endpoint('getGroup', 'GET /groups/{id}', ref('group')),
    endpoint('getProject', `GET ${project}`, ref('project')),
    endpoint('createProject', 'POST /projects', ref('project'), {
      body: {
        properties: {
          name: text,
          path: text,
          namespace_id: number,
          visibility: { enum: ['private', 'internal', 'public'] },
          description: text,
          initialize_with_readme: flag,
        },
        required: [],
      },
    }),
    endpoint('getMember', `GET ${project}/members/all/{user_id}`, ref('member')),
    endpoint('getBranch', `GET ${repository}/branches/{branch}`, ref('branch')),
    endpoint('listCommits', `GET ${repository}/commits`, listOf('commit'), {
      query: { ...page, ref_name: text, path: text, since: text, until: text },
    }),
    endpoint('createCommit', `POST ${repository}/commits`, ref('commitDetail'), {
      body: {
        properties: {
          branch: { type: 'string', minLength: 1 },
          commit_message: text,
          start_branch: text,
          start_sha: text,
          actions: listOf('action'),
          author_email: text,
          author_name: text,
          stats: flag,
          force: flag,
        },
        required: ['branch', 'commit_message', 'actions'],
      },
    }),
    endpoint('getCommit', `GET ${repository}/commits/{sha}`, ref('commitDetail'), { query: { stats: flag } }),
    endpoint('listRefs', `GET ${repository}/commits/{sha}/refs`, listOf('reference'), {
      query: { ...page, type: { enum: ['branch', 'tag', 'all'] } },
    }),
    endpoint('revertCommit', `POST ${repository}/commits/{sha}/revert`, ref('commit'), {
      body: { properties: { branch: text, dry_run: { const: false } }, required: ['branch'] },
    }),
    endpoint('compare', `GET ${repository}/compare`, ref('comparison'), {
      query: { from: text, to: text, straight: flag },
      requiredQuery: ['from', 'to'],
    }),
    endpoint('mergeBase', `GET ${repository}/merge_base`, ref('commit'), {
      query: { 'refs[]': { type: 'array', items: text } },
      requiredQuery: ['refs[]'],
    }),
    endpoint('listTree', `GET ${repository}/tree`, listOf('entry'), {
      query: {
        ...page,
        ref: text,
        path: text,
        recursive: flag,
        pagination: { enum: ['legacy', 'keyset', 'none'] },
        page_token: text,
      },
    }),
    endpoint('listMergeRequests', `GET ${project}/merge_requests`, listOf('mergeRequest'), {
      query: { ...page, state: text, source_branch: text, target_branch: text },
    }),
    endpoint('getMergeRequest', `GET ${project}/merge_requests/{merge_request_iid}`, ref('mergeRequest')),
    endpoint('createMergeRequest', `POST ${project}/merge_requests`, ref('mergeRequest'), {
      body: {
        properties: { source_branch: text, target_branch: text, title: text, description: text },
        required: ['source_branch', 'target_branch', 'title'],
      },
    }),
  ],
}
