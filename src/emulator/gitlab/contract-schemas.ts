import type { JsonSchema } from '../contract.js'

const text = { type: 'string' }
const number = { type: 'integer' }
const flag = { type: 'boolean' }
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
const time = { type: 'string', format: 'date-time' }
const ref = (name: string): JsonSchema => ({ $ref: `#/schemas/${name}` })

/** An object that must have all these properties, and may have more. */
function record(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) }
}

const commit = {
  id: text,
  short_id: text,
  created_at: time,
  parent_ids: { type: 'array', items: text },
  title: text,
  message: text,
  author_name: text,
  author_email: text,
  authored_date: time,
  committer_name: text,
  committer_email: text,
  committed_date: time,
  trailers: { type: 'object' },
  extended_trailers: { type: 'object' },
  web_url: text,
}

/** What GitLab's replies and commit actions hold, as the examples and tables of "REST API resources" show them. */
export const gitlabSchemas: Readonly<Record<string, JsonSchema>> = {
  basicUser: record({
    id: number,
    username: text,
    public_email: orNull(text),
    name: text,
    state: text,
    locked: flag,
    avatar_url: orNull(text),
    web_url: text,
  }),
  user: {
    allOf: [
      ref('basicUser'),
      record({
        created_at: time,
        bio: text,
        location: text,
        organization: text,
        job_title: text,
        bot: flag,
        last_sign_in_at: orNull(time),
        confirmed_at: orNull(time),
        email: text,
        commit_email: text,
        theme_id: number,
        color_scheme_id: number,
        projects_limit: number,
        current_sign_in_at: orNull(time),
        identities: { type: 'array' },
        can_create_group: flag,
        can_create_project: flag,
        two_factor_enabled: flag,
        external: flag,
        private_profile: flag,
      }),
    ],
  },
  namespace: record({
    id: number,
    name: text,
    path: text,
    kind: { enum: ['user', 'group'] },
    full_path: text,
    parent_id: orNull(number),
    avatar_url: orNull(text),
    web_url: text,
  }),
  group: record({
    id: number,
    name: text,
    path: text,
    full_name: text,
    full_path: text,
    parent_id: orNull(number),
    description: orNull(text),
    visibility: { enum: ['private', 'internal', 'public'] },
    project_creation_level: text,
    subgroup_creation_level: text,
    request_access_enabled: flag,
    avatar_url: orNull(text),
    created_at: time,
    web_url: text,
  }),
  project: record(
    {
      id: number,
      description: orNull(text),
      name: text,
      name_with_namespace: text,
      path: text,
      path_with_namespace: text,
      created_at: time,
      default_branch: orNull(text),
      topics: { type: 'array', items: text },
      tag_list: { type: 'array', items: text },
      readme_url: orNull(text),
      avatar_url: orNull(text),
      forks_count: number,
      star_count: number,
      creator_id: number,
      merge_method: { enum: ['merge', 'rebase_merge', 'ff'] },
      owner: ref('basicUser'),
      ssh_url_to_repo: text,
      http_url_to_repo: text,
      web_url: text,
      last_activity_at: time,
      namespace: ref('namespace'),
      empty_repo: flag,
      archived: flag,
      visibility: { enum: ['private', 'internal', 'public'] },
      permissions: record({ project_access: orNull(ref('access')), group_access: orNull(ref('access')) }),
    },
    ['permissions', 'owner'],
  ),
  access: record({ access_level: number, notification_level: number }),
  member: { allOf: [ref('basicUser'), record({ access_level: number, created_at: time, expires_at: orNull(text) })] },
  commit: record(commit),
  commitDetail: record({ ...commit, status: orNull(text), project_id: number, last_pipeline: {} }),
  branch: record({
    name: text,
    commit: ref('commit'),
    merged: flag,
    protected: flag,
    default: flag,
    developers_can_push: flag,
    developers_can_merge: flag,
    can_push: flag,
    web_url: text,
  }),
  reference: record({ type: { enum: ['branch', 'tag'] }, name: text }),
  comparison: record({
    commit: orNull(ref('commit')),
    commits: { type: 'array', items: ref('commit') },
    diffs: { type: 'array' },
    compare_timeout: flag,
    compare_same_ref: flag,
    web_url: text,
  }),
  entry: record({ id: text, name: text, type: { enum: ['blob', 'tree', 'commit'] }, path: text, mode: text }),
  mergeRequest: record({
    id: number,
    iid: number,
    project_id: number,
    title: text,
    description: orNull(text),
    state: text,
    source_branch: text,
    target_branch: text,
    author: ref('basicUser'),
    draft: flag,
    merge_status: {
      enum: ['unchecked', 'checking', 'can_be_merged', 'cannot_be_merged', 'cannot_be_merged_recheck'],
    },
    detailed_merge_status: text,
    prepared_at: orNull(time),
    has_conflicts: flag,
    created_at: time,
    updated_at: time,
    source_project_id: number,
    target_project_id: number,
    merge_commit_sha: orNull(text),
    references: record({ short: text, relative: text, full: text }),
    sha: text,
    web_url: text,
  }),
  action: {
    ...record(
      {
        action: { enum: ['create', 'delete', 'move', 'update', 'chmod'] },
        file_path: text,
        previous_path: text,
        content: text,
        encoding: { enum: ['text', 'base64'] },
        last_commit_id: text,
        execute_filemode: flag,
      },
      ['previous_path', 'content', 'encoding', 'last_commit_id', 'execute_filemode'],
    ),
    allOf: [
      needs('create', 'content'),
      needs('update', 'content'),
      needs('move', 'previous_path'),
      needs('chmod', 'execute_filemode'),
    ],
  },
}

function needs(action: string, property: string): JsonSchema {
  return { anyOf: [{ required: [property] }, { not: { properties: { action: { const: action } } } }] }
}
